using System.Numerics;

namespace Fanwise.Tests.Draws;

/// <summary>Products and sums as an x86 processor has them with subnormal numbers switched off: operands that are
/// subnormal are zeros, and so is a result that would be one if it were rounded with exponents without end.</summary>
/// <remarks>Made in the type itself, where the product's arithmetic goes by way of double.</remarks>
internal static class PlainArithmetic
{
    public static T Product<T>(T a, T b)
        where T : struct, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        (a, b) = (WithoutSubnormal(a), WithoutSubnormal(b));
        T product = a * b;
        // Two products whose exponents are away from both ends: of the significands, and of their scales.
        if (T.IsZero(product) || !T.IsFinite(product))
            return product;
        (int x, int y) = (T.ILogB(a), T.ILogB(b));
        T significand = T.ScaleB(a, -x) * T.ScaleB(b, -y);
        return T.ILogB(significand) + x + y < Lowest<T>() ? T.CopySign(T.Zero, product) : product;
    }

    /// <summary>A sum of two numbers that are not subnormal is exact where it is small.</summary>
    public static T Sum<T>(T a, T b)
        where T : struct, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T> =>
        WithoutSubnormal(WithoutSubnormal(a) + WithoutSubnormal(b));

    private static T WithoutSubnormal<T>(T value)
        where T : struct, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T> =>
        T.IsSubnormal(value) ? T.CopySign(T.Zero, value) : value;

    /// <summary>The exponent of the smallest number that is not subnormal.</summary>
    private static int Lowest<T>()
        where T : struct, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T> => 2 - T.ILogB(T.MaxValue) - 1;
}
