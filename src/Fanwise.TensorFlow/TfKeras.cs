using Fanwise.Generations;
using Fanwise.Streams;

namespace Fanwise.TensorFlow;

/// <summary><c>tf.keras.initializers</c>: one set of classes; <c>release</c> is <see cref="Generation.TfKeras26"/>,
/// <see cref="Generation.TfKeras29"/> or <see cref="Generation.TfKeras215"/> (the default), which differ in what seeds
/// mean.</summary>
/// <remarks>2.6 and 2.9 draw in an <see cref="EagerContext"/> or a <see cref="Function"/>; 2.15 needs none, and draws a
/// missing seed from <c>random</c> at the first call.</remarks>
public static class TfKeras
{
    /// <summary>The release where none is given: 2.10 to 2.15.</summary>
    private static Generation Latest => Generation.TfKeras215;

    /// <summary><c>get(identifier)</c> of a name, or of a dict with class_name and config; null for None.</summary>
    /// <exception cref="InitializerException">The identifier is neither, or names nothing that is known, or its
    /// configuration is refused.</exception>
    public static ConfiguredInitializer? Get(
        PythonValue identifier,
        Generation? release = null,
        PythonRandom? random = null
    ) => (release ?? Latest).Get(identifier, random);

    /// <summary><c>VarianceScaling(scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None)</c>: a
    /// variance of scale / max(1, fan); <c>normal</c> becomes <c>truncated_normal</c>, corrected.</summary>
    public sealed class VarianceScaling(
        PythonValue scale = default,
        PythonValue mode = default,
        PythonValue distribution = default,
        PythonValue seed = default,
        Generation? release = null,
        PythonRandom? random = null
    ) : ConfiguredInitializer(release ?? Latest, nameof(VarianceScaling), [scale, mode, distribution, seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static VarianceScaling FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) =>
            Restored(
                release ?? Latest,
                nameof(VarianceScaling),
                config,
                a => new VarianceScaling(a[0], a[1], a[2], a[3], release, random)
            );
    }

    /// <summary><c>Zeros()</c>: zeros of any dtype.</summary>
    public sealed class Zeros(Generation? release = null, PythonRandom? random = null)
        : ConfiguredInitializer(release ?? Latest, nameof(Zeros), [], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Zeros FromConfig(PythonValue config, Generation? release = null, PythonRandom? random = null) =>
            Restored(release ?? Latest, nameof(Zeros), config, a => new Zeros(release, random));
    }

    /// <summary><c>Ones()</c>: ones of any dtype.</summary>
    public sealed class Ones(Generation? release = null, PythonRandom? random = null)
        : ConfiguredInitializer(release ?? Latest, nameof(Ones), [], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Ones FromConfig(PythonValue config, Generation? release = null, PythonRandom? random = null) =>
            Restored(release ?? Latest, nameof(Ones), config, a => new Ones(release, random));
    }

