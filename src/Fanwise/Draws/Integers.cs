namespace Fanwise.Draws;

/// <summary>From a stream's words to integers of a range.</summary>
internal static class Integers
{
    /// <summary><c>low + bits mod range</c>, unsigned and wrapping; a range of 0 is all of the type's.</summary>
    public static void Reduce(Span<int> integers, long low, ulong range)
    {
        if (range == 0)
            return;
        foreach (ref int integer in integers)
            integer = (int)((uint)low + (uint)integer % (uint)range);
    }

    /// <inheritdoc cref="Reduce(Span{int}, long, ulong)"/>
    public static void Reduce(Span<long> integers, long low, ulong range)
    {
        if (range == 0)
            return;
        foreach (ref long integer in integers)
            integer = (long)((ulong)low + (ulong)integer % range);
    }
}
