using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;
using Singles = System.Runtime.Intrinsics.Vector512<float>;
using Words = System.Runtime.Intrinsics.Vector512<ulong>;

namespace Fanwise.Simd;

/// <summary>512 bits: AVX-512 Singles, BW, DQ and VL.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Words, Doubles, Singles>
{
    public static bool IsSupported =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512DQ.IsSupported && Avx512BW.IsSupported;

    public static int Count => 8;
    public static bool HasFewRegisters => false;
    public static Words Ascending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
    }

    public static Words Woven
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
    }

    public static Words Word(ulong value) => Vector512.Create(value);

    public static Words Load(ulong* source) => Vector512.Load(source);

    public static Words LoadIndices(ushort* source) => Avx512F.ConvertToVector512UInt64(Vector128.Load(source));

    public static void Store(Words value, ulong* destination) => value.Store(destination);

    public static Words Add(Words a, Words b) => Avx512F.Add(a, b);

    public static Words Subtract(Words a, Words b) => Avx512F.Subtract(a, b);

    public static Words And(Words a, Words b) => Avx512F.And(a, b);

    public static Words Or(Words a, Words b) => Avx512F.Or(a, b);

    public static Words Xor(Words a, Words b) => Avx512F.Xor(a, b);

    public static Words Xor(Words a, Words b, Words c) => Avx512F.TernaryLogic(a, b, c, 0x96);

    public static Words XorMasked(Words a, Words b, Words c) => Avx512F.TernaryLogic(a, b, c, 0x78);

    public static Words MaskedXor(Words a, Words b, Words c) => Avx512F.TernaryLogic(a, b, c, 0x6A);

    public static Words MaskedOr(Words a, Words b, Words c) => Avx512F.TernaryLogic(a, b, c, 0xEA);

    public static Words ShiftLeft(Words a, [ConstantExpected] byte count) => Avx512F.ShiftLeftLogical(a, count);

    public static Words ShiftRight(Words a, [ConstantExpected] byte count) => Avx512F.ShiftRightLogical(a, count);

    public static Words ShiftLeftBy(Words a, int count) => a << count;

    public static Words ShiftRightBy(Words a, int count) => a >> count;

    public static Words Product(Words a, Words b) => Avx512F.Multiply(a.AsUInt32(), b.AsUInt32());

    public static Words High(Words a) => Avx512F.ShiftRightLogical(a, 32);

    public static Words HighShuffled(Words a) => Avx512F.Shuffle(a.AsUInt32(), 0xF5).AsUInt64();

    public static Words SwapHalves(Words a) => Avx512F.RotateLeft(a, 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weave(Words a, Words b, out Words first, out Words second) =>
        (first, second) = (Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b));

    public static Words Add32(Words a, Words b) => Avx512F.Add(a.AsUInt32(), b.AsUInt32()).AsUInt64();

    public static Words Multiply32(Words a, Words b) => Avx512F.MultiplyLow(a.AsUInt32(), b.AsUInt32()).AsUInt64();

    public static Words RotateLeft32(Words a, [ConstantExpected] byte count) =>
        Avx512F.RotateLeft(a.AsUInt32(), count).AsUInt64();

    public static Words ShiftLeft32(Words a, [ConstantExpected] byte count) =>
        Avx512F.ShiftLeftLogical(a.AsUInt32(), count).AsUInt64();

    public static Words ShiftRight32(Words a, [ConstantExpected] byte count) =>
        Avx512F.ShiftRightLogical(a.AsUInt32(), count).AsUInt64();

    public static Words Sign32(Words a) => Avx512F.ShiftRightArithmetic(a.AsInt32(), 31).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store16(Words first, Words second, ushort* destination)
    {
        Avx512F.ConvertToVector256UInt16(first.AsUInt32()).Store(destination);
        Avx512F.ConvertToVector256UInt16(second.AsUInt32()).Store(destination + 16);
    }

    public static Doubles Double(double value) => Vector512.Create(value);

    public static Doubles AsDoubles(Words bits) => bits.AsDouble();

    public static Words AsWords(Doubles value) => value.AsUInt64();

    public static void Store(Doubles value, double* destination) => value.Store(destination);

    public static Doubles Add(Doubles a, Doubles b) => Avx512F.Add(a, b);

    public static Doubles Subtract(Doubles a, Doubles b) => Avx512F.Subtract(a, b);

    public static Doubles Divide(Doubles a, Doubles b) => a / b;

    public static Doubles Multiply(Doubles a, Doubles b) => Avx512F.Multiply(a, b);

    public static Doubles MultiplyAdd(Doubles a, Doubles b, Doubles c) => Avx512F.FusedMultiplyAdd(a, b, c);

    public static bool HasFused => true;

    public static Doubles Fused(Doubles a, Doubles b, Doubles c) => Avx512F.FusedMultiplyAdd(a, b, c);

    public static Doubles FusedNegated(Doubles a, Doubles b, Doubles c) => Avx512F.FusedMultiplyAddNegated(a, b, c);

    public static Doubles Load(double* source) => Vector512.Load(source);

    public static Doubles Max(Doubles a, Doubles b) => Avx512F.Max(a, b);

    public static Doubles Sqrt(Doubles a) => Avx512F.Sqrt(a);

    public static Doubles LessThan(Doubles a, Doubles b) => Vector512.LessThan(a, b);

    public static Doubles Select(Doubles mask, Doubles a, Doubles b) => Vector512.ConditionalSelect(mask, a, b);

    public static Doubles Exponent(Doubles a) => Avx512F.GetExponent(a);

    public static bool HasLookup => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles Lookup(double* table, Words source) =>
        Avx512F.PermuteVar8x64x2(
            Vector512.Load(table),
            ShiftRight(source, 48).AsInt64(),
            Vector512.Load(table + LookupTable.Entries / 2)
        );

    /// <inheritdoc/>
    /// <remarks>Eight loads of pairs beat four gathers of 256 bits.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(double* table, ulong* places, out Doubles first, out Doubles second)
    {
        Doubles even = FourPairs(table, places),
            odd = FourPairs(table, places + 1);
        first = Avx512F.UnpackLow(even, odd);
        second = Avx512F.UnpackHigh(even, odd);
    }

    /// <summary>The pairs at every second place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Doubles FourPairs(double* table, ulong* places) =>
        Vector256
            .Create(Vector128.Load(table + places[0]), Vector128.Load(table + places[2]))
            .ToVector512Unsafe()
            .WithUpper(Vector256.Create(Vector128.Load(table + places[4]), Vector128.Load(table + places[6])));

    /// <inheritdoc/>
    /// <remarks>.NET has no gather of 512 bits: two of 256.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles Gather(double* table, Words index) =>
        Vector512.Create(
            Avx2.GatherVector256(table, index.GetLower().AsInt64(), 8),
            Avx2.GatherVector256(table, index.GetUpper().AsInt64(), 8)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(Doubles even, Doubles odd, out Doubles first, out Doubles second)
    {
        first = Avx512F.PermuteVar8x64x2(even, Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), odd);
        second = Avx512F.PermuteVar8x64x2(even, Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15), odd);
    }

    public static uint Within(Doubles a, Doubles limit) =>
        (uint)Vector512.LessThan(Vector512.Abs(a), limit).ExtractMostSignificantBits();

    public static Singles Single(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singles Narrow(Doubles low, Doubles high) =>
        Avx512F.ConvertToVector256Single(low).ToVector512Unsafe().WithUpper(Avx512F.ConvertToVector256Single(high));

    /// <inheritdoc/>
    /// <remarks>Two stores of a half: no joining.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNarrowed(Doubles low, Doubles high, float* destination)
    {
        Avx512F.ConvertToVector256Single(low).Store(destination);
        Avx512F.ConvertToVector256Single(high).Store(destination + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words NarrowWords(Words low, Words high) =>
        Avx512F
            .PermuteVar16x32x2(
                low.AsUInt32(),
                Vector512.Create(0u, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
                high.AsUInt32()
            )
            .AsUInt64();

    public static Singles AsSingles(Words bits) => bits.AsSingle();

    public static Words AsWords(Singles value) => value.AsUInt64();

    public static Singles Load(float* source) => Vector512.Load(source);

    public static void Store(Singles value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singles LoadHalves(float* low, float* high) =>
        Vector512.Create(Vector256.Load(low), Vector256.Load(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Singles value, float* low, float* high)
    {
        value.GetLower().Store(low);
        value.GetUpper().Store(high);
    }

    public static Singles FromIntegers(Words words) => Vector512.ConvertToSingle(words.AsInt32());

    public static Words ToIntegers(Singles value) => Vector512.ConvertToInt32Native(value).AsUInt64();

    public static Singles Add(Singles a, Singles b) => Avx512F.Add(a, b);

    public static Singles Subtract(Singles a, Singles b) => Avx512F.Subtract(a, b);

    public static Singles Divide(Singles a, Singles b) => a / b;

    public static Singles Multiply(Singles a, Singles b) => Avx512F.Multiply(a, b);

    public static Singles Fused(Singles a, Singles b, Singles c) => Avx512F.FusedMultiplyAdd(a, b, c);

    public static Singles Max(Singles a, Singles b) => Avx512F.Max(a, b);

    public static Singles Sqrt(Singles a) => Avx512F.Sqrt(a);

    public static Singles Select(Words mask, Singles a, Singles b) =>
        Vector512.ConditionalSelect(mask.AsSingle(), a, b);

    public static Words LessThan(Singles a, Singles b) => Vector512.LessThan(a, b).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleavePairs(Singles sines, Singles cosines, out Singles first, out Singles second)
    {
        first = Avx512F.PermuteVar16x32x2(
            sines,
            Vector512.Create(0, 16, 8, 24, 1, 17, 9, 25, 2, 18, 10, 26, 3, 19, 11, 27),
            cosines
        );
        second = Avx512F.PermuteVar16x32x2(
            sines,
            Vector512.Create(4, 20, 12, 28, 5, 21, 13, 29, 6, 22, 14, 30, 7, 23, 15, 31),
            cosines
        );
    }

    public static uint Within(Singles a, Singles limit) =>
        (uint)Vector512.LessThan(Vector512.Abs(a), limit).ExtractMostSignificantBits();
}
