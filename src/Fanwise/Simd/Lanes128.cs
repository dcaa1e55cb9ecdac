using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Doubles = System.Runtime.Intrinsics.Vector128<double>;
using Singles = System.Runtime.Intrinsics.Vector128<float>;
using Words = System.Runtime.Intrinsics.Vector128<ulong>;

namespace Fanwise.Simd;

/// <summary>128 bits: SSE4.2 or AVX on x64 and AdvSimd on Arm64, through what .NET offers for both; the few members
/// without a common name ask which it is.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Words, Doubles, Singles>
{
    public static bool IsSupported => Sse42.IsSupported || AdvSimd.Arm64.IsSupported;

    public static bool HasFused => Fma.IsSupported || AdvSimd.Arm64.IsSupported;

    public static int Count => 2;
    public static bool HasFewRegisters => !(AdvSimd.IsSupported || Avx512F.VL.IsSupported);
    public static Words Ascending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(0UL, 1);
    }

    public static Words Woven => Ascending;

    public static Words Word(ulong value) => Vector128.Create(value);

    public static Words Load(ulong* source) => Vector128.Load(source);

    public static Words LoadIndices(ushort* source) => Vector128.Create((ulong)source[0], source[1]);

    public static void Store(Words value, ulong* destination) => value.Store(destination);

    public static Words Add(Words a, Words b) => a + b;

    public static Words Subtract(Words a, Words b) => a - b;

    public static Words And(Words a, Words b) => a & b;

    public static Words Or(Words a, Words b) => a | b;

    public static Words Xor(Words a, Words b) => a ^ b;

    public static Words Xor(Words a, Words b, Words c) => a ^ (b ^ c);

    public static Words XorMasked(Words a, Words b, Words c) => a ^ (b & c);

    public static Words MaskedXor(Words a, Words b, Words c) => (a & b) ^ c;

    public static Words MaskedOr(Words a, Words b, Words c) => (a & b) | c;

    public static Words ShiftLeft(Words a, [ConstantExpected] byte count) => a << count;

    public static Words ShiftRight(Words a, [ConstantExpected] byte count) => a >> count;

    public static Words ShiftLeftBy(Words a, int count) => a << count;

    public static Words ShiftRightBy(Words a, int count) => a >> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Product(Words a, Words b) =>
        Sse2.IsSupported
            ? Sse2.Multiply(a.AsUInt32(), b.AsUInt32())
            : AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(a), AdvSimd.ExtractNarrowingLower(b));

    public static Words High(Words a) => a >> 32;

    public static Words HighShuffled(Words a) =>
        Vector128.Shuffle(a.AsUInt32(), Vector128.Create(1u, 1, 3, 3)).AsUInt64();

    public static Words SwapHalves(Words a) =>
        Vector128.Shuffle(a.AsUInt32(), Vector128.Create(1u, 0, 3, 2)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weave(Words a, Words b, out Words first, out Words second)
    {
        Interleave(a.AsDouble(), b.AsDouble(), out Doubles low, out Doubles high);
        (first, second) = (low.AsUInt64(), high.AsUInt64());
    }

    public static Words Add32(Words a, Words b) => (a.AsUInt32() + b.AsUInt32()).AsUInt64();

    public static Words Multiply32(Words a, Words b) => (a.AsUInt32() * b.AsUInt32()).AsUInt64();

    public static Words RotateLeft32(Words a, [ConstantExpected] byte count) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateLeft(a.AsUInt32(), count).AsUInt64()
            : (a.AsUInt32() << count | a.AsUInt32() >> (32 - count)).AsUInt64();

    public static Words ShiftLeft32(Words a, [ConstantExpected] byte count) => (a.AsUInt32() << count).AsUInt64();

    public static Words ShiftRight32(Words a, [ConstantExpected] byte count) => (a.AsUInt32() >> count).AsUInt64();

    public static Words Sign32(Words a) => (a.AsInt32() >> 31).AsUInt64();

    public static void Store16(Words first, Words second, ushort* destination) =>
        Vector128.Narrow(first.AsUInt32(), second.AsUInt32()).Store(destination);

    public static Doubles Double(double value) => Vector128.Create(value);

    public static Doubles AsDoubles(Words bits) => bits.AsDouble();

    public static Words AsWords(Doubles value) => value.AsUInt64();

    public static void Store(Doubles value, double* destination) => value.Store(destination);

    public static Doubles Add(Doubles a, Doubles b) => a + b;

    public static Doubles Subtract(Doubles a, Doubles b) => a - b;

    public static Doubles Divide(Doubles a, Doubles b) => a / b;

    public static Doubles Multiply(Doubles a, Doubles b) => a * b;

    public static Doubles MultiplyAdd(Doubles a, Doubles b, Doubles c) =>
        HasFused ? Vector128.FusedMultiplyAdd(a, b, c) : a * b + c;

    public static Doubles Fused(Doubles a, Doubles b, Doubles c) => Vector128.FusedMultiplyAdd(a, b, c);

    public static Doubles FusedNegated(Doubles a, Doubles b, Doubles c) => Vector128.FusedMultiplyAdd(-a, b, c);

    public static Doubles Load(double* source) => Vector128.Load(source);

    public static Doubles Max(Doubles a, Doubles b) => Vector128.Max(a, b);

    public static Doubles Sqrt(Doubles a) => Vector128.Sqrt(a);

    public static Doubles LessThan(Doubles a, Doubles b) => Vector128.LessThan(a, b);

    public static Doubles Select(Doubles mask, Doubles a, Doubles b) => Vector128.ConditionalSelect(mask, a, b);

    public static Doubles Exponent(Doubles a) =>
        ((a.AsUInt64() >> 52) | Vector128.Create(0x4330000000000000UL)).AsDouble()
        - Vector128.Create(4503599627370496.0 + 1023);

    public static bool HasLookup => false;

    public static Doubles Lookup(double* table, Words source) => Gather(table, ShiftRight(source, 48) & Word(15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(double* table, ulong* places, out Doubles first, out Doubles second) =>
        Interleave(Vector128.Load(table + places[0]), Vector128.Load(table + places[1]), out first, out second);

    public static Doubles Gather(double* table, Words index) =>
        Vector128.Create(table[index.GetElement(0)], table[index.GetElement(1)]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(Doubles even, Doubles odd, out Doubles first, out Doubles second)
    {
        if (Sse2.IsSupported)
            (first, second) = (Sse2.UnpackLow(even, odd), Sse2.UnpackHigh(even, odd));
        else
            (first, second) = (AdvSimd.Arm64.ZipLow(even, odd), AdvSimd.Arm64.ZipHigh(even, odd));
    }

    public static uint Within(Doubles a, Doubles limit) =>
        Vector128.LessThan(Vector128.Abs(a), limit).ExtractMostSignificantBits();

    public static Singles Single(float value) => Vector128.Create(value);

    public static Singles Narrow(Doubles low, Doubles high) => Vector128.Narrow(low, high);

    public static void StoreNarrowed(Doubles low, Doubles high, float* destination) =>
        Store(Narrow(low, high), destination);

    public static Words NarrowWords(Words low, Words high) => Vector128.Narrow(low, high).AsUInt64();

    public static Singles AsSingles(Words bits) => bits.AsSingle();

    public static Words AsWords(Singles value) => value.AsUInt64();

    public static Singles Load(float* source) => Vector128.Load(source);

    public static void Store(Singles value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singles LoadHalves(float* low, float* high) =>
        Vector128.Create(Vector64.Load(low), Vector64.Load(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Singles value, float* low, float* high)
    {
        value.GetLower().Store(low);
        value.GetUpper().Store(high);
    }

    public static Singles FromIntegers(Words words) => Vector128.ConvertToSingle(words.AsInt32());

    public static Words ToIntegers(Singles value) => Vector128.ConvertToInt32Native(value).AsUInt64();

    public static Singles Add(Singles a, Singles b) => a + b;

    public static Singles Subtract(Singles a, Singles b) => a - b;

    public static Singles Divide(Singles a, Singles b) => a / b;

    public static Singles Multiply(Singles a, Singles b) => a * b;

    public static Singles Fused(Singles a, Singles b, Singles c) => Vector128.FusedMultiplyAdd(a, b, c);

    public static Singles Max(Singles a, Singles b) => Vector128.Max(a, b);

    public static Singles Sqrt(Singles a) => Vector128.Sqrt(a);

    public static Singles Select(Words mask, Singles a, Singles b) =>
        Vector128.ConditionalSelect(mask.AsSingle(), a, b);

    public static Words LessThan(Singles a, Singles b) => Vector128.LessThan(a, b).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleavePairs(Singles sines, Singles cosines, out Singles first, out Singles second)
    {
        // sA0 sA1 sB0 sB1 and cA0 cA1 cB0 cB1.
        Doubles low,
            high;
        if (Sse2.IsSupported)
            (low, high) = (Sse.UnpackLow(sines, cosines).AsDouble(), Sse.UnpackHigh(sines, cosines).AsDouble());
        else
            (low, high) = (
                AdvSimd.Arm64.ZipLow(sines, cosines).AsDouble(),
                AdvSimd.Arm64.ZipHigh(sines, cosines).AsDouble()
            );
        Interleave(low, high, out Doubles even, out Doubles odd);
        (first, second) = (even.AsSingle(), odd.AsSingle());
    }

    public static uint Within(Singles a, Singles limit) =>
        Vector128.LessThan(Vector128.Abs(a), limit).ExtractMostSignificantBits();
}
