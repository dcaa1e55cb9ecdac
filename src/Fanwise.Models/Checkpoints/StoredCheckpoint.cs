using Fanwise.Models.Configurations;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints;

/// <summary>What a file or folder of weights holds, whatever its format: what every format's reader gives.</summary>
/// <param name="Sources">The open files, which the receiver closes.</param>
/// <param name="Tensors">The tensors.</param>
internal sealed record StoredCheckpoint(IReadOnlyList<ByteSource> Sources, IReadOnlyList<StoredTensor> Tensors)
{
    /// <summary>Strings about the checkpoint.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The metadata of each file that may say where its values come from, by path.</summary>
    public IReadOnlyList<(string Path, IReadOnlyDictionary<string, string> Metadata)> Labels { get; init; } = [];

    /// <summary>What is allowed and still strange, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads the model that stands beside the weights; null where there is none.</summary>
    public Func<Architecture>? Model { get; init; }

    /// <summary>What else of the files has checksums.</summary>
    public IEnumerable<ByteSource> Members { get; init; } = [];

    /// <summary>Everything that checksums and packing can tell of: the tensors' sources, and the rest.</summary>
    public IEnumerable<ByteSource> Checked =>
        Tensors
            .Select(static tensor => tensor.Source)
            .OfType<ByteSource>()
            .Concat(Members)
            .Distinct(ReferenceEqualityComparer.Instance)
            .OfType<ByteSource>();
}

/// <summary>Where Keras' lists have a weight: its layer and its number among that layer's weights.</summary>
internal sealed record LayerPlace(string Layer, int Index);
