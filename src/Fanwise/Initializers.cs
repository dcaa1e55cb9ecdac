using System.Diagnostics.CodeAnalysis;

namespace Fanwise;

/// <summary>The named initializers, as Keras 3.15 has them: each is one specialisation of one rule.</summary>
/// <remarks>
/// Random ones take a seed. For the seed that Python Keras would draw where none is given, see
/// <see cref="Streams.PythonRandom"/>.
/// With n = fan in, fan out or their mean, never below 1.
/// </remarks>
public static class Initializers
{
    /// <summary>Glorot (Xavier) normal: scale 1, fan average, truncated normal; variance 2 / (in + out). Glorot and
    /// Bengio 2010.</summary>
    public static VarianceScaling GlorotNormal(long seed) => NamedScaling.GlorotNormal.With(seed);

    /// <inheritdoc cref="GlorotNormal(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling GlorotNormal(long seed, Backend backend) =>
        GlorotNormal(seed) with
        {
            Backend = backend,
        };

    /// <summary>Glorot (Xavier) uniform: scale 1, fan average, uniform; limit sqrt(6 / (in + out)). Keras' default.
    /// Glorot and Bengio 2010.</summary>
    public static VarianceScaling GlorotUniform(long seed) => NamedScaling.GlorotUniform.With(seed);

    /// <inheritdoc cref="GlorotUniform(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling GlorotUniform(long seed, Backend backend) =>
        GlorotUniform(seed) with
        {
            Backend = backend,
        };

    /// <summary>He (Kaiming) normal: scale 2, fan in, truncated normal; variance 2 / in. He et al. 2015.</summary>
    public static VarianceScaling HeNormal(long seed) => NamedScaling.HeNormal.With(seed);

    /// <inheritdoc cref="HeNormal(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling HeNormal(long seed, Backend backend) => HeNormal(seed) with { Backend = backend };

    /// <summary>He (Kaiming) uniform: scale 2, fan in, uniform; limit sqrt(6 / in). He et al. 2015.</summary>
    public static VarianceScaling HeUniform(long seed) => NamedScaling.HeUniform.With(seed);

    /// <inheritdoc cref="HeUniform(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling HeUniform(long seed, Backend backend) => HeUniform(seed) with { Backend = backend };

    /// <summary>LeCun normal: scale 1, fan in, truncated normal; variance 1 / in. LeCun et al. 1998; Klambauer et al.
    /// 2017.</summary>
    public static VarianceScaling LecunNormal(long seed) => NamedScaling.LecunNormal.With(seed);

    /// <inheritdoc cref="LecunNormal(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling LecunNormal(long seed, Backend backend) =>
        LecunNormal(seed) with
        {
            Backend = backend,
        };

    /// <summary>LeCun uniform: scale 1, fan in, uniform; limit sqrt(3 / in). LeCun et al. 1998.</summary>
    public static VarianceScaling LecunUniform(long seed) => NamedScaling.LecunUniform.With(seed);

    /// <inheritdoc cref="LecunUniform(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling LecunUniform(long seed, Backend backend) =>
        LecunUniform(seed) with
        {
            Backend = backend,
        };

    /// <summary>Another name of <see cref="GlorotNormal(long)"/>.</summary>
    public static VarianceScaling XavierNormal(long seed) => GlorotNormal(seed);

    /// <inheritdoc cref="XavierNormal(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling XavierNormal(long seed, Backend backend) =>
        XavierNormal(seed) with
        {
            Backend = backend,
        };

    /// <summary>Another name of <see cref="GlorotUniform(long)"/>.</summary>
    public static VarianceScaling XavierUniform(long seed) => GlorotUniform(seed);

    /// <inheritdoc cref="XavierUniform(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling XavierUniform(long seed, Backend backend) =>
        XavierUniform(seed) with
        {
            Backend = backend,
        };

    /// <summary>Another name of <see cref="HeNormal(long)"/>, which is Keras': truncated. PyTorch's own is
    /// <see cref="Torch.KaimingNormal(TorchGenerator, Shape)"/>.</summary>
    public static VarianceScaling KaimingNormal(long seed) => HeNormal(seed);

    /// <inheritdoc cref="KaimingNormal(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling KaimingNormal(long seed, Backend backend) => HeNormal(seed, backend);

    /// <summary>Another name of <see cref="HeUniform(long)"/>, which is Keras'. PyTorch's own is
    /// <see cref="Torch.KaimingUniform(TorchGenerator, Shape)"/>.</summary>
    public static VarianceScaling KaimingUniform(long seed) => HeUniform(seed);

    /// <inheritdoc cref="KaimingUniform(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static VarianceScaling KaimingUniform(long seed, Backend backend) => HeUniform(seed, backend);

    /// <summary>Any variance scaling.</summary>
    /// <exception cref="InitializerException"><paramref name="scale"/> is not positive and finite.</exception>
    public static VarianceScaling VarianceScaling(double scale, FanMode mode, Distribution distribution, long seed) =>
        new()
        {
            Scale = scale,
            Mode = mode,
            Distribution = distribution,
            Seed = seed,
        };

    /// <summary>A uniform on [-0.05, 0.05), Keras' default for embeddings.</summary>
    public static RandomUniform RandomUniform(long seed) => new() { Seed = seed };

    /// <inheritdoc cref="RandomUniform(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static RandomUniform RandomUniform(long seed, Backend backend) =>
        RandomUniform(seed) with
        {
            Backend = backend,
        };

