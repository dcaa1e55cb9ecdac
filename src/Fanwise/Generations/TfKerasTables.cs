namespace Fanwise.Generations;

/// <summary>The tables of tf.keras.initializers, TensorFlow 2.6 to 2.15: one set of classes; releases differ in seeds
/// and in messages.</summary>
internal static class TfKerasTables
{
    private static readonly InitializerClass[] Classes =
    [
        new("Initializer", Rule.Base, ""),
        new("Zeros", Rule.Zeros, ""),
        new("Ones", Rule.Ones, ""),
        new("Constant", Rule.Constant, "value=0"),
        new("RandomUniform", Rule.RandomUniform, "minval=-0.05, maxval=0.05, seed=None"),
        new("RandomNormal", Rule.RandomNormal, "mean=0.0, stddev=0.05, seed=None"),
        new("TruncatedNormal", Rule.TruncatedNormal, "mean=0.0, stddev=0.05, seed=None"),
        new(
            "VarianceScaling",
            Rule.VarianceScaling,
            "scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None"
        ),
        new("Orthogonal", Rule.Orthogonal, "gain=1.0, seed=None"),
        new("Identity", Rule.Identity, "gain=1.0"),
        .. Specialisation
            .Named("truncated_normal")
            .Select(static row => new InitializerClass(row.Name, Rule.VarianceScaling, "seed=None")
            {
                Fixed = row.Fixed,
            }),
    ];

    private static readonly Messages Messages26 = new()
    {
        Scale = "`scale` must be positive float.",
        Mode = "('Invalid `mode` argument:', {0})",
        Distribution = "('Invalid `distribution` argument:', {0})",
        ShowsRepresentation = true,
        NotFloating = "Expected floating point type, got {0}.",
        UnknownDtype = "Cannot convert the argument `type_value`: {0} to a TensorFlow DType.",
        UnexpectedKeyword = "__init__() got an unexpected keyword argument '{1}'",
        UnexpectedCallKeyword = "Unknown keyword arguments: ['{1}']",
        OrthogonalRank = "The tensor to initialize must be at least two-dimensional",
        IdentityRank = "Identity matrix initializer can only be used for 2D matrices.",
        NoPartitions = "{0} initializer doesn't support partition-related arguments",
        Conversion = "Cannot convert {1} to EagerTensor of dtype {0}",
        UnknownInitializer =
            "Unknown initializer: {0}. Please ensure this object is passed to the `custom_objects` argument. "
            + "See https://www.tensorflow.org/guide/keras/save_and_serialize#registering_the_custom_object "
            + "for details.",
        NotAnIdentifier = "Could not interpret initializer identifier: {0}",
    };

    private static readonly Messages Messages29 = Messages26 with
    {
        Scale = "`scale` must be positive float. Received: scale={0}.",
        Mode = "Invalid `mode` argument: {0}. Please use one of the {{'fan_avg', 'fan_in', 'fan_out'}}.",
        Distribution =
            "Invalid `distribution` argument: {0}.Allowed distributions: {{'truncated_normal', 'uniform', "
            + "'untruncated_normal'}}.",
        ShowsRepresentation = false,
        UnexpectedCallKeyword =
            "Unknown keyword arguments: ['{1}']. Allowed keyword arguments: ['partition_shape', "
            + "'partition_offset', 'layout'].",
        OrthogonalRank = "The tensor to initialize must be at least two-dimensional. Received: shape={0} of rank {1}.",
        IdentityRank = "Identity matrix initializer can only be used for 2D matrices. Received: shape={0} of rank {1}.",
        ShowsLists = true,
        NoPartitions = "{0} initializer doesn't support partition-related arguments.",
    };

    private static readonly Messages Messages215 = Messages29 with
    {
        ShowsLists = false,
        UnexpectedKeyword = "{0}.__init__() got an unexpected keyword argument '{1}'",
    };

    public static Generation Release26 { get; } =
        Make(
            "tf-keras-2.6",
            "tf.keras.initializers of TensorFlow 2.6",
            SeedRule.StatelessOrOperation,
            Messages26,
            partsHaveFansOfWhole: true
        );

    public static Generation Release29 { get; } =
        Make("tf-keras-2.9", "tf.keras.initializers of TensorFlow 2.7 to 2.9", SeedRule.CountedOperation, Messages29);

    public static Generation Release215 { get; } =
        Make(
            "tf-keras-2.15",
            "tf.keras.initializers of TensorFlow 2.10 to 2.15",
            SeedRule.Stateless,
            Messages215,
            module: "keras.initializers"
        );

    private static Generation Make(
        string name,
        string title,
        SeedRule seeds,
        Messages messages,
        string? module = null,
        bool partsHaveFansOfWhole = false
    )
    {
        Dictionary<string, string> aliases = Names.ShortAliases;
        foreach (InitializerClass row in Classes)
            aliases.Add(Names.Snake(row.Name), row.Name);
        foreach (InitializerClass row in Classes)
            aliases.Add($"{row.Name}V2", row.Name); // as the first releases of 2 wrote them
        GenerationColumns columns = new()
        {
            Seeds = seeds,
            Distributions = new()
            {
                ["truncated_normal"] = Distribution.TruncatedNormal,
                ["untruncated_normal"] = Distribution.UntruncatedNormal,
                ["uniform"] = Distribution.Uniform,
            },
            RewritesNormal = true,
            SeedsFit64Bits = seeds != SeedRule.CountedOperation, // an operation's seed is any integer
            TakesShards = true,
            PartsHaveFansOfWhole = partsHaveFansOfWhole,
            ConfigurationDropsDtype = true,
            ChecksCallDtype = true,
            Module = module,
        };
        return new Generation(name, title, Classes, aliases, columns, messages);
    }
}
