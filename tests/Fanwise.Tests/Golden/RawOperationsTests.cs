using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Streams;
using Fanwise.Testing;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>TensorFlow's random kernels, stateless and stateful: every element type, distribution and length, by
/// hash.</summary>
[Trait("Category", "Sampling")]
public class RawOperationsTests
{
    /// <summary>Longer tensors are drawn once, not at each vector width and as emulated code, too: in these their
    /// hashes alone take minutes.</summary>
    private const long Longest = 1 << 24;

    [Fact]
    public void StatelessOperationsDrawTheReferencesBytes() =>
        Run(
            "stateless_ops.json",
            1389,
            element =>
                element.GetProperty("op").GetString() switch
                {
                    "fold_in" => FoldIn(element),
                    "split" => Split(element),
                    "Generator" => Generated(element),
                    "stateless_uniform" or "stateless_normal" or "stateless_truncated_normal" => Bytes(
                        Function(element),
                        element,
                        Seed(element).Stream
                    ),
                    string operation when element.TryGetProperty("key", out JsonElement key) => Bytes(
                        Raw(element, operation["Stateless".Length..]),
                        element,
                        new PhiloxStream(
                            key.GetUInt64(),
                            new UInt128(
                                element.GetProperty("counter")[1].GetUInt64(),
                                element.GetProperty("counter")[0].GetUInt64()
                            )
                        )
                    ),
                    string operation => Bytes(
                        Raw(element, operation["Stateless".Length..]),
                        element,
                        Seed(element).Stream
                    ),
                    _ => throw new InvalidDataException("A case has no operation."),
                }
        );

    [Fact]
    public void StatefulOperationsDrawTheReferencesBytes() => Run("stateful_ops.json", 1260, Stateful);

    private static byte[] Stateful(JsonElement element)
    {
        JsonElement seeds = element.GetProperty("seeds");
        PhiloxStream stream = PhiloxStream.FromOperationSeeds(seeds[0].GetInt64(), seeds[1].GetInt64());
        int run = element.GetProperty("run").GetInt32();
        for (int earlier = 1; earlier < run; earlier++)
            stream = stream.AfterRun(
                element.TryGetProperty("counts", out JsonElement counts)
                    ? counts[earlier - 1].GetInt64()
                    : element.GetProperty("elements").GetInt64()
            );
        return Bytes(Raw(element, element.GetProperty("op").GetString()!), element, stream);
    }

    private static Draw Raw(JsonElement element, string operation)
    {
        ElementType type = ElementTypes.Parse(element.GetProperty("dtype").GetString()!);
        return operation switch
        {
            "RandomUniform" => Draw.Standard(DrawKind.Uniform, type),
            "RandomStandardNormal" or "RandomNormal" => Draw.Standard(DrawKind.Normal, type),
            "TruncatedNormal" => Draw.Standard(DrawKind.TruncatedNormal, type),
            "RandomUniformInt" => Draw.Integers(
                type,
                element.GetProperty("minval").GetInt64(),
                element.GetProperty("maxval").GetInt64()
            ),
            "RandomUniformFullInt" => Draw.Integers(type),
            _ => throw new InvalidDataException($"Operation {operation} is not known."),
        };
    }

    /// <summary>The public functions, called eagerly with their arguments.</summary>
    private static Draw Function(JsonElement element)
    {
        ElementType type = ElementTypes.Parse(element.GetProperty("dtype").GetString()!);
        double Number(string name) => element.GetProperty(name).GetDouble();
        return element.GetProperty("op").GetString() switch
        {
            "stateless_uniform" when type.IsFloating() => Draw.Uniform(
                type,
                Number("minval"),
                Number("maxval"),
                ParameterRounding.Eager
            ),
            "stateless_uniform" => Draw.Integers(
                type,
                element.GetProperty("minval").GetInt64(),
                element.GetProperty("maxval").GetInt64()
            ),
            "stateless_normal" => Draw.Normal(type, Number("mean"), Number("stddev"), ParameterRounding.Eager),
            _ => Draw.TruncatedNormal(type, Number("mean"), Number("stddev"), ParameterRounding.Eager),
        };
    }

