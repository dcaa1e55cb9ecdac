using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Streams;
using Fanwise.Testing;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>TensorFlow's random kernels, stateless and stateful: every element type, distribution and length, by hash.</summary>
public class RawOperationsTests
{
    /// <summary>Kinds of cases that are not built yet; empty at the end.</summary>
    private static readonly string[] NotBuilt = ["stateless_uniform", "stateless_normal", "stateless_truncated_normal", "Generator", "fold_in", "split"];

    [Fact]
    public void StatelessOperationsDrawTheReferencesBytes() => Run("stateless_ops.json", element =>
    {
        string operation = element.GetProperty("op").GetString()!;
        if (!operation.StartsWith("StatelessRandom", StringComparison.Ordinal) && operation != "StatelessTruncatedNormal") return null;
        JsonElement seed = element.GetProperty("seed");
        return Bytes(element, operation["Stateless".Length..], PhiloxStream.FromStatelessSeed(seed[0].GetInt64(), seed[1].GetInt64()));
    });

    [Fact]
    public void StatefulOperationsDrawTheReferencesBytes() => Run("stateful_ops.json", element =>
    {
        JsonElement seeds = element.GetProperty("seeds");
        PhiloxStream stream = PhiloxStream.FromOperationSeeds(seeds[0].GetInt64(), seeds[1].GetInt64());
        int run = element.GetProperty("run").GetInt32();
        for (int earlier = 1; earlier < run; earlier++)
            stream = stream.AfterRun(element.TryGetProperty("counts", out JsonElement counts) ? counts[earlier - 1].GetInt64() : element.GetProperty("elements").GetInt64());
        return Bytes(element, element.GetProperty("op").GetString()!, stream);
    });

    private static byte[]? Bytes(JsonElement element, string operation, PhiloxStream stream)
    {
        ElementType type = ElementTypes.Parse(element.GetProperty("dtype").GetString()!);
        Draw? draw = operation switch
        {
            "RandomUniform" => Draw.Standard(DrawKind.Uniform, type),
            "RandomStandardNormal" or "RandomNormal" => Draw.Standard(DrawKind.Normal, type),
            "TruncatedNormal" => Draw.Standard(DrawKind.TruncatedNormal, type),
            "RandomUniformInt" => Draw.Integers(type, element.GetProperty("minval").GetInt64(), element.GetProperty("maxval").GetInt64()),
            "RandomUniformFullInt" => Draw.Integers(type),
            _ => null,
        };
        return draw is null ? null : new DrawnValues([element.GetProperty("count").GetInt64()], draw.Value, stream).ToTensor().Bytes.ToArray();
    }

    private static void Run(string file, Func<JsonElement, byte[]?> draw)
    {
        List<string> wrong = [];
        Dictionary<string, int> skipped = [];
        int compared = 0;
        foreach (JsonElement element in Golden.Files("tensorflow", file).SelectMany(path => Golden.Read(path).GetProperty("cases").EnumerateArray()))
        {
            byte[]? bytes = draw(element);
            if (bytes is null)
            {
                string kind = element.GetProperty("op").GetString()!;
                skipped[kind] = skipped.GetValueOrDefault(kind) + 1;
                continue;
            }

            compared++;
            if (Golden.Hash(bytes) != element.GetProperty("sha256").GetString()) wrong.Add(element.GetProperty("id").GetString()!);
        }

        wrong.ShouldBeEmpty();
        skipped.Keys.ShouldBeSubsetOf(NotBuilt);
        compared.ShouldBeGreaterThan(0);
    }
}
