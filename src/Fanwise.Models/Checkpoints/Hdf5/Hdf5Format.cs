namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>Numbers of the format that writing and reading share.</summary>
/// <remarks>Source: HDF5 File Format Specification 3.0.</remarks>
internal static class Hdf5Format
{
    /// <summary>An address of nothing.</summary>
    public const long Undefined = -1;

    /// <summary>What stands before each message of an object header of version 1: kind, length, flags.</summary>
    public const int MessagePrefix = 8;

    // Kinds of messages (IV.A.2).
    public const int Dataspace = 0x01,
        LinkInfo = 0x02,
        Datatype = 0x03,
        FillValue = 0x05,
        Link = 0x06,
        ExternalFiles = 0x07,
        Layout = 0x08,
        Filters = 0x0B,
        Attribute = 0x0C,
        Continuation = 0x10,
        SymbolTable = 0x11,
        AttributeInfo = 0x15;

    // Classes of types (IV.A.2.d), the lower half of a type's first byte.
    public const int IntegerClass = 0,
        FloatClass = 1,
        StringClass = 3,
        OpaqueClass = 5,
        EnumerationClass = 8,
        VariableLengthClass = 9;

    // Where a dataset's bytes are (IV.A.2.i).
    public const int CompactLayout = 0,
        ContiguousLayout = 1,
        ChunkedLayout = 2;

    /// <summary>What the parts of a file begin with.</summary>
    public static ReadOnlySpan<byte> LocalHeap => "HEAP"u8;

    /// <inheritdoc cref="LocalHeap"/>
    public static ReadOnlySpan<byte> GlobalHeap => "GCOL"u8;

    /// <inheritdoc cref="LocalHeap"/>
    public static ReadOnlySpan<byte> Tree => "TREE"u8;

    /// <inheritdoc cref="LocalHeap"/>
    public static ReadOnlySpan<byte> SymbolNode => "SNOD"u8;

    /// <summary>A length, padded to a multiple of 8.</summary>
    public static int Padded(int length) => (length + 7) & ~7;
}
