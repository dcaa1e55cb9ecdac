using Fanwise.Generations;

namespace Fanwise.Tests.Explained;

public class ConfiguredExplanationTests
{
    private static ConfiguredInitializer Read(string text, Generation generation) =>
        Configuration.Read(text, generation).Initializer;

    [Theory]
    [InlineData("contrib", "normal", true)] // truncated, not widened
    [InlineData("contrib", "uniform", false)]
    [InlineData("compat-v1", "normal", false)]
    [InlineData("compat-v1", "untruncated_normal", false)]
    [InlineData("tf-keras-2.6", "normal", false)]
    [InlineData("keras", "normal", false)]
    public void WarnsOfANormalThatIsNarrowerThanAsked(string generation, string distribution, bool expected)
    {
        Explanation explanation = Read(
                $"{{\"class_name\": \"VarianceScaling\", \"config\": {{\"scale\": 2.0, \"distribution\": "
                    + $"\"{distribution}\"}}}}",
                Generation.Parse(generation)
            )
            .Explain([30, 40]);
        explanation.VarianceAsked!.Value.ShouldBe(2.0 / 30, 1e-15);
        (explanation.VarianceDrawn! / explanation.VarianceAsked).Value.ShouldBe(expected ? 0.7737 : 1, 1e-4);
        explanation
            .Warnings.Select(static warning => warning.Kind)
            .ShouldBe(expected ? [WarningKind.NarrowedVariance] : []);
    }

    [Fact]
    public void EveryClassOfEveryGenerationCanBeExplained()
    {
        int explained = 0;
        foreach (Generation generation in Generation.All)
        foreach (InitializerClass row in generation.Classes.Where(static row => row.Name != "Initializer"))
        {
            ConfiguredInitializer initializer;
            try
            {
                initializer = generation.Construct(row.Name);
            }
            catch (InitializerException)
            {
                continue; // a class that needs arguments
            }

            try
            {
                Explanation explanation = initializer.Explain([6, 6]);
                explanation.Shape.ShouldBe((Shape)new[] { 6, 6 });
                explained++;
            }
            catch (InitializerException error)
            {
                throw new InvalidOperationException($"{row.Name} of {generation}: {error.Message}", error);
            }
        }

        explained.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void SeedTypeAndAxesAreTheConfigurations()
    {
        Explanation explanation = Read(
                "{\"class_name\": \"HeNormal\", \"config\": {\"seed\": 5, \"input_axes\": [0], \"output_axes\": "
                    + "[1, 2]}}",
                Generation.Keras
            )
            .Explain([512, 8, 64], ElementType.Float16, FanRule.AttentionInput);
        (explanation.Seed, explanation.ElementType, explanation.Rule!.Name).ShouldBe(
            (5, ElementType.Float16, "axes:in=0/out=1,2")
        );
        explanation.Fans.ShouldBe(new Fans(512, 512));
        explanation.Warnings.ShouldBeEmpty();
        Read("he_normal", Generation.Keras)
            .Explain([512, 8, 64], default, FanRule.AttentionInput)
            .Warnings[0]
            .Kind.ShouldBe(WarningKind.ContractionFans);
    }

    [Fact]
    public void NothingIsDrawnOrCounted()
    {
        ConfiguredInitializer initializer = Read("glorot_uniform", Generation.TfKeras215);
        initializer.Explain([3, 4]).Seed.ShouldBeNull();
        initializer.DrawnSeed.ShouldBeNull();
    }
}
