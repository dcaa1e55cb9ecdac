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
            double value = type.Read(destination);
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

        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            switch (draw.Type)
            {
                case ElementType.Float32:
                    Tiles<TLanes, TWords, TDoubles, TSingles, XlaSingle<TLanes, TWords, TDoubles, TSingles>>();
                    break;
                case ElementType.Float16:
                    Tiles<TLanes, TWords, TDoubles, TSingles, XlaHalf<TLanes, TWords, TDoubles, TSingles>>();
                    break;
                case ElementType.BFloat16:
                    Tiles<TLanes, TWords, TDoubles, TSingles, XlaBrain<TLanes, TWords, TDoubles, TSingles>>();
                    break;
                default:
                    DoubleTiles<TLanes, TWords, TDoubles>();
                    break;
            }
        }

        /// <summary>Words, then values: two loops over a tile that stays in the nearest cache.</summary>
        [SkipLocalsInit]
        private void Tiles<TLanes, TWords, TDoubles, TSingles, TFormat>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
            where TFormat : struct, IXlaFormat<TLanes, TWords, TDoubles, TSingles>
        {
            const int Tile = ThreefryStream.Tile;
            ulong* memory = stackalloc ulong[Tile + Tile / 2 + Scratch.Slack];
            uint* words = (uint*)Scratch.Align(memory),
                spare = words + Tile;
            byte* values = (byte*)(spare + Tile);
            for (long done = 0; done < length; done += Tile)
            {
                int count = (int)Math.Min(length - done, Tile);
                stream.Bits<TLanes, TWords>(draw.Bits, elements, start + done, count, words, spare);
                byte* target = destination + done * TFormat.Size;
                if (count == Tile)
                {
                    Transform<TLanes, TWords, TDoubles, TSingles, TFormat>(words, spare, Tile, target);
                    continue;
                }

                int step = 4 * TLanes.Count;
                Transform<TLanes, TWords, TDoubles, TSingles, TFormat>(
                    words,
                    spare,
                    (count + step - 1) / step * step,
                    values
                );
                new ReadOnlySpan<byte>(values, count * TFormat.Size).CopyTo(
                    new Span<byte>(target, count * TFormat.Size)
                );
            }
        }

        private void Transform<TLanes, TWords, TDoubles, TSingles, TFormat>(
            uint* words,
            uint* room,
            int count,
            byte* target
        )
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
            where TFormat : struct, IXlaFormat<TLanes, TWords, TDoubles, TSingles>
        {
            switch (draw.Kind)
            {
                case DrawKind.Uniform:
                    XlaTiles<TLanes, TWords, TDoubles, TSingles, TFormat>.Uniform(draw, words, count, target);
                    break;
                default:
                    XlaTiles<TLanes, TWords, TDoubles, TSingles, TFormat>.Normal(
                        draw,
                        words,
                        (float*)room,
                        count,
                        target
                    );
                    break;
            }
        }

        [SkipLocalsInit]
        private void DoubleTiles<TLanes, TWords, TDoubles>()
            where TLanes : struct, IDoubleLanes<TWords, TDoubles>
            where TWords : unmanaged
            where TDoubles : unmanaged
        {
            const int Tile = ThreefryStream.Tile;
            ulong* memory = stackalloc ulong[2 * Tile + Scratch.Slack];
            uint* high = (uint*)Scratch.Align(memory),
                low = high + Tile;
            ulong* words = (ulong*)(low + Tile);
            for (long done = 0; done < length; done += Tile)
            {
                int count = (int)Math.Min(length - done, Tile);
                stream.Bits<TLanes, TWords>(draw.Bits, elements, start + done, count, high, low);
                for (int i = 0; i < count; i++)
                    words[i] = (ulong)high[i] << 32 | low[i];
                int whole = (count + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
                XlaDoubleTiles<TLanes, TWords, TDoubles>.Fill(draw, words, whole);
                new ReadOnlySpan<double>(words, count).CopyTo(new Span<double>(destination + done * 8, count));
            }
        }
    }
}

