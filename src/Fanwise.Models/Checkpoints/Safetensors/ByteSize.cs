using System.Globalization;

namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>Sizes as people write them: <c>5GB</c> is 5 * 10^9 bytes, <c>4GiB</c> is 4 * 2^30.</summary>
public static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KB", 1000),
        ("MB", 1000_000),
        ("GB", 1000_000_000),
        ("TB", 1000_000_000_000),
        ("KiB", 1L << 10),
        ("MiB", 1L << 20),
        ("GiB", 1L << 30),
        ("TiB", 1L << 40),
        ("B", 1),
        ("", 1),
    ];

    /// <summary>The number of bytes.</summary>
    /// <exception cref="CheckpointException">The text is not a positive number with a unit, or is 2^63 bytes or
    /// more.</exception>
    public static long Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string unit, long bytes) = Array.Find(
            Units,
            unit => text.EndsWith(unit.Unit, StringComparison.OrdinalIgnoreCase)
        );
        return
            decimal.TryParse(
                text.AsSpan(0, text.Length - unit.Length).TrimEnd(),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out decimal number
            )
            && number <= (decimal)long.MaxValue / bytes
            && number * bytes >= 1
            ? (long)(number * bytes)
            : throw CheckpointException.Request(
                $"A size is a positive number with a unit, such as 5GB or 4GiB; received '{text}'."
            );
    }
}
