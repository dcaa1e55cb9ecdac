namespace Fanwise.Models.Files;

/// <summary>What changes the disk: between any two of these a process may be killed.</summary>
internal enum DiskStep
{
    /// <summary>A folder is made.</summary>
    MakeFolder,

    /// <summary>A file is made under its temporary name.</summary>
    Create,

    /// <summary>Bytes are written to it.</summary>
    Write,

    /// <summary>It gets its name.</summary>
    Rename,

    /// <summary>A file is removed.</summary>
    Delete,
}

/// <summary>Told of each step before it is taken; a test ends the work there, as a kill would.</summary>
/// <param name="step">What is about to be done.</param>
/// <param name="path">To what.</param>
internal delegate void BeforeDiskStep(DiskStep step, string path);
