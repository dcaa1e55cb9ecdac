using System.Runtime.CompilerServices;
using Fanwise.Functions;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws.Xla;

/// <summary>From a draw, a key's stream and an index to elements, as XLA computes them.</summary>
internal static unsafe class XlaSampler
{
    /// <summary>Below this a product may be subnormal, which XLA makes zero; above it a float16 may overflow.</summary>
    private const double SmallestPlain = 1 / (double)(1L << 60),
        LargestPlain = 4096;

    /// <summary>Fills <paramref name="destination"/> with elements of a draw of so many, from
    /// <paramref name="start"/> on, at a width that the machine supports.</summary>
    public static void Fill(
        in XlaDraw draw,
        ThreefryStream stream,
        long elements,
        long start,
        Span<byte> destination,
        VectorWidth width
    )
    {
        stream.Check(elements, draw.Bits);
        double size = Math.Abs(draw.Multiplier);
        bool plain = size is >= SmallestPlain and <= LargestPlain && Math.Abs(draw.Addend) <= LargestPlain;
        XlaDraw made = plain ? draw : draw with { Multiplier = 1, Addend = -0.0 };
        fixed (byte* pointer = destination)
            Dispatch.Run(
                new Slice(made, stream, elements, start, pointer, destination.Length / draw.Type.Size()),
                width
            );
        if (plain)
            return;
        int bytes = draw.Type.Size();
        for (; destination.Length > 0; destination = destination[bytes..])
        {
            double product = Elements.Multiply(Elements.Load(draw.Type, destination), draw.Multiplier, draw.Type);
            Elements.Store(Elements.Add(product, draw.Addend, draw.Type), draw.Type, destination);
        }
    }

    private readonly struct Slice(
        XlaDraw draw,
        ThreefryStream stream,
        long elements,
        long start,
        byte* destination,
        long length
    ) : IVectorized
    {
        public void Run<L, W, D, F>()
            where L : struct, ILanes<W, D, F>
            where W : unmanaged
            where D : unmanaged
            where F : unmanaged
        {
            switch (draw.Type)
            {
                case ElementType.Float32:
                    Tiles<L, W, D, F, XlaSingle<L, W, D, F>>();
                    break;
                case ElementType.Float16:
                    Tiles<L, W, D, F, XlaHalf<L, W, D, F>>();
                    break;
                case ElementType.BFloat16:
                    Tiles<L, W, D, F, XlaBrain<L, W, D, F>>();
                    break;
                default:
                    DoubleTiles<L, W, D>();
                    break;
            }
        }

        /// <summary>Words, then values: two loops over a tile that stays in the nearest cache.</summary>
        [SkipLocalsInit]
        private void Tiles<L, W, D, F, H>()
            where L : struct, ILanes<W, D, F>
            where W : unmanaged
            where D : unmanaged
            where F : unmanaged
            where H : struct, IXlaFormat<L, W, D, F>
        {
            const int Tile = ThreefryStream.Tile;
            ulong* memory = stackalloc ulong[Tile + Tile / 2 + Scratch.Slack];
            uint* words = (uint*)Scratch.Align(memory),
                spare = words + Tile;
            byte* values = (byte*)(spare + Tile);
            for (long done = 0; done < length; done += Tile)
            {
                int count = (int)Math.Min(length - done, Tile);
                stream.Bits<L, W>(draw.Bits, elements, start + done, count, words, spare);
                byte* target = destination + done * H.Size;
                if (count == Tile)
                {
                    Transform<L, W, D, F, H>(words, Tile, target);
                    continue;
                }

                int step = 4 * L.Count;
                Transform<L, W, D, F, H>(words, (count + step - 1) / step * step, values);
                new ReadOnlySpan<byte>(values, count * H.Size).CopyTo(new Span<byte>(target, count * H.Size));
            }
        }

        private void Transform<L, W, D, F, H>(uint* words, int count, byte* target)
            where L : struct, ILanes<W, D, F>
            where W : unmanaged
            where D : unmanaged
            where F : unmanaged
            where H : struct, IXlaFormat<L, W, D, F>
        {
            switch (draw.Kind)
            {
                case DrawKind.Uniform:
                    XlaTiles<L, W, D, F, H>.Uniform(draw, words, count, target);
                    break;
                default:
                    XlaTiles<L, W, D, F, H>.Normal(draw, words, count, target);
                    break;
            }
        }

        [SkipLocalsInit]
        private void DoubleTiles<L, W, D>()
            where L : struct, IDoubleLanes<W, D>
            where W : unmanaged
            where D : unmanaged
        {
            const int Tile = ThreefryStream.Tile;
            ulong* memory = stackalloc ulong[2 * Tile + Scratch.Slack];
            uint* high = (uint*)Scratch.Align(memory),
                low = high + Tile;
            ulong* words = (ulong*)(low + Tile);
            for (long done = 0; done < length; done += Tile)
            {
                int count = (int)Math.Min(length - done, Tile);
                stream.Bits<L, W>(draw.Bits, elements, start + done, count, high, low);
                for (int i = 0; i < count; i++)
                    words[i] = (ulong)high[i] << 32 | low[i];
                int whole = (count + L.Count - 1) / L.Count * L.Count;
                XlaDoubleTiles<L, W, D>.Fill(draw, words, whole);
                new ReadOnlySpan<double>(words, count).CopyTo(new Span<double>(destination + done * 8, count));
            }
        }
    }
}

