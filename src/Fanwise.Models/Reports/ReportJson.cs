using System.Globalization;
using System.Text.Json;
using Fanwise.Models.Plans;
using Fanwise.Models.PyTorch;
using Fanwise.Models.Signals;

namespace Fanwise.Models.Reports;

/// <summary>A report's data as the page's script reads them.</summary>
internal static class ReportJson
{
    private const string SignalHow =
        "Random input of variance 1 is sent through the network as it begins. Each point is the variance of what "
        + "a layer gives, before its activation. "
        + "A healthy network stays in one band; a line that falls or climbs steadily has vanishing or exploding "
        + "signals, and a lone point that drops marks a layer that is drawn too weak. Batch normalisation works "
        + "as in training.";

    /// <summary>Of a page that shows a choice of the weights.</summary>
    private const int MostLayers = 1000;

    private const string JudgedSubtitle = "A checkpoint, held against the rules that say how it should begin.";

    public static void Write(
        Utf8JsonWriter writer,
        ReportSource source,
        ReportSource? against,
        ReportWeight[] weights,
        SignalRun? signal,
        ReportDetail detail
    )
    {
        WeightPlan? plan = source.Explanation?.Plan;
        int[] shown = detail.Choice(weights);
        writer.WriteStartObject();
        writer.WriteString("kind", plan is null ? "file" : "plan");
        writer.WriteString("title", VisibleText.Of(source.Title));
        writer.WriteBoolean("judged", source.Notes is not null);
        writer.WriteString("subtitle", source.Notes is null ? Subtitle(plan, against) : JudgedSubtitle);
        if (against is not null)
        {
            writer.WriteString("against", VisibleText.Of(against.Title));
            writer.WriteStartArray("seeds");
            SeedOf(writer, source);
            SeedOf(writer, against);
            writer.WriteEndArray();
        }

        writer.WriteStartArray("facts");
        // Of a file alone its layout is told: it says what the shapes mean.
        IEnumerable<KeyValuePair<string, string>> told =
            plan?.Metadata ?? source.Metadata.Where(static pair => pair.Key == PyTorchLayout.MetadataKey);
        foreach ((string key, string value) in told)
        {
            // A checkpoint is held against distributions, not against a seed's values.
            if (key.Length == 0 || key == "digest" || key == "seed" && source.Notes is not null)
                continue;
            Fact(writer, VisibleText.Of(char.ToUpperInvariant(key[0]) + key[1..]), VisibleText.Of(value));
        }

        if (against is not null)
        {
            int common = weights.Count(static weight => weight.Other is not null);
            Fact(writer, "In both", $"{common}");
            Fact(writer, "With the same values", $"{weights.Count(static weight => weight.Difference == 0)}");
            Fact(writer, "Only here", $"{weights.Length - common}");
            Fact(writer, "Only in the other", $"{against.Tensors.Count - common}");
        }

        writer.WriteEndArray();
        writer.WriteNumber("count", weights.Length);
        writer.WriteNumber("parameters", source.Tensors.Sum(static tensor => (double)tensor.Shape.Elements));
        writer.WriteNumber("bytes", source.Tensors.Sum(static tensor => (double)tensor.Bytes));
        if (ReportDetail.Sentence(weights, shown) is { } sentence)
            writer.WriteString("sample", sentence);
        if (against is not null)
        {
            writer.WriteNumber("both", weights.Count(static weight => weight.Other is not null));
            writer.WriteNumber(
                "unlike",
                weights.Count(static weight => weight.Other is not null && weight.Difference != 0)
            );
        }

        writer.WriteStartObject("warned");
        foreach (
            IGrouping<string, string> code in weights
                .SelectMany(static weight => weight.Warnings.Select(static warning => warning.Code))
                .GroupBy(static code => code, StringComparer.Ordinal)
        )
            writer.WriteNumber(code.Key, code.Count());
        writer.WriteEndObject();
        WriteLayers(writer, weights, shown.Length < weights.Length ? MostLayers : int.MaxValue);
        writer.WriteStartArray("weights");
        foreach (int i in shown)
            Write(writer, weights[i], against, detail.Steps);
        writer.WriteEndArray();
        if (signal is not null)
            Write(writer, signal, weights, shown);
        writer.WriteEndObject();
    }

    /// <summary>The seed that a plan has, or a file says it has; null where neither tells one.</summary>
    private static void SeedOf(Utf8JsonWriter writer, ReportSource source)
    {
        if (source.Metadata.TryGetValue("seed", out string? seed))
            writer.WriteStringValue(VisibleText.Of(seed));
        else
            writer.WriteNullValue();
    }

    private static void Fact(Utf8JsonWriter writer, string name, string value)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(name);
        writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static string Subtitle(WeightPlan? plan, ReportSource? against)
    {
        string what = plan is null
            ? "The tensors of a checkpoint."
            : "How the network begins: what is drawn for every weight, and whether it is what the layer needs.";
        return against is null ? what : $"{what} Compared with {VisibleText.Of(against.Title)}.";
    }

