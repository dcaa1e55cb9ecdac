using Fanwise.Generations;

namespace Fanwise.Tests.Generations;

/// <summary>Names of releases, and the ranges of them that one row of a table stands for.</summary>
public class ReleaseTests
{
    [Theory]
    [InlineData("keras-3.4.1", "keras", "3.4.1")]
    [InlineData("tf-keras-2.16.0", "tf-keras", "2.16.0")]
    [InlineData("keras-3.0.0", "keras", "3.0.0")]
    [InlineData("keras-3.1234.9", "keras", "3.1234.9")]
    public void ANameIsAFamilyAndNumbers(string name, string family, string version)
    {
        Release.TryParse(name, out Release release).ShouldBeTrue();
        release.ShouldBe(new Release(family, new Version(version)));
        release.ToString().ShouldBe(name);
    }

    [Theory]
    [InlineData("keras-3.4", "keras-3.4.7", "keras-3.5.0")]
    [InlineData("tf-keras-2.15", "tf-keras-2.15.1", "tf-keras-2.16.0")]
    public void TwoNumbersAreTheLastReleaseOfTheirSeries(string name, string earlier, string later)
    {
        Version last = Parsed(name).Version;
        last.ShouldBeGreaterThan(Parsed(earlier).Version);
        last.ShouldBeLessThan(Parsed(later).Version);
        Parsed(name).ToString().ShouldBe(name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("keras")]
    [InlineData("keras-")]
    [InlineData("keras-3")]
    [InlineData("keras-3.")]
    [InlineData("keras-3.4.1.2")]
    [InlineData("keras-3.x")]
    [InlineData("keras-3.-4")]
    [InlineData("keras- 3.4")]
    [InlineData("keras-3.+4")]
    [InlineData("keras-3.12345")]
    [InlineData("keras_3.4")]
    [InlineData("Keras-3.4")]
    [InlineData("my-keras-3.4")]
    [InlineData("torch-2.1")]
    public void WhatIsNoNameOfAReleaseGivesNone(string? name)
    {
        Release.TryParse(name, out Release release).ShouldBeFalse();
        release.ShouldBe(default);
    }

    [Theory]
    [InlineData("3.4.1", "keras-3.4.1")]
    [InlineData("3.15", "keras-3.15")]
    [InlineData("3.0.0.dev2023", "keras-3.0.0")]
    [InlineData("3.3.3+local", "keras-3.3.3")]
    [InlineData("2.13.1-tf", "tf-keras-2.13.1")]
    [InlineData("2.4.0", "tf-keras-2.4.0")]
    public void AFilesVersionIsThatOfKeras3OrOfTfKeras(string version, string name)
    {
        Release.TryParseFile(version, out Release release).ShouldBeTrue();
        release.ToString().ShouldBe(name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nightly")]
    [InlineData("3")]
    [InlineData("-tf")]
    public void AFileWithoutAVersionIsOfNoRelease(string? version) =>
        Release.TryParseFile(version, out _).ShouldBeFalse();

    [Theory]
    [InlineData("keras-3.5.0", true)]
    [InlineData("keras-3.9.2", true)]
    [InlineData("keras-3.14.0", true)]
    [InlineData("keras-3.14", true)]
    [InlineData("keras-3.4.9", false)]
    [InlineData("keras-3.15.0", false)]
    [InlineData("tf-keras-3.9.2", false)]
    public void ARangeHasItsFirstAndItsLastRelease(string name, bool isWithin) =>
        new ReleaseRange("keras", "3.5.0", "3.14").Contains(Parsed(name)).ShouldBe(isWithin);

    [Fact]
    public void ARangeIsToldByItsEnds()
    {
        new ReleaseRange("keras", "3.5.0", "3.14").ToString().ShouldBe("3.5.0 to 3.14");
        new ReleaseRange("keras", "3.15", "3.15").ToString().ShouldBe("3.15");
    }

    [Fact]
    public void AnEndThatIsNoVersionIsRefused() =>
        Should
            .Throw<InitializerException>(static () =>
                new ReleaseRange("keras", "3", "3.14").Contains(Parsed("keras-3.4"))
            )
            .Message.ShouldBe("A version has two or three numbers; received 3.");

    private static Release Parsed(string name)
    {
        Release.TryParse(name, out Release release).ShouldBeTrue(name);
        return release;
    }
}