/// <summary>Tiles of words to elements that fit a single.</summary>
internal static unsafe class XlaTiles<TLanes, TWords, TDoubles, TSingles, TFormat>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
    where TFormat : struct, IXlaFormat<TLanes, TWords, TDoubles, TSingles>
{
    [MethodImpl(Compilation.AtOnce)]
    public static void Uniform(in XlaDraw draw, uint* words, int count, byte* target)
    {
        TSingles range = TLanes.Single((float)draw.Range),
            low = TLanes.Single((float)draw.Low),
            multiplier = TLanes.Single((float)draw.Multiplier),
            addend = TLanes.Single((float)draw.Addend);
        for (int i = 0; i < count; i += 4 * TLanes.Count)
        {
            TSingles first = Bounded(words + i, range, low),
                second = Bounded(words + i + 2 * TLanes.Count, range, low);
            TFormat.Store(Scaled(first, multiplier, addend), Scaled(second, multiplier, addend), target);
            target += 4 * TLanes.Count * TFormat.Size;
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
    [MethodImpl(Compilation.AtOnce)]
    private static void Inner(in XlaDraw draw, uint* words, float* logarithms, int count)
    {
        TSingles range = TLanes.Single((float)draw.Range),
            low = TLanes.Single((float)draw.Low);
        for (uint* end = words + count; words < end; words += 2 * TLanes.Count, logarithms += 2 * TLanes.Count)
        {
            TSingles u = Bounded(words, range, low);
            TLanes.Store(u, (float*)words);
            TLanes.Store(
                XlaFunctions<TLanes, TWords, TDoubles, TSingles>.SmallLogOnePlus(
                    XlaFunctions<TLanes, TWords, TDoubles, TSingles>.MinusSquare(u)
                ),
                logarithms
            );
        }
    }

    /// <summary>Replaces the logarithms of the others.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void Logarithms(float* inner, float* logarithms, int count)
    {
        for (float* end = inner + count; inner < end; inner += 2 * TLanes.Count, logarithms += 2 * TLanes.Count)
            TLanes.Store(
                XlaFunctions<TLanes, TWords, TDoubles, TSingles>.LogOnePlus(
                    XlaFunctions<TLanes, TWords, TDoubles, TSingles>.MinusSquare(TLanes.Load(inner)),
                    TLanes.Load(logarithms)
                ),
                logarithms
            );
    }

    [MethodImpl(Compilation.AtOnce)]
    private static void Finish<TBounds>(in XlaDraw draw, float* inner, float* logarithms, int count, byte* target)
        where TBounds : struct, IBounds
    {
        TSingles root = TLanes.Single((float)draw.RootOfTwo),
            multiplier = TLanes.Single((float)draw.Multiplier),
            addend = TLanes.Single((float)draw.Addend),
            least = TLanes.Single((float)draw.Least),
            most = TLanes.Single((float)draw.Greatest);
        for (float* end = inner + count; inner < end; inner += 4 * TLanes.Count, logarithms += 4 * TLanes.Count)
        {
            TSingles first = Standard(inner, logarithms, root),
                second = Standard(inner + 2 * TLanes.Count, logarithms + 2 * TLanes.Count, root);
            if (TBounds.Cut)
            {
                first = Clipped(first, least, most);
                second = Clipped(second, least, most);
            }

            TFormat.Store(Scaled(first, multiplier, addend), Scaled(second, multiplier, addend), target);
            target += 4 * TLanes.Count * TFormat.Size;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Bounded(uint* words, TSingles range, TSingles low) =>
        TLanes.Max(low, TFormat.MultiplyAdd(TFormat.Fraction(TLanes.Load((ulong*)words)), range, low));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Standard(float* inner, float* logarithms, TSingles root) =>
        TFormat.Round(
            TLanes.Multiply(
                TFormat.Round(
                    XlaFunctions<TLanes, TWords, TDoubles, TSingles>.InverseErf(
                        TLanes.Load(inner),
                        TLanes.Load(logarithms)
                    )
                ),
                root
            )
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Clipped(TSingles value, TSingles least, TSingles most) =>
        TLanes.Select(TLanes.LessThan(most, value), most, TLanes.Select(TLanes.LessThan(value, least), least, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Scaled(TSingles value, TSingles multiplier, TSingles addend) =>
        TFormat.Round(TLanes.Add(TFormat.Round(TLanes.Multiply(value, multiplier)), addend));

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
internal static unsafe class XlaDoubleTiles<TLanes, TWords, TDoubles>
    where TLanes : struct, IDoubleLanes<TWords, TDoubles>
    where TWords : unmanaged
    where TDoubles : unmanaged
{
    [MethodImpl(Compilation.AtOnce)]
    public static void Fill(in XlaDraw draw, ulong* words, int count)
    {
        bool isTruncated = draw.Kind == DrawKind.TruncatedNormal;
        TDoubles range = TLanes.Double(draw.Range),
            low = TLanes.Double(draw.Low),
            root = TLanes.Double(draw.RootOfTwo),
            multiplier = TLanes.Double(draw.Multiplier),
            addend = TLanes.Double(draw.Addend),
            least = TLanes.Double(isTruncated ? draw.Least : double.NegativeInfinity),
            most = TLanes.Double(isTruncated ? draw.Greatest : double.PositiveInfinity);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TWords bits = TLanes.Or(TLanes.ShiftRight(TLanes.Load(words + i), 12), TLanes.Word(0x3FF0000000000000));
            TDoubles value = TLanes.Max(
                low,
                TLanes.Fused(TLanes.Subtract(TLanes.AsDoubles(bits), TLanes.Double(1)), range, low)
            );
            if (draw.Kind != DrawKind.Uniform)
            {
                value = TLanes.Multiply(XlaDoubleFunctions<TLanes, TWords, TDoubles>.InverseErf(value), root);
                value = TLanes.Select(TLanes.LessThan(value, least), least, value);
                value = TLanes.Select(TLanes.LessThan(most, value), most, value);
            }

            TLanes.Store(TLanes.Add(TLanes.Multiply(value, multiplier), addend), (double*)(words + i));
        }
    }
}
