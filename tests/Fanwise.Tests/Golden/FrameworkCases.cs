using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Testing;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>What the golden files of frameworks' functions have in common.</summary>
internal static class FrameworkCases
{
    public static Shape ShapeOf(JsonElement item) =>
        [.. item.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt64())];

    public static double Number(JsonElement arguments, string name, double otherwise) =>
        arguments.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;

    public static string Text(JsonElement arguments, string name, string otherwise) =>
        arguments.TryGetProperty(name, out JsonElement value) ? value.GetString()! : otherwise;

    public static int[] Axes(JsonElement arguments, string name, params int[] otherwise) =>
        !arguments.TryGetProperty(name, out JsonElement value) ? otherwise
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(static axis => axis.GetInt32())]
        : [value.GetInt32()];

    /// <summary>The bytes of values, made whole, and again by slices and over threads where that can be
    /// done.</summary>
    public static byte[] BytesOf(Values values, string id)
    {
        byte[] whole = new byte[values.Bytes];
        values.Fill(0, whole.AsSpan(), new() { MaxDegreeOfParallelism = 1 });
        int size = values.ElementType.Size(),
            elements = whole.Length / size;
        foreach (int start in (int[])[1, elements / 3, elements - 1])
            if (start >= 0 && start < elements && elements < 10_000)
            {
                int count = Math.Min(elements - start, 7);
                byte[] part = new byte[count * size];
                values.Fill(start, part.AsSpan());
                part.ShouldBe(whole[(start * size)..((start + count) * size)], $"{id}, from {start}");
            }

        return whole;
    }

    /// <summary>Compares with a case: by hash, or where it says that it is not exact and the hash differs, number by
    /// number.</summary>
    /// <returns>Whether by hash.</returns>
    public static bool Compare(Values values, JsonElement item, double tolerance)
    {
        string id = item.GetProperty("id").GetString()!;
        byte[] bytes = BytesOf(values, id);
        string hash = item.GetProperty("sha256").GetString()!;
        if (Golden.Hash(bytes) == hash)
            return true;
        bool isExact = !item.TryGetProperty("exact", out JsonElement exact) || exact.GetBoolean();
        isExact.ShouldBeFalse($"{id}: {Golden.Hash(bytes)} is not {hash}");

        if (!item.TryGetProperty("values", out JsonElement expected))
            return false;
        int size = values.ElementType.Size(),
            index = 0;
        foreach (JsonElement value in expected.EnumerateArray())
        {
            ulong bits = ulong.Parse(value.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            byte[] word = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(word, bits);
            values
                .ElementType.Read(bytes.AsSpan(index++ * size))
                .ShouldBe(values.ElementType.Read(word), tolerance, id);
        }

        return false;
    }
}
