using Fanwise.Generations;
using FsCheck.Fluent;

namespace Fanwise.Tests.Generations;

/// <summary>Round trips of random initializers of every generation.</summary>
public class RoundTripTests
{
    [Fact]
    public void FromConfigOfGetConfigIsTheSame() =>
        Prop.ForAll(
                Arbitraries.Initializers,
                static initializer =>
                    initializer.Generation.FromConfig(initializer.Class.Name, initializer.GetConfig()).GetConfig()
                    == initializer.GetConfig()
            )
            .Holds();

    [Fact]
    public void JsonReadsBack() =>
        Prop.ForAll(
                Arbitraries.Initializers,
                static initializer => PythonValue.Parse(initializer.Serialize().ToJson()) == initializer.Serialize()
            )
            .Holds();

    [Fact]
    public void AWrittenConfigurationIsReadAsWhatItWas() =>
        Prop.ForAll(
                Arbitraries.Initializers,
                static initializer =>
                    Configuration.Read(initializer.Serialize().ToJson(), initializer.Generation).Initializer.GetConfig()
                    == initializer.GetConfig()
            )
            .Holds();

    /// <summary>There and back, what draws is what it was: distribution, scale, mode, seed and all other arguments that
    /// both generations have.</summary>
    [Fact]
    public void ConvertingThereAndBackLosesNothingThatWasNotRefused() =>
        Prop.ForAll(
                Arbitraries.Initializers,
                static initializer =>
                {
                    foreach (Generation target in Generation.All)
                    {
                        ConfiguredInitializer back;
                        try
                        {
                            back = Converter
                                .Convert(Converter.Convert(initializer, target).Initializer, initializer.Generation)
                                .Initializer;
                        }
                        catch (InitializerException error)
                            when (error.Message.Contains(" cannot hold this initializer: ", StringComparison.Ordinal))
                        {
                            continue;
                        }

                        if (back.Distribution != initializer.Distribution)
                            return false;
                        foreach (
                            string key in back.Class.ConfigurationKeys.Intersect(initializer.Class.ConfigurationKeys)
                        )
                        {
                            if (key is "dtype" or "distribution")
                                continue; // said in notes, compared above
                            PythonValue before = initializer[key],
                                after = back[key];
                            if (
                                key is "input_axes" or "output_axes"
                                && (initializer["input_axes"].IsNone || initializer["output_axes"].IsNone)
                            )
                                continue;
                            if (key == "maxval" && before.IsNone && after == 1.0)
                                continue;
                            if (before != after)
                                return false;
                        }
                    }

                    return true;
                }
            )
            .Holds();

    [Fact]
    public void ConvertingToTheSameGenerationChangesNothing() =>
        Prop.ForAll(
                Arbitraries.Initializers,
                static initializer =>
                    Converter.Convert(initializer, initializer.Generation) is { Notes.Count: 0 } same
                    && same.Initializer == initializer
            )
            .Holds();
}
