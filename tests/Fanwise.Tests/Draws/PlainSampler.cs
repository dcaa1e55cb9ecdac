using System.Runtime.InteropServices;
using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Tests.Draws;

/// <summary>Every draw by the plainest reading of its rule, one group of elements at a time, sharing no code with the
/// kernels that are compared with it but Philox' block.</summary>
/// <remarks>
/// A group is what one base counter makes: 4 elements of 32 bits or fewer, 2 of 64. Group g starts at the stream's
/// counter + g * skip, so that any slice can be made on its own.
/// Source: TensorFlow, core/lib/random/random_distributions.h.
/// </remarks>
internal static class PlainSampler
{
    private const double TwoPi = 2 * Math.PI;

    public static byte[] Draw(in Draw draw, PhiloxStream stream, long start, int length)
    {
        byte[] bytes = new byte[length * draw.ElementType.Size()];
        switch (draw.ElementType)
        {
            case ElementType.Float32:
                Singles(draw, stream, start, MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
                break;
            case ElementType.Float64:
                Doubles(draw, stream, start, MemoryMarshal.Cast<byte, double>(bytes.AsSpan()));
                break;
            case ElementType.Int32:
                Integers32(draw, stream, start, MemoryMarshal.Cast<byte, int>(bytes.AsSpan()));
                break;
            case ElementType.Int64:
                Integers64(draw, stream, start, MemoryMarshal.Cast<byte, long>(bytes.AsSpan()));
                break;
            default:
                Halves(draw, stream, start, bytes);
                break;
        }

        return bytes;
    }

    /// <summary>How many blocks a group may use.</summary>
    private static uint Skip(DrawKind kind, int groupSize) =>
        kind == DrawKind.TruncatedNormal ? 1024u / (uint)(groupSize == 4 ? 4 : 8) : 1;

    private static void Singles(in Draw draw, PhiloxStream stream, long start, Span<float> destination)
    {
        Span<float> group = stackalloc float[4];
        for (int at = 0; at < destination.Length; )
        {
            (long g, int offset) = ((start + at) >> 2, (int)((start + at) & 3));
            StandardSingles(draw, stream.Skip((UInt128)g * Skip(draw.Kind, 4)), group);
            for (; offset < 4 && at < destination.Length; offset++)
                destination[at++] = (float)Scale(draw, group[offset]);
        }
    }

    private static void Halves(in Draw draw, PhiloxStream stream, long start, Span<byte> destination)
    {
        Span<float> group = stackalloc float[4];
        Span<ushort> bits = MemoryMarshal.Cast<byte, ushort>(destination);
        bool brain = draw.ElementType == ElementType.BFloat16;
        for (int at = 0; at < bits.Length; )
        {
            (long g, int offset) = ((start + at) >> 2, (int)((start + at) & 3));
            StandardSingles(draw, stream.Skip((UInt128)g * Skip(draw.Kind, 4)), group);
            for (; offset < 4 && at < bits.Length; offset++)
            {
                double value = Scale(draw, brain ? (float)(BFloat16)group[offset] : (float)(Half)group[offset]);
                bits[at++] = brain ? ((BFloat16)(float)value).ToBits() : BitConverter.HalfToUInt16Bits((Half)value);
            }
        }
    }

    private static void Doubles(in Draw draw, PhiloxStream stream, long start, Span<double> destination)
    {
        Span<double> group = stackalloc double[2];
        for (int at = 0; at < destination.Length; )
        {
            (long g, int offset) = ((start + at) >> 1, (int)((start + at) & 1));
            StandardDoubles(draw.Kind, stream.Skip((UInt128)g * Skip(draw.Kind, 2)), group);
            for (; offset < 2 && at < destination.Length; offset++)
                destination[at++] = Scale(draw, group[offset]);
        }
    }

    private static void Integers32(in Draw draw, PhiloxStream stream, long start, Span<int> destination)
    {
        Span<uint> group = stackalloc uint[4];
        for (int at = 0; at < destination.Length; )
        {
            (long g, int offset) = ((start + at) >> 2, (int)((start + at) & 3));
            (group[0], group[1], group[2], group[3]) = Words(stream.Skip((UInt128)g));
            for (; offset < 4 && at < destination.Length; offset++)
                destination[at++] = (int)(
                    draw.Range == 0 ? group[offset] : (uint)draw.Low + group[offset] % (uint)draw.Range
                );
        }
    }

    private static void Integers64(in Draw draw, PhiloxStream stream, long start, Span<long> destination)
    {
        for (int at = 0; at < destination.Length; at++)
        {
            (uint x0, uint x1, uint x2, uint x3) = Words(stream.Skip((UInt128)((start + at) >> 1)));
            ulong bits = ((start + at) & 1) == 0 ? x0 | (ulong)x1 << 32 : x2 | (ulong)x3 << 32;
            destination[at] = (long)(draw.Range == 0 ? bits : (ulong)draw.Low + bits % draw.Range);
        }
    }

    /// <summary>standard * multiplier + addend, each step rounded in the element type.</summary>
    private static double Scale(in Draw draw, double standard) =>
        draw.ElementType switch
        {
            ElementType.Float64 => PlainArithmetic.Sum(PlainArithmetic.Product(standard, draw.Multiplier), draw.Addend),
            ElementType.Float16 => (double)(
                (Half)((float)(Half)((float)standard * (float)draw.Multiplier) + (float)draw.Addend)
            ),
            ElementType.BFloat16 => (double)
                (BFloat16)
                    PlainArithmetic.Sum(
                        (float)(BFloat16)PlainArithmetic.Product((float)standard, (float)draw.Multiplier),
                        (float)draw.Addend
                    ),
            _ => PlainArithmetic.Sum(
                PlainArithmetic.Product((float)standard, (float)draw.Multiplier),
                (float)draw.Addend
            ),
        };

    private static void StandardSingles(in Draw draw, PhiloxStream stream, Span<float> group)
    {
        switch (draw.Kind)
        {
            case DrawKind.Uniform:
                int fraction = draw.ElementType switch
                {
                    ElementType.Float16 => 10,
                    ElementType.BFloat16 => 7,
                    _ => 23,
                };
                (uint x0, uint x1, uint x2, uint x3) = Words(stream);
                (group[0], group[1], group[2], group[3]) = (
                    Unit(x0, fraction),
                    Unit(x1, fraction),
                    Unit(x2, fraction),
                    Unit(x3, fraction)
                );
                break;
            case DrawKind.Normal:
                (x0, x1, x2, x3) = Words(stream);
                (group[0], group[1]) = BoxMuller(x0, x1, draw.DoubleLogarithm);
                (group[2], group[3]) = BoxMuller(x2, x3, draw.DoubleLogarithm);
                break;
            default:
                for (int filled = 0; ; stream = stream.Skip(1))
                {
                    (x0, x1, x2, x3) = Words(stream);
                    if (
                        Keep(BoxMuller(x0, x1, draw.DoubleLogarithm), group, ref filled)
                        || Keep(BoxMuller(x2, x3, draw.DoubleLogarithm), group, ref filled)
                    )
                        return;
                }
        }
    }

    private static void StandardDoubles(DrawKind kind, PhiloxStream stream, Span<double> group)
    {
        (uint x0, uint x1, uint x2, uint x3) = Words(stream);
        switch (kind)
        {
            case DrawKind.Uniform:
                (group[0], group[1]) = (Unit(x0, x1), Unit(x2, x3));
                break;
            case DrawKind.Normal:
                (group[0], group[1]) = BoxMuller(x0, x1, x2, x3);
                break;
            default:
                for (int filled = 0; ; )
                {
                    if (Keep(BoxMuller(x0, x1, x2, x3), group, ref filled))
                        return;
                    stream = stream.Skip(1);
                    (x0, x1, x2, x3) = Words(stream);
                }
        }
    }

    /// <summary>Keeps those of a pair that lie within two deviations; true when the group is full. What is left over is
    /// dropped.</summary>
    private static bool Keep<T>((T First, T Second) pair, Span<T> group, ref int filled)
        where T : System.Numerics.IFloatingPointIeee754<T>
    {
        T two = T.One + T.One;
        if (T.Abs(pair.First) < two)
            group[filled++] = pair.First;
        if (filled < group.Length && T.Abs(pair.Second) < two)
            group[filled++] = pair.Second;
        return filled == group.Length;
    }

    /// <summary>Two normals from two words: r = sqrt(-2 ln u1), r sin(2 pi u2) and r cos(2 pi u2). Box and Muller
    /// 1958.</summary>
    private static (float, float) BoxMuller(uint x0, uint x1, bool doubleLogarithm)
    {
        float u1 = Math.Max(Unit(x0, 23), 1e-7f);
        float r = doubleLogarithm
            ? (float)Math.Sqrt(-2 * PlainFunctions.Log((double)u1))
            : MathF.Sqrt(-2 * PlainFunctions.Log(u1));
        (float sine, float cosine) = PlainFunctions.SinCos((float)(TwoPi * Unit(x1, 23)));
        return (sine * r, cosine * r);
    }

    private static (double, double) BoxMuller(uint x0, uint x1, uint x2, uint x3)
    {
        double r = Math.Sqrt(-2 * PlainFunctions.Log(Math.Max(Unit(x0, x1), 1e-7)));
        (double sine, double cosine) = PlainFunctions.SinCos(TwoPi * Unit(x2, x3));
        return (sine * r, cosine * r);
    }

    /// <summary>u on [0, 1): the low bits of a word as the fraction of a number in [1, 2), minus 1.</summary>
    private static float Unit(uint word, int fraction) =>
        BitConverter.UInt32BitsToSingle(0x3F800000 | (word & (1u << fraction) - 1) << (23 - fraction)) - 1;

    /// <summary>u on [0, 1): the low 20 bits of the first word and all of the second as the fraction of a number in [1,
    /// 2), minus 1.</summary>
    private static double Unit(uint high, uint low) =>
        BitConverter.UInt64BitsToDouble(0x3FF0000000000000 | (ulong)(high & 0xFFFFF) << 32 | low) - 1;

    private static (uint, uint, uint, uint) Words(PhiloxStream stream) => Philox4x32.Block(stream.Counter, stream.Key);
}
