using System.Runtime.CompilerServices;
using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Draws.Twister;

/// <summary>PyTorch's uniforms in float32, float16 and bfloat16: 24 bits of a word, one fused multiply-add in float32,
/// rounded to the type.</summary>
/// <param name="rounding">What they are rounded to.</param>
/// <param name="range">The upper bound less the lower.</param>
/// <param name="low">The lower bound.</param>
internal readonly unsafe struct SingleUniforms(TorchRounding rounding, float range, float low) : ITwisterSink
{
    public static WideCall Wide => WideCall.TorchSingleUniforms;

    public int WordsPerElement => 1;

    public int ElementSize => rounding.Type.Size();

    public void Take<TLanes, TWords, TDoubles, TSingles>(uint* words, int count, float* room, byte* destination)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        float* target = rounding.Type == ElementType.Float32 ? (float*)destination : room;
        TorchTiles<TLanes, TWords, TDoubles, TSingles>.Uniform(words, count, target, range, low);
        if (rounding.Type != ElementType.Float32)
            TorchTiles<TLanes, TWords, TDoubles, TSingles>.Round(rounding, room, count, (ushort*)destination);
    }
}

/// <summary>PyTorch's normals in float32, float16 and bfloat16 from 16 elements on: Box and Muller's transform of
/// blocks of 16 words, in float32, rounded to the type.</summary>
/// <param name="rounding">What they are rounded to.</param>
/// <param name="deviation">What standard normals are multiplied by.</param>
/// <param name="mean">What is added.</param>
internal readonly unsafe struct SingleBlocks(TorchRounding rounding, float deviation, float mean) : ITwisterSink
{
    public static WideCall Wide => WideCall.TorchSingleBlocks;

    public int WordsPerElement => 1;

    public int ElementSize => rounding.Type.Size();

    public void Take<TLanes, TWords, TDoubles, TSingles>(uint* words, int count, float* room, byte* destination)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        TorchTiles<TLanes, TWords, TDoubles, TSingles>.Uniform(words, count, room, 1, 0);
        float* target = rounding.Type == ElementType.Float32 ? (float*)destination : room;
        TorchTiles<TLanes, TWords, TDoubles, TSingles>.Transform(room, count, target, deviation, mean);
        if (rounding.Type != ElementType.Float32)
            TorchTiles<TLanes, TWords, TDoubles, TSingles>.Round(rounding, room, count, (ushort*)destination);
    }
}

/// <summary>PyTorch's uniforms in float64: 53 bits of two words, one fused multiply-add.</summary>
/// <param name="range">The upper bound less the lower.</param>
/// <param name="low">The lower bound.</param>
internal readonly unsafe struct DoubleUniforms(double range, double low) : ITwisterSink
{
    public static WideCall Wide => WideCall.TorchDoubleUniforms;

    public int WordsPerElement => 2;

    public int ElementSize => sizeof(double);

    public void Take<TLanes, TWords, TDoubles, TSingles>(uint* words, int count, float* room, byte* destination)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged =>
        TorchTiles<TLanes, TWords, TDoubles, TSingles>.Uniform(words, count / 2, (double*)destination, range, low);
}

/// <summary>PyTorch's normals in float64 from 16 elements on.</summary>
/// <param name="deviation">What standard normals are multiplied by.</param>
/// <param name="mean">What is added.</param>
internal readonly unsafe struct DoubleBlocks(double deviation, double mean) : ITwisterSink
{
    public static WideCall Wide => WideCall.TorchDoubleBlocks;

    public int WordsPerElement => 2;

    public int ElementSize => sizeof(double);

    public void Take<TLanes, TWords, TDoubles, TSingles>(uint* words, int count, float* room, byte* destination)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        TorchTiles<TLanes, TWords, TDoubles, TSingles>.Uniform(words, count / 2, (double*)room, 1, 0);
        TorchTiles<TLanes, TWords, TDoubles, TSingles>.Transform(
            (double*)room,
            count / 2,
            (double*)destination,
            deviation,
            mean
        );
    }
}

/// <summary>The words themselves.</summary>
internal readonly unsafe struct RawWords : ITwisterSink
{
    public static WideCall Wide => WideCall.TorchWords;

    public int WordsPerElement => 1;

    public int ElementSize => sizeof(uint);

    public void Take<TLanes, TWords, TDoubles, TSingles>(uint* words, int count, float* room, byte* destination)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        for (nint i = 0; i < count; i += 2 * TLanes.Count)
            TLanes.Store(
                Streams.Mt19937Lanes<TLanes, TWords>.Temper(TLanes.Load((ulong*)(words + i))),
                (ulong*)((uint*)destination + i)
            );
    }
}

