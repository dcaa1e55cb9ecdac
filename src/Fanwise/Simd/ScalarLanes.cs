using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Fanwise.Simd;

/// <summary>Two singles, the scalar counterpart of a register of singles.</summary>
internal readonly record struct Pair(float Low, float High);

/// <summary>One word at a time: the specification of every member, and the way of processors without vectors.</summary>
internal readonly unsafe struct ScalarLanes : ILanes<ulong, double, Pair>
{
    public static int Count => 1;
    public static bool HasFewRegisters => true;
    public static ulong Ascending => 0;
    public static ulong Woven => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Word(ulong value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ulong* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong LoadIndices(ushort* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ulong value, ulong* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong a, ulong b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Subtract(ulong a, ulong b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong And(ulong a, ulong b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Or(ulong a, ulong b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Xor(ulong a, ulong b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Xor(ulong a, ulong b, ulong c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong XorMasked(ulong a, ulong b, ulong c) => a ^ (b & c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MaskedXor(ulong a, ulong b, ulong c) => (a & b) ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MaskedOr(ulong a, ulong b, ulong c) => (a & b) | c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ShiftLeft(ulong a, [ConstantExpected] byte count) => a << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ShiftRight(ulong a, [ConstantExpected] byte count) => a >> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ShiftLeftBy(ulong a, int count) => a << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ShiftRightBy(ulong a, int count) => a >> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Product(ulong a, ulong b) => (ulong)(uint)a * (uint)b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong High(ulong a) => a >> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HighShuffled(ulong a) => a >> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SwapHalves(ulong a) => a << 32 | a >> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weave(ulong a, ulong b, out ulong first, out ulong second) => (first, second) = (a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add32(ulong a, ulong b) => Halves((uint)a + (uint)b, High32(a) + High32(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Multiply32(ulong a, ulong b) => Halves((uint)a * (uint)b, High32(a) * High32(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RotateLeft32(ulong a, [ConstantExpected] byte count) =>
        Halves(uint.RotateLeft((uint)a, count), uint.RotateLeft(High32(a), count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ShiftLeft32(ulong a, [ConstantExpected] byte count) =>
        Halves((uint)a << count, High32(a) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ShiftRight32(ulong a, [ConstantExpected] byte count) =>
        Halves((uint)a >> count, High32(a) >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Sign32(ulong a) => Halves((uint)((int)a >> 31), (uint)((long)a >> 63));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store16(ulong first, ulong second, ushort* destination)
    {
        destination[0] = (ushort)first;
        destination[1] = (ushort)(first >> 32);
        destination[2] = (ushort)second;
        destination[3] = (ushort)(second >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Double(double value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double AsDoubles(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AsWords(double value) => BitConverter.DoubleToUInt64Bits(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(double value, double* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Add(double a, double b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Subtract(double a, double b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Divide(double a, double b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Multiply(double a, double b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAdd(double a, double b, double c) => a * b + c;

    public static bool HasFused => false;

    /// <inheritdoc/>
    /// <remarks>Without the instruction, the runtime calls the C library's exact emulation.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Fused(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double FusedNegated(double a, double b, double c) => Math.FusedMultiplyAdd(-a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(double* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Max(double a, double b) => a > b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sqrt(double a) => Math.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LessThan(double a, double b) => AsDoubles(a < b ? ulong.MaxValue : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Select(double mask, double a, double b) => AsWords(mask) != 0 ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Exponent(double a) => (int)(AsWords(a) >> 52) - 1023;

    public static bool HasLookup => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Lookup(double* table, ulong source) => table[source >> 48 & 15];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(double* table, ulong* places, out double first, out double second) =>
        (first, second) = (table[*places], table[*places + 1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Gather(double* table, ulong index) => table[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(double even, double odd, out double first, out double second) =>
        (first, second) = (even, odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(double a, double limit) => Math.Abs(a) < limit ? 1u : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Single(float value) => new(value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Narrow(double low, double high) => new((float)low, (float)high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNarrowed(double low, double high, float* destination) =>
        Store(Narrow(low, high), destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NarrowWords(ulong low, ulong high) => Halves((uint)low, (uint)high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair AsSingles(ulong bits) =>
        new(BitConverter.UInt32BitsToSingle((uint)bits), BitConverter.UInt32BitsToSingle(High32(bits)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AsWords(Pair value) =>
        Halves(BitConverter.SingleToUInt32Bits(value.Low), BitConverter.SingleToUInt32Bits(value.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Load(float* source) => new(source[0], source[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Pair value, float* destination) =>
        (destination[0], destination[1]) = (value.Low, value.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair LoadHalves(float* low, float* high) => new(*low, *high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Pair value, float* low, float* high) => (*low, *high) = (value.Low, value.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair FromIntegers(ulong words) => new((int)words, (int)High32(words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ToIntegers(Pair value) => Halves((uint)(int)value.Low, (uint)(int)value.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Add(Pair a, Pair b) => new(a.Low + b.Low, a.High + b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Subtract(Pair a, Pair b) => new(a.Low - b.Low, a.High - b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Divide(Pair a, Pair b) => new(a.Low / b.Low, a.High / b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Multiply(Pair a, Pair b) => new(a.Low * b.Low, a.High * b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Fused(Pair a, Pair b, Pair c) =>
        new(MathF.FusedMultiplyAdd(a.Low, b.Low, c.Low), MathF.FusedMultiplyAdd(a.High, b.High, c.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Max(Pair a, Pair b) => new(a.Low > b.Low ? a.Low : b.Low, a.High > b.High ? a.High : b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Sqrt(Pair a) => new(MathF.Sqrt(a.Low), MathF.Sqrt(a.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Select(ulong mask, Pair a, Pair b) =>
        new((uint)mask != 0 ? a.Low : b.Low, High32(mask) != 0 ? a.High : b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong LessThan(Pair a, Pair b) =>
        Halves(a.Low < b.Low ? uint.MaxValue : 0, a.High < b.High ? uint.MaxValue : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterleavePairs(Pair sines, Pair cosines, out Pair first, out Pair second) =>
        (first, second) = (new(sines.Low, cosines.Low), new(sines.High, cosines.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Within(Pair a, Pair limit) =>
        (MathF.Abs(a.Low) < limit.Low ? 1u : 0) | (MathF.Abs(a.High) < limit.High ? 2u : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Halves(uint low, uint high) => low | (ulong)high << 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint High32(ulong a) => (uint)(a >> 32);
}
