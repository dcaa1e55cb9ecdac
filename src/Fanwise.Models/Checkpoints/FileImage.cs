using Fanwise.Draws;

namespace Fanwise.Models.Checkpoints;

/// <summary>A stretch of one tensor's bytes in a file.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Values">The whole tensor.</param>
/// <param name="Offset">Where the stretch begins in the file, in bytes.</param>
/// <param name="Start">Where it begins in the tensor, in bytes.</param>
/// <param name="Length">How long it is, in bytes.</param>
internal readonly record struct TensorPiece(string Name, Values Values, long Offset, long Start, long Length)
{
    /// <summary>A whole tensor.</summary>
    public TensorPiece(string name, Values values, long offset)
        : this(name, values, offset, 0, values.Bytes) { }
}

/// <summary>Bytes of a file that no tensor holds: headers, names, tables.</summary>
/// <param name="Offset">Where they begin in the file.</param>
/// <param name="Bytes">The bytes.</param>
internal readonly record struct Literal(long Offset, ReadOnlyMemory<byte> Bytes);

/// <summary>A file as it will be, without its tensors' bytes: what every format becomes, and all that writers and
/// verifiers know.</summary>
/// <remarks>Literals and pieces cover the file without gaps or overlaps.</remarks>
internal sealed class FileImage
{
    private readonly Func<IReadOnlyList<uint>, IEnumerable<Literal>> _literals;

    /// <summary>A file whose literals need nothing of the tensors' bytes.</summary>
    public FileImage(long length, IReadOnlyList<TensorPiece> pieces, IReadOnlyList<Literal> literals)
        : this(length, pieces, _ => literals) => NeedsChecksums = false;

    /// <summary>A file whose literals hold the CRC-32 of each piece, as zip has it.</summary>
    public FileImage(
        long length,
        IReadOnlyList<TensorPiece> pieces,
        Func<IReadOnlyList<uint>, IEnumerable<Literal>> literals
    )
    {
        Length = length;
        Pieces = pieces;
        _literals = literals;
        NeedsChecksums = true;
    }

    /// <summary>The file's size in bytes.</summary>
    public long Length { get; }

    /// <summary>Where the tensors are, in the file's order.</summary>
    public IReadOnlyList<TensorPiece> Pieces { get; }

    /// <summary>Whether <see cref="Literals"/> needs the CRC-32 of each piece.</summary>
    public bool NeedsChecksums { get; }

    /// <summary>Everything else, given the CRC-32 of each piece (nothing, where none is needed).</summary>
    public IEnumerable<Literal> Literals(IReadOnlyList<uint> checksums) => _literals(checksums);
}
