using System.Text.Json;

namespace Fanwise;

/// <summary>Explanations for programs.</summary>
public static class ExplanationJson
{
    /// <summary>Writes the members of an explanation into an object that has been begun; what is not known is null, and
    /// so is an infinite bound.</summary>
    public static void WriteMembers(this Explanation explanation, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteString("initializer", explanation.Initializer);
        writer.WriteStartArray("shape");
        foreach (long length in explanation.Shape)
            writer.WriteNumberValue(length);
        writer.WriteEndArray();
        writer.WriteString("dtype", explanation.ElementType.Name());
        writer.WriteNumber("elements", explanation.Shape.Elements);
        writer.WriteNumber("bytes", explanation.Bytes);
        if (explanation.Mode is { } mode)
            writer.WriteString("mode", mode.Name());
        WriteFans(writer, "fans", explanation.Fans, explanation.Rule, explanation.Mode);
        WriteFans(writer, "layer_fans", explanation.LayerFans, explanation.LayerRule, explanation.Mode);
        WriteNumber(writer, "variance_asked", explanation.VarianceAsked);
        WriteNumber(writer, "variance_drawn", explanation.VarianceDrawn);
        WriteNumber(writer, "variance_of_layer_fans", explanation.VarianceOfLayer);
        WriteNumber(writer, "mean", explanation.Drawn?.Mean);
        WriteNumber(writer, "deviation", explanation.Drawn?.Deviation);
        WriteNumber(writer, "lower", explanation.Drawn?.Lower);
        WriteNumber(writer, "upper", explanation.Drawn?.Upper);
        writer.WriteStartArray("warnings");
        foreach (ExplanationWarning warning in explanation.Warnings)
        {
            writer.WriteStartObject();
            writer.WriteString("code", warning.Code);
            WriteNumber(writer, "factor", warning.Factor);
            writer.WriteString("sentence", warning.Sentence);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFans(Utf8JsonWriter writer, string name, Fans? fans, FanRule? rule, FanMode? mode)
    {
        if (fans is not { } both)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("rule", rule?.Name);
        writer.WriteNumber("in", both.In);
        writer.WriteNumber("out", both.Out);
        WriteNumber(writer, "used", mode is { } used ? both.Divisor(used) : null);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }
}
