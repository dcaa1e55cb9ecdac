using Fanwise.Generations;

namespace Fanwise.TensorFlow;

/// <summary><c>tf.contrib.keras.initializers</c> of TensorFlow r1.2: the core's classes, with the core's
/// defaults.</summary>
/// <remarks>Its initializers draw in <c>new Graph(seed, GraphRelease.TensorFlow12)</c>. Arguments are Python's values,
/// checked as r1.2 checks them; those not given take the defaults shown.</remarks>
public static class ContribKeras
{
    /// <summary><c>get(identifier)</c> of a name, or of a dict with class_name and config.</summary>
    /// <exception cref="InitializerException">The identifier is neither, or names nothing that is known, or its
    /// configuration is refused.</exception>
    public static ConfiguredInitializer Get(PythonValue identifier) => Generation.Contrib.Get(identifier)!;

    /// <summary><c>serialize(initializer)</c>: class_name and config; None stays None.</summary>
    public static PythonValue Serialize(ConfiguredInitializer? initializer) => Generation.Serialize(initializer);

    /// <summary><c>deserialize(config)</c> of a dict with class_name and config.</summary>
    /// <exception cref="InitializerException">A key is missing, the class is not known, or its configuration is
    /// refused.</exception>
    public static ConfiguredInitializer Deserialize(PythonValue config) => Generation.Contrib.Deserialize(config);

    /// <summary><c>VarianceScaling(scale=1.0, mode='fan_in', distribution='normal', seed=None, dtype=float32)</c>: a
    /// variance of scale / max(1, fan); <c>normal</c> is truncated and not corrected.</summary>
    public sealed class VarianceScaling(
        PythonValue scale = default,
        PythonValue mode = default,
        PythonValue distribution = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.Contrib, nameof(VarianceScaling), [scale, mode, distribution, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static VarianceScaling FromConfig(PythonValue config) =>
            Restored(
                Generation.Contrib,
                nameof(VarianceScaling),
                config,
                static a => new VarianceScaling(a[0], a[1], a[2], a[3], a[4])
            );
    }

    /// <summary><c>Zeros(dtype=float32)</c>: zeros of any dtype.</summary>
    public sealed class Zeros(PythonValue dtype = default)
        : ConfiguredInitializer(Generation.Contrib, nameof(Zeros), [dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Zeros FromConfig(PythonValue config) =>
            Restored(Generation.Contrib, nameof(Zeros), config, static a => new Zeros(a[0]));
    }

    /// <summary><c>Ones(dtype=float32)</c>: ones of any dtype.</summary>
    public sealed class Ones(PythonValue dtype = default)
        : ConfiguredInitializer(Generation.Contrib, nameof(Ones), [dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Ones FromConfig(PythonValue config) =>
            Restored(Generation.Contrib, nameof(Ones), config, static a => new Ones(a[0]));
    }

    /// <summary><c>Constant(value=0, dtype=float32, verify_shape=False)</c>: one value, or a list in row-major order
    /// whose last value is repeated.</summary>
    public sealed class Constant(
        PythonValue value = default,
        PythonValue dtype = default,
        PythonValue verifyShape = default
    ) : ConfiguredInitializer(Generation.Contrib, nameof(Constant), [value, dtype, verifyShape])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Constant FromConfig(PythonValue config) =>
            Restored(Generation.Contrib, nameof(Constant), config, static a => new Constant(a[0], a[1], a[2]));
    }

    /// <summary><c>RandomUniform(minval=0, maxval=None, seed=None, dtype=float32)</c>: uniform on [minval, maxval), a
    /// maxval of None being 1; integers too.</summary>
    public sealed class RandomUniform(
        PythonValue minval = default,
        PythonValue maxval = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.Contrib, nameof(RandomUniform), [minval, maxval, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static RandomUniform FromConfig(PythonValue config) =>
            Restored(
                Generation.Contrib,
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
    ) : ConfiguredInitializer(Generation.Contrib, nameof(RandomNormal), [mean, stddev, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static RandomNormal FromConfig(PythonValue config) =>
            Restored(
                Generation.Contrib,
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
    ) : ConfiguredInitializer(Generation.Contrib, nameof(TruncatedNormal), [mean, stddev, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static TruncatedNormal FromConfig(PythonValue config) =>
            Restored(
                Generation.Contrib,
                nameof(TruncatedNormal),
                config,
                static a => new TruncatedNormal(a[0], a[1], a[2], a[3])
            );
    }

    /// <summary><c>Orthogonal(gain=1.0, seed=None, dtype=float32)</c>: orthonormal columns times gain; zeros fill the
    /// columns that exceed the rows.</summary>
    public sealed class Orthogonal(PythonValue gain = default, PythonValue seed = default, PythonValue dtype = default)
        : ConfiguredInitializer(Generation.Contrib, nameof(Orthogonal), [gain, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Orthogonal FromConfig(PythonValue config) =>
            Restored(Generation.Contrib, nameof(Orthogonal), config, static a => new Orthogonal(a[0], a[1], a[2]));
    }

    /// <summary><c>Identity(gain=1.0)</c>: gain on the diagonal of a square matrix, float64 whatever is asked
    /// for.</summary>
    public sealed class Identity(PythonValue gain = default)
        : ConfiguredInitializer(Generation.Contrib, nameof(Identity), [gain])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Identity FromConfig(PythonValue config) =>
            Restored(Generation.Contrib, nameof(Identity), config, static a => new Identity(a[0]));
    }

    /// <summary><c>glorot_normal(seed=None)</c>, a function: VarianceScaling(1.0, fan_avg, normal).</summary>
    /// <exception cref="InitializerException">The seed is refused.</exception>
    public static ConfiguredInitializer GlorotNormal(PythonValue seed = default) =>
        Generation.Contrib.Construct("glorot_normal", seed);

    /// <summary><c>glorot_uniform(seed=None)</c>, a function: VarianceScaling(1.0, fan_avg, uniform).</summary>
    /// <exception cref="InitializerException">The seed is refused.</exception>
    public static ConfiguredInitializer GlorotUniform(PythonValue seed = default) =>
        Generation.Contrib.Construct("glorot_uniform", seed);

    /// <summary><c>he_normal(seed=None)</c>, a function: VarianceScaling(2.0, fan_in, normal).</summary>
    /// <exception cref="InitializerException">The seed is refused.</exception>
    public static ConfiguredInitializer HeNormal(PythonValue seed = default) =>
        Generation.Contrib.Construct("he_normal", seed);

    /// <summary><c>he_uniform(seed=None)</c>, a function: VarianceScaling(2.0, fan_in, uniform).</summary>
    /// <exception cref="InitializerException">The seed is refused.</exception>
    public static ConfiguredInitializer HeUniform(PythonValue seed = default) =>
        Generation.Contrib.Construct("he_uniform", seed);

    /// <summary><c>lecun_uniform(seed=None)</c>, a function: VarianceScaling(1.0, fan_in, uniform).</summary>
    /// <exception cref="InitializerException">The seed is refused.</exception>
    public static ConfiguredInitializer LecunUniform(PythonValue seed = default) =>
        Generation.Contrib.Construct("lecun_uniform", seed);
}