    /// <summary><c>Constant(value=0)</c>: one value.</summary>
    public sealed class Constant(PythonValue value = default, Generation? release = null, PythonRandom? random = null)
        : ConfiguredInitializer(release ?? Latest, nameof(Constant), [value], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Constant FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) => Restored(release ?? Latest, nameof(Constant), config, a => new Constant(a[0], release, random));
    }

    /// <summary><c>RandomUniform(minval=-0.05, maxval=0.05, seed=None)</c>: uniform on [minval, maxval); integers
    /// too.</summary>
    public sealed class RandomUniform(
        PythonValue minval = default,
        PythonValue maxval = default,
        PythonValue seed = default,
        Generation? release = null,
        PythonRandom? random = null
    ) : ConfiguredInitializer(release ?? Latest, nameof(RandomUniform), [minval, maxval, seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static RandomUniform FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) =>
            Restored(
                release ?? Latest,
                nameof(RandomUniform),
                config,
                a => new RandomUniform(a[0], a[1], a[2], release, random)
            );
    }

    /// <summary><c>RandomNormal(mean=0.0, stddev=0.05, seed=None)</c>: normal.</summary>
    public sealed class RandomNormal(
        PythonValue mean = default,
        PythonValue stddev = default,
        PythonValue seed = default,
        Generation? release = null,
        PythonRandom? random = null
    ) : ConfiguredInitializer(release ?? Latest, nameof(RandomNormal), [mean, stddev, seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static RandomNormal FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) =>
            Restored(
                release ?? Latest,
                nameof(RandomNormal),
                config,
                a => new RandomNormal(a[0], a[1], a[2], release, random)
            );
    }

    /// <summary><c>TruncatedNormal(mean=0.0, stddev=0.05, seed=None)</c>: normal truncated at two deviations, not
    /// corrected.</summary>
    public sealed class TruncatedNormal(
        PythonValue mean = default,
        PythonValue stddev = default,
        PythonValue seed = default,
        Generation? release = null,
        PythonRandom? random = null
    ) : ConfiguredInitializer(release ?? Latest, nameof(TruncatedNormal), [mean, stddev, seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static TruncatedNormal FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) =>
            Restored(
                release ?? Latest,
                nameof(TruncatedNormal),
                config,
                a => new TruncatedNormal(a[0], a[1], a[2], release, random)
            );
    }

    /// <summary><c>Orthogonal(gain=1.0, seed=None)</c>: orthonormal columns (rows, where there are more columns) times
    /// gain.</summary>
    public sealed class Orthogonal(
        PythonValue gain = default,
        PythonValue seed = default,
        Generation? release = null,
        PythonRandom? random = null
    ) : ConfiguredInitializer(release ?? Latest, nameof(Orthogonal), [gain, seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Orthogonal FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) => Restored(release ?? Latest, nameof(Orthogonal), config, a => new Orthogonal(a[0], a[1], release, random));
    }

    /// <summary><c>Identity(gain=1.0)</c>: gain on the diagonal.</summary>
    public sealed class Identity(PythonValue gain = default, Generation? release = null, PythonRandom? random = null)
        : ConfiguredInitializer(release ?? Latest, nameof(Identity), [gain], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static Identity FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) => Restored(release ?? Latest, nameof(Identity), config, a => new Identity(a[0], release, random));
    }

    /// <summary><c>GlorotNormal(seed=None)</c>: VarianceScaling(1.0, fan_avg, truncated_normal).</summary>
    public sealed class GlorotNormal(
        PythonValue seed = default,
        Generation? release = null,
        PythonRandom? random = null
    ) : ConfiguredInitializer(release ?? Latest, nameof(GlorotNormal), [seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static GlorotNormal FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) => Restored(release ?? Latest, nameof(GlorotNormal), config, a => new GlorotNormal(a[0], release, random));
    }

    /// <summary><c>GlorotUniform(seed=None)</c>: VarianceScaling(1.0, fan_avg, uniform).</summary>
    public sealed class GlorotUniform(
        PythonValue seed = default,
        Generation? release = null,
        PythonRandom? random = null
    ) : ConfiguredInitializer(release ?? Latest, nameof(GlorotUniform), [seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static GlorotUniform FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) => Restored(release ?? Latest, nameof(GlorotUniform), config, a => new GlorotUniform(a[0], release, random));
    }

    /// <summary><c>HeNormal(seed=None)</c>: VarianceScaling(2.0, fan_in, truncated_normal).</summary>
    public sealed class HeNormal(PythonValue seed = default, Generation? release = null, PythonRandom? random = null)
        : ConfiguredInitializer(release ?? Latest, nameof(HeNormal), [seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static HeNormal FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) => Restored(release ?? Latest, nameof(HeNormal), config, a => new HeNormal(a[0], release, random));
    }

    /// <summary><c>HeUniform(seed=None)</c>: VarianceScaling(2.0, fan_in, uniform).</summary>
    public sealed class HeUniform(PythonValue seed = default, Generation? release = null, PythonRandom? random = null)
        : ConfiguredInitializer(release ?? Latest, nameof(HeUniform), [seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static HeUniform FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) => Restored(release ?? Latest, nameof(HeUniform), config, a => new HeUniform(a[0], release, random));
    }

    /// <summary><c>LecunNormal(seed=None)</c>: VarianceScaling(1.0, fan_in, truncated_normal).</summary>
    public sealed class LecunNormal(PythonValue seed = default, Generation? release = null, PythonRandom? random = null)
        : ConfiguredInitializer(release ?? Latest, nameof(LecunNormal), [seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static LecunNormal FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) => Restored(release ?? Latest, nameof(LecunNormal), config, a => new LecunNormal(a[0], release, random));
    }

    /// <summary><c>LecunUniform(seed=None)</c>: VarianceScaling(1.0, fan_in, uniform).</summary>
    public sealed class LecunUniform(
        PythonValue seed = default,
        Generation? release = null,
        PythonRandom? random = null
    ) : ConfiguredInitializer(release ?? Latest, nameof(LecunUniform), [seed], random)
    {
        /// <summary><c>from_config(config)</c>.</summary>
        /// <exception cref="InitializerException">The configuration has a key that the constructor does not take, or is
        /// refused by it.</exception>
        public static LecunUniform FromConfig(
            PythonValue config,
            Generation? release = null,
            PythonRandom? random = null
        ) => Restored(release ?? Latest, nameof(LecunUniform), config, a => new LecunUniform(a[0], release, random));
    }
}