/// <summary>Tiles of words to elements that fit a single.</summary>
internal static unsafe class XlaTiles<L, W, D, F, H>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
    where H : struct, IXlaFormat<L, W, D, F>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Uniform(in XlaDraw draw, uint* words, int count, byte* target)
    {
        F range = L.Single((float)draw.Range),
            low = L.Single((float)draw.Low),
            multiplier = L.Single((float)draw.Multiplier),
            addend = L.Single((float)draw.Addend);
        for (int i = 0; i < count; i += 4 * L.Count)
        {
            F first = Bounded(words + i, range, low),
                second = Bounded(words + i + 2 * L.Count, range, low);
            H.Store(Scaled(first, multiplier, addend), Scaled(second, multiplier, addend), target);
            target += 4 * L.Count * H.Size;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normal(in XlaDraw draw, uint* words, int count, byte* target)
    {
        bool isTruncated = draw.Kind == DrawKind.TruncatedNormal;
        F range = L.Single((float)draw.Range),
            low = L.Single((float)draw.Low),
            root = L.Single((float)draw.RootOfTwo),
            multiplier = L.Single((float)draw.Multiplier),
            addend = L.Single((float)draw.Addend),
            least = L.Single(isTruncated ? (float)draw.Least : float.NegativeInfinity),
            most = L.Single(isTruncated ? (float)draw.Greatest : float.PositiveInfinity);
        for (int i = 0; i < count; i += 4 * L.Count)
        {
            F first = Clipped(Standard(words + i, range, low, root), least, most),
                second = Clipped(Standard(words + i + 2 * L.Count, range, low, root), least, most);
            H.Store(Scaled(first, multiplier, addend), Scaled(second, multiplier, addend), target);
            target += 4 * L.Count * H.Size;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Bounded(uint* words, F range, F low) =>
        L.Max(low, H.MultiplyAdd(H.Fraction(L.Load((ulong*)words)), range, low));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Standard(uint* words, F range, F low, F root) =>
        H.Round(L.Multiply(H.Round(XlaFunctions<L, W, D, F>.InverseErf(Bounded(words, range, low))), root));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Clipped(F value, F least, F most) =>
        L.Select(L.LessThan(most, value), most, L.Select(L.LessThan(value, least), least, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Scaled(F value, F multiplier, F addend) =>
        H.Round(L.Add(H.Round(L.Multiply(value, multiplier)), addend));
}

/// <summary>Tiles of words of 64 bits to doubles, in their place.</summary>
internal static unsafe class XlaDoubleTiles<L, W, D>
    where L : struct, IDoubleLanes<W, D>
    where W : unmanaged
    where D : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(in XlaDraw draw, ulong* words, int count)
    {
        bool isTruncated = draw.Kind == DrawKind.TruncatedNormal;
        D range = L.Double(draw.Range),
            low = L.Double(draw.Low),
            root = L.Double(draw.RootOfTwo),
            multiplier = L.Double(draw.Multiplier),
            addend = L.Double(draw.Addend),
            least = L.Double(isTruncated ? draw.Least : double.NegativeInfinity),
            most = L.Double(isTruncated ? draw.Greatest : double.PositiveInfinity);
        for (int i = 0; i < count; i += L.Count)
        {
            W bits = L.Or(L.ShiftRight(L.Load(words + i), 12), L.Word(0x3FF0000000000000));
            D value = L.Max(low, L.Fused(L.Subtract(L.AsDoubles(bits), L.Double(1)), range, low));
            if (draw.Kind != DrawKind.Uniform)
            {
                value = L.Multiply(XlaDoubleFunctions<L, W, D>.InverseErf(value), root);
                value = L.Select(L.LessThan(value, least), least, value);
                value = L.Select(L.LessThan(most, value), most, value);
            }

            L.Store(L.Add(L.Multiply(value, multiplier), addend), (double*)(words + i));
        }
    }
}
