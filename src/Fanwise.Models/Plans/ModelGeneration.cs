using Fanwise.Generations;
using Fanwise.Streams;

namespace Fanwise.Models.Plans;

/// <summary>Whose initial weights a plan gives: a row of a table whose columns are all that the generations differ
/// in.</summary>
/// <remarks>
/// The rows stand at the end, newest first; a row is the one above it and what differs. To add a release, add a row.
/// What the initializers themselves differ in stands in <see cref="Generation"/>, the column
/// <see cref="Initializers"/>.
/// </remarks>
public sealed record ModelGeneration
{
    private ModelGeneration(string name, Generation initializers, ReleaseRange releases)
    {
        Name = name;
        Initializers = initializers;
        Releases = releases;
    }

    /// <summary>Keras 3.15, the default.</summary>
    public static ModelGeneration Keras => Rows.Keras315;

    /// <summary>Keras 3.5 to 3.14: the fans of EinsumDense and of attention are guessed from the kernel's
    /// shape.</summary>
    public static ModelGeneration Keras314 => Rows.Keras314;

    /// <summary>tf.keras 2.12 to 2.15 and tf-keras 2.16 to 2.21: a seed is drawn when its weight is made, and layers
    /// themselves draw none.</summary>
    public static ModelGeneration TfKeras215 => Rows.TfKeras215;

    /// <summary>All of them, newest first.</summary>
    public static IReadOnlyList<ModelGeneration> All => Rows.All;

    /// <summary>The name: <c>keras</c>, <c>keras-3.14</c>, <c>keras-3.4</c>, <c>tf-keras-2.15</c>.</summary>
    public string Name { get; private init; }

    /// <summary>Whose initializers its layers name.</summary>
    public Generation Initializers { get; private init; }

    /// <summary>The releases that start models so.</summary>
    public ReleaseRange Releases { get; private init; }

    /// <summary>What differs from the row of the next newer releases, in one sentence.</summary>
    public string Difference { get; private init; } = "";

    // Columns of seeds.

    /// <summary>Whether seeds are drawn when weights are made (tf.keras), not when initializers are.</summary>
    internal bool DrawsAtFirstUse { get; private init; }

    /// <summary>Whether layers that draw while they run keep a seed generator, which draws its seed when it is made
    /// (Keras 3); tf.keras draws with stateful operations there.</summary>
    internal bool HasSeedGenerators { get; private init; } = true;

    /// <summary>Whether some layers (row <c>DrawsWhenBuilt</c> of their class) draw a seed when they are built
    /// (tf.keras).</summary>
    internal bool DrawsWhenBuilt { get; private init; }

    /// <summary>Whether GaussianDropout, GaussianNoise and AlphaDropout draw a seed for a rate or deviation of 0, too
    /// (before 3.3.0).</summary>
    internal bool ZeroNoiseDraws { get; private init; }

    /// <summary>Whether Dropout draws a seed for a rate of 0, too, and with it attention layers (before
    /// 3.0.3).</summary>
    internal bool ZeroDropoutDraws { get; private init; }

    /// <summary>Whether an initializer's seed of 0 counts as none, and RandomCrop's for the draw that nothing uses
    /// (<c>seed or make_default_seed()</c>, before 3.2.0).</summary>
    internal bool ZeroSeedIsNone { get; private init; }

    /// <summary>Whether TensorFlow is given a seed's low 32 bits as a signed number (before 3.5.0), not the seed modulo
    /// 2^31 - 2.</summary>
    internal bool SeedsWrapAt32Bits { get; private init; }

    /// <summary>Whether TensorFlow is given a seed as it is (tf.keras), not modulo 2^31 - 2.</summary>
    internal bool SeedsStayWhole { get; private init; }

    // Columns of weights and their order.

    /// <summary>Whether the fans of an EinsumDense kernel follow from its equation (from 3.15 on).</summary>
    internal bool FansByEquation { get; private init; }

    /// <summary>Whether the unused template of a Bidirectional that is read from JSON is listed first in the model's
    /// weights (before 3.3.3).</summary>
    internal bool ListsBidirectionalTemplate { get; private init; }

    /// <summary>Whether TimeDistributed tells its output's shape where its layer is a model (from 3.4.0 on): what
    /// stands behind it is built when the model is read, and not only when it is called.</summary>
    internal bool TimeDistributesModels { get; private init; } = true;

    /// <summary>Whether a TimeDistributed Functional can be loaded (not by 3.4).</summary>
    internal bool LoadsTimeDistributedFunctionals { get; private init; } = true;

