using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Draws.Twister;

/// <summary>PyTorch 2.13's <c>trunc_normal_</c>: normals, and new ones for what lies outside of [a, b]; or, where the
/// bounds hold less than 0.3 of the distribution, uniform candidates that are accepted or not. Whole tensors are drawn
/// again and again, so that a slice costs the whole.</summary>
/// <remarks>Every step is a tensor operation, rounded to the element type. Source: PyTorch 2.13,
/// torch/nn/init.py.</remarks>
internal sealed record TorchTruncatedNormals : Values
{
    /// <summary>Where the bounds hold more than this part of the distribution, normals are drawn.</summary>
    private const double MostlyInside = 0.3;

    public TorchTruncatedNormals(
        Shape shape,
        ElementType type,
        double mean,
        double deviation,
        double lower,
        double upper,
        TorchState state
    )
        : base(shape, type)
    {
        Mean = mean;
        Deviation = deviation;
        Lower = lower;
        Upper = upper;
        State = state;
    }

    public double Mean { get; }

    public double Deviation { get; }

    /// <summary>a and b, absolute: not in deviations.</summary>
    public double Lower { get; }

    public double Upper { get; }

    public TorchState State { get; }

    public override bool NeedsWhole => true;

    /// <summary>Whether nothing can be cut, so that the values are those of <c>normal_</c>.</summary>
    public static bool CutsNothing(Shape shape, double mean, double deviation, double lower, double upper) =>
        shape.Elements >= TorchState.Block
        && mean - lower > TorchBlockNormals.Farthest * 1.5 * deviation // float64 has normals up to 8.6
        && upper - mean > TorchBlockNormals.Farthest * 1.5 * deviation;

    /// <summary>The state after the draw, for which all of it must be made.</summary>
    public TorchState StateAfter() => Draw(new double[Shape.Elements]);

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-truncated-normal");
        writer.Write(Mean);
        writer.Write(Deviation);
        writer.Write(Lower);
        writer.Write(Upper);
        writer.Write((long)State.Stream.Seed);
        writer.Write(State.Word);
        writer.Write(State.Cached is not null);
        writer.Write(State.Cached ?? 0);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        double[] whole = new double[Shape.Elements];
        _ = Draw(whole);
        int size = ElementType.Size();
        for (int i = 0; i < destination.Length / size; i++)
            Elements.Store(whole[start + i], ElementType, destination[(i * size)..]);
    }

    private TorchState Draw(double[] values)
    {
        double inside = Below((Upper - Mean) / Deviation) - Below((Lower - Mean) / Deviation);
        return inside > MostlyInside ? DrawNormals(values) : DrawUniforms(values);
    }

    private TorchState DrawNormals(double[] values)
    {
        double lower = TorchRounding.Round(Lower, ElementType),
            upper = TorchRounding.Round(Upper, ElementType);
        TorchState state = State;
        double[] candidates = new double[values.Length];
        Read(state.Normal(Shape, ElementType, Mean, Deviation), values);
        state = state.AfterNormal(Shape.Elements, ElementType);
        while (values.Any(value => value < lower || value > upper))
        {
            Read(state.Normal(Shape, ElementType, Mean, Deviation), candidates);
            state = state.AfterNormal(Shape.Elements, ElementType);
            for (int i = 0; i < values.Length; i++)
                if (values[i] < lower || values[i] > upper)
                    values[i] = candidates[i];
        }

        return state;
    }

    private TorchState DrawUniforms(double[] values)
    {
        double nearest = (Math.Clamp(Mean, Lower, Upper) - Mean) / Deviation,
            peak = Scalar(-0.5 * nearest * nearest),
            mean = Scalar(Mean),
            deviation = ElementType == ElementType.Float64 ? Deviation : (float)Deviation;
        TorchState state = State;
        double[] candidates = new double[values.Length],
            levels = new double[values.Length];
        bool[] accepted = new bool[values.Length];
        int pending = values.Length;
        while (pending > 0)
        {
            Read(state.Uniform(Shape, ElementType, Lower, Upper), candidates);
            state = state.AfterUniform(Shape.Elements, ElementType);
            Read(state.Uniform(Shape, ElementType, 0, 1), levels);
            state = state.AfterUniform(Shape.Elements, ElementType);
            for (int i = 0; i < values.Length; i++)
            {
                if (accepted[i])
                    continue;
                double x = Step(Step(candidates[i] - mean) / deviation);
                x = Step(Step(Step(x * x) * -0.5) - peak);
                values[i] = candidates[i];
                accepted[i] = Log(levels[i]) <= x;
                pending -= accepted[i] ? 1 : 0;
            }
        }

        return state;
    }

    private double Step(double value) => TorchRounding.Round(value, ElementType);

    /// <summary>A number that is added to a tensor or taken from it.</summary>
    private double Scalar(double value) => TorchRounding.Round(value, ElementType);

    private double Log(double level) =>
        level == 0 ? double.NegativeInfinity : Step(DoubleFunctions<ScalarLanes, ulong, double>.Log(level));

    private void Read(Values drawn, double[] destination)
    {
        ReadOnlySpan<byte> bytes = drawn.ToTensor().Bytes;
        int size = ElementType.Size();
        for (int i = 0; i < destination.Length; i++)
            destination[i] = ElementType.Read(bytes[(i * size)..]);
    }

    /// <summary>The part of a standard normal distribution below <paramref name="x"/>: it decides between the two ways,
    /// and no bit depends on it otherwise.</summary>
    private static double Below(double x) => (1 + ErrorFunction.Double(x / Math.Sqrt(2))) / 2;
}
