namespace Fanwise.Models;

/// <summary>Names as a person orders them: <c>layers.2</c> before <c>layers.10</c>.</summary>
internal static class NaturalOrder
{
    public static int Compare(string left, string right)
    {
        int i = 0,
            j = 0;
        while (i < left.Length && j < right.Length)
        {
            if (char.IsAsciiDigit(left[i]) && char.IsAsciiDigit(right[j]))
            {
                ReadOnlySpan<char> a = Digits(left, ref i),
                    b = Digits(right, ref j);
                int order = a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
                if (order != 0)
                    return order;
            }
            else if (left[i] != right[j])
            {
                return left[i] - right[j];
            }
            else
            {
                i++;
                j++;
            }
        }

        int rest = left.Length - i - (right.Length - j);
        return rest != 0 ? rest : string.CompareOrdinal(left, right);
    }

    /// <summary>A number's digits without the zeros in front.</summary>
    private static ReadOnlySpan<char> Digits(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return text.AsSpan(start, at - start).TrimStart('0');
    }
}
