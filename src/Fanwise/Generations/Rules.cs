using System.Globalization;
using System.Numerics;
using Fanwise.Draws;

namespace Fanwise.Generations;

/// <summary>From an instance and a call to a plan: what the rule draws in the instance's generation.</summary>
internal static class Rules
{
    private const string UniformTypes =
        "(tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int32, tf.int64, tf.uint32, tf.uint64)";

    /// <summary>The plan of a call, its arguments checked in the reference's order: partition, dtype, shape.</summary>
    public static Plan For(
        ConfiguredInitializer instance,
        Shape shape,
        PythonValue dtype,
        Partition? partition,
        ParameterRounding rounding
    )
    {
        Generation generation = instance.Generation;
        (shape, Shape full) = Shapes(instance, shape, partition);
        TensorFlowType type = CallType(instance, dtype);
        Numbers numbers = new(type, rounding, generation);
        PythonValue Argument(string name) => instance.Argument(name);
        switch (instance.Class.Rule)
        {
            case Rule.Zeros:
                return Constants.Of(shape, 0, numbers);
            case Rule.Ones:
                return Constants.Of(shape, 1, numbers);
            case Rule.Constant:
                return Constants.Of(shape, Argument("value"), numbers, verify: Argument("verify_shape") == true);
            case Rule.Identity:
                return Identity(instance, shape, full, partition, numbers);
            case Rule.Orthogonal:
                return Orthogonal(instance, shape, numbers);
            case Rule.RandomNormal:
                (double mean, double deviation) = (
                    numbers.Double(Argument("mean")),
                    numbers.Double(Argument("stddev"))
                );
                return Normal(Draw.Normal(numbers.Drawn(), mean, deviation, rounding));
            case Rule.TruncatedNormal:
                (mean, deviation) = (numbers.Double(Argument("mean")), numbers.Double(Argument("stddev")));
                return Normal(Draw.TruncatedNormal(numbers.Drawn(), mean, deviation, rounding));
            case Rule.RandomUniform:
                return Uniform(shape, Argument("minval"), Argument("maxval"), numbers);
            case Rule.UniformUnitScaling:
                double inputs = 1;
                for (int d = 0; d < full.Rank - 1; d++)
                    inputs *= full[d];
                double limit = Math.Sqrt(3 / Math.Max(inputs, 1)) * numbers.Finite(Argument("factor"));
                return Uniform(shape, -limit, limit, numbers);
            case Rule.VarianceScaling:
                return Scaling(instance, shape, full, numbers);
            default:
                throw new InitializerException(
                    "The base class Initializer draws nothing: call one of the classes that derive from it."
                );
        }

        Plan Normal(Draw draw) => Plan.Of(shape, draw with { DoubleLogarithm = generation.Columns.DoubleLogarithm });
    }

    /// <summary>What is made, and of what: the part and the whole variable.</summary>
    private static (Shape Made, Shape Full) Shapes(ConfiguredInitializer instance, Shape shape, Partition? partition)
    {
        Messages messages = instance.Generation.Messages;
        Generation generation = instance.Generation;
        switch (partition)
        {
            case null:
                return (shape, shape);
            case PartitionInfo part when generation.Columns.TakesPartitionInfo && instance.Class.TakesPartitionInfo:
                return (shape, part.FullShape);
            case Shard when generation.Columns.TakesShards && instance.Class.Rule is Rule.Orthogonal or Rule.Identity:
                throw new InitializerException(
                    string.Format(CultureInfo.InvariantCulture, messages.NoPartitions, instance.Class.Name)
                );
            case Shard shard when generation.Columns.TakesShards:
                return (shard.Shape, generation.Columns.PartsHaveFansOfWhole ? shape : shard.Shape);
            default:
                throw new InitializerException(
                    string.Format(
                        CultureInfo.InvariantCulture,
                        messages.UnexpectedCallKeyword,
                        instance.Class.Name,
                        partition.Keyword
                    )
                );
        }
    }

    private static TensorFlowType CallType(ConfiguredInitializer instance, PythonValue dtype)
    {
        Generation generation = instance.Generation;
        if (!dtype.IsGiven || dtype.IsNone)
        {
            PythonValue own = instance.Argument("dtype");
            return own.IsGiven ? TensorFlowType.Parse(own.Text)! : TensorFlowType.Float32;
        }

        bool checks = generation.Columns.ChecksCallDtype;
        TensorFlowType type = Checks.Dtype(
            dtype,
            generation,
            mustBeFloating: checks
                && instance.Class.Rule is not (Rule.Zeros or Rule.Ones or Rule.Constant or Rule.RandomUniform)
        );
        if (checks && instance.Class.Rule == Rule.RandomUniform && !type.IsFloating && !type.IsInteger)
            throw new InitializerException($"Expected float or integer dtype, got {type}.");
        if (checks && instance.Class.Rule is Rule.Zeros or Rule.Ones && type.Name == "string")
            throw new InitializerException($"Expected numeric or boolean dtype, got {type}.");
        return type;
    }

