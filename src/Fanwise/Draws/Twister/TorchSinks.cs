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

    public void Take<L, W, D, F>(uint* words, int count, float* room, byte* destination)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged
    {
        float* target = rounding.Type == ElementType.Float32 ? (float*)destination : room;
        TorchTiles<L, W, D, F>.Uniform(words, count, target, range, low);
        if (rounding.Type != ElementType.Float32)
            TorchTiles<L, W, D, F>.Round(rounding, room, count, (ushort*)destination);
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

    public void Take<L, W, D, F>(uint* words, int count, float* room, byte* destination)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged
    {
        TorchTiles<L, W, D, F>.Uniform(words, count, room, 1, 0);
        float* target = rounding.Type == ElementType.Float32 ? (float*)destination : room;
        TorchTiles<L, W, D, F>.Transform(room, count, target, deviation, mean);
        if (rounding.Type != ElementType.Float32)
            TorchTiles<L, W, D, F>.Round(rounding, room, count, (ushort*)destination);
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

    public void Take<L, W, D, F>(uint* words, int count, float* room, byte* destination)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged => TorchTiles<L, W, D, F>.Uniform(words, count / 2, (double*)destination, range, low);
}

/// <summary>PyTorch's normals in float64 from 16 elements on.</summary>
/// <param name="deviation">What standard normals are multiplied by.</param>
/// <param name="mean">What is added.</param>
internal readonly unsafe struct DoubleBlocks(double deviation, double mean) : ITwisterSink
{
    public static WideCall Wide => WideCall.TorchDoubleBlocks;

    public int WordsPerElement => 2;

    public int ElementSize => sizeof(double);

    public void Take<L, W, D, F>(uint* words, int count, float* room, byte* destination)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged
    {
        TorchTiles<L, W, D, F>.Uniform(words, count / 2, (double*)room, 1, 0);
        TorchTiles<L, W, D, F>.Transform((double*)room, count / 2, (double*)destination, deviation, mean);
    }
}

/// <summary>The words themselves.</summary>
internal readonly unsafe struct RawWords : ITwisterSink
{
    public static WideCall Wide => WideCall.TorchWords;

    public int WordsPerElement => 1;

    public int ElementSize => sizeof(uint);

    public void Take<L, W, D, F>(uint* words, int count, float* room, byte* destination)
        where L : struct, ILanes<W, D, F>
        where W : unmanaged
        where D : unmanaged
        where F : unmanaged
    {
        for (nint i = 0; i < count; i += 2 * L.Count)
            L.Store(Streams.Mt19937Lanes<L, W>.Temper(L.Load((ulong*)(words + i))), (ulong*)((uint*)destination + i));
    }
}

/// <summary>The steps of the sinks over lanes.</summary>
internal static unsafe class TorchTiles<L, W, D, F>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Uniform(uint* words, nint count, float* destination, float range, float low)
    {
        F factor = L.Single(range),
            addend = L.Single(low),
            unit = L.Single(1 / TwoTo24);
        W mask = L.Word(0x00FFFFFF_00FFFFFF);
        for (uint* end = words + count; words < end; words += 2 * L.Count, destination += 2 * L.Count)
        {
            W word = Streams.Mt19937Lanes<L, W>.Temper(L.Load((ulong*)words));
            F u = L.Multiply(L.FromIntegers(L.And(word, mask)), unit);
            L.Store(L.Fused(u, factor, addend), destination);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Radii(float* uniforms, nint count)
    {
        for (nint block = 0; block < count; block += 4 * HalfBlock)
        for (nint i = block; i < block + HalfBlock; i += L.Count)
        {
            F u = L.Subtract(L.Single(1), L.LoadHalves(uniforms + i, uniforms + i + 2 * HalfBlock));
            L.StoreHalves(
                L.Sqrt(L.Multiply(L.Single(-2), CephesFunctions<L, W, D, F>.Log(u))),
                uniforms + i,
                uniforms + i + 2 * HalfBlock
            );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(float* uniforms, nint count, float* destination, float deviation, float mean)
    {
        F factor = L.Single(deviation),
            addend = L.Single(mean);
        for (nint block = 0; block < count; block += 4 * HalfBlock)
        for (nint i = block; i < block + HalfBlock; i += L.Count)
        {
            F radius = L.LoadHalves(uniforms + i, uniforms + i + 2 * HalfBlock),
                u = L.LoadHalves(uniforms + i + HalfBlock, uniforms + i + 3 * HalfBlock);
            CephesFunctions<L, W, D, F>.SinCos(L.Multiply(L.Single((float)(2 * Math.PI)), u), out F sine, out F cosine);
            L.StoreHalves(
                L.Fused(L.Multiply(radius, cosine), factor, addend),
                destination + i,
                destination + i + 2 * HalfBlock
            );
            L.StoreHalves(
                L.Fused(L.Multiply(radius, sine), factor, addend),
                destination + i + HalfBlock,
                destination + i + 3 * HalfBlock
            );
        }
    }

    /// <summary>Singles rounded to a format of 16 bits, ties to even.</summary>
    public static void Round(TorchRounding rounding, float* source, nint count, ushort* destination)
    {
        if (rounding.Type == ElementType.BFloat16)
            Round(default(Brain16<L, W, D, F>), source, count, destination);
        else if (rounding.MayOverflow)
            for (nint i = 0; i < count; i++)
                destination[i] = BitConverter.HalfToUInt16Bits((Half)source[i]);
        else
            Round(default(Binary16<L, W, D, F>), source, count, destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Round<H>(H format, float* source, nint count, ushort* destination)
        where H : struct, IHalfFormat<W, F>
    {
        for (float* end = source + count; source < end; source += 4 * L.Count, destination += 4 * L.Count)
            L.Store16(format.Bits(L.Load(source)), format.Bits(L.Load(source + 2 * L.Count)), destination);
    }

    /// <summary>destination[i] = fma(u, range, low), u the low 53 bits of words 2 i (high) and 2 i + 1 over
    /// 2^53.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Uniform(uint* words, nint count, double* destination, double range, double low)
    {
        for (nint i = 0; i < count; i += L.Count)
        {
            W word = L.SwapHalves(Streams.Mt19937Lanes<L, W>.Temper(L.Load((ulong*)(words + 2 * i))));
            D high = L.AsDoubles(L.Or(L.And(L.High(word), L.Word(0x001FFFFF)), L.Word(BitsOfTwoTo84))),
                part = L.AsDoubles(L.MaskedOr(word, L.Word(uint.MaxValue), L.Word(BitsOfTwoTo52)));
            D u = L.Multiply(L.Add(L.Subtract(high, L.Double(TwoTo84AndTwoTo52)), part), L.Double(1 / TwoTo53));
            L.Store(L.Fused(u, L.Double(range), L.Double(low)), destination + i);
        }
    }

    /// <inheritdoc cref="Transform(float*, nint, float*, float, float)"/>
    public static void Transform(double* uniforms, nint count, double* destination, double deviation, double mean)
    {
        Radii(uniforms, count);
        Turn(uniforms, count, destination, deviation, mean);
    }

    /// <inheritdoc cref="Radii(float*, nint)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Radii(double* uniforms, nint count)
    {
        for (nint block = 0; block < count; block += 2 * HalfBlock)
        for (nint i = block; i < block + HalfBlock; i += L.Count)
        {
            D u = L.Subtract(L.Double(1), L.Load(uniforms + i));
            L.Store(L.Sqrt(L.Multiply(L.Double(-2), DoubleFunctions<L, W, D>.Log(u))), uniforms + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(double* uniforms, nint count, double* destination, double deviation, double mean)
    {
        for (nint block = 0; block < count; block += 2 * HalfBlock)
        for (nint i = block; i < block + HalfBlock; i += L.Count)
        {
            D radius = L.Load(uniforms + i),
                u = L.Load(uniforms + i + HalfBlock);
            DoubleFunctions<L, W, D>.SinCos(L.Multiply(L.Double(2 * Math.PI), u), out D sine, out D cosine);
            L.Store(L.Fused(L.Multiply(radius, cosine), L.Double(deviation), L.Double(mean)), destination + i);
            L.Store(
                L.Fused(L.Multiply(radius, sine), L.Double(deviation), L.Double(mean)),
                destination + i + HalfBlock
            );
        }
    }
}
