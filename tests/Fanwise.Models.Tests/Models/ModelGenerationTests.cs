using Fanwise.Generations;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Each release of Keras has one row of the table of generations.</summary>
public class ModelGenerationTests
{
    [Theory]
    [InlineData("keras", "keras")]
    [InlineData("keras-3.15", "keras")]
    [InlineData("keras-3.15.1", "keras")]
    [InlineData("keras-3.14", "keras-3.14")]
    [InlineData("keras-3.5.0", "keras-3.14")]
    [InlineData("keras-3.9", "keras-3.14")]
    [InlineData("keras-3.4.1", "keras-3.4")]
    [InlineData("keras-3.3", "keras-3.3")]
    [InlineData("keras-3.3.3", "keras-3.3")]
    [InlineData("keras-3.3.1", "keras-3.3.2")]
    [InlineData("keras-3.2.0", "keras-3.2")]
    [InlineData("keras-3.1.1", "keras-3.1")]
    [InlineData("keras-3.0.5", "keras-3.1")]
    [InlineData("keras-3.0.2", "keras-3.0.2")]
    [InlineData("tf-keras-2.12", "tf-keras-2.15")]
    [InlineData("tf-keras-2.21.0", "tf-keras-2.15")]
    public void EveryReleaseHasItsRow(string release, string row) => ModelGeneration.Parse(release).Name.ShouldBe(row);

    [Theory]
    [InlineData("keras-3.16")]
    [InlineData("keras-2.15")]
    [InlineData("keras-3")]
    [InlineData("keras-3.4.1.0")]
    [InlineData("keras-3.+4")]
    [InlineData("tf-keras-2.11")]
    [InlineData("tf-keras-2.22")]
    [InlineData("")]
    public void OtherNamesAreRefused(string name)
    {
        ModelGeneration.TryParse(name, out _).ShouldBeFalse();
        Should
            .Throw<ModelException>(() => ModelGeneration.Parse(name))
            .Message.ShouldContain("keras 3.0.0 to 3.15, tf-keras 2.12.0 to 2.21");
    }

    [Theory]
    [InlineData("3.4.1", "keras-3.4")]
    [InlineData("3.13.2", "keras-3.14")]
    [InlineData("2.13.1", "tf-keras-2.15")]
    [InlineData("2.12.0-tf", "tf-keras-2.15")]
    public void AFilesVersionHasItsRow(string version, string row)
    {
        Release.TryParseFile(version, out Release release).ShouldBeTrue();
        ModelGeneration.Of(release)!.Name.ShouldBe(row);
    }
}
