using System.Globalization;

namespace Fanwise;

/// <summary>Numbers as Python prints them.</summary>
internal static class PythonNumbers
{
    /// <summary>Python's <c>float("nan")</c>, whose sign is clear; <see cref="double.NaN"/> has it set.</summary>
    public static double NaN => BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000);

    /// <summary>A float as <c>repr</c> gives it: the shortest digits that read back, with a point or an exponent,
    /// <c>nan</c>, <c>inf</c>.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        (string digits, int exponent) = Decompose(shortest);
        string sign = double.IsNegative(value) ? "-" : "";
        if (exponent is < -4 or >= 16)
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e"
                + $"{(exponent < 0 ? '-' : '+')}"
                + $"{Math.Abs(exponent):00}";
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length > exponent + 1
            ? $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}"
            : $"{sign}{digits.PadRight(exponent + 1, '0')}.0";
    }

    /// <summary>The significant digits, and the power of ten of the first one.</summary>
    private static (string Digits, int Exponent) Decompose(string number)
    {
        number = number.TrimStart('-');
        int e = number.IndexOf('E', StringComparison.Ordinal);
        int exponent =
            e < 0 ? 0 : int.Parse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? number : number[..e];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        exponent += (point < 0 ? mantissa.Length : point) - 1;
        int zeros = digits.Length - digits.TrimStart('0').Length;
        if (zeros == digits.Length)
            return ("0", 0);
        return (digits.TrimStart('0').TrimEnd('0'), exponent - zeros);
    }
}
