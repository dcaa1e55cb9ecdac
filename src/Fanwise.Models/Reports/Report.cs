using System.Text;
using System.Text.Json;
using Fanwise.Models.Signals;

namespace Fanwise.Models.Reports;

/// <summary>A page that shows weights: one HTML file that needs nothing else, to be looked at in a browser.</summary>
public sealed class Report
{
    private readonly byte[] _page;

    private Report(byte[] page, int warnings) => (_page, Warnings) = (page, warnings);

    /// <summary>How many warnings the page shows.</summary>
    public int Warnings { get; }

    /// <summary>The page in UTF-8.</summary>
    public ReadOnlyMemory<byte> Page => _page;

    /// <summary>Looks at every tensor and makes the page.</summary>
    /// <exception cref="CheckpointException">A file fails while it is read.</exception>
    public static Report Of(ReportSource source) => Make(source, null);

    /// <summary>Looks at every tensor, and at those of the same names in another source, and makes the page.</summary>
    /// <exception cref="CheckpointException">A file fails while it is read.</exception>
    public static Report Of(ReportSource source, ReportSource against)
    {
        ArgumentNullException.ThrowIfNull(against);
        return Make(source, against);
    }

    private static Report Make(ReportSource source, ReportSource? against)
    {
        ArgumentNullException.ThrowIfNull(source);
        Dictionary<string, ReportTensor> others =
            against?.Tensors.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal) ?? [];
        Task<SignalRun?> signal = Task.Run(() =>
            source is { Explanation: { } explanation, Notes: null } ? SignalPropagation.Of(explanation.Plan) : null
        );
        string? backend = against is null ? source.Explanation?.Plan.Metadata.GetValueOrDefault("backend") : null;
        int limit = TensorSampler.LimitFor([.. source.Tensors, .. others.Values]);
        ReportWeight[] weights = new ReportWeight[source.Tensors.Count];
        Together.ForEach(
            weights.Length,
            i =>
                weights[i] = ReportWeight.Of(
                    source.Tensors[i],
                    source.Explanation is { } explained && i < explained.Count ? explained[i] : null,
                    against is null ? null : others.GetValueOrDefault(source.Tensors[i].Name),
                    limit,
                    source.Notes?[source.Tensors[i].Name],
                    backend
                )
        );
        ReportDetail detail = ReportDetail.For(weights.Length);
        byte[] page = Page(detail);
        while (page.Length > ReportDetail.MostBytes && detail.Less is { } less)
            page = Page(detail = less);
        return new(page, weights.Sum(static weight => weight.Warnings.Count));

        byte[] Page(ReportDetail shown)
        {
            using MemoryStream json = new();
            using (Utf8JsonWriter writer = new(json))
                ReportJson.Write(writer, source, against, weights, signal.GetAwaiter().GetResult(), shown);
            return Encoding.UTF8.GetBytes(ReportPage.With(Encoding.UTF8.GetString(json.ToArray())));
        }
    }
}
