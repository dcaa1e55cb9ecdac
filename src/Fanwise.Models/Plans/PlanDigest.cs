using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fanwise.Models.Plans;

/// <summary>A fingerprint of a plan: two plans that give other bytes have other digests, whatever their
/// sizes.</summary>
public static class PlanDigest
{
    private const int SampleLength = 64;

    /// <summary>32 hexadecimal digits, from the metadata and from each weight's name, shape, element type, description
    /// and first bytes.</summary>
    /// <remarks>Values that cannot be drawn by slices are known by their description alone: no tensor is made for a
    /// digest.</remarks>
    public static string Of(WeightPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string key, string value) in plan.Metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            Append(hash, key, value);
        byte[] sample = new byte[SampleLength];
        foreach (PlannedWeight weight in plan)
        {
            Append(hash, weight.Name, weight.ElementType.Name(), weight.Shape.ToString(), weight.Values.ToString());
            if (weight.Values.NeedsWhole)
                continue;
            Span<byte> first = sample.AsSpan(0, (int)Math.Min(SampleLength, weight.Values.Bytes));
            weight.Values.Fill(0, first);
            hash.AppendData(first);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>32 hexadecimal digits of some texts in their order.</summary>
    internal static string OfTexts(IEnumerable<string> texts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string text in texts)
            Append(hash, text);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Each text behind its length, so that no two lists of texts give one sequence of bytes.</summary>
    private static void Append(IncrementalHash hash, params ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
            hash.AppendData(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}"))
            );
    }
}
