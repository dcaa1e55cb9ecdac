using System.Runtime.InteropServices;
using Fanwise.Draws;
using Fanwise.Draws.Frameworks;
using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Plans;

/// <summary>An array that a Constant initializer has been given, spread over the shape of the weight: <c>destination[i,
/// j] = array[i, j]</c>, where an axis of length 1, or one that is missing, repeats.</summary>
/// <remarks>
/// Sources: keras/src/initializers/constant_initializers.py (<c>cast(value) * ones(shape)</c>, numpy's rules of
/// broadcasting); tf.constant, which wants as many values as elements, or one.
/// </remarks>
internal sealed record ConstantArrayValues : Values
{
    private readonly byte[] _elements;
    private readonly long[] _strides;

    private ConstantArrayValues(Shape shape, ElementType type, byte[] elements, long[] strides)
        : base(shape, type) => (_elements, _strides) = (elements, strides);

    /// <summary>An array as a file writes it: a list of lists of numbers, or <c>{"class_name": "__numpy__", "config":
    /// {"value": …, "dtype": …}}</c>, or <c>{"type": "ndarray", "value": …}</c> of Keras 2.</summary>
    /// <returns>Null where the value is no array.</returns>
    public static Func<Shape, ElementType, Values>? Read(
        JsonValue value,
        Configuration config,
        ModelGeneration generation,
        BackendRow backend
    )
    {
        string? dtype = null;
        if (value["class_name"]?.AsString is "__numpy__" or "__tensor__")
            (value, dtype) = (value["config"]?["value"] ?? JsonValue.Null, value["config"]?["dtype"]?.AsString);
        else if (value["type"]?.AsString == "ndarray")
            (value, dtype) = (value["value"] ?? JsonValue.Null, "float64");
        else if (!value.IsArray)
            return null;
        List<long> lengths = [];
        List<JsonValue> numbers = [];
        Flatten(value, 0, lengths, numbers, config);
        // A list of Python's numbers becomes an array of float32, unless all are integers; NumPy's keep their own type.
        bool isExact =
            dtype is not null || numbers.TrueForAll(static number => number.AsNumber is null || number.IsInteger);
        double[] given =
        [
            .. numbers.Select(number =>
                number.Kind is JsonKind.True or JsonKind.False ? (number.IsTrue ? 1 : 0)
                : dtype == "float32" ? (float)number.AsNumber!.Value
                : number.AsNumber!.Value
            ),
        ];
        return (shape, type) =>
        {
            byte[] elements = new byte[given.Length * type.Size()];
            for (int i = 0; i < given.Length; i++)
                Elements.Store(
                    generation.KeepsConstants
                        ? Elements.Round(given[i], type, ParameterRounding.Eager)
                        : backend.Constant(given[i], isExact, type),
                    type,
                    elements.AsSpan(i * type.Size())
                );
            return new ConstantArrayValues(
                shape,
                type,
                elements,
                generation.KeepsConstants ? Filled(shape, lengths) : Broadcast(shape, lengths)
            );
        };
    }

    /// <summary>Given values as a vector of float32.</summary>
    public static ConstantArrayValues Of(ReadOnlySpan<float> values)
    {
        byte[] elements = new byte[values.Length * sizeof(float)];
        MemoryMarshal.AsBytes(values).CopyTo(elements);
        return new([values.Length], ElementType.Float32, elements, [1]);
    }

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("constant-array");
        writer.Write(_elements);
        foreach (long stride in _strides)
            writer.Write(stride);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        long[] index = new long[Shape.Rank];
        long at = 0;
        for (int axis = Shape.Rank - 1; axis >= 0 && destination.Length > 0; axis--)
        {
            (start, index[axis]) = Math.DivRem(start, Shape[axis]);
            at += index[axis] * _strides[axis];
        }

        for (; destination.Length > 0; destination = destination[size..])
        {
            _elements.AsSpan((int)(at * size), size).CopyTo(destination);
            for (int axis = Shape.Rank - 1; axis >= 0; axis--)
            {
                at += _strides[axis];
                if (++index[axis] < Shape[axis])
                    break;
                at -= index[axis] * _strides[axis];
                index[axis] = 0;
            }
        }
    }

    private static void Flatten(
        JsonValue value,
        int depth,
        List<long> lengths,
        List<JsonValue> numbers,
        Configuration config
    )
    {
        if (!value.IsArray)
        {
            if (depth < lengths.Count || value.Kind is not (JsonKind.Number or JsonKind.True or JsonKind.False))
                throw config.Error("value", "must be a number or an array of numbers with rows of one length");
            numbers.Add(value);
            return;
        }

        bool isFirst = depth == lengths.Count && numbers.Count == 0;
        if (isFirst)
            lengths.Add(value.Items.Length);
        if (depth >= lengths.Count || lengths[depth] != value.Items.Length)
            throw config.Error("value", "must be an array whose rows have one length");
        foreach (JsonValue item in value.Items)
            Flatten(item, depth + 1, lengths, numbers, config);
    }

    private static long[] Broadcast(Shape shape, List<long> lengths)
    {
        long[] strides = new long[shape.Rank];
        int missing = shape.Rank - lengths.Count;
        long stride = 1;
        for (int axis = lengths.Count - 1; axis >= 0; axis--)
        {
            if (missing + axis < 0 || lengths[axis] != 1 && lengths[axis] != shape[missing + axis])
                throw Refused(shape, lengths);
            if (lengths[axis] != 1)
                strides[missing + axis] = stride;
            stride *= lengths[axis];
        }

        return strides;
    }

    /// <summary>As tf.constant with a shape: the values in order, whatever the array's own axes.</summary>
    private static long[] Filled(Shape shape, List<long> lengths)
    {
        long count = lengths.Aggregate(1L, static (product, length) => product * length);
        long[] strides = new long[shape.Rank];
        if (count == 1)
            return strides;
        if (count != shape.Elements)
            throw Refused(shape, lengths);
        long stride = 1;
        for (int axis = shape.Rank - 1; axis >= 0; stride *= shape[axis], axis--)
            strides[axis] = stride;
        return strides;
    }

    private static InitializerException Refused(Shape shape, List<long> lengths) =>
        new(
            "A constant array must have the weight's shape, or one that repeats to it; received an array of shape "
                + $"({string.Join(", ", lengths)}) for the weight's {shape}."
        );
}
