using System.Runtime.InteropServices;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Simd;
using Fanwise.Streams;
using Fanwise.Testing;
using static Fanwise.Tests.GoldenFiles.FrameworkCases;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>JAX's own functions, each case drawn by JAX 0.10.2 itself.</summary>
[Trait("Category", "Golden")]
public class JaxFunctionsTests
{
    /// <summary>How far the orthonormal factor may be from JAX's, which decomposes in the element type.</summary>
    private const double SingleTolerance = 2e-6,
        DoubleTolerance = 1e-14;

    [Fact]
    public void EveryFunctionOfJaxGivesItsBytes()
    {
        int exact = 0,
            near = 0;
        foreach (string file in Golden.Files("jax", "functions*.json"))
        foreach (JsonElement item in Golden.Read(file).GetProperty("cases").EnumerateArray())
        {
            string dtype = item.GetProperty("dtype").GetString()!;
            if (dtype.StartsWith("uint", StringComparison.Ordinal))
            {
                Golden
                    .Hash(Words(item, dtype))
                    .ShouldBe(item.GetProperty("sha256").GetString(), item.GetProperty("id").GetString());
                exact++;
                continue;
            }

            Values values = Draw(item, ElementTypes.Parse(dtype));
            if (Compare(values, item, dtype == "float64" ? DoubleTolerance : SingleTolerance))
                exact++;
            else
                near++;
        }

        Golden.ShouldHaveSeen(exact, 718);
        Golden.ShouldHaveSeen(near, 15);
    }

    private static JaxKey KeyOf(JsonElement item)
    {
        string mode = item.GetProperty("mode").GetString()!;
        JsonElement key = item.GetProperty("key");
        long seed = key.GetProperty("seed").GetInt64();
        JaxKey made = (mode.EndsWith("/x64", StringComparison.Ordinal) ? JaxKey.Of64(seed) : JaxKey.Of(seed)) with
        {
            Original = mode.StartsWith("original", StringComparison.Ordinal),
        };
        if (key.TryGetProperty("path", out JsonElement path))
            foreach (JsonElement step in path.EnumerateArray())
                made =
                    step[0].GetString() == "split"
                        ? made.Split(step[1].GetInt64(), step[2].GetInt64())
                        : made.FoldIn(step[1].GetInt64());
        return made;
    }

    /// <summary>What is made of words: keys and bits.</summary>
    private static byte[] Words(JsonElement item, string dtype)
    {
        JaxKey key = KeyOf(item);
        JsonElement arguments = item.GetProperty("args");
        switch (item.GetProperty("call").GetString())
        {
            case "key" or "PRNGKey":
                return Bytes(key);
            case "fold_in":
                return Bytes(key.FoldIn(arguments.GetProperty("data").GetInt64()));
            case "split":
                long count = arguments.GetProperty("num").GetInt64();
                return [.. Enumerable.Range(0, (int)count).SelectMany(i => Bytes(key.Split(count, i)))];
            default:
                return Bits(key.Stream, int.Parse(dtype[4..]), item.GetProperty("count").GetInt32());
        }
    }

    private static byte[] Bytes(JaxKey key) => MemoryMarshal.AsBytes<uint>([key.First, key.Second]).ToArray();

    private static unsafe byte[] Bits(ThreefryStream stream, int bits, int count)
    {
        byte[] bytes = new byte[count * bits / 8];
        uint[] words = new uint[ThreefryStream.Tile],
            low = new uint[ThreefryStream.Tile];
        for (int start = 0; start < count; start += ThreefryStream.Tile)
        {
            int part = Math.Min(count - start, ThreefryStream.Tile);
            fixed (uint* w = words)
            fixed (uint* l = low)
                stream.Bits<ScalarLanes, ulong>(bits, count, start, part, w, l);
            for (int i = 0; i < part; i++)
            {
                ulong value = bits == 64 ? (ulong)words[i] << 32 | low[i] : words[i];
                for (int b = 0; b < bits / 8; b++)
                    bytes[(start + i) * bits / 8 + b] = (byte)(value >> (8 * b));
            }
        }

        return bytes;
    }

    private static Values Draw(JsonElement item, ElementType type)
    {
        JaxKey key = KeyOf(item);
        Shape shape = ShapeOf(item);
        JsonElement a = item.GetProperty("args");
        string call = item.GetProperty("call").GetString()!;
        switch (call)
        {
            case "uniform":
                return Jax.Uniform(key, shape, type, Number(a, "minval", 0), Number(a, "maxval", 1));
            case "normal":
                return Jax.Normal(key, shape, type);
            case "truncated_normal":
                return Jax.TruncatedNormal(key, shape, type, Number(a, "lower", -2), Number(a, "upper", 2));
            case "initializers.zeros":
                return Initializers.Zeros.ValuesFor(shape, type);
            case "initializers.ones":
                return Initializers.Ones.ValuesFor(shape, type);
            case "initializers.constant":
                return (new Constant(Number(a, "value", 0)) with { Backend = Backend.Jax }).ValuesFor(shape, type);
            case "initializers.uniform":
                return Jax.Uniform(key, shape, type, Number(a, "scale", 0.01));
            case "initializers.normal":
                return Jax.Normal(key, shape, type, Number(a, "stddev", 0.01));
            case "initializers.truncated_normal":
                return Jax.TruncatedNormal(
                    key,
                    shape,
                    type,
                    Number(a, "stddev", 0.01),
                    Number(a, "lower", -2),
                    Number(a, "upper", 2)
                );
            case "initializers.orthogonal":
                return Jax.Orthogonal(key, shape, type, Number(a, "scale", 1), (int)Number(a, "column_axis", -1));
            case "initializers.delta_orthogonal":
                return Jax.DeltaOrthogonal(key, shape, type, Number(a, "scale", 1));
            default:
                return Jax.VarianceScaling(key, shape, type, Scaling(call, a));
        }
    }

    private static JaxScaling Scaling(string call, JsonElement a)
    {
        Distribution uniform = Distribution.Uniform,
            truncated = Distribution.TruncatedNormal;
        JaxScaling named = call["initializers.".Length..] switch
        {
            "glorot_uniform" => new(1, JaxFanMode.FanAverage, uniform),
            "glorot_normal" => new(1, JaxFanMode.FanAverage, truncated),
            "lecun_uniform" => new(1, JaxFanMode.FanIn, uniform),
            "lecun_normal" => new(1, JaxFanMode.FanIn, truncated),
            "he_uniform" => new(2, JaxFanMode.FanIn, uniform),
            "he_normal" => new(2, JaxFanMode.FanIn, truncated),
            _ => new(
                Number(a, "scale", 1),
                Text(a, "mode", "") switch
                {
                    "fan_in" => JaxFanMode.FanIn,
                    "fan_out" => JaxFanMode.FanOut,
                    "fan_avg" => JaxFanMode.FanAverage,
                    _ => JaxFanMode.FanGeometric,
                },
                Text(a, "distribution", "") switch
                {
                    "uniform" => uniform,
                    "normal" => Distribution.UntruncatedNormal,
                    _ => truncated,
                }
            ),
        };
        return named with { In = Axes(a, "in_axis", -2), Out = Axes(a, "out_axis", -1), Batch = Axes(a, "batch_axis") };
    }
}
