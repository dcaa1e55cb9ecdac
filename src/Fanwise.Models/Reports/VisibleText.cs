using System.Globalization;
using System.Text;

namespace Fanwise.Models.Reports;

/// <summary>Names from a model or file as a person can look at them without harm: short, and with everything that is
/// not seen, or turns what is seen, written out.</summary>
public static class VisibleText
{
    /// <summary>The text with control and format characters (right-to-left marks among them), separators of lines and
    /// halves of pairs as <c>\u202E</c>, shortened in its middle.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="length">The most characters that are kept, from 8 on.</param>
    public static string Of(string text, int length = 160)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 8);
        if (text.Length > length)
        {
            int head = length / 2,
                tail = length - head - 1;
            text = $"{text.AsSpan(0, head)}…{text.AsSpan(text.Length - tail)}";
        }

        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') || !AnyHidden(text))
            return text;
        StringBuilder result = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune) && !IsHidden(Rune.GetUnicodeCategory(rune)))
            {
                result.Append(rune.ToString());
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                result.Append($"\\u{(int)text[i]:X4}");
            }
        }

        return result.ToString();
    }

    private static bool AnyHidden(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune) || IsHidden(Rune.GetUnicodeCategory(rune)))
                return true;
            i += rune.Utf16SequenceLength - 1;
        }

        return false;
    }

    private static bool IsHidden(UnicodeCategory category) =>
        category
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned;
}
