using System.Globalization;

namespace Fanwise;

/// <summary>When a weight's explanation warns: one rule for each kind of warning that one weight alone can
/// have.</summary>
internal static class WarningRules
{
    /// <summary>Variances that differ by less are the same, but for rounding.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>How the name of a rule for PyTorch's layout goes on.</summary>
    private const string PyTorchLayout = ";layout=pytorch";

    /// <summary>The share of values that must be too small for a full-precision element before that is worth a
    /// warning.</summary>
    private const double UnderflowShare = 0.5;

    public static ExplanationWarning[] Of(Explanation explanation, Initializer? rule)
    {
        ReadOnlySpan<ExplanationWarning?> each =
        [
            FansOf(explanation),
            OtherLayout(explanation, rule),
            Narrowed(explanation),
            ZeroGain(explanation, rule),
            Underflow(explanation),
        ];
        List<ExplanationWarning>? found = null; // of a large model nearly all have none
        foreach (ExplanationWarning? warning in each)
            if (warning is not null)
                (found ??= []).Add(warning);
        return found is null ? [] : [.. found];
    }

    /// <summary>The fan that divided is not the one that the layer has.</summary>
    private static ExplanationWarning? FansOf(Explanation e)
    {
        if (
            e
            is not {
                VarianceAsked: { } asked,
                VarianceOfLayer: { } right,
                Mode: { } mode,
                Fans: { } used,
                LayerFans: { } real,
                LayerRule: { } layer
            }
        )
            return null;
        if (Same(asked, right))
            return null;
        (WarningKind kind, string what) = layer.Name.Split(':', ';')[0] switch
        {
            "depthwise" => (WarningKind.DepthwiseFans, "a depthwise kernel filters every channel alone"),
            "convolution" when layer.Name.Contains("groups=", StringComparison.Ordinal) => (
                WarningKind.GroupedFans,
                "a grouped convolution connects channels only within their group"
            ),
            "transposed" => (
                WarningKind.TransposedFans,
                "a transposed convolution's kernel is [..., out, in], and its strides thin out what an output sums"
            ),
            "einsum" or "attention-input" or "attention-output" => (
                WarningKind.ContractionFans,
                "the kernel's axes are not those of a convolution"
            ),
            "embedding" => (WarningKind.EmbeddingFans, "an embedding looks up one row and sums nothing"),
            _ => (WarningKind.OtherFans, "the layer connects otherwise"),
        };
        if (IsPyTorch(layer) && !IsPyTorch(e.Rule))
            what = "the shape is in PyTorch's order, [out, in, receptive field...], and was read in Keras'";
        double factor = right / asked;
        string size = factor > 1 ? $"{Number(factor)} times too small" : $"{Number(1 / factor)} times too large";
        return new(
            kind,
            $"The variance is {size}: the {Name(mode)} used is {Number(used.For(mode))} (rule {e.Rule}), the "
                + $"layer's is {Number(real.For(mode))}, since {what}.",
            factor
        );
    }

    /// <summary>A kernel whose window is as large as channels are, and whose channels as few as a window has
    /// positions.</summary>
    private static ExplanationWarning? OtherLayout(Explanation e, Initializer? rule)
    {
        const string turned = ";layout=pytorch";
        // What is told of the layer tells the order too.
        if (
            rule is not VarianceScaling { Axes: null }
            || e is not { Shape.Rank: >= 3, LayerRule: null, Rule: { } used }
        )
            return null;
        if (used.Name.Split(':', ';')[0] is not ("heuristic" or "convolution"))
            return null;
        bool isKeras = !used.Name.EndsWith(turned, StringComparison.Ordinal);
        ReadOnlySpan<long> first = e.Shape.Lengths[..^2],
            last = e.Shape.Lengths[2..],
            window = isKeras ? first : last,
            other = isKeras ? last : first;
        if (Largest(window) <= LargestWindow(window.Length) || Largest(other) > LargestWindow(2))
            return null;
        string field = string.Join(" x ", window.ToArray()),
            advice = isKeras
                ? "PyTorch's order is `layout: KernelLayout.PyTorch`, or the rule convolution;layout=pytorch"
                : "Keras' order is `layout: KernelLayout.Keras`, or the rule convolution";
        return new(WarningKind.OtherLayout, $"The receptive field {field} is unusual; {advice}.", null);
    }

