using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Draws.Pcg;

/// <summary>NumPy's normals by the ziggurat of 256 levels: one word in 99 of 100 cases, and more in the wedges and in
/// the tail.</summary>
/// <remarks>Source: numpy/random/src/distributions/distributions.c; Marsaglia and Tsang 2000.</remarks>
internal static class Ziggurat
{
    private const double Border = 3.6541528853610088,
        InverseBorder = 0.27366123732975828;

    private const float SingleBorder = 3.6541528853610088f,
        SingleInverseBorder = 0.27366123732975828f;

    /// <summary>How near two numbers must be for the quick power not to tell which is larger.</summary>
    private const double QuickError = 1e-11;

    /// <summary>The next normals.</summary>
    public static unsafe void Normals(ref PcgReader words, double* destination, int count)
    {
        for (int done = 0; done < count; )
        {
            words.Ensure();
            int most = Math.Min(words.Ready.Length, count - done),
                quick = Quick(words.Ready[..most], destination + done);
            words.Take(quick);
            done += quick;
            if (quick < most)
                destination[done++] = Slow(ref words);
        }
    }

    /// <summary>The next normals in single precision.</summary>
    public static unsafe void Normals(ref PcgReader words, float* destination, int count)
    {
        for (int done = 0; done < count; )
        {
            words.Ensure();
            int most = Math.Min(words.ReadyHalves.Length, count - done),
                quick = Quick(words.ReadyHalves[..most], destination + done);
            words.TakeHalves(quick);
            done += quick;
            if (quick < most)
                destination[done++] = SlowSingle(ref words);
        }
    }

    /// <summary>The normals of words up to the first that is not accepted at once.</summary>
    /// <returns>How many.</returns>
    [MethodImpl(Compilation.AtOnce)]
    private static unsafe int Quick(ReadOnlySpan<ulong> words, double* destination)
    {
        ref ulong widths = ref MemoryMarshal.GetReference(ZigguratTables.Widths64),
            thresholds = ref MemoryMarshal.GetReference(ZigguratTables.Thresholds64);
        for (int i = 0; i < words.Length; i++)
        {
            ulong word = words[i],
                magnitude = Magnitude(word);
            nuint level = Level(word);
            if (magnitude >= Unsafe.Add(ref thresholds, level))
                return i;
            destination[i] = Signed(word, magnitude, Unsafe.Add(ref widths, level));
        }

        return words.Length;
    }

    /// <inheritdoc cref="Quick(ReadOnlySpan{ulong}, double*)"/>
    [MethodImpl(Compilation.AtOnce)]
    private static unsafe int Quick(ReadOnlySpan<uint> words, float* destination)
    {
        ref uint widths = ref MemoryMarshal.GetReference(ZigguratTables.Widths32),
            thresholds = ref MemoryMarshal.GetReference(ZigguratTables.Thresholds32);
        for (int i = 0; i < words.Length; i++)
        {
            uint word = words[i],
                magnitude = Magnitude(word);
            nuint level = Level(word);
            if (magnitude >= Unsafe.Add(ref thresholds, level))
                return i;
            destination[i] = Signed(word, magnitude, Unsafe.Add(ref widths, level));
        }

        return words.Length;
    }

    /// <summary>A word's eight lowest bits are the level, the next its sign, those above them its magnitude: 52 bits,
    /// or 23.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Level(ulong word) => (byte)word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Magnitude(ulong word) => word >> 9 & 0x000FFFFFFFFFFFFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Magnitude(uint word) => word >> 9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Signed(ulong word, ulong magnitude, ulong width) =>
        BitConverter.UInt64BitsToDouble(
            BitConverter.DoubleToUInt64Bits((long)magnitude * BitConverter.UInt64BitsToDouble(width))
                | (word & 0x100) << 55
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Signed(uint word, uint magnitude, uint width) =>
        BitConverter.UInt32BitsToSingle(
            BitConverter.SingleToUInt32Bits((int)magnitude * BitConverter.UInt32BitsToSingle(width))
                | (word & 0x100) << 23
        );

    /// <summary><c>random()</c> in double.</summary>
    private static double Uniform(ref PcgReader words) => (long)(words.Next64() >> 11) * (1.0 / (1L << 53));

    /// <summary><c>random()</c> in single.</summary>
    private static float SingleUniform(ref PcgReader words) => (int)(words.Next32() >> 8) * (1.0f / (1 << 24));

    /// <summary>The next normal, of which the first word is not accepted at once.</summary>
    private static double Slow(ref PcgReader words)
    {
        while (true)
        {
            ulong word = words.Next64(),
                magnitude = Magnitude(word);
            int level = (int)Level(word);
            double x = Signed(word, magnitude, ZigguratTables.Widths64[level]);
            if (magnitude < ZigguratTables.Thresholds64[level])
                return x;
            if (level == 0)
                return Tail(ref words, (magnitude & 0x100) != 0);
            double above = BitConverter.UInt64BitsToDouble(ZigguratTables.Heights64[level - 1]),
                height = BitConverter.UInt64BitsToDouble(ZigguratTables.Heights64[level]);
            if (IsBelow((above - height) * Uniform(ref words) + height, -0.5 * x * x))
                return x;
        }
    }

    /// <inheritdoc cref="Slow"/>
    private static float SlowSingle(ref PcgReader words)
    {
        while (true)
        {
            uint word = words.Next32(),
                magnitude = Magnitude(word);
            int level = (int)Level(word);
            float x = Signed(word, magnitude, ZigguratTables.Widths32[level]);
            if (magnitude < ZigguratTables.Thresholds32[level])
                return x;
            if (level == 0)
                return SingleTail(ref words, (magnitude & 0x100) != 0);
            float above = BitConverter.UInt32BitsToSingle(ZigguratTables.Heights32[level - 1]),
                height = BitConverter.UInt32BitsToSingle(ZigguratTables.Heights32[level]);
            if (IsBelow((above - height) * SingleUniform(ref words) + height, -0.5 * x * x))
                return x;
        }
    }

    private static double Tail(ref PcgReader words, bool isNegative)
    {
        while (true)
        {
            double x = -InverseBorder * LogOnePlus.Of(-Uniform(ref words)),
                y = -LogOnePlus.Of(-Uniform(ref words));
            if (y + y > x * x)
                return isNegative ? -(Border + x) : Border + x;
        }
    }

    private static float SingleTail(ref PcgReader words, bool isNegative)
    {
        while (true)
        {
            float x = -SingleInverseBorder * LogOnePlusSingle.Of(-SingleUniform(ref words)),
                y = -LogOnePlusSingle.Of(-SingleUniform(ref words));
            if (y + y > x * x)
                return isNegative ? -(SingleBorder + x) : SingleBorder + x;
        }
    }

    /// <summary>Whether <paramref name="height"/> is below e^<paramref name="power"/>.</summary>
    private static bool IsBelow(double height, double power)
    {
        double quick = Exponential.Quick(power),
            difference = height - quick;
        return Math.Abs(difference) > QuickError * quick ? difference < 0 : height < Exponential.Of(power);
    }
}
