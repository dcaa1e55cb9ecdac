namespace Fanwise.Functions;

/// <summary>The error function with fixed bits, one argument at a time: for the bounds of truncated normals.</summary>
internal static class ErrorFunction
{
    /// <summary>From here on XLA's float32 function is 1; another number where its result is rounded to
    /// float16.</summary>
    private const uint SingleEnd = 0x406F9C68,
        HalfEnd = 0x407547CB;

    private static readonly uint[] Numerator = [0x39702D51, 0x3B5F5DA2, 0x3D50B6EB, 0x3E3DA740, 0x3F906EBA],
        Denominator = [0xB3FD3906, 0x37C588DF, 0x3A856D28, 0x3C6687D4, 0x3DE34C21, 0x3EFEB44A, 0x3F800000];

    // fdlibm's rational functions, lowest power first: near 0, near 1, up to 1 / 0.35, up to 6.
    private const double Efx = 1.28379167095512586316e-01,
        Erx = 8.45062911510467529297e-01;
    private static readonly double[] Pp =

        [
            1.28379167095512558561e-01,
            -3.25042107247001499370e-01,
            -2.84817495755985104766e-02,
            -5.77027029648944159157e-03,
            -2.37630166566501626084e-05,
        ],
        Qq =

        [
            1,
            3.97917223959155352819e-01,
            6.50222499887672944485e-02,
            5.08130628187576562776e-03,
            1.32494738004321644526e-04,
            -3.96022827877536812320e-06,
        ],
        Pa =

        [
            -2.36211856075265944077e-03,
            4.14856118683748331666e-01,
            -3.72207876035701323847e-01,
            3.18346619901161753674e-01,
            -1.10894694282396677476e-01,
            3.54783043256182359371e-02,
            -2.16637559486879084300e-03,
        ],
        Qa =

        [
            1,
            1.06420880400844228286e-01,
            5.40397917702171048937e-01,
            7.18286544141962662868e-02,
            1.26171219808761642112e-01,
            1.36370839120290507362e-02,
            1.19844998467991074170e-02,
        ],
        Ra =

        [
            -9.86494403484714822705e-03,
            -6.93858572707181764372e-01,
            -1.05586262253232909814e+01,
            -6.23753324503260060396e+01,
            -1.62396669462573470355e+02,
            -1.84605092906711035994e+02,
            -8.12874355063065934246e+01,
            -9.81432934416914548592e+00,
        ],
        Sa =

        [
            1,
            1.96512716674392571292e+01,
            1.37657754143519042600e+02,
            4.34565877475229228821e+02,
            6.45387271733267880336e+02,
            4.29008140027567833386e+02,
            1.08635005541779435134e+02,
            6.57024977031928170135e+00,
            -6.04244152148580987438e-02,
        ],
        Rb =

        [
            -9.86494292470009928597e-03,
            -7.99283237680523006574e-01,
            -1.77579549177547519889e+01,
            -1.60636384855821916062e+02,
            -6.37566443368389627722e+02,
            -1.02509513161107724954e+03,
            -4.83519191608651397019e+02,
        ],
        Sb =

        [
            1,
            3.03380607434824582924e+01,
            3.25792512996573918826e+02,
            1.53672958608443695994e+03,
            3.19985821950859553908e+03,
            2.55305040643316442583e+03,
            4.74528541206955367215e+02,
            -2.24409524465858183362e+01,
        ];

    /// <summary>erf x as XLA computes it in float32.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="forHalf">Whether the result will be rounded to float16.</param>
    public static float Single(float x, bool forHalf)
    {
        if (MathF.Abs(x) >= BitConverter.UInt32BitsToSingle(forHalf ? HalfEnd : SingleEnd))
            return MathF.CopySign(1, x);
        float z = x * x,
            n = Horner(Numerator, z),
            d = Horner(Denominator, z);
        return x * n / d;
    }

    /// <summary>erf x as the C library computes it: Sun's fdlibm.</summary>
    /// <remarks>Source: fdlibm 5.3, s_erf.c, as in glibc's sysdeps/ieee754/dbl-64.</remarks>
    public static double Double(double x)
    {
        double magnitude = Math.Abs(x);
        if (magnitude < 0.84375)
        {
            if (magnitude < 1 / (double)(1 << 28))
                return x + Efx * x;
            double z = x * x;
            return x + x * (Rational(Pp, z) / Rational(Qq, z));
        }

        if (magnitude < 1.25)
        {
            double s = magnitude - 1;
            return Math.CopySign(Erx + Rational(Pa, s) / Rational(Qa, s), x);
        }

        if (magnitude >= 6)
            return Math.CopySign(1, x);
        double square = 1 / (magnitude * magnitude),
            quotient = magnitude < 1 / 0.35
                ? Rational(Ra, square) / Rational(Sa, square)
                : Rational(Rb, square) / Rational(Sb, square);
        double head = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(magnitude) & 0xFFFFFFFF_00000000);
        double r =
            Exponential.Of(-head * head - 0.5625) * Exponential.Of((head - magnitude) * (head + magnitude) + quotient);
        return Math.CopySign(1 - r / magnitude, x);
    }

    private static float Horner(uint[] coefficients, float z)
    {
        float sum = BitConverter.UInt32BitsToSingle(coefficients[0]);
        for (int i = 1; i < coefficients.Length; i++)
            sum = MathF.FusedMultiplyAdd(sum, z, BitConverter.UInt32BitsToSingle(coefficients[i]));
        return sum;
    }

    private static double Rational(double[] coefficients, double z)
    {
        double sum = coefficients[^1];
        for (int i = coefficients.Length - 2; i >= 0; i--)
            sum = Math.FusedMultiplyAdd(sum, z, coefficients[i]);
        return sum;
    }
}