    private static long Largest(ReadOnlySpan<long> lengths) => System.Numerics.Tensors.TensorPrimitives.Max(lengths);

    /// <summary>The widest windows that networks have: 11 in AlexNet's images; over sequences, where a shape of three
    /// lengths tells less, 31.</summary>
    private static int LargestWindow(int dimensions) => dimensions == 1 ? 31 : 11;

    /// <summary>A truncated normal that should have the variance asked for, and was not widened to have it.</summary>
    private static ExplanationWarning? Narrowed(Explanation e) =>
        e is { Mode: not null, Drawn: TruncatedNormalDistribution drawn, VarianceAsked: { } asked }
        && Same(drawn.Variance, asked * TruncatedNormalDistribution.StandardVariance)
            ? new(
                WarningKind.NarrowedVariance,
                "The variance drawn is 0.7737 of the one asked for: this generation truncates its normal at two "
                    + "deviations and does not widen it to make up for that.",
                1 / TruncatedNormalDistribution.StandardVariance
            )
            : null;

    /// <summary>A gain or a deviation of zero.</summary>
    private static ExplanationWarning? ZeroGain(Explanation e, Initializer? rule) =>
        rule switch
        {
            Orthogonal { Gain: 0 } or Identity { Gain: 0 } => new(
                WarningKind.ZeroGain,
                "The gain is 0: all values are zero, and the layer passes nothing on.",
                null
            ),
            RandomNormal { Deviation: 0 } or TruncatedNormal { Deviation: 0 } => new(
                WarningKind.ZeroGain,
                $"The deviation is 0: all values are {Mean(e)}, and units that begin equal stay equal.",
                null
            ),
            RandomUniform uniform when uniform.Minimum == uniform.Maximum => new(
                WarningKind.ZeroGain,
                $"Both bounds are the same: all values are {Mean(e)}, and units that begin equal stay equal.",
                null
            ),
            _ => null,
        };

    /// <summary>Values below the smallest number that the element type holds with all its digits.</summary>
    private static ExplanationWarning? Underflow(Explanation e)
    {
        if (e.Drawn is null || e.VarianceAsked is not ({ } asked and > 0))
            return null;
        double smallest = e.ElementType switch
        {
            ElementType.Float16 => 6.103515625e-05, // 2^-14
            ElementType.Float32 or ElementType.BFloat16 => 1.1754943508222875E-38, // 2^-126
            ElementType.Float64 => 2.2250738585072014E-308, // 2^-1022
            _ => 0,
        };
        // No density here is so steep that half of the values lie within a thousandth of a deviation.
        if (smallest < 1e-3 * e.Drawn.Deviation)
            return null;
        double share = e.Drawn.Probability(-smallest, smallest);
        if (!(share >= UnderflowShare))
            return null;
        string what =
            e.Drawn.Variance == 0
                ? "all values become the same"
                : $"{(share > 0.995 ? "nearly all" : $"{Number(Math.Round(100 * share))} % of the")} values are below "
                    + $"{Number(smallest)} and lose digits or become zero";
        return new(
            WarningKind.Underflow,
            $"A deviation of {Number(Math.Sqrt(asked))} is too small for {e.ElementType.Name()}: {what}.",
            null
        );
    }

    private static bool IsPyTorch(FanRule? rule) =>
        rule is not null && rule.Name.Contains(PyTorchLayout, StringComparison.Ordinal);

    private static bool Same(double a, double b) => Math.Abs(a - b) <= Tolerance * Math.Max(Math.Abs(a), Math.Abs(b));

    private static string Mean(Explanation e) => Number(e.Drawn?.Mean ?? 0);

    private static string Name(FanMode mode) =>
        mode switch
        {
            FanMode.FanIn => "fan in",
            FanMode.FanOut => "fan out",
            _ => "mean fan",
        };

    private static string Number(double value) =>
        value.ToString(
            Math.Abs(value) is >= 1e15 or < 1e-4 ? "0.###e+00"
                : Math.Abs(value) >= 1000 ? "0"
                : "0.####",
            CultureInfo.InvariantCulture
        );
}
