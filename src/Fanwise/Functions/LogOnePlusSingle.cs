namespace Fanwise.Functions;

/// <summary>log1p in single precision as glibc computes it: Sun's fdlibm in single precision, every step
/// rounded.</summary>
/// <remarks>Source: glibc 2.36, sysdeps/ieee754/flt-32/s_log1pf.c (Sun Microsystems' licence).</remarks>
internal static class LogOnePlusSingle
{
    private const float Ln2High = 6.9313812256e-01f,
        Ln2Low = 9.0580006145e-06f;
    private const float P1 = 6.6666668653e-01f,
        P2 = 4.0000000596e-01f,
        P3 = 2.8571429849e-01f,
        P4 = 2.2222198546e-01f,
        P5 = 1.8183572590e-01f,
        P6 = 1.5313838422e-01f,
        P7 = 1.4798198640e-01f;

    /// <summary>The bits of 0.41422, -0.2929, 2^-29, 2^-54, and of the root of 2 without its exponent.</summary>
    private const int UpperBorder = 0x3ed413d7,
        LowerBorder = unchecked((int)0xbe95f61f),
        Small = 0x31000000,
        Tiny = 0x24800000,
        RootFraction = 0x3504f7;

    /// <summary>ln(1 + x) for -1 &lt; x &lt; 1.</summary>
    public static float Of(float x)
    {
        int bits = BitConverter.SingleToInt32Bits(x),
            magnitude = bits & int.MaxValue,
            k = 1,
            fraction = 1;
        float f = x,
            correction = 0;
        if (bits < UpperBorder)
        {
            if (magnitude < Small)
                return magnitude < Tiny ? x : x - x * x * 0.5f;
            if (bits > 0 || bits <= LowerBorder)
                k = 0;
        }

        if (k != 0)
        {
            float u = 1f + x;
            fraction = BitConverter.SingleToInt32Bits(u);
            k = (fraction >> 23) - 127;
            correction = (k > 0 ? 1f - (u - x) : x - (u - 1f)) / u;
            fraction &= 0x007fffff;
            if (fraction < RootFraction)
            {
                u = BitConverter.Int32BitsToSingle(fraction | 0x3f800000);
            }
            else
            {
                k++;
                u = BitConverter.Int32BitsToSingle(fraction | 0x3f000000);
                fraction = (0x00800000 - fraction) >> 2;
            }

            f = u - 1f;
        }

        float half = 0.5f * f * f;
        if (fraction == 0) // |f| < 2^-20
        {
            if (f == 0)
                return k == 0 ? 0 : k * Ln2High + (correction + k * Ln2Low);
            float rest = half * (1f - 0.66666666666666666f * f);
            return k == 0 ? f - rest : k * Ln2High - (rest - (k * Ln2Low + correction) - f);
        }

        float s = f / (2f + f),
            z = s * s,
            sum = z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * (P5 + z * (P6 + z * P7))))));
        return k == 0
            ? f - (half - s * (half + sum))
            : k * Ln2High - (half - (s * (half + sum) + (k * Ln2Low + correction)) - f);
    }
}
