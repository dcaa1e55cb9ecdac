namespace Fanwise;

/// <summary>A named specialisation of <see cref="VarianceScaling"/>: what each name passes to it, in every framework's
/// API that has the name.</summary>
/// <param name="Name">The name of Keras' class.</param>
/// <param name="Scale">The variance that is divided by the fan.</param>
/// <param name="Mode">Which fan divides.</param>
/// <param name="Distribution">What is drawn from; the normal is each generation's own.</param>
/// <remarks>Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998 (the normal: Klambauer et al. 2017).</remarks>
internal readonly record struct NamedScaling(string Name, double Scale, FanMode Mode, Distribution Distribution)
{
    public static readonly NamedScaling GlorotNormal = Normal("GlorotNormal", 1, FanMode.FanAverage),
        GlorotUniform = Uniform("GlorotUniform", 1, FanMode.FanAverage),
        HeNormal = Normal("HeNormal", 2, FanMode.FanIn),
        HeUniform = Uniform("HeUniform", 2, FanMode.FanIn),
        LecunNormal = Normal("LecunNormal", 1, FanMode.FanIn),
        LecunUniform = Uniform("LecunUniform", 1, FanMode.FanIn);

    /// <summary>All six.</summary>
    public static IReadOnlyList<NamedScaling> All { get; } =
    [GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal, LecunUniform];

    /// <summary>The initializer of this name with a seed.</summary>
    public VarianceScaling With(long seed) =>
        new()
        {
            Scale = Scale,
            Mode = Mode,
            Distribution = Distribution,
            Seed = seed,
        };

    private static NamedScaling Normal(string name, double scale, FanMode mode) =>
        new(name, scale, mode, Distribution.TruncatedNormal);

    private static NamedScaling Uniform(string name, double scale, FanMode mode) =>
        new(name, scale, mode, Distribution.Uniform);
}
