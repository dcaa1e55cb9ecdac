using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Fanwise.Draws;

namespace Fanwise.Cli;

/// <summary>A function of a framework.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Parameters">The names of its parameters, beside shape, type and seed.</param>
/// <param name="Draw">What it draws.</param>
internal sealed record FrameworkFunction(string Name, string Parameters, Func<FrameworkCall, Values> Draw)
{
    /// <summary>What surprises those who come from Keras; empty where nothing does.</summary>
    public string About { get; init; } = "";
}

/// <summary>The frameworks whose own functions <c>fanwise draw</c> knows, a row each.</summary>
/// <param name="Name">What <c>--as</c> takes.</param>
/// <param name="Functions">Its functions.</param>
internal sealed record FrameworkDraws(string Name, FrameworkFunction[] Functions)
{
    private const string Axes = "in_axis out_axis batch_axis",
        JaxFans =
            "Fans are those of in_axis -2 and out_axis -1 by default, each times all other axes but batch_axis. A "
            + "truncated normal is widened by 1 / 0.8796, as in Keras.",
        TorchFans =
            "Fans are counted in PyTorch's order, (out, in, kernel...): in by axis 1, out by axis 0, for transposed "
            + "convolutions too.",
        KaimingFans =
            TorchFans
            + " a = 0 has the gain sqrt(2). Linear layers and convolutions begin with kaiming_uniform_ and a = "
            + "sqrt(5): "
            + "within 1 / sqrt(fan_in), a sixth of He's variance.",
        BlockNormals =
            "From 16 elements on normals are made in blocks of 16, and the last 16 are drawn once more where some are "
            + "left over; fewer are drawn one by one, in double.";

    public static FrameworkDraws[] All { get; } =
    [
        new(
            Backend.Jax.Name(),
            [
                new("uniform", "minval maxval", JaxUniform),
                new("normal", "stddev", static c => Jax.Normal(Key(c), c.Shape, Type(c), c.Number("stddev", 1))),
                new(
                    "truncated_normal",
                    "stddev lower upper",
                    static c =>
                        Jax.TruncatedNormal(
                            Key(c),
                            c.Shape,
                            Type(c),
                            c.Number("stddev", 1),
                            c.Number("lower", -2),
                            c.Number("upper", 2)
                        )
                ),
                new("variance_scaling", $"scale mode distribution {Axes}", static c => Scaled(c, Scaling(c)))
                {
                    About = JaxFans,
                },
                Named("glorot_uniform", new(1, JaxFanMode.FanAverage, Distribution.Uniform)),
                Named("glorot_normal", new(1, JaxFanMode.FanAverage, Distribution.TruncatedNormal)),
                Named("lecun_uniform", new(1, JaxFanMode.FanIn, Distribution.Uniform)),
                Named("lecun_normal", new(1, JaxFanMode.FanIn, Distribution.TruncatedNormal)),
                Named("he_uniform", new(2, JaxFanMode.FanIn, Distribution.Uniform)),
                Named("he_normal", new(2, JaxFanMode.FanIn, Distribution.TruncatedNormal)),
                new(
                    "orthogonal",
                    "scale column_axis",
                    static c =>
                        Jax.Orthogonal(Key(c), c.Shape, Type(c), c.Number("scale", 1), c.Axes("column_axis", -1)[0])
                ),
                new(
                    "delta_orthogonal",
                    "scale",
                    static c => Jax.DeltaOrthogonal(Key(c), c.Shape, Type(c), c.Number("scale", 1))
                ),
            ]
        ),
        new(
            Backend.NumPy.Name(),
            [
                new("random", "", static c => NumPy.Random(new NumPyGenerator(c.Seed), c.Shape, Double(c))),
                new(
                    "uniform",
                    "low high",
                    static c =>
                        NumPy.Uniform(new NumPyGenerator(c.Seed), Only64(c), c.Number("low", 0), c.Number("high", 1))
                ),
                new(
                    "standard_normal",
                    "",
                    static c => NumPy.StandardNormal(new NumPyGenerator(c.Seed), c.Shape, Double(c))
                ),
                new(
                    "normal",
                    "loc scale",
                    static c =>
                        NumPy.Normal(new NumPyGenerator(c.Seed), Only64(c), c.Number("loc", 0), c.Number("scale", 1))
                ),
                new("RandomState.rand", "", static c => NumPy.Random(Legacy(c), Only64(c))),
                new("RandomState.randn", "", static c => NumPy.StandardNormal(Legacy(c), Only64(c))),
                new(
                    "RandomState.uniform",
                    "low high",
                    static c => NumPy.Uniform(Legacy(c), Only64(c), c.Number("low", 0), c.Number("high", 1))
                ),
                new(
                    "RandomState.normal",
                    "loc scale",
                    static c => NumPy.Normal(Legacy(c), Only64(c), c.Number("loc", 0), c.Number("scale", 1))
                ),
            ]
        ),
        new(Backend.Torch.Name(), TorchFunctions),
    ];

