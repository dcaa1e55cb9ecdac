using Fanwise.Python;

namespace Fanwise.Models.Architectures;

/// <summary>The forms in which a model is saved.</summary>
public enum ModelForm
{
    /// <summary>What Keras 3's <c>to_json</c> writes.</summary>
    Keras3,

    /// <summary>A <c>.keras</c> archive, of which <c>config.json</c> is read.</summary>
    Archive,

    /// <summary>What Keras 2 and tf.keras write, as JSON.</summary>
    Keras2,

    /// <summary>A <c>model.json</c> of TensorFlow.js.</summary>
    TensorFlowJs,

    /// <summary>An HDF5 file (<c>.h5</c>), of which the attribute <c>model_config</c> is read.</summary>
    Hdf5,
}

/// <summary>A model's file, rewritten into the Keras 3 form.</summary>
/// <param name="Root">The model's entry: class_name, config and more.</param>
/// <param name="Form">What the file was.</param>
internal sealed record Architecture(JsonValue Root, ModelForm Form)
{
    /// <summary>The model as it stands in an old file; null for Keras 3.</summary>
    public JsonValue? Source { get; init; }

    /// <summary>The same model as tf.keras reads it: what Keras 3 reads otherwise keeps its own meaning.</summary>
    public Architecture ForTfKeras =>
        Source is not null && Keras2.Rewrite(Source, Form, asTfKeras: true) is var rewritten
            ? this with
            {
                Root = rewritten.Root,
                Notes = rewritten.Notes,
            }
            : this;

    /// <summary>What was read otherwise than it stands in the file.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether one shared_object_id is one object: so in archives, not in JSON texts.</summary>
    public bool SharesObjects { get; init; }

    /// <summary>Whether tf.keras has one initializer for one shared_object_id throughout: so in HDF5 files, which its
    /// legacy reader reads.</summary>
    public bool SharesInitializers { get; init; }

    /// <summary>Whether the file is older than Keras 3.</summary>
    public bool IsOld { get; init; }

    /// <summary>The version of Keras that wrote the file, as it says; null where it says none.</summary>
    public string? KerasVersion { get; init; }

    /// <summary>The digest of the description as it was read.</summary>
    public string Digest { get; init; } = "";

    /// <summary>The model as TensorFlow.js reads it, before it was rewritten; null for forms that TensorFlow.js cannot
    /// read.</summary>
    public JsonValue? Topology { get; init; }

    /// <summary>What TensorFlow.js says that the weights are; empty for other forms.</summary>
    public IReadOnlyList<ManifestWeight> Manifest { get; init; } = [];
}

/// <summary>A weight as a TensorFlow.js manifest lists it.</summary>
internal sealed record ManifestWeight(string Name, long[] Shape, string Type);
