using System.Globalization;
using Fanwise.Models.Checkpoints;

namespace Fanwise.Models.Workers;

/// <summary>A number of bytes as people write it: <c>5GB</c> is 5 * 10^9, <c>4GiB</c> is 4 * 2^30, <c>1.5MB</c> is 1,500,000.</summary>
public static class ByteSize
{
    private static readonly (string Name, long Bytes)[] Decimal = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)];
    private static readonly (string Name, long Bytes)[] Units = [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), .. Decimal, ("B", 1), ("", 1)];

    /// <summary>The number of bytes that a text says; units in any case.</summary>
    /// <exception cref="CheckpointException">It is no positive number with a known unit, not a whole number of bytes, or 2^63 or more.</exception>
    public static long Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string name, long unit) = Array.Find(Units, unit => text.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase));
        string digits = text[..^name.Length].TrimEnd(' ');
        if (digits.Length is > 0 and <= 20 && char.IsAsciiDigit(digits[0]) && char.IsAsciiDigit(digits[^1])
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            && number > 0 && number <= (decimal)long.MaxValue / unit && decimal.Truncate(number * unit) == number * unit)
        {
            return (long)(number * unit);
        }

        throw CheckpointException.Request($"A size is a positive number of bytes with one of the units B, KB, MB, GB, TB, KiB, MiB, GiB, TiB, such as 5GB or 4GiB; received '{(text.Length > 40 ? text[..40] + "…" : text)}'.");
    }

    /// <summary>A size for people, in a decimal unit: <c>2.02 TB</c>.</summary>
    public static string Format(long bytes)
    {
        foreach ((string name, long unit) in Decimal)
            if (bytes >= unit) return string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / unit:0.##} {name}");
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
    }
}