    private static byte[] Generated(JsonElement element)
    {
        Generator generator = Generator.FromSeed(
            BigInteger.Parse(element.GetProperty("seed").GetRawText(), CultureInfo.InvariantCulture)
        );
        ElementType type = ElementTypes.Parse(element.GetProperty("dtype").GetString()!);
        byte[] bytes = [];
        foreach (
            JsonElement call in element
                .GetProperty("calls")
                .EnumerateArray()
                .Take(element.GetProperty("call").GetInt32())
        )
        {
            DrawKind kind = call[0].GetString() switch
            {
                "uniform" => DrawKind.Uniform,
                "normal" => DrawKind.Normal,
                _ => DrawKind.TruncatedNormal,
            };
            Shape shape = Shape.Create(call[1].EnumerateArray().Select(static length => length.GetInt64()).ToArray());
            bytes = new DrawnValues(shape, Draw.Standard(kind, type), generator.Next(shape.Elements))
                .ToTensor()
                .Bytes.ToArray();
        }

        string[] state =
        [
            $"{(ulong)generator.Stream.Counter:x16}",
            $"{(ulong)(generator.Stream.Counter >> 64):x16}",
            $"{generator.Stream.Key:x16}",
        ];
        state.ShouldBe(
            element.GetProperty("state_after").EnumerateArray().Select(static word => word.GetString()),
            element.GetProperty("id").GetString()
        );
        return bytes;
    }

    private static StatelessSeed Seed(JsonElement element)
    {
        (long first, long second) = (
            element.GetProperty("seed")[0].GetInt64(),
            element.GetProperty("seed")[1].GetInt64()
        );
        return element.GetProperty("seed_dtype").GetString() == "int32"
            ? new StatelessSeed((int)first, (int)second)
            : new StatelessSeed(first, second);
    }

    private static byte[] FoldIn(JsonElement element)
    {
        long data = element.GetProperty("data").GetInt64();
        return Integers(
            element.GetProperty("dtype").GetString() == "int32"
                ? Seed(element).FoldIn((int)data)
                : Seed(element).FoldIn(data)
        );
    }

    private static byte[] Split(JsonElement element) =>
        Integers(Seed(element).Split(element.GetProperty("number").GetInt32()));

    private static byte[] Integers(params StatelessSeed[] seeds)
    {
        long[] numbers = [.. seeds.SelectMany(static seed => new[] { seed.First, seed.Second })];
        return seeds.All(static seed => seed.IsWide)
            ? MemoryMarshal.AsBytes<long>(numbers).ToArray()
            : MemoryMarshal.AsBytes<int>(Array.ConvertAll(numbers, static number => (int)number)).ToArray();
    }

    private static byte[] Bytes(Draw draw, JsonElement element, PhiloxStream stream) =>
        new DrawnValues([element.GetProperty("count").GetInt64()], draw, stream).ToTensor().Bytes.ToArray();

    private static void Run(string file, int inOwnCopy, Func<JsonElement, byte[]> draw, bool longOnes = false)
    {
        List<string> wrong = [];
        int compared = 0;
        foreach (
            JsonElement element in Golden
                .Files("tensorflow", file)
                .SelectMany(path => Golden.Read(path).GetProperty("cases").EnumerateArray())
        )
        {
            bool isLong = element.TryGetProperty("count", out JsonElement count) && count.GetInt64() > Longest;
            if (isLong != longOnes)
                continue;
            compared++;
            if (Golden.Hash(draw(element)) != element.GetProperty("sha256").GetString())
                wrong.Add(element.GetProperty("id").GetString()!);
        }

        wrong.ShouldBeEmpty();
        Golden.ShouldHaveSeen(compared, inOwnCopy);
    }

    /// <summary>The operations that make long tensors.</summary>
    public class Long
    {
        [Fact]
        public void StatefulOperationsDrawTheReferencesBytes() => Run("stateful_ops.json", 3, Stateful, longOnes: true);
    }
}