    private static Plan Scaling(ConfiguredInitializer instance, Shape shape, Shape full, Numbers numbers)
    {
        Generation generation = instance.Generation;
        PythonValue Argument(string name) => instance.Argument(name);
        Specialisation named =
            instance.Class.Fixed
            ?? new(numbers.Finite(Argument("scale")), Argument("mode").Text!, Argument("distribution").Text!);
        Distribution distribution = generation.Columns.Distributions[named.Distribution];
        double divisor = FansOf(instance, full).Divisor(FanModes.Parse(named.Mode));
        if (!numbers.Type.IsFloating)
        {
            // The reference converts the parameters to the dtype, and fails there.
            if (distribution != Distribution.Uniform)
                numbers.Double(0.0);
            double limit = Math.Sqrt(3.0 * (named.Scale / divisor));
            return Uniform(shape, -limit, limit, numbers);
        }

        Draw draw = VarianceScaling.DrawFor(
            named.Scale,
            divisor,
            distribution,
            generation.Columns.IsCorrected,
            numbers.Drawn(),
            numbers.Rounding
        );
        return Plan.Of(shape, draw with { DoubleLogarithm = generation.Columns.DoubleLogarithm });
    }

    /// <summary>The fans of a shape, by the instance's axes where it has both.</summary>
    public static Fans FansOf(ConfiguredInitializer instance, Shape full) =>
        AxesOf(instance) is { } axes ? Fans.Of(full, axes.Input, axes.Output) : Fans.Of(full);

    /// <summary>The instance's axes; null where one is missing: the other alone is ignored.</summary>
    public static FanAxes? AxesOf(ConfiguredInitializer instance)
    {
        (PythonValue input, PythonValue output) = (instance.Argument("input_axes"), instance.Argument("output_axes"));
        return !input.IsGiven || input.IsNone || output.IsNone ? null : new(Axes(input), Axes(output));

        static int[] Axes(PythonValue axes) =>
            [
                .. (axes.Items ?? [axes]).Select(axis =>
                    axis.Integer is { } integer && integer >= -Shape.MaxRank && integer < Shape.MaxRank
                        ? (int)integer
                        : throw new InitializerException(
                            $"A fan's axes must be dimensions of the shape; received {axis.Representation}."
                        )
                ),
            ];
    }

    private static Plan Uniform(Shape shape, PythonValue minimum, PythonValue maximum, Numbers numbers)
    {
        if (numbers.Generation.Columns.MaximumMayBeNone && maximum.IsNone)
        {
            if (numbers.Type.IsInteger)
                throw new InitializerException($"Must specify maxval for integer dtype tf.{numbers.Type.Name}");
            maximum = 1;
        }

        bool casts = numbers.Rounding == ParameterRounding.Keras3;
        if (!numbers.Type.IsInteger)
        {
            if (!numbers.Type.IsFloating && numbers.Generation.Columns.ChecksUniformDtype)
                throw new InitializerException(
                    $"Argument `dtype` got invalid value {numbers.Type}. Accepted dtypes are {UniformTypes}."
                );
            // Keras 3 makes float32 numbers of Python's floats, but not of its integers.
            ParameterRounding rounding =
                casts && minimum.Kind != PythonKind.Float && maximum.Kind != PythonKind.Float
                    ? ParameterRounding.Eager
                    : numbers.Rounding;
            return Plan.Of(
                shape,
                Draw.Uniform(numbers.Drawn(), numbers.Double(minimum), numbers.Double(maximum), rounding)
            );
        }

        (BigInteger low, BigInteger high) = casts
            ? (Cast(minimum), Cast(maximum))
            : (numbers.Integer(minimum), numbers.Integer(maximum));
        if (low < high)
            return Plan.Of(shape, Draw.Integers(numbers.Element(), (long)low, (long)high));
        InitializerException empty = new($"Need minval < maxval, got {low} >= {high}");
        // In a graph the operation is made all the same; running it fails.
        return numbers.Rounding == ParameterRounding.Graph
            ? new(shape, Draw.Integers(numbers.Element()), _ => throw empty) { OperationsAfter = 1 }
            : throw empty;

        BigInteger Cast(PythonValue value) =>
            numbers.Integer(
                value.Kind == PythonKind.Float && double.IsFinite(value.Number!.Value)
                    ? (BigInteger)(float)value.Number.Value
                    : value
            );
    }

