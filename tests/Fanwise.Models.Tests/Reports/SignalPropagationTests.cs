using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Models.Signals;
using static Fanwise.Models.Tests.Reports.SmallModels;

namespace Fanwise.Models.Tests.Reports;

public class SignalPropagationTests
{
    private const string He = "\"kernel_initializer\": \"he_normal\"";

    private static SignalStep[] Steps(WeightPlan plan) => [.. SignalPropagation.Of(plan)!.Steps];

    [Fact]
    public void HesInitializerKeepsTheSignalThroughRectifiers()
    {
        // Var[y] = fan in * (2 / fan in) * E[x²], and a rectifier halves E[y²]: 2 after the first, then 2 again and
        // again.
        SignalStep[] steps = Steps(
            Plan(
                "[null, 512]",
                [
                    .. Enumerable
                        .Range(0, 10)
                        .Select(static i => Layer("Dense", $"d{i}", "\"units\": 512, \"activation\": \"relu\", " + He)),
                ]
            )
        );
        steps.Length.ShouldBe(10);
        steps.ShouldAllBe(step => step.Variance > 1 && step.Variance < 4);
    }

    [Fact]
    public void GlorotsInitializerHalvesTheSignalWithEveryRectifier()
    {
        SignalStep[] steps = Steps(
            Plan(
                "[null, 512]",
                [
                    .. Enumerable
                        .Range(0, 10)
                        .Select(static i => Layer("Dense", $"d{i}", "\"units\": 512, \"activation\": \"relu\"")),
                ]
            )
        );
        Math.Log2((steps[0].Variance / steps[9].Variance)!.Value).ShouldBe(9, 1.0);
    }

    [Theory]
    [InlineData(
        "Conv2D",
        "\"filters\": 64, \"kernel_size\": [3, 3], \"activation\": \"linear\", \"kernel_initializer\": "
            + "\"lecun_normal\"",
        1.0
    )]
    [InlineData(
        "Conv2D",
        "\"filters\": 64, \"kernel_size\": [3, 3], \"groups\": 8, \"kernel_initializer\": \"lecun_normal\"",
        1.0
    )]
    // 64 channels take part in the guess, one in the layer.
    [InlineData("DepthwiseConv2D", "\"kernel_size\": [3, 3], \"depthwise_initializer\": \"lecun_normal\"", 1.0 / 64)]
    [InlineData(
        "Conv2DTranspose",
        "\"filters\": 32, \"kernel_size\": [4, 4], \"strides\": [2, 2], \"kernel_initializer\": \"lecun_normal\"",
        64 / 4 / 32.0
    )] // 64 * 16 / 4 are summed, 32 * 16 are guessed
    public void OneLayerGivesTheVarianceOfItsRealFan(string type, string config, double expected)
    {
        WeightPlan plan = Plan("[null, 16, 16, 64]", Layer(type, "x", config));
        SignalStep step = Steps(plan).ShouldHaveSingleItem();
        // Thousands of sums of drawn weights: within a fifth.
        (step.Variance / step.Before / expected)!.Value.ShouldBe(1, 0.2);
        SignalStep mended = Steps(plan.WithLayerFans()).ShouldHaveSingleItem();
        (mended.Variance / mended.Before)!.Value.ShouldBe(1, 0.2);
    }

    [Fact]
    public void NormalisationBringsASignalBackAndWhatIsNotKnownBeginsAnew()
    {
        WeightPlan plan = Plan(
            "[null, 7, 64]",
            Layer(
                "Dense",
                "weak",
                "\"units\": 64, "
                    + Initializer(
                        "kernel_initializer",
                        "RandomNormal",
                        "\"mean\": 0.0, \"stddev\": 0.03, \"seed\": null"
                    )
            ),
            Layer("BatchNormalization", "norm"),
            Layer("Dense", "after", "\"units\": 64, \"kernel_initializer\": \"lecun_normal\""),
            Layer("LSTM", "memory", "\"units\": 32, \"return_sequences\": true"),
            Layer("Dense", "last", "\"units\": 64, \"kernel_initializer\": \"lecun_normal\"")
        );
        SignalRun signal = SignalPropagation.Of(plan)!;
        signal.Steps.Select(static step => step.Path).ShouldBe(["weak", "after", "memory", "last"]);
        signal.Steps[0].Variance!.Value.ShouldBe(64 * 0.03 * 0.03, 0.02);
        signal.Steps[1].Variance!.Value.ShouldBe(1, 0.3);
        signal.Steps[2].ShouldBe(new("memory", "LSTM", "memory/lstm_cell/kernel", null, null, true));
        signal.Steps[3].Before!.Value.ShouldBe(1, 0.2);
        signal.Steps[3].BeginsAnew.ShouldBeTrue();
        signal.Note.ShouldBe("Not followed: LSTM; after them the signal begins anew with variance 1.");
    }

    [Fact]
    public void AZeroKernelLeavesNoSignal() =>
        Steps(Plan("[null, 8]", Layer("Dense", "x", "\"units\": 4, \"kernel_initializer\": \"zeros\"")))[0]
            .Variance.ShouldBe(0);

    [Fact]
    public void EveryRecordedModelCanBeFollowedWithoutAnError()
    {
        int followed = 0;
        foreach (
            string path in Testing
                .Golden.Files("models", "*.json")
                .Where(static path => !path.EndsWith(".weights.json", StringComparison.Ordinal))
        )
        {
            WeightPlan plan;
            try
            {
                plan = Model.Read(path).Plan(1);
            }
            catch (ModelException)
            {
                continue; // whether it must be read is another test's matter
            }

            SignalRun? signal = SignalPropagation.Of(plan);
            if (signal is { Steps.Count: > 0 })
                followed++;
            (signal?.Steps ?? []).ShouldAllBe(static step => step.Variance == null || step.Variance >= 0);
        }

        Testing.Golden.ShouldHaveSeen(followed, 188);
    }
}