/// <summary>The steps of the sinks over lanes.</summary>
internal static unsafe class TorchTiles<TLanes, TWords, TDoubles, TSingles>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    private const float TwoTo24 = 16777216;
    private const double TwoTo53 = 9007199254740992;

    /// <summary>The bits of 2^52 and of 2^84: above them the two halves of a 64-bit integer are exact
    /// doubles.</summary>
    private const ulong BitsOfTwoTo52 = 0x4330000000000000,
        BitsOfTwoTo84 = 0x4530000000000000;
    private const double TwoTo84AndTwoTo52 = 19342813113834066795298816.0 + 4503599627370496.0;

    /// <summary>A block of normals: 8 radii, then 8 angles.</summary>
    private const int HalfBlock = 8;

    /// <summary>destination[i] = fma(u, range, low), u the low 24 bits of word i over 2^24.</summary>
    [MethodImpl(Compilation.AtOnce)]
    public static void Uniform(uint* words, nint count, float* destination, float range, float low)
    {
        TSingles factor = TLanes.Single(range),
            addend = TLanes.Single(low),
            unit = TLanes.Single(1 / TwoTo24);
        TWords mask = TLanes.Word(0x00FFFFFF_00FFFFFF);
        for (uint* end = words + count; words < end; words += 2 * TLanes.Count, destination += 2 * TLanes.Count)
        {
            TWords word = Streams.Mt19937Lanes<TLanes, TWords>.Temper(TLanes.Load((ulong*)words));
            TSingles u = TLanes.Multiply(TLanes.FromIntegers(TLanes.And(word, mask)), unit);
            TLanes.Store(TLanes.Fused(u, factor, addend), destination);
        }
    }

    /// <summary>Blocks of 16: of the uniforms a, b at places j and j + 8, fma(r cos t, deviation, mean) and fma(r sin
    /// t, deviation, mean), r = sqrt(-2 ln(1 - a)), t = 2 pi b.</summary>
    /// <remarks>Two loops, one after the other: in one, too few blocks are under way at a time.</remarks>
    /// <param name="uniforms">The blocks, which are overwritten; may be the destination.</param>
    /// <param name="count">A multiple of 32.</param>
    /// <param name="destination">Where the blocks go.</param>
    /// <param name="deviation">What standard normals are multiplied by.</param>
    /// <param name="mean">What is added.</param>
    public static void Transform(float* uniforms, nint count, float* destination, float deviation, float mean)
    {
        Radii(uniforms, count);
        Turn(uniforms, count, destination, deviation, mean);
    }

    /// <summary>Leaves radii in the place of the first half of each block.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static void Radii(float* uniforms, nint count)
    {
        for (nint block = 0; block < count; block += 4 * HalfBlock)
        for (nint i = block; i < block + HalfBlock; i += TLanes.Count)
        {
            TSingles u = TLanes.Subtract(
                TLanes.Single(1),
                TLanes.LoadHalves(uniforms + i, uniforms + i + 2 * HalfBlock)
            );
            TLanes.StoreHalves(
                TLanes.Sqrt(
                    TLanes.Multiply(TLanes.Single(-2), CephesFunctions<TLanes, TWords, TDoubles, TSingles>.Log(u))
                ),
                uniforms + i,
                uniforms + i + 2 * HalfBlock
            );
        }
    }

    [MethodImpl(Compilation.AtOnce)]
    private static void Turn(float* uniforms, nint count, float* destination, float deviation, float mean)
    {
        TSingles factor = TLanes.Single(deviation),
            addend = TLanes.Single(mean);
        for (nint block = 0; block < count; block += 4 * HalfBlock)
        for (nint i = block; i < block + HalfBlock; i += TLanes.Count)
        {
            TSingles radius = TLanes.LoadHalves(uniforms + i, uniforms + i + 2 * HalfBlock),
                u = TLanes.LoadHalves(uniforms + i + HalfBlock, uniforms + i + 3 * HalfBlock);
            CephesFunctions<TLanes, TWords, TDoubles, TSingles>.SinCos(
                TLanes.Multiply(TLanes.Single((float)(2 * Math.PI)), u),
                out TSingles sine,
                out TSingles cosine
            );
            TLanes.StoreHalves(
                TLanes.Fused(TLanes.Multiply(radius, cosine), factor, addend),
                destination + i,
                destination + i + 2 * HalfBlock
            );
            TLanes.StoreHalves(
                TLanes.Fused(TLanes.Multiply(radius, sine), factor, addend),
                destination + i + HalfBlock,
                destination + i + 3 * HalfBlock
            );
        }
    }

    /// <summary>Singles rounded to a format of 16 bits, ties to even.</summary>
    public static void Round(TorchRounding rounding, float* source, nint count, ushort* destination)
    {
        if (rounding.Type == ElementType.BFloat16)
            Round(default(Brain16<TLanes, TWords, TDoubles, TSingles>), source, count, destination);
        else if (rounding.MayOverflow)
            for (nint i = 0; i < count; i++)
                destination[i] = BitConverter.HalfToUInt16Bits((Half)source[i]);
        else
            Round(default(Binary16<TLanes, TWords, TDoubles, TSingles>), source, count, destination);
    }

    [MethodImpl(Compilation.AtOnce)]
    private static void Round<TFormat>(TFormat format, float* source, nint count, ushort* destination)
        where TFormat : struct, IHalfFormat<TWords, TSingles>
    {
        for (float* end = source + count; source < end; source += 4 * TLanes.Count, destination += 4 * TLanes.Count)
            TLanes.Store16(
                format.Bits(TLanes.Load(source)),
                format.Bits(TLanes.Load(source + 2 * TLanes.Count)),
                destination
            );
    }

    /// <summary>destination[i] = fma(u, range, low), u the low 53 bits of words 2 i (high) and 2 i + 1 over
    /// 2^53.</summary>
    [MethodImpl(Compilation.AtOnce)]
    public static void Uniform(uint* words, nint count, double* destination, double range, double low)
    {
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            TWords word = TLanes.SwapHalves(
                Streams.Mt19937Lanes<TLanes, TWords>.Temper(TLanes.Load((ulong*)(words + 2 * i)))
            );
            TDoubles high = TLanes.AsDoubles(
                    TLanes.Or(TLanes.And(TLanes.High(word), TLanes.Word(0x001FFFFF)), TLanes.Word(BitsOfTwoTo84))
                ),
                part = TLanes.AsDoubles(TLanes.MaskedOr(word, TLanes.Word(uint.MaxValue), TLanes.Word(BitsOfTwoTo52)));
            TDoubles u = TLanes.Multiply(
                TLanes.Add(TLanes.Subtract(high, TLanes.Double(TwoTo84AndTwoTo52)), part),
                TLanes.Double(1 / TwoTo53)
            );
            TLanes.Store(TLanes.Fused(u, TLanes.Double(range), TLanes.Double(low)), destination + i);
        }
    }

    /// <inheritdoc cref="Transform(float*, nint, float*, float, float)"/>
    public static void Transform(double* uniforms, nint count, double* destination, double deviation, double mean)
    {
        Radii(uniforms, count);
        Turn(uniforms, count, destination, deviation, mean);
    }

    /// <inheritdoc cref="Radii(float*, nint)"/>
    [MethodImpl(Compilation.AtOnce)]
    private static void Radii(double* uniforms, nint count)
    {
        for (nint block = 0; block < count; block += 2 * HalfBlock)
        for (nint i = block; i < block + HalfBlock; i += TLanes.Count)
        {
            TDoubles u = TLanes.Subtract(TLanes.Double(1), TLanes.Load(uniforms + i));
            TLanes.Store(
                TLanes.Sqrt(TLanes.Multiply(TLanes.Double(-2), DoubleFunctions<TLanes, TWords, TDoubles>.Log(u))),
                uniforms + i
            );
        }
    }

    [MethodImpl(Compilation.AtOnce)]
    private static void Turn(double* uniforms, nint count, double* destination, double deviation, double mean)
    {
        for (nint block = 0; block < count; block += 2 * HalfBlock)
        for (nint i = block; i < block + HalfBlock; i += TLanes.Count)
        {
            TDoubles radius = TLanes.Load(uniforms + i),
                u = TLanes.Load(uniforms + i + HalfBlock);
            DoubleFunctions<TLanes, TWords, TDoubles>.SinCos(
                TLanes.Multiply(TLanes.Double(2 * Math.PI), u),
                out TDoubles sine,
                out TDoubles cosine
            );
            TLanes.Store(
                TLanes.Fused(TLanes.Multiply(radius, cosine), TLanes.Double(deviation), TLanes.Double(mean)),
                destination + i
            );
            TLanes.Store(
                TLanes.Fused(TLanes.Multiply(radius, sine), TLanes.Double(deviation), TLanes.Double(mean)),
                destination + i + HalfBlock
            );
        }
    }
}
