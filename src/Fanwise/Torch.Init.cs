using Fanwise.Draws;
using Fanwise.Draws.Twister;

namespace Fanwise;

/// <content><c>torch.nn.init</c>.</content>
public static partial class Torch
{
    /// <summary>What a nonlinearity's weights are multiplied by to keep the variance: <c>calculate_gain</c>.</summary>
    /// <param name="nonlinearity">PyTorch's name: linear, conv1d to conv3d, conv_transpose1d to conv_transpose3d,
    /// sigmoid, tanh, relu, leaky_relu, selu.</param>
    /// <exception cref="InitializerException">PyTorch has no such name.</exception>
    public static double Gain(string nonlinearity) => Gain(nonlinearity, 0.01);

    /// <inheritdoc cref="Gain(string)"/>
    /// <param name="nonlinearity">PyTorch's name.</param>
    /// <param name="slope">The negative slope of leaky_relu; others have none.</param>
    public static double Gain(string nonlinearity, double slope)
    {
        foreach (NonlinearityGain row in Gains)
            if (row.Name == nonlinearity)
                return row.Of(slope);
        throw new InitializerException(
            $"PyTorch has no nonlinearity '{nonlinearity}'"
                + $"{Nearest.End(nonlinearity, Gains.Select(static row => row.Name))}"
        );
    }

    private static readonly NonlinearityGain[] Gains =
    [
        new("linear", static _ => 1),
        new("conv1d", static _ => 1),
        new("conv2d", static _ => 1),
        new("conv3d", static _ => 1),
        new("conv_transpose1d", static _ => 1),
        new("conv_transpose2d", static _ => 1),
        new("conv_transpose3d", static _ => 1),
        new("sigmoid", static _ => 1),
        new("tanh", static _ => 5.0 / 3),
        new("relu", static _ => Math.Sqrt(2)),
        new("leaky_relu", static slope => Math.Sqrt(2.0 / (1 + slope * slope))),
        new("selu", static _ => 3.0 / 4),
    ];

    /// <summary><c>xavier_uniform_(tensor)</c>, gain 1, float32.</summary>
    /// <inheritdoc cref="XavierUniform(TorchGenerator, Shape, ElementType, double)"/>
    public static Values XavierUniform(TorchGenerator generator, Shape shape) =>
        XavierUniform(generator, shape, ElementType.Float32, 1);

    /// <summary><c>xavier_uniform_(tensor, gain)</c>: uniform within sqrt(3) gain sqrt(2 / (in + out)). Glorot and
    /// Bengio 2010.</summary>
    /// <exception cref="InitializerException">The type is not floating, or the rank below 2.</exception>
    public static Values XavierUniform(TorchGenerator generator, Shape shape, ElementType type, double gain)
    {
        double bound = Math.Sqrt(3.0) * XavierDeviation(shape, gain);
        return Uniform(generator, shape, type, -bound, bound);
    }

    /// <summary><c>xavier_normal_(tensor)</c>, gain 1, float32.</summary>
    /// <inheritdoc cref="XavierNormal(TorchGenerator, Shape, ElementType, double)"/>
    public static Values XavierNormal(TorchGenerator generator, Shape shape) =>
        XavierNormal(generator, shape, ElementType.Float32, 1);

    /// <summary><c>xavier_normal_(tensor, gain)</c>: normal, deviation gain sqrt(2 / (in + out)).</summary>
    /// <exception cref="InitializerException">The type is not floating, or the rank below 2.</exception>
    public static Values XavierNormal(TorchGenerator generator, Shape shape, ElementType type, double gain) =>
        Normal(generator, shape, type, 0, XavierDeviation(shape, gain));

    /// <summary><c>kaiming_uniform_(tensor)</c>: a = 0, fan in, leaky_relu, float32.</summary>
    /// <inheritdoc cref="KaimingUniform(TorchGenerator, Shape, ElementType, double, FanMode, string)"/>
    public static Values KaimingUniform(TorchGenerator generator, Shape shape) =>
        KaimingUniform(generator, shape, ElementType.Float32, 0, FanMode.FanIn, "leaky_relu");

    /// <summary><c>kaiming_uniform_(tensor, a, mode, nonlinearity)</c>: uniform within sqrt(3) gain / sqrt(fan). He et
    /// al. 2015.</summary>
    /// <param name="generator">Whose numbers.</param>
    /// <param name="shape">The shape: (out, in, ...).</param>
    /// <param name="type">The element type.</param>
    /// <param name="a">The negative slope that leaky_relu's gain is computed from; nn.Linear takes sqrt(5).</param>
    /// <param name="mode">Fan in or fan out.</param>
    /// <param name="nonlinearity">A name of <see cref="Gain(string)"/>.</param>
    /// <exception cref="InitializerException">The type is not floating, the rank below 2, or PyTorch has no such mode
    /// or nonlinearity.</exception>
    public static Values KaimingUniform(
        TorchGenerator generator,
        Shape shape,
        ElementType type,
        double a,
        FanMode mode,
        string nonlinearity
    )
    {
        double bound = Math.Sqrt(3.0) * KaimingDeviation(shape, a, mode, nonlinearity);
        return Uniform(generator, shape, type, -bound, bound);
    }

