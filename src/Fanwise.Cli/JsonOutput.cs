using System.CommandLine;
using System.Text.Json;

namespace Fanwise.Cli;

/// <summary>What <c>--json</c> prints: one document on stdout, and nothing else there.</summary>
internal static class JsonOutput
{
    /// <summary>The option.</summary>
    /// <param name="otherwise">What is printed without it.</param>
    public static Option<bool> Option(string otherwise) =>
        new("--json") { Description = $"One JSON document for programs in the place of {otherwise}." };

    /// <summary>Writes one document and the end of its line.</summary>
    public static void Print(Action<Utf8JsonWriter> write)
    {
        using Stream output = Console.OpenStandardOutput();
        using (Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true }))
            write(writer);
        output.WriteByte((byte)'\n');
    }

    /// <summary>A list of words.</summary>
    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> items)
    {
        writer.WriteStartArray(name);
        foreach (string item in items)
            writer.WriteStringValue(item);
        writer.WriteEndArray();
    }

    /// <summary>A list of integers.</summary>
    public static void WriteNumbers(this Utf8JsonWriter writer, string name, IEnumerable<long> items)
    {
        writer.WriteStartArray(name);
        foreach (long item in items)
            writer.WriteNumberValue(item);
        writer.WriteEndArray();
    }

    /// <summary>An integer, or null.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    /// <summary>A finite number; null for all others, which JSON does not have.</summary>
    public static void WriteFiniteOrNull(this Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }
}