    /// <summary>The functions of PyTorch after <c>torch.manual_seed(seed)</c>.</summary>
    private static FrameworkFunction[] TorchFunctions =>
        [
            new("rand", "", static c => Torch.Uniform(Generator(c), c.Shape, Type(c), 0, 1)),
            new("randn", "", static c => Torch.Normal(Generator(c), c.Shape, Type(c), 0, 1)) { About = BlockNormals },
            new(
                "uniform_",
                "from to a b",
                static c =>
                    Torch.Uniform(
                        Generator(c),
                        c.Shape,
                        Type(c),
                        c.Number("from", c.Number("a", 0)),
                        c.Number("to", c.Number("b", 1))
                    )
            ),
            new(
                "normal_",
                "mean std",
                static c => Torch.Normal(Generator(c), c.Shape, Type(c), c.Number("mean", 0), c.Number("std", 1))
            )
            {
                About = BlockNormals,
            },
            new(
                "trunc_normal_",
                "mean std a b",
                static c =>
                    Torch.TruncatedNormal(
                        Generator(c),
                        c.Shape,
                        Type(c),
                        c.Number("mean", 0),
                        c.Number("std", 1),
                        c.Number("a", -2),
                        c.Number("b", 2)
                    )
            )
            {
                About =
                    "a and b are bounds of the values, not multiples of std: at std 0.02 the defaults -2 and 2 cut "
                    + "nothing. "
                    + "What lies beyond is drawn again (PyTorch 2.13; earlier releases went through the inverse error "
                    + "function).",
            },
            new(
                "xavier_uniform_",
                "gain",
                static c => Torch.XavierUniform(Generator(c), c.Shape, Type(c), c.Number("gain", 1))
            )
            {
                About = TorchFans,
            },
            new(
                "xavier_normal_",
                "gain",
                static c => Torch.XavierNormal(Generator(c), c.Shape, Type(c), c.Number("gain", 1))
            )
            {
                About = TorchFans,
            },
            new(
                "kaiming_uniform_",
                "a mode nonlinearity",
                static c =>
                    Torch.KaimingUniform(
                        Generator(c),
                        c.Shape,
                        Type(c),
                        c.Number("a", 0),
                        TorchMode(c),
                        c.Text("nonlinearity", "leaky_relu")
                    )
            )
            {
                About = KaimingFans,
            },
            new(
                "kaiming_normal_",
                "a mode nonlinearity",
                static c =>
                    Torch.KaimingNormal(
                        Generator(c),
                        c.Shape,
                        Type(c),
                        c.Number("a", 0),
                        TorchMode(c),
                        c.Text("nonlinearity", "leaky_relu")
                    )
            )
            {
                About = KaimingFans,
            },
            new(
                "orthogonal_",
                "gain",
                static c => Torch.Orthogonal(Generator(c), c.Shape, Type(c), c.Number("gain", 1))
            ),
            new(
                "sparse_",
                "sparsity std",
                static c => Torch.Sparse(Generator(c), c.Shape, Type(c), c.Number("sparsity", 0), c.Number("std", 0.01))
            ),
            new("eye_", "", static c => Torch.Eye(c.Shape, Type(c))),
            new("dirac_", "groups", static c => Torch.Dirac(c.Shape, Type(c), (long)c.Number("groups", 1))),
        ];

    /// <summary>What a function draws.</summary>
    /// <param name="text">Its name, or JSON with <c>class_name</c> and <c>config</c>.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="type">The element type; null for the function's own.</param>
    /// <param name="seed">The seed; null where none was given.</param>
    /// <exception cref="InitializerException">No function has the name, a parameter is none of its own, or no seed was
    /// given.</exception>
    public Values Draw(string text, Shape shape, ElementType? type, BigInteger? seed)
    {
        (FrameworkFunction function, JsonElement arguments) = Find(text);
        return function.Draw(
            new(
                shape,
                type,
                seed ?? throw new InitializerException($"A function of {Name} draws with a seed; none was given."),
                arguments
            )
        );
    }

    /// <summary>What a function draws for a weight, whatever the seed, and what surprises.</summary>
    /// <inheritdoc cref="Draw"/>
    public (Explanation Explanation, string About) Explain(string text, Shape shape, ElementType? type)
    {
        (FrameworkFunction function, JsonElement arguments) = Find(text);
        Values values = function.Draw(new(shape, type, 0, arguments));
        return (values.Explain($"{function.Name} of {Name}"), function.About);
    }

