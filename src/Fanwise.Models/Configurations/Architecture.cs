using Fanwise.Python;

namespace Fanwise.Models.Configurations;

/// <summary>A model's file, rewritten into the Keras 3 form.</summary>
/// <param name="Root">The model's entry: class_name, config and more.</param>
/// <param name="Form">What the file was.</param>
internal sealed record Architecture(JsonValue Root, ModelForm Form)
{
    /// <summary>The model as it stands in an old file; null for Keras 3.</summary>
    public JsonValue? Source { get; init; }

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
