using Fanwise.Generations;

namespace Fanwise.TensorFlow;

/// <summary><c>tf.compat.v1.keras.initializers</c> of TensorFlow 2.9.</summary>
/// <remarks>Its initializers draw in a <see cref="Graph"/>, an <see cref="EagerContext"/> or a <see cref="Function"/>.
/// Arguments are Python's values, checked as 2.9 checks them; those not given take the defaults shown.</remarks>
public static class CompatV1
{
    /// <summary><c>get(identifier)</c> of a name, or of a dict with class_name and config; objects of version 2
    /// (tf.keras), unless version 2 behaviour is disabled.</summary>
    /// <exception cref="InitializerException">The identifier is neither, or names nothing that is known, or its
    /// configuration is refused.</exception>
    public static ConfiguredInitializer? Get(PythonValue identifier, bool isVersion2Disabled = false) =>
        (isVersion2Disabled ? Generation.CompatV1 : Generation.TfKeras29).Get(identifier);

    /// <summary><c>serialize(initializer)</c>: class_name and config; None stays None.</summary>
    public static PythonValue Serialize(ConfiguredInitializer? initializer) => Generation.Serialize(initializer);

    /// <summary><c>deserialize(config)</c> of a dict with class_name and config.</summary>
    /// <exception cref="InitializerException">A key is missing, the class is not known, or its configuration is
    /// refused.</exception>
    public static ConfiguredInitializer Deserialize(PythonValue config) => Generation.CompatV1.Deserialize(config);

