using System.Numerics;

namespace Fanwise.Generations;

/// <summary>Between Keras 3's configurations and the initializers of the root namespace, which draw the same.</summary>
public static class Keras3Records
{
    /// <summary>The record that draws what this instance draws.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="configured"/> is null.</exception>
    /// <exception cref="InitializerException">It is not Keras 3's, or a record refuses it: a scale that is not finite,
    /// a seed beyond 64 bits, a generator's.</exception>
    public static Initializer ToInitializer(this ConfiguredInitializer configured)
    {
        ArgumentNullException.ThrowIfNull(configured);
        if (!configured.Generation.Columns.HasRecords)
            throw new InitializerException(
                $"The initializers of the root namespace are Keras 3's; received one of {configured.Generation.Title}."
            );
        PythonValue seed = configured["seed"];
        return Record(
                configured,
                seed.IsNone ? (long?)configured.DrawnSeed
                    : !seed.IsGiven ? null
                    : seed.Integer is { } integer && integer >= long.MinValue && integer <= long.MaxValue
                        ? (long)integer
                    : throw new InitializerException(
                        $"A record's seed is an integer of 64 bits; received {seed.Representation}."
                    )
            ) ?? throw new InitializerException($"{configured.Class.Name} draws nothing.");
    }

    /// <summary>The record by the formula of an instance of any generation; null where there is none.</summary>
    /// <param name="configured">The instance.</param>
    /// <param name="seed">The record's seed.</param>
    /// <exception cref="InitializerException">A parameter is no number, or none that the record takes.</exception>
    internal static Initializer? Record(ConfiguredInitializer configured, long? seed)
    {
        switch (configured.Class.Rule)
        {
            case Rule.Zeros:
                return Initializers.Zeros;
            case Rule.Ones:
                return Initializers.Ones;
            case Rule.Constant:
                return configured["value"] is { Kind: PythonKind.Integer or PythonKind.Boolean } value
                    ? new Constant(Whole(value))
                    : new Constant(Number("value"));
            case Rule.Identity:
                return new Identity(Number("gain"));
            case Rule.RandomUniform:
                return new RandomUniform
                {
                    Minimum = Number("minval"),
                    Maximum =
                        configured["maxval"].IsNone && configured.Generation.Columns.MaximumMayBeNone
                            ? 1
                            : Number("maxval"),
                    Seed = seed,
                };
            case Rule.RandomNormal:
                return new RandomNormal
                {
                    Mean = Number("mean"),
                    Deviation = Number("stddev"),
                    Seed = seed,
                };
            case Rule.TruncatedNormal:
                return new TruncatedNormal
                {
                    Mean = Number("mean"),
                    Deviation = Number("stddev"),
                    Seed = seed,
                };
            case Rule.Orthogonal:
                return new Orthogonal { Gain = Number("gain"), Seed = seed };
            case Rule.VarianceScaling:
                Specialisation named =
                    configured.Class.Fixed
                    ?? new(Number("scale"), configured["mode"].Text!, configured["distribution"].Text!);
                return new VarianceScaling
                {
                    Scale = named.Scale,
                    Mode = FanModes.Parse(named.Mode),
                    Distribution = configured.Generation.Columns.Distributions[named.Distribution],
                    Axes = Rules.AxesOf(configured),
                    Seed = seed,
                };
            default:
                return null;
        }

        double Number(string name) =>
            configured[name].Number
            ?? throw new InitializerException(
                $"`{name}` must be a number; received {configured[name].Representation}."
            );

        static long Whole(PythonValue value) =>
            BigInteger.Abs(value.Integer!.Value) <= Constant.MaxInteger
                ? (long)value.Integer.Value
                : throw new InitializerException(
                    $"A constant must be an integer up to 2^53 or a number with a fraction; received {value}."
                );
    }

    /// <summary>The instance of Keras 3.15 that draws what this record draws: its class is the named one where the
    /// numbers are.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="initializer"/> is null.</exception>
    /// <exception cref="InitializerException">The initializer is of another kind than the records of the root
    /// namespace.</exception>
    public static ConfiguredInitializer ToConfigured(this Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        PythonValue seed = (initializer as RandomInitializer)?.Seed is { } given ? given : PythonValue.None;
        switch (initializer)
        {
            case Constant { Value: 0 } constant when !double.IsNegative(constant.Value):
                return Make("Zeros");
            case Constant { Value: 1 }:
                return Make("Ones");
            case Constant constant:
                return Make("Constant", constant.IsInteger ? (long)constant.Given : constant.Given);
            case Identity identity:
                return Make("Identity", identity.Gain);
            case RandomUniform uniform:
                return Make("RandomUniform", uniform.Minimum, uniform.Maximum, seed);
            case RandomNormal normal:
                return Make("RandomNormal", normal.Mean, normal.Deviation, seed);
            case TruncatedNormal normal:
                return Make("TruncatedNormal", normal.Mean, normal.Deviation, seed);
            case Orthogonal orthogonal:
                return Make("Orthogonal", orthogonal.Gain, seed);
            case VarianceScaling { Rule: not null }:
                throw new InitializerException(
                    "A fan rule of one's own is in no configuration: Keras takes fans from the shape or from axes."
                );
            case VarianceScaling scaling:
                string mode = scaling.Mode.Name();
                string distribution = Generation
                    .Keras.Columns.Distributions.First(pair => pair.Value == scaling.Distribution)
                    .Key;
                (PythonValue input, PythonValue output) = scaling.Axes is { } axes
                    ? (axes.Input.ToArray(), axes.Output.ToArray())
                    : (PythonValue.None, PythonValue.None);
                string? named = Generation
                    .Keras.Classes.FirstOrDefault(row =>
                        row.Fixed == new Specialisation(scaling.Scale, mode, distribution) && row.Name != "LecunNormal"
                    )
                    ?.Name;
                return named is null
                    ? Make("VarianceScaling", scaling.Scale, mode, distribution, seed, input, output)
                    : Make(named, seed, input, output);
            default:
                throw new InitializerException(
                    $"{initializer.GetType().Name} has no class in {Generation.Keras.Title}."
                );
        }

        static ConfiguredInitializer Make(string name, params ReadOnlySpan<PythonValue> arguments) =>
            Generation.Keras.Construct(name, arguments);
    }
}
