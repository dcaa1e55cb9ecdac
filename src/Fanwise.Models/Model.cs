using Fanwise.Generations;
using Fanwise.Models.Architectures;
using Fanwise.Models.Configurations;
using Fanwise.Models.Planning;
using Fanwise.Models.Plans;

namespace Fanwise.Models;

/// <summary>A Keras model as a file describes it: its layers and how they are connected, no weights. Immutable and
/// thread-safe.</summary>
/// <remarks>
/// Read are Keras 3 JSON (<c>model.to_json()</c>), <c>.keras</c> archives, whole <c>.h5</c> files, JSON of
/// Keras 2 and tf.keras, and <c>model.json</c> of TensorFlow.js; docs/models.md says which layers and versions.
/// </remarks>
public sealed class Model
{
    private readonly Architecture _architecture;

    internal Model(Architecture architecture) => _architecture = architecture;

    internal Architecture Architecture => _architecture;

    /// <summary>The form of the file.</summary>
    public ModelForm Form => _architecture.Form;

    /// <summary>What is read otherwise than it stands in the file, one sentence each: keys of old versions that are
    /// dropped or translated.</summary>
    public IReadOnlyList<string> Notes => _architecture.Notes;

    /// <summary>The version of Keras that wrote the file, as the file says it: <c>3.15.1</c>, or <c>2.21.0</c> of
    /// tf-keras; null where it says none, as <c>to_json</c> of Keras 3.</summary>
    public string? KerasVersion => _architecture.KerasVersion;

    /// <summary>The generation of the release that wrote the file; null where the file does not say, or its starts are
    /// not known.</summary>
    public ModelGeneration? Generation =>
        Release.TryParseFile(KerasVersion, out Release release) ? ModelGeneration.Of(release) : null;

    /// <summary>Reads a model.</summary>
    /// <param name="stream">A model in one of the forms, told apart by what it holds; it is read to its end, at most
    /// 512 MiB, but for a seekable archive, of which only the description is read.</param>
    /// <exception cref="ModelException">It is no model, or one that cannot be read; the sentence says why.</exception>
    public static Model Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new(ArchitectureReader.Read(stream, "the file"));
    }

    /// <summary>Reads a model's file.</summary>
    /// <param name="path">The file; or the folder of an unpacked archive or for TensorFlow.js.</param>
    /// <exception cref="ModelException">It is no model, or one that cannot be read; the sentence says why.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static Model Read(string path)
    {
        if (Directory.Exists(path))
            return new(ArchitectureReader.ReadFolder(path));
        using FileStream file = File.OpenRead(path);
        return new(ArchitectureReader.Read(file, path));
    }

    /// <summary>The initial weights of the model for a seed, as Python Keras gives them after
    /// <c>keras.utils.set_random_seed(seed)</c>.</summary>
    /// <param name="seed">From 0 to 2^32 - 1.</param>
    /// <exception cref="ModelException">The seed is another, or the model cannot be made: an unknown layer, shapes that
    /// do not fit; the sentence names layer, key and value.</exception>
    public WeightPlan Plan(long seed) => Plan(seed, new PlanOptions());

    /// <inheritdoc cref="Plan(long)"/>
    /// <param name="seed">From 0 to 2^32 - 1.</param>
    /// <param name="options">Whose generation, and which layers are not Keras' own.</param>
    public WeightPlan Plan(long seed, PlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Planner.Plan(_architecture, seed, options.Generation, options.Backend, options.Custom.Declarations);
    }
}