    /// <summary>Whether an int8 Dense keeps one row of scales, <c>[1, units]</c> (3.1), not <c>[units]</c>.</summary>
    internal bool Int8DenseScalesAreRow { get; private init; }

    /// <summary>Whether an int8 Embedding keeps one column of scales, <c>[input_dim, 1]</c> (3.1.0 to 3.3.2), not
    /// <c>[input_dim]</c>.</summary>
    internal bool Int8EmbeddingScalesAreColumn { get; private init; }

    // Columns of reading a file (tf.keras).

    /// <summary>Whether a layer is built for the shape that its build_config says when it is read (Keras 3); tf.keras
    /// builds every layer where its node is made.</summary>
    internal bool HonoursBuildConfig { get; private init; } = true;

    /// <summary>Whether files of Keras 2 keep their own meaning where Keras 3 reads them otherwise
    /// (tf.keras).</summary>
    internal bool ReadsKeras2 { get; private init; }

    /// <summary>Whether Bidirectional makes its backward layer by turning <c>go_backwards</c> (tf.keras), not by
    /// setting it.</summary>
    internal bool TogglesBackwards { get; private init; }

    /// <summary>Whether sizes are checked as Keras 3 does where tf.keras does not: cropping, go_backwards of
    /// Bidirectional.</summary>
    internal bool ChecksAsKeras3 { get; private init; } = true;

    /// <summary>Whether a GRU without <c>reset_after</c> has it true, its default, in a file of Keras 2, too
    /// (tf.keras).</summary>
    internal bool GruResetsAfterByDefault { get; private init; }

    // Columns of layers (tf.keras).

    /// <summary>Whether the variables of BatchNormalization are float32 under half policies (tf.keras).</summary>
    internal bool NormalizesHalvesInFloat32 { get; private init; }

    /// <summary>Whether LayerNormalization sorts its axes (Keras 3).</summary>
    internal bool SortsNormalizationAxes { get; private init; } = true;

    /// <summary>Whether the variables of BatchNormalization with <c>renorm</c> reuse the initializers of the moving
    /// ones (tf.keras).</summary>
    internal bool RenormSharesInitializers { get; private init; }

    /// <summary>Whether EinsumDense keeps the known sizes of an output shape with None in it (tf.keras).</summary>
    internal bool EinsumKeepsKnownSizes { get; private init; }

    /// <summary>Whether the weights of a TimeDistributed model are listed trainable first (tf.keras).</summary>
    internal bool ListsTrainableFirst { get; private init; }

    /// <summary>Whether the path of a weight that a Sequential builds begins with the Sequential's name (Keras
    /// 3).</summary>
    internal bool PathsNameSequentials { get; private init; } = true;

    /// <summary>Whether a constant becomes its element type directly, subnormal or not (tf.keras), not by way of
    /// float32.</summary>
    internal bool KeepsConstants { get; private init; }

    /// <summary>Whether a depthwise kernel is named <c>depthwise_kernel</c> (tf.keras), not <c>kernel</c>.</summary>
    internal bool NamesDepthwiseKernels { get; private init; }

    /// <summary>The generation of this name, or of this release: <c>keras-3.4.1</c>, <c>tf-keras-2.16</c>.</summary>
    /// <exception cref="ModelException">No generation of models has it.</exception>
    public static ModelGeneration Parse(string name) =>
        TryParse(name, out ModelGeneration? generation)
            ? generation
            : throw new ModelException(
                $"A model's weights follow one of {string.Join(", ", All)}, or a release such as keras-3.4.1 "
                    + $"({Known()}); received '{name}'{Nearest.End(name, All.Select(static row => row.Name))}"
            );

    /// <summary>The generation of this name, or of this release.</summary>
    /// <param name="name">The name, such as <c>keras</c>, <c>keras-3.4.1</c> or <c>tf-keras-2.16</c>.</param>
    /// <param name="generation">The generation; null where there is none.</param>
    public static bool TryParse(
        string? name,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ModelGeneration? generation
    )
    {
        generation = All.FirstOrDefault(row => row.Name == name);
        if (generation is null && Release.TryParse(name, out Release release))
            generation = Of(release);
        return generation is not null;
    }

    /// <summary>The generation of a release; null where its starts are not known.</summary>
    public static ModelGeneration? Of(Release release) => All.FirstOrDefault(row => row.Releases.Contains(release));

