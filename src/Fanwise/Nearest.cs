namespace Fanwise;

/// <summary>The known name that a wrong one was perhaps meant to be.</summary>
internal static class Nearest
{
    /// <summary>How a sentence about an unknown name ends: <c>; did you mean 'Dense'?</c>, or with a full stop where no
    /// name is near.</summary>
    public static string End(string name, IEnumerable<string> known) => End(Of(name, known));

    /// <summary>How a sentence ends that has a suggestion, or null.</summary>
    public static string End(string? suggestion) => suggestion is null ? "." : $"; did you mean '{suggestion}'?";

    /// <summary>The nearest of the known names; null where none is near: a third of the letters, or one, may
    /// differ.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > 64)
            return null;
        string? best = null;
        int least = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in known)
        {
            if (candidate == name)
                return null; // the name is known: something else is wrong
            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < least)
                (best, least) = (candidate, distance);
        }

        return best;
    }

    /// <summary>How many letters are added, removed, changed or exchanged with the next.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)],
            previous = [.. row];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] beforePrevious = previous;
            previous = [.. row];
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforePrevious[j - 2] + 1);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
