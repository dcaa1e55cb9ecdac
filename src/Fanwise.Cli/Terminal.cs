using System.Globalization;
using System.Text;

namespace Fanwise.Cli;

/// <summary>What the tool says on stderr: notes, progress, closing lines.</summary>
internal static class Terminal
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"],
        CountUnits = ["k", "M", "B", "T", "P", "E"];

    /// <summary>One line, whatever is in it: control characters from a file's names do nothing to a terminal.</summary>
    public static void Say(string line)
    {
        try
        {
            Console.Error.WriteLine(Printable(line));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Full or closed: nobody can be told; the exit code says what came of the work.
        }
    }

    /// <summary>Runs work that reports bytes done; draws a bar where stderr is a terminal.</summary>
    public static void WithProgress(string what, long total, Action<IProgress<long>?> work)
    {
        if (Console.IsErrorRedirected || total == 0)
        {
            work(null);
            return;
        }

        ProgressBars.Run(static rate => Size(rate) + "/s", report => work(new Bytes(what, total, report)));
    }

    /// <summary>Runs work that reports steps as it comes to them, each by name, done and total; draws a bar for each
    /// where stderr is a terminal.</summary>
    public static void WithSteps(Action<Action<string, long, long>?> work)
    {
        if (Console.IsErrorRedirected)
        {
            work(null);
            return;
        }

        ProgressBars.Run(static rate => Short(rate) + "/s", work);
    }

    /// <summary>A number with separators: 3,538,984.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with what is counted: 1 tensor, 262 tensors.</summary>
    public static string Count(long value, string noun) => $"{Count(value)} {noun}{(value == 1 ? "" : "s")}";

    /// <summary>A count as one says it, two figures or more: 3.5 M, 1.1 B; whole below a thousand.</summary>
    public static string Short(long value)
    {
        if (value < 1000)
            return value.ToString(CultureInfo.InvariantCulture);
        double scaled = value;
        int unit = -1;
        for (; scaled >= 999.5 && unit < CountUnits.Length - 1; unit++)
            scaled /= 1000;
        string digits = scaled.ToString(scaled < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture);
        return $"{digits} {CountUnits[unit]}";
    }

    /// <summary>Bytes in decimal units, three figures: 14.2 MB.</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= 999.5 && unit < Units.Length - 1; unit++)
            value /= 1000;
        if (unit == 0)
            return $"{bytes} B";
        string digits =
            value < 9.995 ? "0.00"
            : value < 99.95 ? "0.0"
            : "0";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>Seconds, two decimals: 0.31 s.</summary>
    public static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    public static string Printable(string text) =>
        string.Concat(
            text.EnumerateRunes().Select(static rune => (IsSafe(rune) ? rune : Rune.ReplacementChar).ToString())
        );

    /// <summary>Whether a terminal shows a character as one of the line: no control, bidirectional, tag or
    /// line-separator character. By code point, for tags lie beyond 16 bits.</summary>
    private static bool IsSafe(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse
            );

    private sealed class Bytes(string what, long total, Action<string, long, long> report) : IProgress<long>
    {
        public void Report(long value) => report(what, value, total);
    }
}
