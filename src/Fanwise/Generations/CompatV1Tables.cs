namespace Fanwise.Generations;

/// <summary>The tables of tf.compat.v1.keras.initializers and of tf.compat.v1.*_initializer, TensorFlow 2.9: they share
/// classes, and differ in the defaults of three.</summary>
internal static class CompatV1Tables
{
    private static readonly InitializerClass[] Shared =
    [
        new("Initializer", Rule.Base, ""),
        new("Zeros", Rule.Zeros, "dtype='float32'"),
        new("Ones", Rule.Ones, "dtype='float32'"),
        new("Constant", Rule.Constant, "value=0, dtype='float32', verify_shape=False", configuration: "value, dtype")
        {
            ChecksValue = true,
        },
        new(
            "VarianceScaling",
            Rule.VarianceScaling,
            "scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None, dtype='float32'"
        ),
        new("Orthogonal", Rule.Orthogonal, "gain=1.0, seed=None, dtype='float32'"),
        new("Identity", Rule.Identity, "gain=1.0, dtype='float32'"),
        .. Specialisation
            .Named("truncated_normal")
            .Where(static row => row.Name.StartsWith("Glorot", StringComparison.Ordinal))
            .Select(static row => new InitializerClass(row.Name, Rule.VarianceScaling, "seed=None, dtype='float32'")
            {
                Fixed = row.Fixed,
                DropsDtype = true,
            }),
    ];

    private static readonly IEnumerable<(string Name, Specialisation Fixed)> HeAndLecun = Specialisation
        .Named("truncated_normal")
        .Where(static row => !row.Name.StartsWith("Glorot", StringComparison.Ordinal));

    private static readonly Messages Messages = new()
    {
        Scale = "Argument `scale` must be a positive float. Received: {0}",
        Mode = "Argument `mode` should be one of ('fan_in', 'fan_out', 'fan_avg'). Received: {0}",
        Distribution =
            "Argument `distribution` should be one of ('normal', uniform', 'truncated_normal', "
            + "'untruncated_normal'). Received: {0}",
        NotFloating = "Argument `dtype` is expected to be floating point. Received: {0}.",
        UnknownDtype = "Cannot convert the argument `type_value`: {0} to a TensorFlow DType.",
        UnexpectedKeyword = "{0}.__init__() got an unexpected keyword argument '{1}'",
        UnexpectedCallKeyword = "{0}.__call__() got an unexpected keyword argument '{1}'",
        OrthogonalRank =
            "The tensor to initialize, specified by argument `shape` must be at least two-dimensional. Received "
            + "shape={0}",
        IdentityRank =
            "The tensor to initialize, specified by argument `shape` must be at least two-dimensional. Received "
            + "shape={0}",
        Conversion = "Expected {0}, but got {1} of type '{2}'.",
        UnknownInitializer =
            "Unknown initializer: {0}. Please ensure this object is passed to the `custom_objects` argument. "
            + "See https://www.tensorflow.org/guide/keras/save_and_serialize#registering_the_custom_object "
            + "for details.",
        NotAnIdentifier = "Could not interpret initializer identifier: {0}",
    };

    private static readonly GenerationColumns Columns = TensorFlow1Columns.All with
    {
        Distributions = new()
        {
            ["normal"] = Distribution.TruncatedNormal,
            ["uniform"] = Distribution.Uniform,
            ["truncated_normal"] = Distribution.TruncatedNormal,
            ["untruncated_normal"] = Distribution.UntruncatedNormal,
        },
    };

    /// <summary>tf.compat.v1.keras.initializers; <c>get</c> knows the names below once version 2 behaviour is
    /// off.</summary>
    public static Generation Keras { get; } =
        Make(
            "compat-v1",
            "tf.compat.v1.keras.initializers of TensorFlow 2.9",
            [
                new("RandomNormal", Rule.RandomNormal, "mean=0.0, stddev=0.05, seed=None, dtype='float32'"),
                new("RandomUniform", Rule.RandomUniform, "minval=-0.05, maxval=0.05, seed=None, dtype='float32'"),
                new("TruncatedNormal", Rule.TruncatedNormal, "mean=0.0, stddev=0.05, seed=None, dtype='float32'"),
                .. HeAndLecun.Select(static row => new InitializerClass(row.Name, Rule.VarianceScaling, "seed=None")
                {
                    Fixed = row.Fixed,
                }),
            ]
        );

    /// <summary>The core's, whose he_* and lecun_* are functions.</summary>
    public static Generation Core { get; } =
        Make(
            "compat-v1-core",
            "tf.compat.v1.*_initializer of TensorFlow 2.9",
            [
                new("RandomNormal", Rule.RandomNormal, "mean=0.0, stddev=1.0, seed=None, dtype='float32'"),
                new("RandomUniform", Rule.RandomUniform, "minval=0.0, maxval=None, seed=None, dtype='float32'"),
                new("TruncatedNormal", Rule.TruncatedNormal, "mean=0.0, stddev=1.0, seed=None, dtype='float32'"),
                new("UniformUnitScaling", Rule.UniformUnitScaling, "factor=1.0, seed=None, dtype='float32'"),
                .. HeAndLecun.Select(static row => new InitializerClass(
                    Names.Snake(row.Name),
                    Rule.VarianceScaling,
                    "seed=None"
                )
                {
                    Fixed = row.Fixed,
                    Makes = "VarianceScaling",
                }),
            ]
        );

    private static Generation Make(string name, string title, InitializerClass[] own)
    {
        InitializerClass[] classes = [.. Shared, .. own];
        Dictionary<string, string> aliases = Names.ShortAliases;
        foreach (InitializerClass row in classes)
            aliases.TryAdd(Names.Snake(row.Name), row.Name);
        foreach ((string alias, string target) in aliases.ToArray())
            aliases.TryAdd($"{alias}_initializer", target);
        return new Generation(name, title, classes, aliases, Columns, Messages);
    }
}
