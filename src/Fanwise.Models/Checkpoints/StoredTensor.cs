using Fanwise.Draws;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints;

/// <summary>One tensor of a checkpoint.</summary>
/// <param name="Name">Its name; in HDF5 files its place, such as <c>layers/dense/vars/0</c>.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Type">The name of its element type; the format's own, where it is none of ours.</param>
/// <param name="Values">Its elements, read when they are asked for; null where the element type is none of
/// ours.</param>
public sealed record StoredTensor(string Name, Shape Shape, string Type, Values? Values)
{
    /// <summary>The type as the table of all stored types has it; null for one that is not read.</summary>
    internal SafetensorsType? StoredType { get; private init; }

    /// <summary>Where its bytes are; null where they are not read.</summary>
    internal ByteSource? Source { get; private init; }

    /// <summary>Where they begin there.</summary>
    internal long Offset { get; private init; }

    /// <summary>Where Keras' lists of layers and weights have it; null for formats without such lists.</summary>
    internal LayerPlace? Place { get; init; }

    /// <summary>A tensor whose bytes are in a source; of no known type where <paramref name="type"/> is null.</summary>
    internal static StoredTensor Of(
        string name,
        Shape shape,
        SafetensorsType? type,
        string typeName,
        ByteSource? source,
        long offset
    ) =>
        new(
            name,
            shape,
            type?.ElementType?.Name() ?? typeName,
            type?.ElementType is { } ours && source is not null ? new SourceValues(shape, ours, source, offset) : null
        )
        {
            StoredType = type,
            Source = source,
            Offset = offset,
        };
}
