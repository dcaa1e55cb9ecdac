using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Models.Tests.ModelFiles;

namespace Fanwise.Models.Tests.Hostile;

/// <summary>Files that ended in an exception of the runtime: each is one sentence now, or a result.</summary>
public class RefusalTests
{
    [Fact]
    public void FansBeyond64BitsAreRefused() =>
        Should
            .Throw<InitializerException>(() => Fans.Of([1 << 20, 3], [0, 0, 0, 0, 0], [1]))
            .Message.ShouldContain("below 2^63");

    [Theory]
    [InlineData("ConvLSTM1D")]
    [InlineData("ConvLSTM2D")]
    [InlineData("ConvLSTM3D")]
    public void ASharedLayerCalledWithAnotherRankIsRefused(string className)
    {
        int rank = className[^2] - '0';
        string layer = Texts.Layer(className, "\"name\": \"c\", \"filters\": 2, \"kernel_size\": 1");
        for (int other = 1; other < 7; other++)
        {
            string model = Model(layer, Batch(rank + 3), Batch(other));
            Exception? error = Record.Exception(() => Texts.Plan(model).Explain());
            (error is null or ModelException).ShouldBeTrue($"{className}, rank {other}: {error}");
        }
    }

    [Theory]
    [InlineData("BatchNormalization", "\"epsilon\": \"x\"")]
    [InlineData("LayerNormalization", "\"epsilon\": \"x\"")]
    [InlineData("LeakyReLU", "\"negative_slope\": \"x\"")]
    [InlineData("ELU", "\"alpha\": \"x\"")]
    [InlineData("Dropout", "\"rate\": \"x\"")]
    public void AStringForANumberIsOneSentenceInAReport(string className, string config)
    {
        string text = Texts.Sequential(
            Texts.Input,
            Texts.Dense("d"),
            Texts.Layer(className, $"\"name\": \"n\", {config}")
        );
        Exception? error = Record.Exception(() => Report.Of(ReportSource.Of(Texts.Plan(text), "title")));
        (error is null or ModelException).ShouldBeTrue(error?.ToString());
    }

    [Fact]
    public void AReportHasAnOrthogonalWeightWithoutElements()
    {
        string text = Texts.Sequential(
            Texts.Layer("InputLayer", "\"batch_shape\": [null, 0], \"name\": \"x\""),
            Texts.Layer("Dense", "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": \"orthogonal\"")
        );
        Exception? error = Record.Exception(() => Report.Of(ReportSource.Of(Texts.Plan(text), "title")));
        (error is null or ModelException).ShouldBeTrue(error?.ToString());
    }

    [Fact]
    public void ADeclarationWithoutASizeInItsOutputIsRefused()
    {
        byte[] declaration = """{"C": {"weights": [], "output": []}}"""u8.ToArray();
        Should
            .Throw<ModelException>(() => CustomLayers.Read(new MemoryStream(declaration)))
            .Message.ShouldContain("at least one size");
    }

    private static string Batch(int rank) =>
        $"[{string.Join(", ", Enumerable.Range(0, rank).Select(static axis => axis == 0 ? "null" : "4"))}]";

    /// <summary>A Functional that calls one layer with two inputs.</summary>
    private static string Model(string layer, string first, string second)
    {
        string Input(string name, string shape) =>
            Texts.Layer("InputLayer", $"\"batch_shape\": {shape}, \"name\": \"{name}\"")[..^1]
            + $", \"name\": \"{name}\", \"inbound_nodes\": []}}";
        string called = Texts.Called(layer, "c", "x");
        string call = called.Split("\"inbound_nodes\": [")[1][..^2];
        return Texts.Functional(
            "c",
            Input("x", first),
            Input("y", second),
            called[..^2] + ", " + call.Replace("\"x\"", "\"y\"", StringComparison.Ordinal) + "]}"
        );
    }
}