    /// <summary>The function and its parameters.</summary>
    private (FrameworkFunction Function, JsonElement Arguments) Find(string text)
    {
        (string name, JsonElement arguments) = Read(text);
        FrameworkFunction function =
            Array.Find(Functions, function => function.Name == name)
            ?? throw new InitializerException(
                $"A function of {Name} is one of {string.Join(", ", Functions.Select(static row => row.Name))}; "
                    + "received "
                    + $"'{name}'{Nearest.End(name, [.. Functions.Select(static row => row.Name)])}"
            );
        string[] parameters = function.Parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (arguments.ValueKind == JsonValueKind.Object)
            foreach (JsonProperty argument in arguments.EnumerateObject())
                if (Array.IndexOf(parameters, argument.Name) < 0)
                    throw new InitializerException(
                        $"{name} of {Name} has no parameter \"{argument.Name}\""
                            + Nearest.End(argument.Name, parameters)
                    );
        return (function, arguments);
    }

    private static (string Name, JsonElement Arguments) Read(string text)
    {
        if (!text.TrimStart().StartsWith('{'))
            return (text, default);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement.Clone();
            if (root.TryGetProperty("class_name", out JsonElement name) && name.ValueKind == JsonValueKind.String)
                return (name.GetString()!, root.TryGetProperty("config", out JsonElement config) ? config : default);
        }
        catch (JsonException error)
        {
            throw new InitializerException($"A function's JSON cannot be read: {error.Message}", error);
        }

        throw new InitializerException("A function's JSON needs \"class_name\", the function's name.");
    }

    private static FrameworkFunction Named(string name, JaxScaling scaling) =>
        new(name, Axes, c => Scaled(c, scaling)) { About = JaxFans };

    private static Values JaxUniform(FrameworkCall c) =>
        Jax.Uniform(Key(c), c.Shape, Type(c), c.Number("minval", 0), c.Number("maxval", 1));

    private static Values Scaled(FrameworkCall c, JaxScaling scaling) =>
        Jax.VarianceScaling(
            Key(c),
            c.Shape,
            Type(c),
            scaling with
            {
                In = c.Axes("in_axis", -2),
                Out = c.Axes("out_axis", -1),
                Batch = c.Axes("batch_axis"),
            }
        );

    private static JaxScaling Scaling(FrameworkCall c) =>
        new(
            c.Number("scale", 1),
            c.Text("mode", "fan_in") switch
            {
                "fan_in" => JaxFanMode.FanIn,
                "fan_out" => JaxFanMode.FanOut,
                "fan_avg" => JaxFanMode.FanAverage,
                "fan_geo_avg" => JaxFanMode.FanGeometric,
                string other => throw new InitializerException(
                    $"\"mode\" is one of fan_in, fan_out, fan_avg, fan_geo_avg; received '{other}'."
                ),
            },
            c.Text("distribution", "truncated_normal") switch
            {
                "truncated_normal" => Distribution.TruncatedNormal,
                "normal" => Distribution.UntruncatedNormal,
                "uniform" => Distribution.Uniform,
                string other => throw new InitializerException(
                    $"\"distribution\" is one of truncated_normal, normal, uniform; received '{other}'."
                ),
            }
        );

    private static TorchGenerator Generator(FrameworkCall c) => new(c.Seed);

    private static FanMode TorchMode(FrameworkCall c) =>
        c.Text("mode", "fan_in") switch
        {
            "fan_in" => FanMode.FanIn,
            "fan_out" => FanMode.FanOut,
            string other => throw new InitializerException($"\"mode\" is one of fan_in, fan_out; received '{other}'."),
        };

    private static JaxKey Key(FrameworkCall c) => JaxKey.Of(c.LongSeed);

    private static ElementType Type(FrameworkCall c) => c.TypeOr(Fanwise.ElementType.Float32);

    private static ElementType Double(FrameworkCall c) => c.TypeOr(Fanwise.ElementType.Float64);

    private static Shape Only64(FrameworkCall c) =>
        Double(c) == Fanwise.ElementType.Float64
            ? c.Shape
            : throw new InitializerException(
                $"This function of NumPy's draws float64; received {c.ElementType!.Value.Name()}."
            );

    private static NumPyRandomState Legacy(FrameworkCall c) =>
        c.Seed >= 0 && c.Seed <= uint.MaxValue
            ? new((uint)c.Seed)
            : throw new InitializerException(
                "A RandomState's seed must be an integer from 0 to "
                    + $"{uint.MaxValue.ToString(CultureInfo.InvariantCulture)}; received {c.Seed}."
            );
}