    /// <summary>The layer of a weight: what the plan says, or the name without its last part.</summary>
    private static string LayerOf(ReportWeight weight)
    {
        if (weight.Explained is { } explained && explained.Weight.Layer.Length > 0)
            return explained.Weight.Layer;
        int end = weight.Tensor.Name.LastIndexOfAny(['/', '.']);
        return end > 0 ? weight.Tensor.Name[..end] : weight.Tensor.Name;
    }

    /// <summary>The layers, the largest first; those beyond the most are summed up in one.</summary>
    private static void WriteLayers(Utf8JsonWriter writer, ReportWeight[] weights, int most)
    {
        IGrouping<string, ReportWeight>[] layers =
        [
            .. weights.GroupBy(LayerOf, StringComparer.Ordinal).OrderByDescending(Parameters),
        ];
        writer.WriteStartArray("layers");
        foreach (IGrouping<string, ReportWeight> layer in layers.Take(most))
            Layer(layer.Key, layer.First().Explained?.Weight.LayerClass, layer);
        if (layers.Length > most)
            Layer(
                $"… and {layers.Length - most} smaller layers",
                null,
                layers.Skip(most).SelectMany(static layer => layer)
            );
        writer.WriteEndArray();

        void Layer(string name, string? type, IEnumerable<ReportWeight> of)
        {
            ReportWeight[] members = [.. of];
            writer.WriteStartObject();
            writer.WriteString("name", VisibleText.Of(name));
            if (type is not null)
                writer.WriteString("class", VisibleText.Of(type));
            writer.WriteNumber("parameters", Parameters(members));
            writer.WriteNumber("bytes", members.Sum(static weight => (double)weight.Tensor.Bytes));
            writer.WriteEndObject();
        }
    }

    private static double Parameters(IEnumerable<ReportWeight> weights) =>
        weights.Sum(static weight => (double)weight.Tensor.Shape.Elements);

