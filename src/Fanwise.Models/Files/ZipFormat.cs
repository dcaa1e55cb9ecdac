namespace Fanwise.Models.Files;

/// <summary>Numbers of zip archives that writing and reading share.</summary>
/// <remarks>Source: PKWARE's APPNOTE.TXT 6.3, section 4.3.</remarks>
internal static class ZipFormat
{
    public const uint LocalSignature = 0x04034b50,
        CentralSignature = 0x02014b50,
        EndSignature = 0x06054b50,
        End64Signature = 0x06064b50,
        Locator64Signature = 0x07064b50;

    /// <summary>The sizes of a table's entries without names and extra fields.</summary>
    public const int LocalSize = 30,
        CentralSize = 46,
        EndSize = 22,
        End64Size = 56,
        Locator64Size = 20;

    /// <summary>How an entry is packed.</summary>
    public const int Stored = 0,
        Deflated = 8;
}