    /// <summary>The stream that TensorFlow draws from where a seed does not become one modulo 2^31 - 2; else
    /// null.</summary>
    internal PhiloxStream? StreamOf(WeightSeed seed) =>
        SeedsStayWhole ? PhiloxStream.FromStatelessSeed(seed.Seed, seed.Use)
        : SeedsWrapAt32Bits ? PhiloxStream.FromStatelessSeed(unchecked((int)seed.Seed), unchecked((int)seed.Use))
        : null;

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string Known() =>
        string.Join(
            ", ",
            All.GroupBy(static row => row.Releases.Family)
                .Select(static rows => $"{rows.Key} {rows.Last().Releases.First} to {rows.First().Releases.Last}")
        );

    /// <summary>The table. A class of its own, so that a row may use the one above it.</summary>
    private static class Rows
    {
        public static ModelGeneration Keras315 { get; } =
            new("keras", Generation.Keras, new("keras", "3.15.0", "3.15"))
            {
                Difference = "The fans of EinsumDense and of attention follow from the equation.",
                FansByEquation = true,
            };

        public static ModelGeneration Keras314 { get; } =
            Keras315 with
            {
                Name = "keras-3.14",
                Initializers = Generation.Keras314,
                Releases = new("keras", "3.5.0", "3.14"),
                Difference = "The fans of EinsumDense and of attention are guessed from the kernel's shape.",
                FansByEquation = false,
            };

        private static readonly ModelGeneration Keras34 = Keras314 with
        {
            Name = "keras-3.4",
            Releases = new("keras", "3.4.0", "3.4"),
            Difference = "A seed outside 0 to 2^31 - 3 counts modulo 2^32; a TimeDistributed Functional is not loaded.",
            SeedsWrapAt32Bits = true,
            LoadsTimeDistributedFunctionals = false,
        };

        private static readonly ModelGeneration Keras33 = Keras34 with
        {
            Name = "keras-3.3",
            Releases = new("keras", "3.3.3", "3.3"),
            Difference = "What stands behind a TimeDistributed model is not built.",
            LoadsTimeDistributedFunctionals = true,
            TimeDistributesModels = false,
        };

        private static readonly ModelGeneration Keras332 = Keras33 with
        {
            Name = "keras-3.3.2",
            Releases = new("keras", "3.3.0", "3.3.2"),
            Difference =
                "Bidirectional's unused template comes first in the weights; an int8 Embedding keeps a column of "
                + "scales.",
            ListsBidirectionalTemplate = true,
            Int8EmbeddingScalesAreColumn = true,
        };

        private static readonly ModelGeneration Keras32 = Keras332 with
        {
            Name = "keras-3.2",
            Releases = new("keras", "3.2.0", "3.2"),
            Difference = "GaussianDropout, GaussianNoise and AlphaDropout draw a seed for a rate of 0.",
            ZeroNoiseDraws = true,
        };

        private static readonly ModelGeneration Keras31 = Keras32 with
        {
            Name = "keras-3.1",
            Releases = new("keras", "3.0.3", "3.1"),
            Difference = "A seed of 0 counts as none; an int8 Dense keeps a row of scales.",
            ZeroSeedIsNone = true,
            Int8DenseScalesAreRow = true,
        };

        private static readonly ModelGeneration Keras302 = Keras31 with
        {
            Name = "keras-3.0.2",
            Releases = new("keras", "3.0.0", "3.0.2"),
            Difference = "Dropout draws a seed for a rate of 0, and so do attention layers.",
            ZeroDropoutDraws = true,
        };

        public static ModelGeneration TfKeras215 { get; } =
            Keras314 with
            {
                Name = "tf-keras-2.15",
                Initializers = Generation.TfKeras215,
                Releases = new("tf-keras", "2.12.0", "2.21"),
                Difference = "A seed is drawn when its weight is made, and layers themselves draw none.",
                DrawsAtFirstUse = true,
                SeedsStayWhole = true,
                HasSeedGenerators = false,
                DrawsWhenBuilt = true,
                HonoursBuildConfig = false,
                ReadsKeras2 = true,
                TogglesBackwards = true,
                ChecksAsKeras3 = false,
                GruResetsAfterByDefault = true,
                NormalizesHalvesInFloat32 = true,
                SortsNormalizationAxes = false,
                RenormSharesInitializers = true,
                EinsumKeepsKnownSizes = true,
                ListsTrainableFirst = true,
                PathsNameSequentials = false,
                NamesDepthwiseKernels = true,
                KeepsConstants = true,
            };

        public static IReadOnlyList<ModelGeneration> All { get; } =
        [Keras315, Keras314, Keras34, Keras33, Keras332, Keras32, Keras31, Keras302, TfKeras215];
    }
}
