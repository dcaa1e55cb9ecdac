using Fanwise.Generations;

namespace Fanwise.Tests;

/// <summary>Initializers by their names.</summary>
public class NamesTests
{
    /// <summary>Every name of Keras', in both spellings, is the initializer that Keras' table makes of it.</summary>
    [Fact]
    public void EveryNameOfKerasIsTheInitializerOfKeras()
    {
        int names = 0;
        foreach (string name in Generation.Keras.Identifiers)
        {
            InitializerClass row = Generation.Keras.FindIdentifier(name)!;
            if (row.Rule == Rule.Base)
                continue;
            ConfiguredInitializer configured = Generation.Keras.ConstructWith(row.Name, PythonValue.Dictionary());
            Initializers.Parse(name, 42).ShouldBe(Keras3Records.Record(configured, row.IsRandom ? 42 : null), name);
            names++;
        }

        names.ShouldBe(38);
    }

    [Theory]
    [InlineData("he_normal")]
    [InlineData("HeNormal")]
    [InlineData("henormal")]
    [InlineData("HE_NORMAL")]
    [InlineData("kaiming_normal")]
    [InlineData("KaimingNormal")]
    public void CaseAndUnderscoresDoNotMatter(string name) =>
        Initializers.Parse(name, 42).ShouldBe(Initializers.HeNormal(42));

    [Fact]
    public void KaimingIsHesAndXavierIsGlorots()
    {
        Initializers.KaimingNormal(1).ShouldBe(Initializers.HeNormal(1));
        Initializers.KaimingUniform(1).ShouldBe(Initializers.HeUniform(1));
        Initializers.KaimingNormal(1, Backend.Jax).ShouldBe(Initializers.HeNormal(1, Backend.Jax));
        Initializers.KaimingUniform(1, Backend.Torch).ShouldBe(Initializers.HeUniform(1, Backend.Torch));
        Initializers.Parse("xavier_uniform", 1, Backend.Jax).ShouldBe(Initializers.GlorotUniform(1, Backend.Jax));
    }

    [Fact]
    public void AnUnknownNameIsToldWithTheNearest()
    {
        InitializerException error = Should.Throw<InitializerException>(() => Initializers.Parse("he_norml", 1));
        error.Message.ShouldEndWith(
            "orthogonal, zeros, ones, constant, identity; received 'he_norml'; did you mean 'he_normal'?"
        );
        error.Code.ShouldBe(FanwiseError.UnknownName);
        error.Suggestion.ShouldBe("he_normal");
        Initializers.TryParse("he_norml", 1, out Initializer? none).ShouldBeFalse();
        none.ShouldBeNull();
        Initializers.TryParse(null, 1, out _).ShouldBeFalse();
        Initializers.TryParse("zeros", 1, out Initializer? zeros).ShouldBeTrue();
        zeros.ShouldBe(Initializers.Zeros);
    }
}
