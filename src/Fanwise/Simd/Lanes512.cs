using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using D = System.Runtime.Intrinsics.Vector512<double>;
using F = System.Runtime.Intrinsics.Vector512<float>;
using W = System.Runtime.Intrinsics.Vector512<ulong>;

namespace Fanwise.Simd;

/// <summary>512 bits: AVX-512 F, BW, DQ and VL.</summary>
internal readonly unsafe struct Lanes512 : ILanes<W, D, F>
{
    public static bool IsSupported =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512DQ.IsSupported && Avx512BW.IsSupported;

    public static int Count => 8;
    public static bool HasFewRegisters => false;
    public static W Ascending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
    }

    public static W Woven
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
    }

    public static W Word(ulong value) => Vector512.Create(value);

    public static W Load(ulong* source) => Vector512.Load(source);

    public static W LoadIndices(ushort* source) => Avx512F.ConvertToVector512UInt64(Vector128.Load(source));

    public static void Store(W value, ulong* destination) => value.Store(destination);

    public static W Add(W a, W b) => Avx512F.Add(a, b);

    public static W Subtract(W a, W b) => Avx512F.Subtract(a, b);

    public static W And(W a, W b) => Avx512F.And(a, b);

    public static W Or(W a, W b) => Avx512F.Or(a, b);

    public static W Xor(W a, W b) => Avx512F.Xor(a, b);

    public static W Xor(W a, W b, W c) => Avx512F.TernaryLogic(a, b, c, 0x96);

    public static W XorMasked(W a, W b, W c) => Avx512F.TernaryLogic(a, b, c, 0x78);

    public static W MaskedXor(W a, W b, W c) => Avx512F.TernaryLogic(a, b, c, 0x6A);

    public static W MaskedOr(W a, W b, W c) => Avx512F.TernaryLogic(a, b, c, 0xEA);

    public static W ShiftLeft(W a, [ConstantExpected] byte count) => Avx512F.ShiftLeftLogical(a, count);

    public static W ShiftRight(W a, [ConstantExpected] byte count) => Avx512F.ShiftRightLogical(a, count);

    public static W ShiftLeftBy(W a, int count) => a << count;

    public static W ShiftRightBy(W a, int count) => a >> count;

    public static W Product(W a, W b) => Avx512F.Multiply(a.AsUInt32(), b.AsUInt32());

    public static W High(W a) => Avx512F.ShiftRightLogical(a, 32);

    public static W HighShuffled(W a) => Avx512F.Shuffle(a.AsUInt32(), 0xF5).AsUInt64();

    public static W SwapHalves(W a) => Avx512F.RotateLeft(a, 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weave(W a, W b, out W first, out W second) =>
        (first, second) = (Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b));

    public static W Add32(W a, W b) => Avx512F.Add(a.AsUInt32(), b.AsUInt32()).AsUInt64();

    public static W Multiply32(W a, W b) => Avx512F.MultiplyLow(a.AsUInt32(), b.AsUInt32()).AsUInt64();

    public static W RotateLeft32(W a, [ConstantExpected] byte count) =>
        Avx512F.RotateLeft(a.AsUInt32(), count).AsUInt64();

    public static W ShiftLeft32(W a, [ConstantExpected] byte count) =>
        Avx512F.ShiftLeftLogical(a.AsUInt32(), count).AsUInt64();

    public static W ShiftRight32(W a, [ConstantExpected] byte count) =>
        Avx512F.ShiftRightLogical(a.AsUInt32(), count).AsUInt64();

    public static W Sign32(W a) => Avx512F.ShiftRightArithmetic(a.AsInt32(), 31).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store16(W first, W second, ushort* destination)
    {
        Avx512F.ConvertToVector256UInt16(first.AsUInt32()).Store(destination);
        Avx512F.ConvertToVector256UInt16(second.AsUInt32()).Store(destination + 16);
    }

    public static D Double(double value) => Vector512.Create(value);

    public static D AsDoubles(W bits) => bits.AsDouble();

    public static W AsWords(D value) => value.AsUInt64();

    public static void Store(D value, double* destination) => value.Store(destination);

    public static D Add(D a, D b) => Avx512F.Add(a, b);

    public static D Subtract(D a, D b) => Avx512F.Subtract(a, b);

    public static D Divide(D a, D b) => a / b;

    public static D Multiply(D a, D b) => Avx512F.Multiply(a, b);

    public static D MultiplyAdd(D a, D b, D c) => Avx512F.FusedMultiplyAdd(a, b, c);

    public static bool HasFused => true;

    public static D Fused(D a, D b, D c) => Avx512F.FusedMultiplyAdd(a, b, c);

    public static D FusedNegated(D a, D b, D c) => Avx512F.FusedMultiplyAddNegated(a, b, c);

    public static D Load(double* source) => Vector512.Load(source);

    public static D Max(D a, D b) => Avx512F.Max(a, b);

    public static D Sqrt(D a) => Avx512F.Sqrt(a);

    public static D LessThan(D a, D b) => Vector512.LessThan(a, b);

    public static D Select(D mask, D a, D b) => Vector512.ConditionalSelect(mask, a, b);

    public static D Exponent(D a) => Avx512F.GetExponent(a);

    public static bool HasLookup => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Lookup(double* table, W source) =>
        Avx512F.PermuteVar8x64x2(
            Vector512.Load(table),
            ShiftRight(source, 48).AsInt64(),
            Vector512.Load(table + LookupTable.Entries / 2)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(double* table, ulong* places, out D first, out D second) =>
        (first, second) = (Gather(table, Load(places)), Gather(table + 1, Load(places)));

    /// <inheritdoc/>
    /// <remarks>.NET has no gather of 512 bits: two of 256.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Gather(double* table, W index) =>
        Vector512.Create(
            Avx2.GatherVector256(table, index.GetLower().AsInt64(), 8),
            Avx2.GatherVector256(table, index.GetUpper().AsInt64(), 8)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(D even, D odd, out D first, out D second)
    {
        first = Avx512F.PermuteVar8x64x2(even, Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), odd);
        second = Avx512F.PermuteVar8x64x2(even, Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15), odd);
    }

    public static uint Within(D a, D limit) =>
        (uint)Vector512.LessThan(Vector512.Abs(a), limit).ExtractMostSignificantBits();

    public static F Single(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Narrow(D low, D high) =>
        Avx512F.ConvertToVector256Single(low).ToVector512Unsafe().WithUpper(Avx512F.ConvertToVector256Single(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static W NarrowWords(W low, W high) =>
        Avx512F
            .PermuteVar16x32x2(
                low.AsUInt32(),
                Vector512.Create(0u, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
                high.AsUInt32()
            )
            .AsUInt64();

    public static F AsSingles(W bits) => bits.AsSingle();

    public static W AsWords(F value) => value.AsUInt64();

    public static F Load(float* source) => Vector512.Load(source);

    public static void Store(F value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F LoadHalves(float* low, float* high) => Vector512.Create(Vector256.Load(low), Vector256.Load(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(F value, float* low, float* high)
    {
        value.GetLower().Store(low);
        value.GetUpper().Store(high);
    }

    public static F FromIntegers(W words) => Vector512.ConvertToSingle(words.AsInt32());

    public static W ToIntegers(F value) => Vector512.ConvertToInt32Native(value).AsUInt64();

    public static F Add(F a, F b) => Avx512F.Add(a, b);

    public static F Subtract(F a, F b) => Avx512F.Subtract(a, b);

    public static F Divide(F a, F b) => a / b;

    public static F Multiply(F a, F b) => Avx512F.Multiply(a, b);

    public static F Fused(F a, F b, F c) => Avx512F.FusedMultiplyAdd(a, b, c);

    public static F Max(F a, F b) => Avx512F.Max(a, b);

    public static F Sqrt(F a) => Avx512F.Sqrt(a);

    public static F Select(W mask, F a, F b) => Vector512.ConditionalSelect(mask.AsSingle(), a, b);

    public static W LessThan(F a, F b) => Vector512.LessThan(a, b).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleavePairs(F sines, F cosines, out F first, out F second)
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

    public static uint Within(F a, F limit) =>
        (uint)Vector512.LessThan(Vector512.Abs(a), limit).ExtractMostSignificantBits();
}
