using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>A fingerprint of a plan: two plans that give other bytes have other digests, whatever their
/// sizes.</summary>
public static class PlanDigest
{
    /// <summary><c>xxh128:</c> and 32 hexadecimal digits, from the metadata and from all that decides each weight's
    /// name and bytes, in the form that <see cref="IdentityWriter"/> specifies.</summary>
    /// <remarks>Nothing is drawn for a digest.</remarks>
    public static string Of(WeightPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        IdentityWriter writer = new();
        writer.Write((long)plan.Metadata.Count);
        foreach ((string key, string value) in plan.Metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Write(key);
            writer.Write(value);
        }

        writer.Write((long)plan.Count);
        foreach (PlannedWeight weight in plan)
        {
            writer.Write(weight.Name);
            writer.Write(weight.Values);
        }

        return writer.Digest();
    }

    /// <summary>The digest of some texts in their order, in the same form.</summary>
    internal static string OfTexts(IEnumerable<string> texts)
    {
        IdentityWriter writer = new();
        foreach (string text in texts)
            writer.Write(text);
        return writer.Digest();
    }
}
