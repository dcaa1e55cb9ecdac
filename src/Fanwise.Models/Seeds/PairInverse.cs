using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>Which fractions u1 and u2 two neighbouring normals can come from: Box and Muller's transform, r = sqrt(-2
/// ln u1), r sin(2 pi u2) and r cos(2 pi u2), run backwards.</summary>
/// <remarks>
/// u1 = exp(-r^2 / 2) and u2 is the pair's angle. The functions here are the platform's and only enclose: by a margin
/// several times the error of any of them.
/// Where the enclosed fractions are few, each is tried with the real functions, so that what is left is exact.
/// </remarks>
internal static class PairInverse
{
    /// <summary>Up to so many pairs of fractions are tried one by one; float32 and float64 normals of mean 0 have some
    /// tens.</summary>
    private const ulong FewPairs = 4096;

    /// <summary>u1 is never below 1e-7 (as a float, in single precision).</summary>
    private const double SmallestFraction = 1e-7;

    /// <summary>The fractions of u1 and of u2 from which a draw makes these two elements; null where it never
    /// does.</summary>
    public static (FractionRange Radius, FractionRange Angle)? Fractions(
        Draw draw,
        double sineElement,
        double cosineElement
    )
    {
        if (StandardInverse.Normal(draw, sineElement) is not (double, double) sines)
            return null;
        if (StandardInverse.Normal(draw, cosineElement) is not (double, double) cosines)
            return null;
        bool twice = draw.ElementType == ElementType.Float64;
        int bits = twice ? 52 : 23;
        double relative = Math.ScaleB(1, twice ? -50 : -21);
        (Span sine, Span cosine) = (new Span(sines).Widened(relative), new Span(cosines).Widened(relative));
        FractionRange radius = RadiusFractions(sine, cosine, bits, relative),
            angle = AngleFractions(sine, cosine, bits, 4 * relative);
        return radius.Count <= FewPairs && angle.Count <= FewPairs / radius.Count
            ? Tried(draw, radius, angle, sineElement, cosineElement)
            : (radius, angle);
    }

    private static FractionRange RadiusFractions(Span sine, Span cosine, int bits, double relative)
    {
        double nearest = sine.Nearest * sine.Nearest + cosine.Nearest * cosine.Nearest,
            farthest = sine.Farthest * sine.Farthest + cosine.Farthest * cosine.Farthest;
        double largest = -2 * Math.Log(SmallestFraction),
            all = Math.ScaleB(1, bits);
        long first = farthest >= largest * (1 - 4 * relative) ? 0 : (long)(Math.Exp(-farthest / 2) * all) - 2;
        long last = (long)(Math.Exp(-nearest / 2) * all) + 2;
        return FractionRange.Between(bits, Math.Max(0, first), Math.Min(last, (1L << bits) - 1));
    }

    private static FractionRange AngleFractions(Span sine, Span cosine, int bits, double margin)
    {
        if (sine.HasZero && cosine.HasZero)
            return FractionRange.All(bits);
        // A rectangle without the origin is seen from it under less than a half turn, between two of its corners.
        double center = Math.Atan2(sine.Middle, cosine.Middle),
            least = 0,
            most = 0;
        foreach (double y in (ReadOnlySpan<double>)[sine.Low, sine.High])
        {
            foreach (double x in (ReadOnlySpan<double>)[cosine.Low, cosine.High])
            {
                double turn = Math.IEEERemainder(Math.Atan2(y, x) - center, 2 * Math.PI);
                (least, most) = (Math.Min(least, turn), Math.Max(most, turn));
            }
        }

        double scale = Math.ScaleB(1 / (2 * Math.PI), bits);
        return FractionRange.Between(
            bits,
            (long)Math.Floor((center + least - margin) * scale) - 2,
            (long)Math.Ceiling((center + most + margin) * scale) + 2
        );
    }

    /// <summary>What encloses the pairs of fractions that the real functions confirm.</summary>
    private static (FractionRange, FractionRange)? Tried(
        Draw draw,
        FractionRange radius,
        FractionRange angle,
        double sineElement,
        double cosineElement
    )
    {
        byte[] expected = new byte[2 * draw.ElementType.Size()],
            drawn = new byte[expected.Length];
        Elements.Store(sineElement, draw.ElementType, expected);
        Elements.Store(cosineElement, draw.ElementType, expected.AsSpan(expected.Length / 2));
        // Without rejection, whatever the draw: a pair's place in its block says nothing of the pair before it.
        draw = Draw.Normal(draw.ElementType, draw.Addend, draw.Multiplier, ParameterRounding.Graph) with
        {
            DoubleLogarithm = draw.DoubleLogarithm,
        };
        (ulong Least, ulong Most) r = (ulong.MaxValue, 0),
            a = (ulong.MaxValue, 0);
        for (ulong i = 0; i < radius.Count; i++)
        {
            for (ulong j = 0; j < angle.Count; j++)
            {
                Sampler.Fill(draw, StreamOf(radius.Bits, radius.At(i), angle.At(j)), 0, drawn);
                if (!drawn.AsSpan().SequenceEqual(expected))
                    continue;
                r = (Math.Min(r.Least, i), Math.Max(r.Most, i));
                a = (Math.Min(a.Least, j), Math.Max(a.Most, j));
            }
        }

        if (r.Least > r.Most)
            return null;
        return (
            new(radius.Bits, radius.At(r.Least), r.Most - r.Least),
            new(angle.Bits, angle.At(a.Least), a.Most - a.Least)
        );
    }

    /// <summary>The stream whose first pair of normals comes from these two fractions.</summary>
    private static PhiloxStream StreamOf(int bits, ulong radius, ulong angle) =>
        new(
            0,
            FractionRange.Words(bits) == 1
                ? Philox4x32.CounterOf((uint)radius, (uint)angle, 0, 0, 0)
                : Philox4x32.CounterOf((uint)(radius >> 32), (uint)radius, (uint)(angle >> 32), (uint)angle, 0)
        );

    /// <summary>Real numbers between two bounds.</summary>
    private readonly record struct Span(double Low, double High)
    {
        public Span((double Low, double High) bounds)
            : this(bounds.Low, bounds.High) { }

        public bool HasZero => Low <= 0 && High >= 0;
        public double Middle => Low + (High - Low) / 2;
        public double Nearest => HasZero ? 0 : Math.Min(Math.Abs(Low), Math.Abs(High));
        public double Farthest => Math.Max(Math.Abs(Low), Math.Abs(High));

        public Span Widened(double relative) => new(Low - Math.Abs(Low) * relative, High + Math.Abs(High) * relative);
    }
}
