using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Fanwise.Draws;

namespace Fanwise.Generations;

/// <summary>Zeros, ones, constants: a number everywhere, or (TensorFlow 1) a list in row-major order whose last value
/// is repeated.</summary>
internal static class Constants
{
    public static Plan Of(Shape shape, PythonValue value, Rules.Numbers numbers, bool verify = false)
    {
        if (value.IsNone)
            throw new InitializerException("None values not supported.");
        List<PythonValue> items = [];
        Flatten(value, items);
        long given = items.Count;
        if (value.Items is not null && !numbers.Generation.Columns.ConstantMayBeList)
            throw new InitializerException(
                $"A constant of {numbers.Generation.Title} must be a number here; received {value.Representation}."
            );
        if (!HasLengths(value, ShapeOf(value).Lengths))
            throw new InitializerException(
                $"A list of constants must be rectangular; received {value.Representation}."
            );
        if (verify && !(value.Items is null ? shape.Rank == 0 : ShapeOf(value) == shape))
            throw new InitializerException(
                $"Expected Tensor's shape: {shape}, got {(value.Items is null ? "()" : ShapeOf(value))}."
            );
        if (given > Math.Max(shape.Elements, value.Items is null ? 1 : 0))
            throw new InitializerException(
                string.Format(
                    CultureInfo.InvariantCulture,
                    numbers.Generation.Messages.TooManyElements,
                    shape.Elements,
                    given
                )
            );

        if (
            value.Items is not null
            && given is not 1
            && given < shape.Elements
            && numbers.Rounding == ParameterRounding.Eager
        )
            throw new InitializerException(
                $"Eager execution of tf.constant with unsupported shape. The value {value.Representation} has "
                    + $"{given} elements, but the shape {shape} has {shape.Elements}."
            );
        if (numbers.Type.Name == "string" && items is [{ Integer.IsZero: true }])
            return Plan.Constant(shape, () => throw Unheld(numbers)); // Zeros: empty texts
        if (numbers.Type.ElementType is not { } type)
            return numbers.Type.Name == "string"
                ? throw numbers.Refused(items is [] ? 0 : items[0])
                : Plan.Constant(shape, () => throw Unheld(numbers));
        byte[] elements = new byte[Math.Max(1, items.Count) * type.Size()]; // an empty list gives 0
        for (int i = 0; i < items.Count; i++)
            Store(items[i], type, numbers, elements.AsSpan(i * type.Size()));
        return Plan.Constant(shape, () => new RepeatedValues(shape, type, elements));
    }

    private static InitializerException Unheld(Rules.Numbers numbers)
    {
        try
        {
            numbers.Element();
        }
        catch (InitializerException error)
        {
            return error;
        }

        return new InitializerException();
    }

    private static void Flatten(PythonValue value, List<PythonValue> items)
    {
        if (value.Items is null)
            items.Add(value);
        else
            foreach (PythonValue item in value.Items)
                Flatten(item, items);
    }

    private static Shape ShapeOf(PythonValue value)
    {
        List<long> lengths = [];
        for (; value.Items is { } items; value = items.Count > 0 ? items[0] : default)
            lengths.Add(items.Count);
        return Shape.Create(lengths.ToArray());
    }

    private static bool HasLengths(PythonValue value, ReadOnlySpan<long> lengths)
    {
        if (value.Items is not { } items)
            return lengths.IsEmpty;
        if (lengths.IsEmpty || items.Count != lengths[0])
            return false;
        foreach (PythonValue item in items)
            if (!HasLengths(item, lengths[1..]))
                return false;
        return true;
    }

    private static void Store(PythonValue value, ElementType type, Rules.Numbers numbers, Span<byte> destination)
    {
        bool casts = numbers.Rounding == ParameterRounding.Keras3;
        if (type == ElementType.Bool)
        {
            if (value.Integer is not { } flag || !(flag.IsZero || flag.IsOne))
                throw numbers.Refused(value);
            destination[0] = (byte)flag;
        }
        else if (!type.IsFloating())
        {
            // Keras 3 casts: a float is cut. The others refuse it.
            PythonValue whole =
                casts && value.Kind == PythonKind.Float && double.IsFinite(value.Number!.Value)
                    ? (BigInteger)(float)value.Number.Value
                    : value;
            BigInteger integer = numbers.Integer(whole);
            switch (type)
            {
                case ElementType.Int8:
                    destination[0] = (byte)(sbyte)integer;
                    break;
                case ElementType.Int32:
                    MemoryMarshal.Write(destination, (int)integer);
                    break;
                default:
                    MemoryMarshal.Write(destination, (long)integer);
                    break;
            }
        }
        else if (casts)
        {
            // A float becomes float32 first, and the product with ones flushes subnormals.
            double number = value.Kind == PythonKind.Float ? (float)numbers.Double(value) : numbers.Double(value);
            Elements.Store(
                Elements.Flush(Elements.Round(number, type, ParameterRounding.Keras3), type),
                type,
                destination
            );
        }
        else
            Elements.Store(Elements.Round(numbers.Double(value), type, numbers.Rounding), type, destination);
    }
}
