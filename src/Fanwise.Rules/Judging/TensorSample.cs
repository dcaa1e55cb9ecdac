using Fanwise.Draws;
using Fanwise.Models.Checkpoints;

namespace Fanwise.Rules;

/// <summary>Values of a stored tensor as doubles.</summary>
internal sealed class TensorSample
{
    private const int Stretches = 64;
    private readonly Values _stored;

    /// <summary>Reads a tensor, or stretches of it.</summary>
    /// <param name="tensor">The tensor, of a floating type.</param>
    /// <param name="most">How many values are read at most.</param>
    /// <param name="zeroRow">A row that is left out; null for none.</param>
    public TensorSample(StoredTensor tensor, int most, long? zeroRow)
    {
        _stored = tensor.Values!;
        long elements = _stored.Shape.Elements,
            row = zeroRow is null ? 0 : elements / _stored.Shape[0],
            leftOut = zeroRow * row ?? -1;
        List<double> values = new((int)Math.Min(elements, most));
        int stretches = elements <= most ? 1 : Stretches,
            length = (int)Math.Min(elements, most / stretches);
        double[] part = new double[length];
        for (int i = 0; i < stretches; i++)
        {
            long start = stretches == 1 ? 0 : (long)((Int128)(elements - length) * i / (stretches - 1));
            Fill(start, part);
            for (int j = 0; j < length; j++)
                if (leftOut < 0 || start + j < leftOut || start + j >= leftOut + row)
                    values.Add(part[j]);
        }

        Values = [.. values];
    }

    /// <summary>The values, in the tensor's order.</summary>
    public double[] Values { get; }

    /// <summary>Reads a stretch.</summary>
    public void Fill(long start, Span<double> destination)
    {
        switch (_stored.ElementType)
        {
            case ElementType.Float64:
                _stored.Fill(start, destination);
                break;
            case ElementType.Float32:
                Widen<float>(start, destination, static value => value);
                break;
            case ElementType.Float16:
                Widen<Half>(start, destination, static value => (double)value);
                break;
            default:
                Widen<BFloat16>(start, destination, static value => (double)value);
                break;
        }
    }

    /// <summary>The place halfway to the next larger element: what lies below it rounds to this value.</summary>
    public static double RoundsUpTo(double value, ElementType type) => (value + Next(value, type, 1)) / 2;

    /// <summary>The place halfway to the next smaller element.</summary>
    public static double RoundsDownTo(double value, ElementType type) => (value + Next(value, type, -1)) / 2;

    private static double Next(double value, ElementType type, int direction) =>
        type switch
        {
            ElementType.Float64 => direction > 0 ? Math.BitIncrement(value) : Math.BitDecrement(value),
            ElementType.Float32 => direction > 0 ? MathF.BitIncrement((float)value) : MathF.BitDecrement((float)value),
            ElementType.Float16 => (double)(
                direction > 0 ? Half.BitIncrement((Half)value) : Half.BitDecrement((Half)value)
            ),
            _ => NextBFloat16(value, direction),
        };

    // The upper half of float32's bits, which grow with a positive number and shrink with a negative one.
    private static double NextBFloat16(double value, int direction)
    {
        ushort bits = ((BFloat16)(float)value).ToBits();
        if ((bits & 0x7FFF) == 0)
            return direction * (double)BFloat16.FromBits(1);
        bool grows = value > 0 == direction > 0;
        return (double)BFloat16.FromBits((ushort)(grows ? bits + 1 : bits - 1));
    }

    private void Widen<T>(long start, Span<double> destination, Func<T, double> widen)
        where T : unmanaged
    {
        T[] read = new T[destination.Length];
        _stored.Fill<T>(start, read);
        for (int i = 0; i < read.Length; i++)
            destination[i] = widen(read[i]);
    }
}
