using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Measuring;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.TensorFlow;

namespace Fanwise.Playground;

/// <summary>What the page calls. Each function takes words and gives JSON: <c>{"error": sentence}</c> where the library
/// refuses.</summary>
[SupportedOSPlatform("browser")]
internal static partial class PlaygroundFunctions
{
    /// <summary>More elements are not drawn on a page: 2^24.</summary>
    private const long MostElements = 1 << 24;

    private const int FirstValues = 64,
        Bins = 48;

    /// <summary>What can be chosen: initializers by Keras' names, backends, element types.</summary>
    [JSExport]
    internal static string Choices() =>
        Json(static writer =>
        {
            Write(writer, "initializers", PlaygroundChoices.Initializers);
            Write(writer, "backends", Backends.Names);
            Write(writer, "dtypes", PlaygroundChoices.ElementTypes);
            writer.WriteString("width", Throughput.Width);
        });

    /// <summary>Numbers, histogram, fans and warnings of one initializer.</summary>
    [JSExport]
    internal static string Draw(string initializer, string shape, string type, string backend, string seed) =>
        Json(writer =>
        {
            Values values = ValuesOf(initializer, shape, type, backend, seed).Materialize();
            Explanation explanation = Generations
                .Configuration.Read(initializer, Generations.Generation.Keras)
                .Initializer.Explain(values.Shape, values.ElementType, null);
            explanation.WriteMembers(writer);
            Write(writer, Numbers(values));
        });

    /// <summary>The bytes of what is drawn, little-endian.</summary>
    [JSExport]
    internal static byte[] Bytes(string initializer, string shape, string type, string backend, string seed)
    {
        Values values = ValuesOf(initializer, shape, type, backend, seed);
        byte[] bytes = new byte[values.Shape.Elements * values.ElementType.Size()];
        values.Fill(0, bytes);
        return bytes;
    }

    /// <summary>What a model, by its description's bytes, begins with.</summary>
    [JSExport]
    internal static string Explain(byte[] model, string backend, string seed) =>
        Json(writer =>
        {
            using MemoryStream stream = new(model, writable: false);
            Model read = Model.Read(stream);
            PlanExplanation explained = read.Plan(SeedOf(seed), new PlanOptions { Backend = Backends.Parse(backend) })
                .Explain();
            Write(writer, "notes", read.Notes);
            writer.WritePropertyName("plan");
            explained.Write(writer);
        });

    private static Values ValuesOf(string initializer, string shape, string type, string backend, string seed)
    {
        Shape lengths = PlaygroundChoices.ShapeOf(shape);
        if (lengths.Elements > MostElements)
            throw new InitializerException(
                $"This page draws at most {MostElements} elements; received {lengths.Elements}."
            );
        DrawRequest request = new()
        {
            Initializer = initializer,
            Shape = lengths,
            ElementType = ElementTypes.Parse(type),
            Seed = seed.Trim().Length == 0 ? null : PlaygroundChoices.IntegerOf(seed),
            Backend = Backends.Parse(backend),
        };
        return request.Run().Operations[0].Values;
    }

    private static uint SeedOf(string seed) =>
        PlaygroundChoices.IntegerOf(seed) is var value && value >= 0 && value <= uint.MaxValue
            ? (uint)value
            : throw new InitializerException(
                $"A model's seed is an integer from 0 to {uint.MaxValue}; received {seed}."
            );

    private static SampleNumbers Numbers(Values values) => SampleNumbers.Of(values, FirstValues, Bins);

    private static void Write(Utf8JsonWriter writer, SampleNumbers numbers)
    {
        writer.WriteNumber("values_mean", numbers.Mean);
        writer.WriteNumber("values_deviation", numbers.Deviation);
        writer.WriteNumber("least", numbers.Least);
        writer.WriteNumber("greatest", numbers.Greatest);
        writer.WriteStartArray("bins");
        foreach (int count in numbers.Bins)
            writer.WriteNumberValue(count);
        writer.WriteEndArray();
        Write(writer, "first", numbers.First);
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<string> words)
    {
        writer.WriteStartArray(name);
        foreach (string word in words)
            writer.WriteStringValue(word);
        writer.WriteEndArray();
    }

    private static string Json(Action<Utf8JsonWriter> members)
    {
        try
        {
            return Written(members);
        }
        catch (Exception exception) when (exception is InitializerException or ModelException)
        {
            return Written(writer => writer.WriteString("error", exception.Message));
        }
    }

    private static string Written(Action<Utf8JsonWriter> members)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