    /// <summary>A uniform on [<paramref name="minimum"/>, <paramref name="maximum"/>).</summary>
    public static RandomUniform RandomUniform(double minimum, double maximum, long seed) =>
        new()
        {
            Minimum = minimum,
            Maximum = maximum,
            Seed = seed,
        };

    /// <summary>A normal of deviation 0.05.</summary>
    public static RandomNormal RandomNormal(long seed) => new() { Seed = seed };

    /// <inheritdoc cref="RandomNormal(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static RandomNormal RandomNormal(long seed, Backend backend) =>
        RandomNormal(seed) with
        {
            Backend = backend,
        };

    /// <summary>A normal.</summary>
    public static RandomNormal RandomNormal(double mean, double deviation, long seed) =>
        new()
        {
            Mean = mean,
            Deviation = deviation,
            Seed = seed,
        };

    /// <summary>A normal of deviation 0.05, truncated at two of those.</summary>
    public static TruncatedNormal TruncatedNormal(long seed) => new() { Seed = seed };

    /// <inheritdoc cref="TruncatedNormal(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static TruncatedNormal TruncatedNormal(long seed, Backend backend) =>
        TruncatedNormal(seed) with
        {
            Backend = backend,
        };

    /// <summary>A normal truncated at two deviations.</summary>
    public static TruncatedNormal TruncatedNormal(double mean, double deviation, long seed) =>
        new()
        {
            Mean = mean,
            Deviation = deviation,
            Seed = seed,
        };

    /// <summary>An orthogonal matrix. Saxe et al. 2014.</summary>
    public static Orthogonal Orthogonal(long seed) => new() { Seed = seed };

    /// <inheritdoc cref="Orthogonal(long)"/>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static Orthogonal Orthogonal(long seed, Backend backend) => Orthogonal(seed) with { Backend = backend };

    /// <summary>An orthogonal matrix times <paramref name="gain"/>.</summary>
    public static Orthogonal Orthogonal(double gain, long seed) => new() { Gain = gain, Seed = seed };

    /// <summary>Zeros.</summary>
    public static Constant Zeros { get; } = new(0);

    /// <summary>Ones.</summary>
    public static Constant Ones { get; } = new(1);

    /// <summary>One number with a fraction everywhere, which gets into the element type by way of float32.</summary>
    public static Constant Constant(double value) => new(value);

    /// <summary>One integer everywhere.</summary>
    public static Constant Constant(int value) => new(value);

    /// <summary>One integer everywhere.</summary>
    /// <exception cref="InitializerException">It is beyond 2^53.</exception>
    public static Constant Constant(long value) => new(value);

    /// <summary>An identity matrix.</summary>
    public static Identity Identity { get; } = new(1);

    /// <summary>The initializer of a name, with its defaults in Keras 3.15.</summary>
    /// <param name="name">Keras' or PyTorch's, such as <c>he_normal</c>, <c>HeNormal</c> or <c>kaiming_normal</c>: case
    /// and underscores do not matter.</param>
    /// <param name="seed">The seed of a random one; others have none.</param>
    /// <exception cref="InitializerException">There is none of this name.</exception>
    public static Initializer Parse(string name, long seed) => Parse(name, seed, default);

    /// <inheritdoc cref="Parse(string, long)"/>
    /// <param name="name">Keras' or PyTorch's: case and underscores do not matter.</param>
    /// <param name="seed">A seed that the backend takes.</param>
    /// <param name="backend">Whose numbers.</param>
    public static Initializer Parse(string name, long seed, Backend backend)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Find(name) is { } make)
            return make(seed, backend);
        string[] names = [.. ByName.Select(static row => row.Name)];
        string? nearest = Nearest.Of(name, names);
        throw new InitializerException(
            $"An initializer's name must be one of {string.Join(", ", names)}; received '{name}'{Nearest.End(nearest)}"
        )
        {
            Code = FanwiseError.UnknownName,
            Suggestion = nearest,
        };
    }

    /// <summary>The initializer of a name, as <see cref="Parse(string, long)"/> gives it; false where there is
    /// none.</summary>
    public static bool TryParse(string? name, long seed, [NotNullWhen(true)] out Initializer? initializer)
    {
        initializer = name is null ? null : Find(name)?.Invoke(seed, default);
        return initializer is not null;
    }

    private static Func<long, Backend, Initializer>? Find(string name) =>
        Array.Find(ByName, row => InitializerNames.IsName(name, row.Name)).Make;

    private static readonly (string Name, Func<long, Backend, Initializer> Make)[] ByName =
    [
        ("glorot_normal", GlorotNormal),
        ("glorot_uniform", GlorotUniform),
        ("he_normal", HeNormal),
        ("he_uniform", HeUniform),
        ("lecun_normal", LecunNormal),
        ("lecun_uniform", LecunUniform),
        ("variance_scaling", static (seed, backend) => new VarianceScaling { Seed = seed, Backend = backend }),
        ("random_normal", RandomNormal),
        ("random_uniform", RandomUniform),
        ("truncated_normal", TruncatedNormal),
        ("orthogonal", Orthogonal),
        ("zeros", static (_, _) => Zeros),
        ("ones", static (_, _) => Ones),
        ("constant", static (_, _) => Constant(0.0)),
        ("identity", static (_, _) => Identity),
    ];
}
