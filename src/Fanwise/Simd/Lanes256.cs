using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using D = System.Runtime.Intrinsics.Vector256<double>;
using F = System.Runtime.Intrinsics.Vector256<float>;
using W = System.Runtime.Intrinsics.Vector256<ulong>;

namespace Fanwise.Simd;

/// <summary>256 bits: AVX2 and FMA; where AVX-512 is there too, the compiler uses its instructions and
/// registers.</summary>
internal readonly unsafe struct Lanes256 : ILanes<W, D, F>
{
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    /// <summary>The bytes of words of 32 bits that are turned left by 16, and by 24.</summary>
    private static Vector256<byte> Turn16
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(Vector128.Create(0x01000302u, 0x05040706, 0x09080B0A, 0x0D0C0F0E)).AsByte();
    }

    private static Vector256<byte> Turn24
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(Vector128.Create(0x00030201u, 0x04070605, 0x080B0A09, 0x0C0F0E0D)).AsByte();
    }

    public static int Count => 4;
    public static bool HasFewRegisters => !Avx512F.VL.IsSupported;
    public static W Ascending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0UL, 1, 2, 3);
    }

    public static W Woven
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0UL, 2, 1, 3);
    }

    public static W Word(ulong value) => Vector256.Create(value);

    public static W Load(ulong* source) => Vector256.Load(source);

    public static W LoadIndices(ushort* source) =>
        Avx2.ConvertToVector256Int64(Vector128.CreateScalarUnsafe(*(ulong*)source).AsUInt16()).AsUInt64();

    public static void Store(W value, ulong* destination) => value.Store(destination);

    public static W Add(W a, W b) => a + b;

    public static W Subtract(W a, W b) => a - b;

    public static W And(W a, W b) => a & b;

    public static W Or(W a, W b) => a | b;

    public static W Xor(W a, W b) => a ^ b;

    public static W Xor(W a, W b, W c) => Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(a, b, c, 0x96) : a ^ (b ^ c);

    public static W XorMasked(W a, W b, W c) => a ^ (b & c);

    public static W MaskedXor(W a, W b, W c) => (a & b) ^ c;

    public static W MaskedOr(W a, W b, W c) => (a & b) | c;

    public static W ShiftLeft(W a, [ConstantExpected] byte count) => Avx2.ShiftLeftLogical(a, count);

    public static W ShiftRight(W a, [ConstantExpected] byte count) => Avx2.ShiftRightLogical(a, count);

    public static W ShiftLeftBy(W a, int count) => a << count;

    public static W ShiftRightBy(W a, int count) => a >> count;

    public static W Product(W a, W b) => Avx2.Multiply(a.AsUInt32(), b.AsUInt32());

    public static W High(W a) => Avx2.ShiftRightLogical(a, 32);

    public static W HighShuffled(W a) => Avx2.Shuffle(a.AsUInt32(), 0xF5).AsUInt64();

    public static W SwapHalves(W a) => Avx2.Shuffle(a.AsUInt32(), 0xB1).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weave(W a, W b, out W first, out W second) =>
        (first, second) = (Avx2.UnpackLow(a, b), Avx2.UnpackHigh(a, b));

    public static W Add32(W a, W b) => (a.AsUInt32() + b.AsUInt32()).AsUInt64();

    public static W Multiply32(W a, W b) => (a.AsUInt32() * b.AsUInt32()).AsUInt64();

    /// <inheritdoc/>
    /// <remarks>Whole bytes are moved by one instruction.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W RotateLeft32(W a, [ConstantExpected] byte count)
    {
        if (Avx512F.VL.IsSupported)
            return Avx512F.VL.RotateLeft(a.AsUInt32(), count).AsUInt64();
        if (count == 16)
            return Avx2.Shuffle(a.AsByte(), Turn16).AsUInt64();
        if (count == 24)
            return Avx2.Shuffle(a.AsByte(), Turn24).AsUInt64();
        return (a.AsUInt32() << count | a.AsUInt32() >> (32 - count)).AsUInt64();
    }

    public static W ShiftLeft32(W a, [ConstantExpected] byte count) =>
        Avx2.ShiftLeftLogical(a.AsUInt32(), count).AsUInt64();

    public static W ShiftRight32(W a, [ConstantExpected] byte count) =>
        Avx2.ShiftRightLogical(a.AsUInt32(), count).AsUInt64();

    public static W Sign32(W a) => Avx2.ShiftRightArithmetic(a.AsInt32(), 31).AsUInt64();

    public static void Store16(W first, W second, ushort* destination) =>
        Avx2.Permute4x64(Avx2.PackUnsignedSaturate(first.AsInt32(), second.AsInt32()).AsUInt64(), 0xD8)
            .AsUInt16()
            .Store(destination);

    public static D Double(double value) => Vector256.Create(value);

    public static D AsDoubles(W bits) => bits.AsDouble();

    public static W AsWords(D value) => value.AsUInt64();

    public static void Store(D value, double* destination) => value.Store(destination);

    public static D Add(D a, D b) => a + b;

    public static D Subtract(D a, D b) => a - b;

    public static D Divide(D a, D b) => a / b;

    public static D Multiply(D a, D b) => a * b;

    public static D MultiplyAdd(D a, D b, D c) => Fma.MultiplyAdd(a, b, c);

    public static bool HasFused => true;

    public static D Fused(D a, D b, D c) => Fma.MultiplyAdd(a, b, c);

    public static D FusedNegated(D a, D b, D c) => Fma.MultiplyAddNegated(a, b, c);

    public static D Load(double* source) => Vector256.Load(source);

    public static D Max(D a, D b) => Avx.Max(a, b);

    public static D Sqrt(D a) => Avx.Sqrt(a);

    public static D LessThan(D a, D b) => Vector256.LessThan(a, b);

    public static D Select(D mask, D a, D b) => Avx.BlendVariable(b, a, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Exponent(D a) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.GetExponent(a)
            : ((a.AsUInt64() >> 52) | Vector256.Create(0x4330000000000000UL)).AsDouble()
                - Vector256.Create(4503599627370496.0 + 1023);

    public static bool HasLookup => false;

    public static D Lookup(double* table, W source) => Gather(table, ShiftRight(source, 48) & Word(15));

    /// <inheritdoc/>
    /// <remarks>Four loads of pairs beat two gathers.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(double* table, ulong* places, out D first, out D second)
    {
        D even = Vector256.Create(Vector128.Load(table + places[0]), Vector128.Load(table + places[2])),
            odd = Vector256.Create(Vector128.Load(table + places[1]), Vector128.Load(table + places[3]));
        first = Avx.UnpackLow(even, odd);
        second = Avx.UnpackHigh(even, odd);
    }

    public static D Gather(double* table, W index) => Avx2.GatherVector256(table, index.AsInt64(), 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(D even, D odd, out D first, out D second)
    {
        D low = Avx.UnpackLow(even, odd),
            high = Avx.UnpackHigh(even, odd);
        first = Avx.Permute2x128(low, high, 0x20);
        second = Avx.Permute2x128(low, high, 0x31);
    }

    public static uint Within(D a, D limit) => Vector256.LessThan(Vector256.Abs(a), limit).ExtractMostSignificantBits();

    public static F Single(float value) => Vector256.Create(value);

    public static F Narrow(D low, D high) =>
        Avx.ConvertToVector128Single(low).ToVector256Unsafe().WithUpper(Avx.ConvertToVector128Single(high));

    public static W NarrowWords(W low, W high) =>
        Avx2.Permute4x64(Avx.Shuffle(low.AsSingle(), high.AsSingle(), 0x88).AsUInt64(), 0xD8);

    public static F AsSingles(W bits) => bits.AsSingle();

    public static W AsWords(F value) => value.AsUInt64();

    public static F Load(float* source) => Vector256.Load(source);

    public static void Store(F value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F LoadHalves(float* low, float* high) => Vector256.Create(Vector128.Load(low), Vector128.Load(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(F value, float* low, float* high)
    {
        value.GetLower().Store(low);
        value.GetUpper().Store(high);
    }

    public static F FromIntegers(W words) => Vector256.ConvertToSingle(words.AsInt32());

    public static W ToIntegers(F value) => Vector256.ConvertToInt32Native(value).AsUInt64();

    public static F Add(F a, F b) => a + b;

    public static F Subtract(F a, F b) => a - b;

    public static F Divide(F a, F b) => a / b;

    public static F Multiply(F a, F b) => a * b;

    public static F Fused(F a, F b, F c) => Fma.MultiplyAdd(a, b, c);

    public static F Max(F a, F b) => Avx.Max(a, b);

    public static F Sqrt(F a) => Avx.Sqrt(a);

    public static F Select(W mask, F a, F b) => Vector256.ConditionalSelect(mask.AsSingle(), a, b);

    public static W LessThan(F a, F b) => Vector256.LessThan(a, b).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleavePairs(F sines, F cosines, out F first, out F second)
    {
        first = Avx2.Permute4x64(Avx.UnpackLow(sines, cosines).AsDouble(), 0xD8).AsSingle();
        second = Avx2.Permute4x64(Avx.UnpackHigh(sines, cosines).AsDouble(), 0xD8).AsSingle();
    }

    public static uint Within(F a, F limit) => Vector256.LessThan(Vector256.Abs(a), limit).ExtractMostSignificantBits();
}
