using System.Runtime.CompilerServices;
using Fanwise.Functions;
using Fanwise.Streams;

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

    /// <summary><c>random()</c> in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Uniform(ref Pcg64 generator) => (generator.Next64() >> 11) * (1.0 / (1L << 53));

    /// <summary><c>random()</c> in single.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SingleUniform(ref Pcg64 generator) => (generator.Next32() >> 8) * (1.0f / (1 << 24));

    /// <summary>The next normal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Normal(ref Pcg64 generator)
    {
        ulong word = generator.Next64();
        int level = (int)(word & 0xFF);
        ulong magnitude = word >> 9 & 0x000FFFFFFFFFFFFF;
        double x = magnitude * BitConverter.UInt64BitsToDouble(ZigguratTables.Widths64[level]);
        x = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(x) | (word & 0x100) << 55);
        return magnitude < ZigguratTables.Thresholds64[level] ? x : Rest(ref generator, level, magnitude, x);
    }

    /// <summary>The next normal in single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SingleNormal(ref Pcg64 generator)
    {
        uint word = generator.Next32();
        int level = (int)(word & 0xFF);
        uint magnitude = word >> 9 & 0x007FFFFF;
        float x = magnitude * BitConverter.UInt32BitsToSingle(ZigguratTables.Widths32[level]);
        x = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) | (word & 0x100) << 23);
        return magnitude < ZigguratTables.Thresholds32[level] ? x : SingleRest(ref generator, level, magnitude, x);
    }

    private static double Rest(ref Pcg64 generator, int level, ulong magnitude, double x)
    {
        while (true)
        {
            if (level == 0)
                return Tail(ref generator, (magnitude & 0x100) != 0);
            double above = BitConverter.UInt64BitsToDouble(ZigguratTables.Heights64[level - 1]),
                height = BitConverter.UInt64BitsToDouble(ZigguratTables.Heights64[level]);
            if (IsBelow((above - height) * Uniform(ref generator) + height, -0.5 * x * x))
                return x;
            ulong word = generator.Next64();
            level = (int)(word & 0xFF);
            magnitude = word >> 9 & 0x000FFFFFFFFFFFFF;
            x = magnitude * BitConverter.UInt64BitsToDouble(ZigguratTables.Widths64[level]);
            x = (word & 0x100) != 0 ? -x : x;
            if (magnitude < ZigguratTables.Thresholds64[level])
                return x;
        }
    }

    private static double Tail(ref Pcg64 generator, bool isNegative)
    {
        while (true)
        {
            double x = -InverseBorder * LogOnePlus.Of(-Uniform(ref generator)),
                y = -LogOnePlus.Of(-Uniform(ref generator));
            if (y + y > x * x)
                return isNegative ? -(Border + x) : Border + x;
        }
    }

    private static float SingleRest(ref Pcg64 generator, int level, uint magnitude, float x)
    {
        while (true)
        {
            if (level == 0)
                return SingleTail(ref generator, (magnitude & 0x100) != 0);
            float above = BitConverter.UInt32BitsToSingle(ZigguratTables.Heights32[level - 1]),
                height = BitConverter.UInt32BitsToSingle(ZigguratTables.Heights32[level]);
            if (IsBelow((above - height) * SingleUniform(ref generator) + height, -0.5 * x * x))
                return x;
            uint word = generator.Next32();
            level = (int)(word & 0xFF);
            magnitude = word >> 9 & 0x007FFFFF;
            x = magnitude * BitConverter.UInt32BitsToSingle(ZigguratTables.Widths32[level]);
            x = (word & 0x100) != 0 ? -x : x;
            if (magnitude < ZigguratTables.Thresholds32[level])
                return x;
        }
    }

    private static float SingleTail(ref Pcg64 generator, bool isNegative)
    {
        while (true)
        {
            float x = -SingleInverseBorder * LogOnePlusSingle.Of(-SingleUniform(ref generator)),
                y = -LogOnePlusSingle.Of(-SingleUniform(ref generator));
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
