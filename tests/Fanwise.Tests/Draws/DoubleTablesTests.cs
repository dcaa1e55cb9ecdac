using System.Numerics;
using Fanwise.Functions;

namespace Fanwise.Tests.Draws;

/// <summary>The tables of the float64 functions against series in integers, so that a wrong digit in one
/// shows.</summary>
public unsafe class DoubleTablesTests
{
    /// <summary>Numbers as integers times 2^-Places.</summary>
    private const int Places = 240;

    private const int Logarithms = 128,
        Angles = 110;

    [Fact]
    public void TheLogarithmsAreThoseOfTheInverses()
    {
        for (int i = 0; i < Logarithms; i++)
        {
            double inverse = DoubleTables.Logarithm[2 * i],
                logarithm = DoubleTables.Logarithm[2 * i + 1];
            // A logarithm is a multiple of 2^-43, so that k ln 2 is added to it without rounding.
            (logarithm + Math.Log(inverse)).ShouldBe(0, Math.ScaleB(1, -43), $"entry {i}");
            Math.ScaleB(logarithm, 43).ShouldBe(Math.Round(Math.ScaleB(logarithm, 43)), $"entry {i}");
        }
    }

    [Fact]
    public void TheSinesAndCosinesAreThoseOfEach128thInTwoDoubles()
    {
        for (int k = 0; k < Angles; k++)
        {
            double* entry = DoubleTables.SinCos + 4 * k;
            BigInteger angle = ((BigInteger)k << Places) / 128;
            Check(entry[0], entry[1], Series(angle, angle, 1), $"sin {k} / 128");
            Check(entry[2], entry[3], Series(angle, BigInteger.One << Places, 0), $"cos {k} / 128");
        }
    }

    /// <summary>first - first x^2 / ((n + 1) (n + 2)) + ...: the sine for (x, 1), the cosine for (1, 0).</summary>
    private static BigInteger Series(BigInteger x, BigInteger first, int n)
    {
        BigInteger sum = 0;
        for (BigInteger term = first; !term.IsZero; n += 2)
        {
            sum += term;
            term = -(term * x >> Places) * x / ((BigInteger)(n + 1) * (n + 2) << Places);
        }

        return sum;
    }

    /// <summary>The first double is the number rounded to the places that a product leaves free, and the second is the
    /// rest, rounded.</summary>
    private static void Check(double high, double low, BigInteger exact, string what)
    {
        BigInteger rest = exact - Fixed(high);
        double.Abs((double)(rest - Fixed(low)) / Math.Pow(2, Places))
            .ShouldBeLessThanOrEqualTo(Math.Max(Math.BitIncrement(Math.Abs(low)) - Math.Abs(low), 1e-32), what);
        Math.Abs(low).ShouldBeLessThanOrEqualTo(Math.ScaleB(1, -26), what);
    }

    private static BigInteger Fixed(double value)
    {
        if (value == 0)
            return 0;
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52 & 0x7FF) - 1075;
        BigInteger significand = (bits & (1L << 52) - 1) | 1L << 52;
        int shift = Places + exponent;
        BigInteger magnitude = shift >= 0 ? significand << shift : significand >> -shift;
        return value < 0 ? -magnitude : magnitude;
    }
}
