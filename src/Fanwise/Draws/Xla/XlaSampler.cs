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
        bool finite = double.IsFinite(draw.Range),
            plain = finite && size is >= SmallestPlain and <= LargestPlain && Math.Abs(draw.Addend) <= LargestPlain;
        XlaDraw made = finite ? draw : XlaDraw.Uniform(draw.Type, 0, 1);
        if (!plain)
            made = made with { Multiplier = 1, Addend = -0.0 };
        fixed (byte* pointer = destination)
            Dispatch.Run(
                new Slice(made, stream, elements, start, pointer, destination.Length / draw.Type.Size()),
                width
            );
        if (plain)
            return;
        ElementType type = draw.Type;
        for (int bytes = type.Size(); destination.Length > 0; destination = destination[bytes..])
        {
            double value = Elements.Load(type, destination);
            if (!finite)
                value = Bounded(draw, value);
            value = Elements.Add(Elements.Multiply(value, draw.Multiplier, type), draw.Addend, type);
            Elements.Store(value, type, destination);
        }
    }

    /// <summary>max(low, u * range + low) where the range is no number: infinite, or a NaN with the sign that x86 gives
    /// it, on every processor.</summary>
    private static double Bounded(in XlaDraw draw, double u)
    {
        double value = Elements.Add(Elements.Multiply(u, draw.Range, draw.Type), draw.Low, draw.Type);
        return double.IsNaN(value) ? value : Math.Max(value, draw.Low);
    }

    /// <summary>One call, to be run at some width.</summary>
    internal readonly struct Slice(
        XlaDraw draw,
        ThreefryStream stream,
        long elements,
        long start,
        byte* destination,
        long length
    ) : IVectorized
    {
        public static WideCall Wide => WideCall.XlaSlice;

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
                    Transform<L, W, D, F, H>(words, spare, Tile, target);
                    continue;
                }

                int step = 4 * L.Count;
                Transform<L, W, D, F, H>(words, spare, (count + step - 1) / step * step, values);
                new ReadOnlySpan<byte>(values, count * H.Size).CopyTo(new Span<byte>(target, count * H.Size));
            }
        }

        private void Transform<L, W, D, F, H>(uint* words, uint* room, int count, byte* target)
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
                    XlaTiles<L, W, D, F, H>.Normal(draw, words, (float*)room, count, target);
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

    /// <summary>Loops, one after the other: in one loop, too few elements are under way at a time.</summary>
    /// <param name="draw">What is drawn.</param>
    /// <param name="words">The bits, in whose place intermediate results come.</param>
    /// <param name="room">Room for as many singles.</param>
    /// <param name="count">A multiple of the elements of two registers.</param>
    /// <param name="target">Where elements go.</param>
    public static void Normal(in XlaDraw draw, uint* words, float* room, int count, byte* target)
    {
        Inner(draw, words, room, count);
        Logarithms((float*)words, room, count);
        if (draw.Kind == DrawKind.Normal)
            Finish<Everything>(draw, (float*)words, room, count, target);
        else
            Finish<Truncation>(draw, (float*)words, room, count, target);
    }

    /// <summary>Leaves the inner uniforms in the place of words, and the logarithm of those near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Inner(in XlaDraw draw, uint* words, float* logarithms, int count)
    {
        F range = L.Single((float)draw.Range),
            low = L.Single((float)draw.Low);
        for (uint* end = words + count; words < end; words += 2 * L.Count, logarithms += 2 * L.Count)
        {
            F u = Bounded(words, range, low);
            L.Store(u, (float*)words);
            L.Store(XlaFunctions<L, W, D, F>.SmallLogOnePlus(XlaFunctions<L, W, D, F>.MinusSquare(u)), logarithms);
        }
    }

    /// <summary>Replaces the logarithms of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Logarithms(float* inner, float* logarithms, int count)
    {
        for (float* end = inner + count; inner < end; inner += 2 * L.Count, logarithms += 2 * L.Count)
            L.Store(
                XlaFunctions<L, W, D, F>.LogOnePlus(
                    XlaFunctions<L, W, D, F>.MinusSquare(L.Load(inner)),
                    L.Load(logarithms)
                ),
                logarithms
            );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish<B>(in XlaDraw draw, float* inner, float* logarithms, int count, byte* target)
        where B : struct, IBounds
    {
        F root = L.Single((float)draw.RootOfTwo),
            multiplier = L.Single((float)draw.Multiplier),
            addend = L.Single((float)draw.Addend),
            least = L.Single((float)draw.Least),
            most = L.Single((float)draw.Greatest);
        for (float* end = inner + count; inner < end; inner += 4 * L.Count, logarithms += 4 * L.Count)
        {
            F first = Standard(inner, logarithms, root),
                second = Standard(inner + 2 * L.Count, logarithms + 2 * L.Count, root);
            if (B.Cut)
            {
                first = Clipped(first, least, most);
                second = Clipped(second, least, most);
            }

            H.Store(Scaled(first, multiplier, addend), Scaled(second, multiplier, addend), target);
            target += 4 * L.Count * H.Size;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Bounded(uint* words, F range, F low) =>
        L.Max(low, H.MultiplyAdd(H.Fraction(L.Load((ulong*)words)), range, low));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Standard(float* inner, float* logarithms, F root) =>
        H.Round(L.Multiply(H.Round(XlaFunctions<L, W, D, F>.InverseErf(L.Load(inner), L.Load(logarithms))), root));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Clipped(F value, F least, F most) =>
        L.Select(L.LessThan(most, value), most, L.Select(L.LessThan(value, least), least, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Scaled(F value, F multiplier, F addend) =>
        H.Round(L.Add(H.Round(L.Multiply(value, multiplier)), addend));

    /// <summary>Whether values are moved to bounds.</summary>
    private interface IBounds
    {
        public static abstract bool Cut { get; }
    }

    private readonly struct Everything : IBounds
    {
        public static bool Cut => false;
    }

    private readonly struct Truncation : IBounds
    {
        public static bool Cut => true;
    }
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
