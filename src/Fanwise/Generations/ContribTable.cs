namespace Fanwise.Generations;

/// <summary>The table of tf.contrib.keras.initializers, TensorFlow r1.2: the core's classes with the core's
/// defaults.</summary>
internal static class ContribTable
{
    private static readonly Messages Messages = new()
    {
        Scale = "`scale` must be positive float.",
        Mode = "('Invalid `mode` argument:', {0})",
        Distribution = "('Invalid `distribution` argument:', {0})",
        ShowsRepresentation = true,
        NotFloating = "Expected floating point type, got {0}.",
        UnknownDtype = "Cannot convert value {0} to a TensorFlow DType.",
        UnexpectedKeyword = "__init__() got an unexpected keyword argument '{1}'",
        UnexpectedCallKeyword = "__call__() got an unexpected keyword argument '{1}'",
        OrthogonalRank = "The tensor to initialize must be at least two-dimensional",
        IdentityRank = "Identity matrix initializer can only be used for 2D square matrices.",
        Conversion = "Expected {0}, got {1} of type '{2}' instead.",
        TooManyElements = "Too many elements provided. Needed at most {0}, but received {1}",
        UnknownInitializer = "Unknown initializer: {0}",
        NotAnIdentifier = "('Could not interpret initializer identifier:', {0})",
    };

    public static Generation Generation { get; } =
        new(
            "contrib",
            "tf.contrib.keras.initializers of TensorFlow 1.2",
            [
                new("Initializer", Rule.Base, ""),
                new("Zeros", Rule.Zeros, "dtype='float32'"),
                new("Ones", Rule.Ones, "dtype='float32'"),
                new(
                    "Constant",
                    Rule.Constant,
                    "value=0, dtype='float32', verify_shape=False",
                    configuration: "value, dtype"
                ),
                new("RandomUniform", Rule.RandomUniform, "minval=0, maxval=None, seed=None, dtype='float32'"),
                new("RandomNormal", Rule.RandomNormal, "mean=0.0, stddev=1.0, seed=None, dtype='float32'"),
                new("TruncatedNormal", Rule.TruncatedNormal, "mean=0.0, stddev=1.0, seed=None, dtype='float32'"),
                new(
                    "VarianceScaling",
                    Rule.VarianceScaling,
                    "scale=1.0, mode='fan_in', distribution='normal', seed=None, dtype='float32'"
                ),
                new("Orthogonal", Rule.Orthogonal, "gain=1.0, seed=None, dtype='float32'"),
                new("Identity", Rule.Identity, "gain=1.0") { TakesPartitionInfo = false },
                .. Specialisation
                    .Named("normal")
                    .Where(static row => row.Name != "LecunNormal")
                    .Select(static row => new InitializerClass(Names.Snake(row.Name), Rule.VarianceScaling, "seed=None")
                    {
                        Fixed = row.Fixed,
                        Makes = "VarianceScaling",
                    }),
            ],
            Names.Aliases(
                "zero=Zeros zeros=Zeros one=Ones ones=Ones constant=Constant uniform=RandomUniform "
                    + "random_uniform=RandomUniform normal=RandomNormal random_normal=RandomNormal "
                    + "truncated_normal=TruncatedNormal identity=Identity orthogonal=Orthogonal"
            ),
            TensorFlow1Columns.All with
            {
                IsOfTensorFlow2 = false,
                OwnOrthogonal = ContribOrthogonalValues.PlanFor,
                IdentityIsNumPys = true,
                Distributions = new() { ["normal"] = Distribution.TruncatedNormal, ["uniform"] = Distribution.Uniform },
                IsCorrected = false,
                DoubleLogarithm = true,
                BFloat16IsFloating = false,
            },
            Messages
        );
}