    /// <summary><c>kaiming_normal_(tensor)</c>: a = 0, fan in, leaky_relu, float32.</summary>
    /// <inheritdoc cref="KaimingUniform(TorchGenerator, Shape, ElementType, double, FanMode, string)"/>
    public static Values KaimingNormal(TorchGenerator generator, Shape shape) =>
        KaimingNormal(generator, shape, ElementType.Float32, 0, FanMode.FanIn, "leaky_relu");

    /// <summary><c>kaiming_normal_(tensor, a, mode, nonlinearity)</c>: normal, deviation gain / sqrt(fan).</summary>
    /// <inheritdoc cref="KaimingUniform(TorchGenerator, Shape, ElementType, double, FanMode, string)"/>
    public static Values KaimingNormal(
        TorchGenerator generator,
        Shape shape,
        ElementType type,
        double a,
        FanMode mode,
        string nonlinearity
    ) => Normal(generator, shape, type, 0, KaimingDeviation(shape, a, mode, nonlinearity));

    /// <summary><c>orthogonal_(tensor, gain)</c>: gain times the orthogonal factor of a matrix of standard normals. The
    /// normals are PyTorch's; the decomposition is our own, so that the factor agrees but for its last bits.</summary>
    /// <exception cref="InitializerException">The type is neither float32 nor float64, or the rank below 2.</exception>
    public static Values Orthogonal(TorchGenerator generator, Shape shape, ElementType type, double gain)
    {
        if (shape.Rank < 2)
            throw new InitializerException($"orthogonal_ needs a shape of rank 2 or more; received {shape}.");
        if (type is not (ElementType.Float32 or ElementType.Float64))
            throw new InitializerException(
                $"PyTorch decomposes float32 and float64 matrices alone; received {type.Name()}."
            );
        long rows = shape[0],
            columns = rows == 0 ? 0 : shape.Elements / rows;
        return new TorchOrthogonal(shape, Normal(generator, [rows, columns], type, 0, 1), gain);
    }

    /// <summary><c>sparse_(tensor, sparsity, std)</c>: normal, with the part <paramref name="sparsity"/> of each
    /// column's elements zero. Needs the whole.</summary>
    /// <exception cref="InitializerException">The shape is not a matrix's, the type not floating, or the sparsity not
    /// from 0 to 1.</exception>
    public static Values Sparse(TorchGenerator generator, Shape shape, ElementType type, double sparsity, double std)
    {
        if (shape.Rank != 2)
            throw new InitializerException($"sparse_ needs a matrix; received the shape {shape}.");
        if (!(sparsity is >= 0 and <= 1))
            throw new InitializerException($"A sparsity must be from 0 to 1; received {sparsity}.");
        Values normals = Normal(generator, shape, type, 0, std);
        TorchState state = generator.State;
        return generator.Take(
            new TorchSparse(normals, sparsity, state.Stream, state.Word),
            state.Skip((UInt128)shape[1] * (UInt128)Math.Max(0, shape[0] - 1))
        );
    }

    /// <summary><c>eye_(tensor)</c>: 1 on the diagonal of a matrix.</summary>
    /// <exception cref="InitializerException">The shape is not a matrix's.</exception>
    public static Values Eye(Shape shape, ElementType type) => new IdentityValues(shape, type, 1);

    /// <summary><c>dirac_(tensor, groups)</c>: a convolution of this kernel (out, in, ...) passes as many channels on
    /// unchanged as it can.</summary>
    /// <exception cref="InitializerException">The rank is not 3, 4 or 5, or the groups do not divide the first
    /// dimension.</exception>
    public static Values Dirac(Shape shape, ElementType type, long groups)
    {
        if (shape.Rank is < 3 or > 5)
            throw new InitializerException($"dirac_ needs a shape of rank 3, 4 or 5; received {shape}.");
        if (groups < 1 || shape[0] % groups != 0)
            throw new InitializerException($"dirac_'s groups must divide {shape[0]}; received {groups}.");
        return new TorchDirac(shape, type, groups);
    }

    /// <summary>The fans of PyTorch's layout: <c>in = shape[1] * rest</c>, <c>out = shape[0] * rest</c>, rest the
    /// product of the other dimensions.</summary>
    /// <exception cref="InitializerException">The rank is below 2.</exception>
    public static Fans FansOf(Shape shape)
    {
        if (shape.Rank < 2)
            throw new InitializerException($"PyTorch has no fans of a shape of rank below 2; received {shape}.");
        long rest = 1;
        foreach (long length in shape.Lengths[2..])
            rest *= length;
        return new(shape[1] * rest, shape[0] * rest);
    }

    private static double XavierDeviation(Shape shape, double gain)
    {
        Fans fans = FansOf(shape);
        return gain * Math.Sqrt(2.0 / (fans.In + fans.Out));
    }

    private static double KaimingDeviation(Shape shape, double a, FanMode mode, string nonlinearity)
    {
        Fans fans = FansOf(shape);
        if (mode == FanMode.FanAverage)
            throw new InitializerException("PyTorch's kaiming functions take fan in or fan out; received fan average.");
        return Gain(nonlinearity, a) / Math.Sqrt(mode == FanMode.FanIn ? fans.In : fans.Out);
    }

    private sealed record NonlinearityGain(string Name, Func<double, double> Of);
}
