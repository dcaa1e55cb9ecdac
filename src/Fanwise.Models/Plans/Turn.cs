using Fanwise.Functions;
using Fanwise.Simd;

namespace Fanwise.Models.Plans;

/// <summary>Sine and cosine by the library's own polynomials, so that they are the same everywhere.</summary>
internal static class Turn
{
    /// <summary>sin and cos of any finite angle; accurate to about the angle's own last bit.</summary>
    public static (double Sine, double Cosine) SinCos(double angle)
    {
        DoubleFunctions<ScalarLanes, ulong, double>.SinCos(
            angle - Math.Floor(angle / Math.Tau) * Math.Tau,
            out double sine,
            out double cosine
        );
        return (sine, cosine);
    }
}
