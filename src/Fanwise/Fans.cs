namespace Fanwise;

/// <summary>How many inputs and outputs a unit has, by the shape of its weights.</summary>
/// <param name="In">Inputs of a unit; a fraction only where strides divide, whole numbers are exact up to 2^53.</param>
/// <param name="Out">Outputs of a unit.</param>
public readonly record struct Fans(double In, double Out)
{
    /// <summary>The fans of a kernel <c>[receptive field..., in, out]</c>, as TensorFlow and Keras guess them from its
    /// shape alone.</summary>
    /// <remarks>
    /// Rank 0: (1, 1); rank 1: (d, d); rank 2: (d0, d1); above: in = d[-2] * r, out = d[-1] * r, where r is the product
    /// of the other dimensions.
    /// It knows neither groups nor depthwise nor transposed kernels. Source:
    /// keras/src/initializers/random_initializers.py, <c>compute_fans</c>.
    /// </remarks>
    public static Fans Of(Shape shape)
    {
        switch (shape.Rank)
        {
            case 0:
                return new(1, 1);
            case 1:
                return new(shape[0], shape[0]);
            default:
                long receptiveField = 1;
                foreach (long length in shape.Lengths[..^2])
                    receptiveField *= length;
                return new(shape.Lengths[^2] * receptiveField, shape.Lengths[^1] * receptiveField);
        }
    }

    /// <summary>The fans of a kernel whose axes are named: the products of the dimensions along
    /// <paramref name="inputAxes"/> and <paramref name="outputAxes"/>.</summary>
    /// <exception cref="InitializerException">An axis is none of the shape's; negative ones count from the
    /// end.</exception>
    public static Fans Of(Shape shape, ReadOnlySpan<int> inputAxes, ReadOnlySpan<int> outputAxes)
    {
        return new(Product(shape, inputAxes), Product(shape, outputAxes));

        static long Product(Shape shape, ReadOnlySpan<int> axes)
        {
            long product = 1;
            foreach (int axis in axes)
            {
                if (axis < -shape.Rank || axis >= shape.Rank)
                    throw new InitializerException(
                        $"A fan's axes must be dimensions of the shape {shape}; received {axis}."
                    );
                Int128 next = (Int128)product * shape[axis < 0 ? axis + shape.Rank : axis];
                product =
                    next <= long.MaxValue
                        ? (long)next
                        : throw new InitializerException(
                            $"A fan must be below 2^63; the axes {string.Join(", ", axes.ToArray())} of "
                                + $"{shape} give more."
                        );
            }

            return product;
        }
    }

    /// <summary>The number that <paramref name="mode"/> divides the variance by, before it is kept from falling below
    /// 1.</summary>
    public double For(FanMode mode) =>
        mode switch
        {
            FanMode.FanIn => In,
            FanMode.FanOut => Out,
            _ => (In + Out) / 2,
        };

    /// <summary>What <paramref name="mode"/> divides the variance by: the fan, but never less than 1.</summary>
    internal double Divisor(FanMode mode) => Math.Max(1, For(mode));
}
