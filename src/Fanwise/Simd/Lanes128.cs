using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using D = System.Runtime.Intrinsics.Vector128<double>;
using F = System.Runtime.Intrinsics.Vector128<float>;
using W = System.Runtime.Intrinsics.Vector128<ulong>;

namespace Fanwise.Simd;

/// <summary>128 bits: SSE4.2 or AVX on x64 and AdvSimd on Arm64, through what .NET offers for both; the few members
/// without a common name ask which it is.</summary>
internal readonly unsafe struct Lanes128 : ILanes<W, D, F>
{
    public static bool IsSupported => Sse42.IsSupported || AdvSimd.Arm64.IsSupported;

    public static bool HasFused => Fma.IsSupported || AdvSimd.Arm64.IsSupported;

    public static int Count => 2;
    public static bool HasFewRegisters => !(AdvSimd.IsSupported || Avx512F.VL.IsSupported);
    public static W Ascending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(0UL, 1);
    }

    public static W Woven => Ascending;

    public static W Word(ulong value) => Vector128.Create(value);

    public static W Load(ulong* source) => Vector128.Load(source);

    public static W LoadIndices(ushort* source) => Vector128.Create((ulong)source[0], source[1]);

    public static void Store(W value, ulong* destination) => value.Store(destination);

    public static W Add(W a, W b) => a + b;

    public static W Subtract(W a, W b) => a - b;

    public static W And(W a, W b) => a & b;

    public static W Or(W a, W b) => a | b;

    public static W Xor(W a, W b) => a ^ b;

    public static W Xor(W a, W b, W c) => a ^ (b ^ c);

    public static W XorMasked(W a, W b, W c) => a ^ (b & c);

    public static W MaskedXor(W a, W b, W c) => (a & b) ^ c;

    public static W MaskedOr(W a, W b, W c) => (a & b) | c;

    public static W ShiftLeft(W a, [ConstantExpected] byte count) => a << count;

    public static W ShiftRight(W a, [ConstantExpected] byte count) => a >> count;

    public static W ShiftLeftBy(W a, int count) => a << count;

    public static W ShiftRightBy(W a, int count) => a >> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W Product(W a, W b) =>
        Sse2.IsSupported
            ? Sse2.Multiply(a.AsUInt32(), b.AsUInt32())
            : AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(a), AdvSimd.ExtractNarrowingLower(b));

    public static W High(W a) => a >> 32;

    public static W HighShuffled(W a) => Vector128.Shuffle(a.AsUInt32(), Vector128.Create(1u, 1, 3, 3)).AsUInt64();

    public static W SwapHalves(W a) => Vector128.Shuffle(a.AsUInt32(), Vector128.Create(1u, 0, 3, 2)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weave(W a, W b, out W first, out W second)
    {
        Interleave(a.AsDouble(), b.AsDouble(), out D low, out D high);
        (first, second) = (low.AsUInt64(), high.AsUInt64());
    }

    public static W Add32(W a, W b) => (a.AsUInt32() + b.AsUInt32()).AsUInt64();

    public static W Multiply32(W a, W b) => (a.AsUInt32() * b.AsUInt32()).AsUInt64();

    public static W RotateLeft32(W a, [ConstantExpected] byte count) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateLeft(a.AsUInt32(), count).AsUInt64()
            : (a.AsUInt32() << count | a.AsUInt32() >> (32 - count)).AsUInt64();

    public static W ShiftLeft32(W a, [ConstantExpected] byte count) => (a.AsUInt32() << count).AsUInt64();

    public static W ShiftRight32(W a, [ConstantExpected] byte count) => (a.AsUInt32() >> count).AsUInt64();

    public static W Sign32(W a) => (a.AsInt32() >> 31).AsUInt64();

    public static void Store16(W first, W second, ushort* destination) =>
        Vector128.Narrow(first.AsUInt32(), second.AsUInt32()).Store(destination);

    public static D Double(double value) => Vector128.Create(value);

    public static D AsDoubles(W bits) => bits.AsDouble();

    public static W AsWords(D value) => value.AsUInt64();

    public static void Store(D value, double* destination) => value.Store(destination);

    public static D Add(D a, D b) => a + b;

    public static D Subtract(D a, D b) => a - b;

    public static D Divide(D a, D b) => a / b;

    public static D Multiply(D a, D b) => a * b;

    public static D MultiplyAdd(D a, D b, D c) => HasFused ? Vector128.FusedMultiplyAdd(a, b, c) : a * b + c;

    public static D Fused(D a, D b, D c) => Vector128.FusedMultiplyAdd(a, b, c);

    public static D FusedNegated(D a, D b, D c) => Vector128.FusedMultiplyAdd(-a, b, c);

    public static D Load(double* source) => Vector128.Load(source);

    public static D Max(D a, D b) => Vector128.Max(a, b);

    public static D Sqrt(D a) => Vector128.Sqrt(a);

    public static D LessThan(D a, D b) => Vector128.LessThan(a, b);

    public static D Select(D mask, D a, D b) => Vector128.ConditionalSelect(mask, a, b);

    public static D Exponent(D a) =>
        ((a.AsUInt64() >> 52) | Vector128.Create(0x4330000000000000UL)).AsDouble()
        - Vector128.Create(4503599627370496.0 + 1023);

    public static bool HasLookup => false;

    public static D Lookup(double* table, W source) => Gather(table, ShiftRight(source, 48) & Word(15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(double* table, ulong* places, out D first, out D second) =>
        Interleave(Vector128.Load(table + places[0]), Vector128.Load(table + places[1]), out first, out second);

    public static D Gather(double* table, W index) =>
        Vector128.Create(table[index.GetElement(0)], table[index.GetElement(1)]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(D even, D odd, out D first, out D second)
    {
        if (Sse2.IsSupported)
            (first, second) = (Sse2.UnpackLow(even, odd), Sse2.UnpackHigh(even, odd));
        else
            (first, second) = (AdvSimd.Arm64.ZipLow(even, odd), AdvSimd.Arm64.ZipHigh(even, odd));
    }

    public static uint Within(D a, D limit) => Vector128.LessThan(Vector128.Abs(a), limit).ExtractMostSignificantBits();

    public static F Single(float value) => Vector128.Create(value);

    public static F Narrow(D low, D high) => Vector128.Narrow(low, high);

    public static W NarrowWords(W low, W high) => Vector128.Narrow(low, high).AsUInt64();

    public static F AsSingles(W bits) => bits.AsSingle();

    public static W AsWords(F value) => value.AsUInt64();

    public static F Load(float* source) => Vector128.Load(source);

    public static void Store(F value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F LoadHalves(float* low, float* high) => Vector128.Create(Vector64.Load(low), Vector64.Load(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(F value, float* low, float* high)
    {
        value.GetLower().Store(low);
        value.GetUpper().Store(high);
    }

    public static F FromIntegers(W words) => Vector128.ConvertToSingle(words.AsInt32());

    public static W ToIntegers(F value) => Vector128.ConvertToInt32Native(value).AsUInt64();

    public static F Add(F a, F b) => a + b;

    public static F Subtract(F a, F b) => a - b;

    public static F Divide(F a, F b) => a / b;

    public static F Multiply(F a, F b) => a * b;

    public static F Fused(F a, F b, F c) => Vector128.FusedMultiplyAdd(a, b, c);

    public static F Max(F a, F b) => Vector128.Max(a, b);

    public static F Sqrt(F a) => Vector128.Sqrt(a);

    public static F Select(W mask, F a, F b) => Vector128.ConditionalSelect(mask.AsSingle(), a, b);

    public static W LessThan(F a, F b) => Vector128.LessThan(a, b).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleavePairs(F sines, F cosines, out F first, out F second)
    {
        // sA0 sA1 sB0 sB1 and cA0 cA1 cB0 cB1.
        D low,
            high;
        if (Sse2.IsSupported)
            (low, high) = (Sse.UnpackLow(sines, cosines).AsDouble(), Sse.UnpackHigh(sines, cosines).AsDouble());
        else
            (low, high) = (
                AdvSimd.Arm64.ZipLow(sines, cosines).AsDouble(),
                AdvSimd.Arm64.ZipHigh(sines, cosines).AsDouble()
            );
        Interleave(low, high, out D even, out D odd);
        (first, second) = (even.AsSingle(), odd.AsSingle());
    }

    public static uint Within(F a, F limit) => Vector128.LessThan(Vector128.Abs(a), limit).ExtractMostSignificantBits();
}