    private static void Write(Utf8JsonWriter writer, ReportWeight weight, ReportSource? against, int steps)
    {
        ReportTensor tensor = weight.Tensor;
        writer.WriteStartObject();
        writer.WriteString("name", VisibleText.Of(tensor.Name));
        writer.WriteString("shape", tensor.Shape.ToString());
        writer.WriteString("type", tensor.Type);
        writer.WriteNumber("elements", tensor.Shape.Elements);
        writer.WriteNumber("bytes", tensor.Bytes);
        if (tensor.Unread is { } unread)
            writer.WriteString("unread", unread);
        if (weight.Explained is { } explained)
            Write(writer, explained);
        if (weight.Warnings.Count > 0)
        {
            writer.WriteStartArray("warnings");
            foreach ((string code, string sentence, double? factor) in weight.Warnings)
            {
                writer.WriteStartObject();
                writer.WriteString("code", code);
                writer.WriteString("text", VisibleText.Of(sentence, 600));
                Number(writer, "factor", factor);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        Write(writer, weight.Summary);
        if (weight.Summary?.Histogram?.AtMost(steps) is { } histogram)
        {
            writer.WriteStartObject("histogram");
            Number(writer, "low", histogram.Low);
            Number(writer, "high", histogram.High);
            writer.WriteNumber("below", histogram.Below);
            writer.WriteNumber("above", histogram.Above);
            Counts(writer, histogram);
            writer.WriteEndObject();
            if (tensor.Declared is { HasDensity: true } declared)
                Shares(writer, histogram.Expected(declared));
            WriteElsewhere(writer, weight, histogram);
        }

        if (against is not null)
            WriteOther(writer, weight, steps);
        writer.WriteEndObject();
    }

    private static void WriteElsewhere(Utf8JsonWriter writer, ReportWeight weight, Histogram histogram)
    {
        if (weight.Elsewhere.Count == 0)
            return;
        writer.WriteStartArray("elsewhere");
        foreach (ElsewhereDensity density in weight.Elsewhere)
        {
            writer.WriteStartObject();
            writer.WriteString("who", string.Join(", ", density.Who));
            Write(writer, density.Declared);
            Shares(writer, histogram.Expected(density.Declared));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Shares(Utf8JsonWriter writer, double[] shares)
    {
        writer.WriteStartArray("expected");
        foreach (double share in shares)
            writer.WriteRawValue(share.ToString("0.####e+0", CultureInfo.InvariantCulture));
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, WeightExplanation explained)
    {
        Explanation explanation = explained.Explanation;
        writer.WriteString("class", VisibleText.Of(explained.Weight.LayerClass));
        writer.WriteString("initializer", VisibleText.Of(explanation.Initializer));
        if (explanation.Mode is { } mode)
            writer.WriteString("mode", mode.Name());
        WriteFans(writer, "fans", explanation.Fans, explanation.Rule);
        WriteFans(writer, "layerFans", explanation.LayerFans, explanation.LayerRule);
        Number(writer, "varianceDrawn", explanation.VarianceDrawn);
        Number(writer, "varianceLayer", explanation.VarianceOfLayer);
        if (explanation.Drawn is { } declared)
        {
            writer.WriteStartObject("declared");
            Write(writer, declared);
            Number(writer, "kurtosis", declared.Kurtosis);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("seeds");
        foreach (WeightSeed seed in explained.Weight.Seeds)
            writer.WriteStringValue(seed.ToString());
        writer.WriteEndArray();
    }

    /// <summary>Moments, bounds, and the share that a generator lets lie beyond these.</summary>
    private static void Write(Utf8JsonWriter writer, DeclaredDistribution declared)
    {
        Number(writer, "mean", declared.Mean);
        Number(writer, "std", declared.Deviation);
        Number(writer, "min", declared.NearlyAll?.Lower ?? declared.Lower);
        Number(writer, "max", declared.NearlyAll?.Upper ?? declared.Upper);
        if (declared.NearlyAll is { } nearly)
            Number(writer, "beyond", nearly.Share);
    }

    private static void WriteFans(Utf8JsonWriter writer, string name, Fans? fans, FanRule? rule)
    {
        if (fans is not { } both)
            return;
        writer.WriteStartObject(name);
        writer.WriteNumber("in", both.In);
        writer.WriteNumber("out", both.Out);
        writer.WriteString("rule", VisibleText.Of(rule?.Name ?? ""));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, TensorSummary? summary)
    {
        writer.WriteNumber("read", summary?.Read ?? 0);
        Number(writer, "mean", summary?.Mean);
        Number(writer, "std", summary is null ? null : Math.Sqrt(summary.Variance));
        Number(writer, "min", summary?.Minimum);
        Number(writer, "max", summary?.Maximum);
        if (summary is { NotFinite: > 0 })
            writer.WriteNumber("bad", summary.NotFinite);
    }

    private static void WriteOther(Utf8JsonWriter writer, ReportWeight weight, int steps)
    {
        if (weight.Other is null)
        {
            writer.WriteString("missing", "The other has no tensor of this name.");
            return;
        }

        if (weight.Other.Shape != weight.Tensor.Shape)
            writer.WriteString("missing", $"In the other the shape is {weight.Other.Shape}.");
        if (weight.OtherSummary is not { } other)
            return;
        writer.WriteStartObject("other");
        Write(writer, other);
        // The page has no number for an infinite distance: one of the two values is none.
        if (weight.Difference is { } difference)
            Number(writer, "difference", double.IsFinite(difference) ? difference : double.MaxValue);
        if (other.Histogram?.AtMost(steps) is { } histogram)
        {
            Counts(writer, histogram);
            if (weight.Other.Declared is { HasDensity: true } declared && !declared.Equals(weight.Tensor.Declared))
                Shares(writer, histogram.Expected(declared));
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SignalRun signal, ReportWeight[] weights, int[] shown)
    {
        // A signal is followed through Keras' weights, also where these are shown turned.
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        foreach ((int i, ReportWeight weight) in weights.Index())
        {
            places[weight.Tensor.Name] = i;
            foreach (PlannedWeight origin in weight.Explained?.Weight.Origins ?? [])
                places.TryAdd(origin.Name, i);
        }
        Dictionary<int, int> positions = shown.Index().ToDictionary(static row => row.Item, static row => row.Index);
        writer.WriteStartObject("signal");
        writer.WriteString("how", SignalHow);
        writer.WriteString("note", signal.Note);
        writer.WriteStartArray("steps");
        bool beginsAnew = false;
        HashSet<int> told = [.. ReportDetail.Even([.. Enumerable.Range(0, signal.Steps.Count)], shown.Length)];
        foreach ((int i, SignalStep step) in signal.Steps.Index())
        {
            beginsAnew |= step.BeginsAnew;
            if (!told.Contains(i))
                continue;
            int place = places[step.Weight];
            writer.WriteStartObject();
            writer.WriteString("name", VisibleText.Of(step.Path));
            writer.WriteString("class", VisibleText.Of(step.ClassName));
            if (positions.TryGetValue(place, out int position))
                writer.WriteNumber("weight", position);
            else
                writer.WriteNull("weight");
            writer.WriteBoolean("flagged", weights[place].Warnings.Count > 0);
            writer.WriteBoolean("anew", beginsAnew);
            Number(writer, "before", step.Before);
            Number(writer, "variance", step.Variance);
            writer.WriteEndObject();
            beginsAnew = false;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Counts(Utf8JsonWriter writer, Histogram histogram)
    {
        writer.WriteStartArray("counts");
        foreach (int count in histogram.Counts)
            writer.WriteNumberValue(count);
        writer.WriteEndArray();
    }

    /// <summary>A number in 8 digits, which is more than a picture shows; null where it is none or infinite.</summary>
    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        writer.WritePropertyName(name);
        if (value is { } number && double.IsFinite(number))
            writer.WriteRawValue(number.ToString("G8", CultureInfo.InvariantCulture));
        else
            writer.WriteNullValue();
    }
}
