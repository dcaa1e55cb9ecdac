using Fanwise.Draws;
using Fanwise.Draws.Twister;

namespace Fanwise;

/// <summary>PyTorch 2.13's own initial values on the CPU of an x86-64 machine with AVX2: <c>torch.rand</c> and its kin,
/// and <c>torch.nn.init</c>. Each call gives the values and moves its generator on.</summary>
/// <remarks>
/// The values are functions of their index, made when asked for; shapes are PyTorch's: (out, in, ...). Random values
/// are drawn in float32, float64, float16 and bfloat16. docs/determinism.md says what is exact on which machine.
/// Source: PyTorch 2.13, torch/nn/init.py and ATen/native/cpu.
/// </remarks>
public static partial class Torch
{
    /// <summary><c>torch.rand(shape)</c>: uniform on [0, 1), float32.</summary>
    public static Values Rand(TorchGenerator generator, Shape shape) =>
        Uniform(generator, shape, ElementType.Float32, 0, 1);

    /// <summary><c>torch.randn(shape)</c>: standard normal, float32.</summary>
    public static Values Randn(TorchGenerator generator, Shape shape) =>
        Normal(generator, shape, ElementType.Float32, 0, 1);

    /// <summary><c>tensor.uniform_(from, to)</c>: <c>destination[i] = fma(u, to - from, from)</c>, u on [0,
    /// 1).</summary>
    /// <exception cref="InitializerException">The type is not floating, or <paramref name="from"/> exceeds
    /// <paramref name="to"/>.</exception>
    public static Values Uniform(TorchGenerator generator, Shape shape, ElementType type, double from, double to)
    {
        TorchState state = StateOf(generator);
        if (!(from <= to))
            throw new InitializerException(
                $"A uniform's lower bound must not exceed its upper; received {from}, {to}."
            );
        return generator.Take(state.Uniform(shape, type, from, to), state.AfterUniform(shape.Elements, type));
    }

    /// <summary><c>tensor.normal_(mean, std)</c>: <c>destination[i] = fma(z, std, mean)</c>.</summary>
    /// <exception cref="InitializerException">The type is not floating, or <paramref name="std"/> is
    /// negative.</exception>
    public static Values Normal(TorchGenerator generator, Shape shape, ElementType type, double mean, double std)
    {
        TorchState state = StateOf(generator);
        if (!(std >= 0))
            throw new InitializerException($"A normal's deviation must be 0 or more; received {std}.");
        return generator.Take(state.Normal(shape, type, mean, std), state.AfterNormal(shape.Elements, type));
    }

    /// <summary><c>trunc_normal_(tensor, mean, std, a, b)</c>: normal within [a, b]. The bounds are absolute: at the
    /// defaults -2 and 2, a deviation of 0.02 is cut nowhere.</summary>
    /// <param name="generator">Whose numbers.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="type">The element type.</param>
    /// <param name="mean">The mean of the normal that is cut.</param>
    /// <param name="std">Its deviation, more than 0.</param>
    /// <param name="a">The lowest value.</param>
    /// <param name="b">The highest value, more than <paramref name="a"/>.</param>
    /// <returns>Values that need the whole tensor, unless the bounds are so far that nothing can be cut.</returns>
    /// <exception cref="InitializerException">The type is not floating, the deviation not positive, or the bounds are
    /// not in order.</exception>
    public static Values TruncatedNormal(
        TorchGenerator generator,
        Shape shape,
        ElementType type,
        double mean,
        double std,
        double a,
        double b
    )
    {
        TorchState state = StateOf(generator);
        if (!(std > 0) || !(a < b))
            throw new InitializerException(
                $"A truncated normal needs a positive deviation and bounds in order; received {std}, {a}, {b}."
            );
        if (shape.Elements == 0 || TorchTruncatedNormals.CutsNothing(shape, mean, std, a, b))
            return Normal(generator, shape, type, mean, std);
        _ = state.Normal([0], type, mean, std); // checks the type
        TorchTruncatedNormals values = new(shape, type, mean, std, a, b, state);
        return generator.Take(values, values.StateAfter());
    }

    /// <summary><c>torch.randperm(n)</c>: the numbers 0 to n - 1 in random order, int64. Needs the whole.</summary>
    /// <exception cref="InitializerException"><paramref name="n"/> is negative or beyond 2^32 / 20, from where PyTorch
    /// draws otherwise.</exception>
    public static Values RandomPermutation(TorchGenerator generator, long n)
    {
        TorchState state = StateOf(generator);
        if (n is < 0 or >= uint.MaxValue / 20)
            throw new InitializerException(
                $"A permutation must have 0 to {uint.MaxValue / 20 - 1} elements; received {n}."
            );
        return generator.Take(
            new TorchPermutation(n, state.Stream, state.Word),
            state.Skip((UInt128)Math.Max(0, n - 1))
        );
    }

    private static TorchState StateOf(TorchGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return generator.State;
    }
}
