using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Doubles = System.Runtime.Intrinsics.Vector256<double>;
using Singles = System.Runtime.Intrinsics.Vector256<float>;
using Words = System.Runtime.Intrinsics.Vector256<ulong>;

namespace Fanwise.Simd;

/// <summary>256 bits: AVX2 and FMA; where AVX-512 is there too, the compiler uses its instructions and
/// registers.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Words, Doubles, Singles>
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
    public static Words Ascending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0UL, 1, 2, 3);
    }

    public static Words Woven
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0UL, 2, 1, 3);
    }

    public static Words Word(ulong value) => Vector256.Create(value);

    public static Words Load(ulong* source) => Vector256.Load(source);

    public static Words LoadIndices(ushort* source) =>
        Avx2.ConvertToVector256Int64(Vector128.CreateScalarUnsafe(*(ulong*)source).AsUInt16()).AsUInt64();

    public static void Store(Words value, ulong* destination) => value.Store(destination);

    public static Words Add(Words a, Words b) => a + b;

    public static Words Subtract(Words a, Words b) => a - b;

    public static Words And(Words a, Words b) => a & b;

    public static Words Or(Words a, Words b) => a | b;

    public static Words Xor(Words a, Words b) => a ^ b;

    public static Words Xor(Words a, Words b, Words c) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(a, b, c, 0x96) : a ^ (b ^ c);

    public static Words XorMasked(Words a, Words b, Words c) => a ^ (b & c);

    public static Words MaskedXor(Words a, Words b, Words c) => (a & b) ^ c;

    public static Words MaskedOr(Words a, Words b, Words c) => (a & b) | c;

    public static Words ShiftLeft(Words a, [ConstantExpected] byte count) => Avx2.ShiftLeftLogical(a, count);

    public static Words ShiftRight(Words a, [ConstantExpected] byte count) => Avx2.ShiftRightLogical(a, count);

    public static Words ShiftLeftBy(Words a, int count) => a << count;

    public static Words ShiftRightBy(Words a, int count) => a >> count;

    public static Words Product(Words a, Words b) => Avx2.Multiply(a.AsUInt32(), b.AsUInt32());

    public static Words High(Words a) => Avx2.ShiftRightLogical(a, 32);

    public static Words HighShuffled(Words a) => Avx2.Shuffle(a.AsUInt32(), 0xF5).AsUInt64();

    public static Words SwapHalves(Words a) => Avx2.Shuffle(a.AsUInt32(), 0xB1).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weave(Words a, Words b, out Words first, out Words second) =>
        (first, second) = (Avx2.UnpackLow(a, b), Avx2.UnpackHigh(a, b));

    public static Words Add32(Words a, Words b) => (a.AsUInt32() + b.AsUInt32()).AsUInt64();

    public static Words Multiply32(Words a, Words b) => (a.AsUInt32() * b.AsUInt32()).AsUInt64();

    /// <inheritdoc/>
    /// <remarks>Whole bytes are moved by one instruction.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words RotateLeft32(Words a, [ConstantExpected] byte count)
    {
        if (Avx512F.VL.IsSupported)
            return Avx512F.VL.RotateLeft(a.AsUInt32(), count).AsUInt64();
        if (count == 16)
            return Avx2.Shuffle(a.AsByte(), Turn16).AsUInt64();
        if (count == 24)
            return Avx2.Shuffle(a.AsByte(), Turn24).AsUInt64();
        return (a.AsUInt32() << count | a.AsUInt32() >> (32 - count)).AsUInt64();
    }

    public static Words ShiftLeft32(Words a, [ConstantExpected] byte count) =>
        Avx2.ShiftLeftLogical(a.AsUInt32(), count).AsUInt64();

    public static Words ShiftRight32(Words a, [ConstantExpected] byte count) =>
        Avx2.ShiftRightLogical(a.AsUInt32(), count).AsUInt64();

    public static Words Sign32(Words a) => Avx2.ShiftRightArithmetic(a.AsInt32(), 31).AsUInt64();

    public static void Store16(Words first, Words second, ushort* destination) =>
        Avx2.Permute4x64(Avx2.PackUnsignedSaturate(first.AsInt32(), second.AsInt32()).AsUInt64(), 0xD8)
            .AsUInt16()
            .Store(destination);

    public static Doubles Double(double value) => Vector256.Create(value);

    public static Doubles AsDoubles(Words bits) => bits.AsDouble();

    public static Words AsWords(Doubles value) => value.AsUInt64();

    public static void Store(Doubles value, double* destination) => value.Store(destination);

    public static Doubles Add(Doubles a, Doubles b) => a + b;

    public static Doubles Subtract(Doubles a, Doubles b) => a - b;

    public static Doubles Divide(Doubles a, Doubles b) => a / b;

    public static Doubles Multiply(Doubles a, Doubles b) => a * b;

    public static Doubles MultiplyAdd(Doubles a, Doubles b, Doubles c) => Fma.MultiplyAdd(a, b, c);

    public static bool HasFused => true;

    public static Doubles Fused(Doubles a, Doubles b, Doubles c) => Fma.MultiplyAdd(a, b, c);

    public static Doubles FusedNegated(Doubles a, Doubles b, Doubles c) => Fma.MultiplyAddNegated(a, b, c);

    public static Doubles Load(double* source) => Vector256.Load(source);

    public static Doubles Max(Doubles a, Doubles b) => Avx.Max(a, b);

    public static Doubles Sqrt(Doubles a) => Avx.Sqrt(a);

    public static Doubles LessThan(Doubles a, Doubles b) => Vector256.LessThan(a, b);

    public static Doubles Select(Doubles mask, Doubles a, Doubles b) => Avx.BlendVariable(b, a, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles Exponent(Doubles a) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.GetExponent(a)
            : ((a.AsUInt64() >> 52) | Vector256.Create(0x4330000000000000UL)).AsDouble()
                - Vector256.Create(4503599627370496.0 + 1023);

    public static bool HasLookup => false;

    public static Doubles Lookup(double* table, Words source) => Gather(table, ShiftRight(source, 48) & Word(15));

    /// <inheritdoc/>
    /// <remarks>Four loads of pairs beat two gathers.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(double* table, ulong* places, out Doubles first, out Doubles second)
    {
        Doubles even = Vector256.Create(Vector128.Load(table + places[0]), Vector128.Load(table + places[2])),
            odd = Vector256.Create(Vector128.Load(table + places[1]), Vector128.Load(table + places[3]));
        first = Avx.UnpackLow(even, odd);
        second = Avx.UnpackHigh(even, odd);
    }

    public static Doubles Gather(double* table, Words index) => Avx2.GatherVector256(table, index.AsInt64(), 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(Doubles even, Doubles odd, out Doubles first, out Doubles second)
    {
        Doubles low = Avx.UnpackLow(even, odd),
            high = Avx.UnpackHigh(even, odd);
        first = Avx.Permute2x128(low, high, 0x20);
        second = Avx.Permute2x128(low, high, 0x31);
    }

    public static uint Within(Doubles a, Doubles limit) =>
        Vector256.LessThan(Vector256.Abs(a), limit).ExtractMostSignificantBits();

    public static Singles Single(float value) => Vector256.Create(value);

    public static Singles Narrow(Doubles low, Doubles high) =>
        Avx.ConvertToVector128Single(low).ToVector256Unsafe().WithUpper(Avx.ConvertToVector128Single(high));

    public static void StoreNarrowed(Doubles low, Doubles high, float* destination) =>
        Store(Narrow(low, high), destination);

    public static Words NarrowWords(Words low, Words high) =>
        Avx2.Permute4x64(Avx.Shuffle(low.AsSingle(), high.AsSingle(), 0x88).AsUInt64(), 0xD8);

    public static Singles AsSingles(Words bits) => bits.AsSingle();

    public static Words AsWords(Singles value) => value.AsUInt64();

    public static Singles Load(float* source) => Vector256.Load(source);

    public static void Store(Singles value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singles LoadHalves(float* low, float* high) =>
        Vector256.Create(Vector128.Load(low), Vector128.Load(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Singles value, float* low, float* high)
    {
        value.GetLower().Store(low);
        value.GetUpper().Store(high);
    }

    public static Singles FromIntegers(Words words) => Vector256.ConvertToSingle(words.AsInt32());

    public static Words ToIntegers(Singles value) => Vector256.ConvertToInt32Native(value).AsUInt64();

    public static Singles Add(Singles a, Singles b) => a + b;

    public static Singles Subtract(Singles a, Singles b) => a - b;

    public static Singles Divide(Singles a, Singles b) => a / b;

    public static Singles Multiply(Singles a, Singles b) => a * b;

    public static Singles Fused(Singles a, Singles b, Singles c) => Fma.MultiplyAdd(a, b, c);

    public static Singles Max(Singles a, Singles b) => Avx.Max(a, b);

    public static Singles Sqrt(Singles a) => Avx.Sqrt(a);

    public static Singles Select(Words mask, Singles a, Singles b) =>
        Vector256.ConditionalSelect(mask.AsSingle(), a, b);

    public static Words LessThan(Singles a, Singles b) => Vector256.LessThan(a, b).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleavePairs(Singles sines, Singles cosines, out Singles first, out Singles second)
    {
        first = Avx2.Permute4x64(Avx.UnpackLow(sines, cosines).AsDouble(), 0xD8).AsSingle();
        second = Avx2.Permute4x64(Avx.UnpackHigh(sines, cosines).AsDouble(), 0xD8).AsSingle();
    }

    public static uint Within(Singles a, Singles limit) =>
        Vector256.LessThan(Vector256.Abs(a), limit).ExtractMostSignificantBits();
}