    /// <summary><c>VarianceScaling(scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None,
    /// dtype=float32)</c>: a variance of scale / max(1, fan); <c>normal</c> is another name of <c>truncated_normal</c>,
    /// corrected.</summary>
    public sealed class VarianceScaling(
        PythonValue scale = default,
        PythonValue mode = default,
        PythonValue distribution = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.CompatV1, nameof(VarianceScaling), [scale, mode, distribution, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static VarianceScaling FromConfig(PythonValue config) =>
            Restored(
                Generation.CompatV1,
                nameof(VarianceScaling),
                config,
                static a => new VarianceScaling(a[0], a[1], a[2], a[3], a[4])
            );
    }

    /// <summary><c>Zeros(dtype=float32)</c>: zeros of any dtype.</summary>
    public sealed class Zeros(PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(Zeros), [dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Zeros FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(Zeros), config, static a => new Zeros(a[0]));
    }

    /// <summary><c>Ones(dtype=float32)</c>: ones of any dtype.</summary>
    public sealed class Ones(PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(Ones), [dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Ones FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(Ones), config, static a => new Ones(a[0]));
    }

    /// <summary><c>Constant(value=0, dtype=float32, verify_shape=False)</c>: one value, or a list in row-major order
    /// whose last value is repeated.</summary>
    public sealed class Constant(
        PythonValue value = default,
        PythonValue dtype = default,
        PythonValue verifyShape = default
    ) : ConfiguredInitializer(Generation.CompatV1, nameof(Constant), [value, dtype, verifyShape])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Constant FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(Constant), config, static a => new Constant(a[0], a[1], a[2]));
    }

    /// <summary><c>RandomUniform(minval=-0.05, maxval=0.05, seed=None, dtype=float32)</c>: uniform on [minval, maxval);
    /// integers too.</summary>
    public sealed class RandomUniform(
        PythonValue minval = default,
        PythonValue maxval = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.CompatV1, nameof(RandomUniform), [minval, maxval, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static RandomUniform FromConfig(PythonValue config) =>
            Restored(
                Generation.CompatV1,
                nameof(RandomUniform),
                config,
                static a => new RandomUniform(a[0], a[1], a[2], a[3])
            );
    }

    /// <summary><c>RandomNormal(mean=0.0, stddev=0.05, seed=None, dtype=float32)</c>: normal.</summary>
    public sealed class RandomNormal(
        PythonValue mean = default,
        PythonValue stddev = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.CompatV1, nameof(RandomNormal), [mean, stddev, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static RandomNormal FromConfig(PythonValue config) =>
            Restored(
                Generation.CompatV1,
                nameof(RandomNormal),
                config,
                static a => new RandomNormal(a[0], a[1], a[2], a[3])
            );
    }

    /// <summary><c>TruncatedNormal(mean=0.0, stddev=0.05, seed=None, dtype=float32)</c>: normal truncated at two
    /// deviations, not corrected.</summary>
    public sealed class TruncatedNormal(
        PythonValue mean = default,
        PythonValue stddev = default,
        PythonValue seed = default,
        PythonValue dtype = default
    ) : ConfiguredInitializer(Generation.CompatV1, nameof(TruncatedNormal), [mean, stddev, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static TruncatedNormal FromConfig(PythonValue config) =>
            Restored(
                Generation.CompatV1,
                nameof(TruncatedNormal),
                config,
                static a => new TruncatedNormal(a[0], a[1], a[2], a[3])
            );
    }

    /// <summary><c>Orthogonal(gain=1.0, seed=None, dtype=float32)</c>: orthonormal columns (rows, where there are more
    /// columns) times gain.</summary>
    public sealed class Orthogonal(PythonValue gain = default, PythonValue seed = default, PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(Orthogonal), [gain, seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Orthogonal FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(Orthogonal), config, static a => new Orthogonal(a[0], a[1], a[2]));
    }

    /// <summary><c>Identity(gain=1.0, dtype=float32)</c>: gain on the diagonal; of a part, the slice of the
    /// whole.</summary>
    public sealed class Identity(PythonValue gain = default, PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(Identity), [gain, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Identity FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(Identity), config, static a => new Identity(a[0], a[1]));
    }

    /// <summary><c>GlorotNormal(seed=None, dtype=float32)</c>: VarianceScaling(1.0, fan_avg, truncated_normal). The
    /// dtype is dropped, as it is there.</summary>
    public sealed class GlorotNormal(PythonValue seed = default, PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(GlorotNormal), [seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static GlorotNormal FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(GlorotNormal), config, static a => new GlorotNormal(a[0], a[1]));
    }

    /// <summary><c>GlorotUniform(seed=None, dtype=float32)</c>: VarianceScaling(1.0, fan_avg, uniform). The dtype is
    /// dropped, as it is there.</summary>
    public sealed class GlorotUniform(PythonValue seed = default, PythonValue dtype = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(GlorotUniform), [seed, dtype])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static GlorotUniform FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(GlorotUniform), config, static a => new GlorotUniform(a[0], a[1]));
    }

    /// <summary><c>HeNormal(seed=None)</c>: VarianceScaling(2.0, fan_in, truncated_normal).</summary>
    public sealed class HeNormal(PythonValue seed = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(HeNormal), [seed])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static HeNormal FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(HeNormal), config, static a => new HeNormal(a[0]));
    }

    /// <summary><c>HeUniform(seed=None)</c>: VarianceScaling(2.0, fan_in, uniform).</summary>
    public sealed class HeUniform(PythonValue seed = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(HeUniform), [seed])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static HeUniform FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(HeUniform), config, static a => new HeUniform(a[0]));
    }

    /// <summary><c>LecunNormal(seed=None)</c>: VarianceScaling(1.0, fan_in, truncated_normal).</summary>
    public sealed class LecunNormal(PythonValue seed = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(LecunNormal), [seed])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static LecunNormal FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(LecunNormal), config, static a => new LecunNormal(a[0]));
    }

    /// <summary><c>LecunUniform(seed=None)</c>: VarianceScaling(1.0, fan_in, uniform).</summary>
    public sealed class LecunUniform(PythonValue seed = default)
        : ConfiguredInitializer(Generation.CompatV1, nameof(LecunUniform), [seed])
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static LecunUniform FromConfig(PythonValue config) =>
            Restored(Generation.CompatV1, nameof(LecunUniform), config, static a => new LecunUniform(a[0]));
    }
}
