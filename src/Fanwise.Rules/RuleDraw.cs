using System.Globalization;
using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Rules;

/// <summary>What a rule says a tensor is, its expressions evaluated.</summary>
/// <param name="Name">The rule's word: <c>normal</c>, <c>ones</c>.</param>
/// <param name="Mean">The mean, or the value of a constant; the gain of identity and orthogonal.</param>
/// <param name="Deviation">The deviation before any cut; 0 for a constant.</param>
/// <param name="Lower">The lower bound; -infinity where there is none.</param>
/// <param name="Upper">The upper bound; infinity where there is none.</param>
public sealed record RuleDraw(string Name, double Mean, double Deviation, double Lower, double Upper)
{
    /// <summary>The deviations at which a truncated normal is cut where its rule gives no bounds.</summary>
    internal const double DefaultCut = 2;

    /// <summary>The tensor that this one is a copy of; null for all but copies.</summary>
    public string? Source { get; init; }

    /// <summary>The row that is zero; null where none is.</summary>
    public long? ZeroRow { get; init; }

    /// <summary>The rule in words, its expressions evaluated: <c>normal with mean 0 and deviation 0.02</c>.</summary>
    public string Words
    {
        get
        {
            string words = Name switch
            {
                "zeros" or "ones" => Name,
                "constant" => $"the constant {Number(Mean)}",
                "identity" or "orthogonal" => Mean == 1 ? Name : $"{Name} times {Number(Mean)}",
                "uniform" => $"uniform from {Number(Lower)} to {Number(Upper)}",
                "copy" => $"a copy of {Source}",
                "normal" => $"normal with mean {Number(Mean)} and deviation {Number(Deviation)}",
                _ => $"a normal of mean {Number(Mean)} and deviation {Number(Deviation)} cut at {Number(Lower)} and "
                    + Number(Upper),
            };
            return ZeroRow is { } row ? $"{words}, row {row} zero" : words;
        }
    }

    internal static RuleDraw Constant(string name, double value) => new(name, value, 0, value, value);

    internal static RuleDraw Normal(string name, double mean, double deviation) =>
        new(name, mean, deviation, double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>The values for a stream; half precisions are the rounded float32 ones.</summary>
    internal Values Values(Shape shape, ElementType type, PhiloxStream stream)
    {
        bool isHalf = type is ElementType.Float16 or ElementType.BFloat16;
        ElementType drawn = isHalf ? ElementType.Float32 : type;
        Values values = Name switch
        {
            "constant" or "zeros" or "ones" => new ConstantValues(shape, type, Rounded(Mean, type)),
            "identity" => new IdentityValues(shape, type, Mean),
            "orthogonal" => new OrthogonalValues(shape, OrthogonalValues.Normals(shape, drawn), stream, Mean),
            "uniform" => new DrawnValues(shape, Draw.Uniform(drawn, Lower, Upper, ParameterRounding.Graph), stream),
            "normal" => new DrawnValues(shape, Draw.Normal(drawn, Mean, Deviation, ParameterRounding.Graph), stream),
            _ when IsCutAtTwo => new DrawnValues(
                shape,
                Draw.TruncatedNormal(drawn, Mean, Deviation, ParameterRounding.Graph),
                stream
            ),
            _ => new BoundedNormalValues(
                shape,
                drawn,
                Mean,
                Deviation,
                (Lower - Mean) / Deviation,
                (Upper - Mean) / Deviation,
                stream
            ),
        };
        if (values.ElementType != type)
            values = new RoundedValues(values, type);
        return ZeroRow is { } row ? new ZeroRowValues(values, row) : values;
    }

    private bool IsCutAtTwo =>
        Lower == Mean - DefaultCut * Deviation && Upper == Mean + DefaultCut * Deviation || Deviation == 0;

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static double Rounded(double value, ElementType type) =>
        type switch
        {
            ElementType.Float64 => value,
            ElementType.Float16 => (double)(Half)(float)value,
            ElementType.BFloat16 => (double)(BFloat16)(float)value,
            ElementType.Float32 => (float)value,
            _ => value,
        };
}
