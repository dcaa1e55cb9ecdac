using System.Globalization;
using System.Runtime.CompilerServices;

namespace Fanwise.Testing;

/// <summary>Cultures that write numbers otherwise than programs do. $FANWISE_CULTURE names the one under which a
/// whole suite runs.</summary>
internal static class Cultures
{
    /// <summary>Decimal sign, sign of groups and minus of each: as the Unicode consortium's data have them, for where
    /// the system has no such data.</summary>
    private static readonly Dictionary<string, (string Decimal, string Group, string Minus)> Rows = new()
    {
        ["de-DE"] = (",", ".", "-"),
        ["tr-TR"] = (",", ".", "-"),
        ["sv-SE"] = (",", "\u00A0", "\u2212"),
        ["ar-SA"] = ("\u066B", "\u066C", "\u061C-"),
        ["fa-IR"] = ("\u066B", "\u066C", "\u200E\u2212"),
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names => Rows.Keys;

    /// <summary>The system's own culture of this name, or one that writes numbers as it does.</summary>
    public static CultureInfo Of(string name)
    {
        try
        {
            CultureInfo own = new(name);
            if (own.NumberFormat.NumberDecimalSeparator == Rows[name].Decimal)
                return own;
        }
        catch (CultureNotFoundException)
        {
            // The runtime is without cultures, as the tool is.
        }

        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator, _) = Rows[name];
        culture.NumberFormat.PercentDecimalSeparator = Rows[name].Decimal;
        culture.NumberFormat.NegativeSign = Rows[name].Minus;
        culture.NumberFormat.PositiveSign = "plus";
        culture.NumberFormat.NaNSymbol = "no number";
        culture.NumberFormat.PositiveInfinitySymbol = "endless";
        culture.NumberFormat.NegativeInfinitySymbol = "without beginning";
        return CultureInfo.ReadOnly(culture);
    }

    /// <summary>Before any test: the culture of every thread.</summary>
    [ModuleInitializer]
    internal static void Choose()
    {
        if (Environment.GetEnvironmentVariable("FANWISE_CULTURE") is not { Length: > 0 } name)
            return;
        CultureInfo culture = Of(name);
        CultureInfo.DefaultThreadCurrentCulture = culture;
        CultureInfo.DefaultThreadCurrentUICulture = culture;
        CultureInfo.CurrentCulture = culture;
    }
}
