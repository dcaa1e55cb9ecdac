using Fanwise.Draws;

namespace Fanwise.Generations;

/// <summary>The tables of keras.initializers, Keras 3: 3.15 added the axes of VarianceScaling and its
/// specialisations.</summary>
internal static class Keras3Tables
{
    private static readonly Messages Messages = new()
    {
        Scale = "Argument `scale` must be positive float. Received: scale={0}",
        Mode = "Invalid `mode` argument: {0}. Please use one of {{'fan_avg', 'fan_in', 'fan_out'}}",
        Distribution =
            "Invalid `distribution` argument: {0}.Please use one of {{'truncated_normal', 'uniform', "
            + "'untruncated_normal'}}",
        NotFloating = "Cannot convert 0.0 to EagerTensor of dtype {0}",
        UnknownDtype = "Cannot convert the argument `type_value`: {0} to a TensorFlow DType.",
        UnexpectedKeyword = "{0}.__init__() got an unexpected keyword argument '{1}'",
        UnexpectedCallKeyword = "{0}.__call__() got an unexpected keyword argument '{1}'",
        OrthogonalRank = "The tensor to initialize must be at least two-dimensional. Received: shape={0} of rank {1}.",
        IdentityRank = "Identity matrix initializer can only be used for 2D matrices. Received: shape={0} of rank {1}.",
        Conversion = "Cannot convert {1} to EagerTensor of dtype {0}",
        UnknownInitializer = "Could not interpret initializer identifier: {0}",
        NotAnIdentifier = "Could not interpret initializer identifier: {0}",
    };

    public static Generation Release314 { get; } =
        Make("keras-3.14", "keras.initializers of Keras 3 up to 3.14", "", "");

    public static Generation Release315 { get; } =
        Make(
            "keras",
            "keras.initializers of Keras 3.15",
            ", input_axes=None, output_axes=None",
            ", input_axes, output_axes"
        );

    private static Generation Make(string name, string title, string axes, string axesKeys)
    {
        InitializerClass[] classes =
        [
            new("Initializer", Rule.Base, ""),
            new("Zeros", Rule.Zeros, ""),
            new("Ones", Rule.Ones, ""),
            new("Constant", Rule.Constant, "value=0.0"),
            new(
                "RandomUniform",
                Rule.RandomUniform,
                "minval=-0.05, maxval=0.05, seed=None",
                configuration: "seed, minval, maxval"
            ),
            new(
                "RandomNormal",
                Rule.RandomNormal,
                "mean=0.0, stddev=0.05, seed=None",
                configuration: "seed, mean, stddev"
            ),
            new(
                "TruncatedNormal",
                Rule.TruncatedNormal,
                "mean=0.0, stddev=0.05, seed=None",
                configuration: "seed, mean, stddev"
            ),
            new(
                "VarianceScaling",
                Rule.VarianceScaling,
                $"scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None{axes}",
                configuration: $"seed, scale, mode, distribution{axesKeys}"
            ),
            new("Orthogonal", Rule.Orthogonal, "gain=1.0, seed=None", configuration: "seed, gain"),
            new("Identity", Rule.Identity, "gain=1.0", configuration: ""),
            .. Specialisation
                .Named("truncated_normal")
                .Select(row => new InitializerClass(
                    row.Name,
                    Rule.VarianceScaling,
                    $"seed=None{axes}",
                    configuration: $"seed{axesKeys}"
                )
                {
                    Fixed = row.Fixed,
                }),
        ];
        Dictionary<string, string> aliases = Names.ShortAliases;
        foreach (InitializerClass row in classes)
            aliases.Add(Names.Snake(row.Name), row.Name);
        // Keras 3 before 3.4 had these names.
        foreach (string renamed in new[] { "Identity", "Orthogonal" })
        {
            aliases.Add($"{renamed}Initializer", renamed);
            aliases.Add($"{Names.Snake(renamed)}_initializer", renamed);
        }

        GenerationColumns columns = new()
        {
            Seeds = SeedRule.Keras3,
            Rounding = ParameterRounding.Keras3,
            TakesSeedGenerators = true,
            SeedsFit64Bits = true,
            HasRecords = true,
            Distributions = new()
            {
                ["truncated_normal"] = Distribution.TruncatedNormal,
                ["untruncated_normal"] = Distribution.UntruncatedNormal,
                ["uniform"] = Distribution.Uniform,
            },
            RewritesNormal = true,
            Module = "keras.initializers",
        };
        return new Generation(name, title, classes, aliases, columns, Messages);
    }
}
