using Fanwise.Generations;

namespace Fanwise.TensorFlow;

/// <summary><c>tf.compat.v1.*_initializer</c> of TensorFlow 2.9: the core's initializers. Three have other defaults
/// than in <see cref="CompatV1"/>; he_* and lecun_* are functions.</summary>
/// <remarks>They draw in a <see cref="Graph"/>, an <see cref="EagerContext"/> or a <see cref="Function"/>; in a graph
/// of 1.x too, where the operations are counted.</remarks>
public static class CompatV1Core
{
    /// <summary><c>VarianceScaling(scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None,
    /// dtype=float32)</c>: a variance of scale / max(1, fan); <c>normal</c> is another name of <c>truncated_normal</c>,
    /// corrected.</summary>
    public sealed class VarianceScaling(
        PythonValue scale = default,
        PythonValue mode = default,
        PythonValue distribution = default,
        PythonValue seed = default,
        PythonValue dtype = default
    )
        : ConfiguredInitializer(
            Generation.CompatV1Core,
            nameof(VarianceScaling),
            [scale, mode, distribution, seed, dtype]
        )
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static VarianceScaling FromConfig(PythonValue config) =>
            Restored(
                Generation.CompatV1Core,
                nameof(VarianceScaling),
                config,
                static a => new VarianceScaling(a[0], a[1], a[2], a[3], a[4])
            );
    }

    /// <summary><c>Zeros(dtype=float32)</c>: zeros of any dtype.</summary>
    public sealed class Zeros(PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1Core, nameof(Zeros), [dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Zeros FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1Core, nameof(Zeros), config, static a => new Zeros(a[0]));
    }

    /// <summary><c>Ones(dtype=float32)</c>: ones of any dtype.</summary>
    public sealed class Ones(PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1Core, nameof(Ones), [dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Ones FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1Core, nameof(Ones), config, static a => new Ones(a[0]));
    }

    /// <summary><c>Constant(value=0, dtype=float32, verify_shape=False)</c>: one value, or a list in row-major order
    /// whose last value is repeated.</summary>
    public sealed class Constant(
        PythonValue value = default,
        PythonValue dtype = default,
        PythonValue verifyShape = default
    ) : ConfiguredInitializer(Generation.CompatV1Core, nameof(Constant), [value, dtype, verifyShape])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Constant FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1Core, nameof(Constant), config, static a => new Constant(a[0], a[1], a[2]));
    }

    /// <summary><c>RandomUniform(minval=0.0, maxval=None, seed=None, dtype=float32)</c>: uniform on [minval, maxval);
    /// integers too.</summary>
    public sealed class RandomUniform(
        PythonValue minval = default,
        PythonValue maxval = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.CompatV1Core, nameof(RandomUniform), [minval, maxval, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static RandomUniform FromConfig(PythonValue config) =>
            Restored(
                Generation.CompatV1Core,
                nameof(RandomUniform),
                config,
                static a => new RandomUniform(a[0], a[1], a[2], a[3])
            );
    }

    /// <summary><c>RandomNormal(mean=0.0, stddev=1.0, seed=None, dtype=float32)</c>: normal.</summary>
    public sealed class RandomNormal(
        PythonValue mean = default,
        PythonValue stddev = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.CompatV1Core, nameof(RandomNormal), [mean, stddev, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static RandomNormal FromConfig(PythonValue config) =>
            Restored(
                Generation.CompatV1Core,
                nameof(RandomNormal),
                config,
                static a => new RandomNormal(a[0], a[1], a[2], a[3])
            );
    }

    /// <summary><c>TruncatedNormal(mean=0.0, stddev=1.0, seed=None, dtype=float32)</c>: normal truncated at two
    /// deviations, not corrected.</summary>
    public sealed class TruncatedNormal(
        PythonValue mean = default,
        PythonValue stddev = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.CompatV1Core, nameof(TruncatedNormal), [mean, stddev, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static TruncatedNormal FromConfig(PythonValue config) =>
            Restored(
                Generation.CompatV1Core,
                nameof(TruncatedNormal),
                config,
                static a => new TruncatedNormal(a[0], a[1], a[2], a[3])
            );
    }

    /// <summary><c>Orthogonal(gain=1.0, seed=None, dtype=float32)</c>: orthonormal columns (rows, where there are more
    /// columns) times gain.</summary>
    public sealed class Orthogonal(PythonValue gain = default, PythonValue seed = default, PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1Core, nameof(Orthogonal), [gain, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Orthogonal FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1Core, nameof(Orthogonal), config, static a => new Orthogonal(a[0], a[1], a[2]));
    }

    /// <summary><c>Identity(gain=1.0, dtype=float32)</c>: gain on the diagonal; of a part, the slice of the
    /// whole.</summary>
    public sealed class Identity(PythonValue gain = default, PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1Core, nameof(Identity), [gain, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Identity FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1Core, nameof(Identity), config, static a => new Identity(a[0], a[1]));
    }

    /// <summary><c>GlorotNormal(seed=None, dtype=float32)</c>: VarianceScaling(1.0, fan_avg, truncated_normal). The
    /// dtype is dropped, as it is there.</summary>
    public sealed class GlorotNormal(PythonValue seed = default, PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1Core, nameof(GlorotNormal), [seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static GlorotNormal FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1Core, nameof(GlorotNormal), config, static a => new GlorotNormal(a[0], a[1]));
    }

    /// <summary><c>GlorotUniform(seed=None, dtype=float32)</c>: VarianceScaling(1.0, fan_avg, uniform). The dtype is
    /// dropped, as it is there.</summary>
    public sealed class GlorotUniform(PythonValue seed = default, PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1Core, nameof(GlorotUniform), [seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static GlorotUniform FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1Core, nameof(GlorotUniform), config, static a => new GlorotUniform(a[0], a[1]));
    }

    /// <summary><c>UniformUnitScaling(factor=1.0, seed=None, dtype=float32)</c>: uniform within factor sqrt(3 / max(1,
    /// product of all dimensions but the last)).</summary>
    public sealed class UniformUnitScaling(
        PythonValue factor = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.CompatV1Core, nameof(UniformUnitScaling), [factor, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static UniformUnitScaling FromConfig(PythonValue config) =>
            Restored(
                Generation.CompatV1Core,
                nameof(UniformUnitScaling),
                config,
                static a => new UniformUnitScaling(a[0], a[1], a[2])
            );
    }

    /// <summary><c>he_normal(seed=None)</c>, a function: VarianceScaling(2.0, fan_in, truncated_normal).</summary>
    /// <exception cref="InitializerException">The seed is refused.</exception>
    public static ConfiguredInitializer HeNormal(PythonValue seed = default) =>
        Generation.CompatV1Core.Construct("he_normal", seed);

    /// <summary><c>he_uniform(seed=None)</c>, a function: VarianceScaling(2.0, fan_in, uniform).</summary>
    /// <exception cref="InitializerException">The seed is refused.</exception>
    public static ConfiguredInitializer HeUniform(PythonValue seed = default) =>
        Generation.CompatV1Core.Construct("he_uniform", seed);

    /// <summary><c>lecun_normal(seed=None)</c>, a function: VarianceScaling(1.0, fan_in, truncated_normal).</summary>
    /// <exception cref="InitializerException">The seed is refused.</exception>
    public static ConfiguredInitializer LecunNormal(PythonValue seed = default) =>
        Generation.CompatV1Core.Construct("lecun_normal", seed);

    /// <summary><c>lecun_uniform(seed=None)</c>, a function: VarianceScaling(1.0, fan_in, uniform).</summary>
    /// <exception cref="InitializerException">The seed is refused.</exception>
    public static ConfiguredInitializer LecunUniform(PythonValue seed = default) =>
        Generation.CompatV1Core.Construct("lecun_uniform", seed);
}