    private static Plan Orthogonal(ConfiguredInitializer instance, Shape shape, Numbers numbers)
    {
        Messages messages = instance.Generation.Messages;
        if (shape.Rank < 2)
            throw new InitializerException(
                string.Format(CultureInfo.InvariantCulture, messages.OrthogonalRank, Shown(shape, messages), shape.Rank)
            );
        double gain = numbers.Double(instance.Argument("gain"));
        if (instance.Generation.Columns.OwnOrthogonal is { } own)
            return own(shape, numbers.Drawn(), gain);
        ElementType type = numbers.Drawn();
        if (type == ElementType.BFloat16 && numbers.Rounding == ParameterRounding.Graph)
            throw new InitializerException(
                "Value passed to parameter 'input' has DataType bfloat16 not in list of allowed values: float64, "
                    + "float32, float16, complex64, complex128"
            );
        Draw normals = OrthogonalValues.Normals(shape, type);
        gain = Elements.Round(gain, type, numbers.Rounding);
        return new(shape, normals, stream => new OrthogonalValues(shape, normals, stream, gain));
    }

    private static Plan Identity(
        ConfiguredInitializer instance,
        Shape shape,
        Shape full,
        Partition? partition,
        Numbers numbers
    )
    {
        Messages messages = instance.Generation.Messages;
        bool isNumPys = instance.Generation.Columns.IdentityIsNumPys;
        if (full.Rank != 2 || isNumPys && shape[0] != shape[1])
            throw new InitializerException(
                string.Format(CultureInfo.InvariantCulture, messages.IdentityRank, Shown(shape, messages), shape.Rank)
            );
        if (isNumPys)
            return Plan.Constant(
                shape,
                () => new IdentityValues(shape, ElementType.Float64, numbers.Finite(instance.Argument("gain")))
            ) with
            {
                OperationsBefore = 0,
            };
        PythonValue gain = instance.Argument("gain");
        (ElementType type, double value) = (
            numbers.Element(),
            numbers.Type.IsInteger ? (double)numbers.Integer(gain) : numbers.Double(gain)
        );
        Values whole = new IdentityValues(full, type, Elements.Round(value, type, numbers.Rounding));
        return Plan.Constant(
            shape,
            () => partition is PartitionInfo part ? new BlockValues(whole, part.Offset, shape) : whole
        );
    }

    private static string Shown(Shape shape, Messages messages) =>
        messages.ShowsLists ? $"[{string.Join(", ", shape.Lengths.ToArray())}]" : shape.ToString();

    /// <summary>Python's numbers on their way into a dtype: what a generation refuses there, and how it
    /// rounds.</summary>
    internal readonly record struct Numbers(TensorFlowType Type, ParameterRounding Rounding, Generation Generation)
    {
        /// <summary>The floating type that is drawn.</summary>
        public ElementType Drawn() =>
            Type.IsFloating && (Generation.Columns.BFloat16IsFloating || Type.Name != "bfloat16")
                ? Element()
                : throw new InitializerException(
                    $"Value passed to parameter 'dtype' has DataType {Type.Name} not in list of allowed "
                        + $"values: float16, {(Generation.Columns.BFloat16IsFloating ? "bfloat16, " : "")}float32, "
                        + "float64"
                );

        /// <summary>Our type.</summary>
        public ElementType Element() =>
            Type.ElementType
            ?? throw new InitializerException(
                $"Tensors of {Type.Name} are not made here: an element type is one of float32, float64, float16, "
                    + "bfloat16, int8, int32, int64, bool."
            );

        /// <summary>A number that the dtype can hold, before it is rounded.</summary>
        public double Double(PythonValue value)
        {
            if (value.IsNone)
                throw new InitializerException("None values not supported.");
            if (
                value.Number is null
                || value.Kind == PythonKind.Boolean
                || !Type.IsFloating && Type.Name is not ("complex64" or "complex128")
            )
                throw Refused(value);
            return Finite(value);
        }

        /// <summary>A number as a float; an integer must be within a float's range.</summary>
        public double Finite(PythonValue value) =>
            value.Number is { } number && !(value.Kind == PythonKind.Integer && double.IsInfinity(number))
                ? number
                : throw (
                    value.Number is null
                        ? Refused(value)
                        : new InitializerException("int too large to convert to float")
                );

        /// <summary>An integer that the dtype holds.</summary>
        public BigInteger Integer(PythonValue value)
        {
            if (value.IsNone)
                throw new InitializerException("None values not supported.");
            if (value.Kind != PythonKind.Integer)
                throw Refused(value);
            BigInteger integer = value.Integer!.Value;
            (BigInteger low, BigInteger high) = Element() switch
            {
                ElementType.Int8 => (sbyte.MinValue, (BigInteger)sbyte.MaxValue),
                ElementType.Int32 => (int.MinValue, (BigInteger)int.MaxValue),
                _ => (long.MinValue, (BigInteger)long.MaxValue),
            };
            return integer >= low && integer <= high
                ? integer
                : throw new InitializerException(
                    $"A value of {Type.Name} must be between {low} and {high}; received {integer}."
                );
        }

        /// <summary>The error of a value that the dtype does not take.</summary>
        public InitializerException Refused(PythonValue value)
        {
            string conversion =
                Rounding == ParameterRounding.Graph
                    ? Generation.Messages.Conversion
                    : "Cannot convert {1} to EagerTensor of dtype {0}";
            return new(string.Format(conversion, Type.Name, value, value.TypeName));
        }
    }
}
