namespace Fanwise.Generations;

/// <summary>The table of TensorFlow.js layers (4.22): every specialisation writes itself as VarianceScaling; names and
/// values may be in camel case.</summary>
/// <remarks>There a truncated normal has no correction, and <c>truncatedNormal</c> draws a uniform by mistake:
/// configurations are read and written, its numbers are not drawn.</remarks>
internal static class TensorFlowJsTable
{
    private static readonly Messages Messages = new()
    {
        Scale = "scale must be a positive float. Got: {0}",
        Mode = "{0} is not a valid FanMode.",
        Distribution = "{0} is not a valid Distribution.",
        NotFloating = "Expected a floating point type, got {0}.",
        UnknownDtype = "{0} is not a type of TensorFlow.js.",
        UnexpectedKeyword = "{0} has no key '{1}'.",
        UnexpectedCallKeyword = "{0} has no argument '{1}'.",
        OrthogonalRank = "Shape must be at least 2D.",
        IdentityRank = "Identity matrix initializer can only be used for 2D square matrices.",
        Conversion = "{1} is not a value of {0}.",
        UnknownInitializer = "Unknown initializer: {0}",
        NotAnIdentifier = "Could not interpret initializer identifier: {0}",
    };

    public static Generation Generation { get; } = Make();

    private static Generation Make()
    {
        InitializerClass[] classes =
        [
            new("Zeros", Rule.Zeros, ""),
            new("Ones", Rule.Ones, ""),
            new("Constant", Rule.Constant, "value=0"),
            new("RandomUniform", Rule.RandomUniform, "minval=-0.05, maxval=0.05, seed=None"),
            new("RandomNormal", Rule.RandomNormal, "mean=0, stddev=0.05, seed=None"),
            new("TruncatedNormal", Rule.TruncatedNormal, "mean=0, stddev=0.05, seed=None"),
            new("VarianceScaling", Rule.VarianceScaling, "scale=1, mode='fan_in', distribution='normal', seed=None"),
            new("Orthogonal", Rule.Orthogonal, "gain=1, seed=None"),
            new("Identity", Rule.Identity, "gain=1"),
            .. Specialisation
                .Named("normal")
                .Select(static row => new InitializerClass(
                    row.Name.Replace("Lecun", "LeCun", StringComparison.Ordinal),
                    Rule.VarianceScaling,
                    "seed=None"
                )
                {
                    Fixed = row.Fixed,
                    Makes = "VarianceScaling",
                }),
        ];
        Dictionary<string, string> aliases = [];
        foreach (InitializerClass row in classes)
        {
            aliases.TryAdd(Names.Snake(row.Name), row.Name);
            aliases.TryAdd(char.ToLowerInvariant(row.Name[0]) + row.Name[1..], row.Name);
        }

        GenerationColumns columns = new()
        {
            Seeds = SeedRule.None,
            TruncatedNormalIsUniform = true,
            Distributions = new()
            {
                ["normal"] = Distribution.TruncatedNormal,
                ["uniform"] = Distribution.Uniform,
                ["truncated_normal"] = Distribution.TruncatedNormal,
            },
            IsCorrected = false,
            IsCamelCase = true,
        };
        return new Generation("tensorflowjs", "TensorFlow.js layers 4", classes, aliases, columns, Messages);
    }
}
