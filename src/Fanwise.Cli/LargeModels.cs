namespace Fanwise.Cli;

/// <summary>Room for the plans of large models.</summary>
internal static class LargeModels
{
    /// <summary>Smaller descriptions are planned before a collection is due.</summary>
    private const long Smallest = 4 << 20;

    /// <summary>A plan takes about six bytes of memory for each of its description's, this one included.</summary>
    private const long Factor = 6,
        MostRoom = 1L << 30;

    /// <summary>Lets the collector rest until a plan is made, if there is memory for that. All of a plan lives as long
    /// as the command: collections in between find nothing, and took nearly half of the time.</summary>
    /// <param name="path">The model's file. Of a file that holds weights too, its length tells nothing.</param>
    public static void MakeRoom(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists || file.Length < Smallest || !IsText(path))
            return;
        try
        {
            GC.TryStartNoGCRegion(Math.Min(file.Length * Factor, MostRoom));
        }
        catch (ArgumentOutOfRangeException)
        {
            // More than the collector may ever have here: it works as always.
        }
    }

    private static bool IsText(string path)
    {
        using FileStream file = File.OpenRead(path);
        return file.ReadByte() is '{' or '[';
    }
}
