using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.Streams;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>tf.keras.initializers of TensorFlow 2.6, 2.9 and 2.15: what a seed means differs, and so do second
/// calls.</summary>
[Trait("Category", "Sampling")]
public class TfKerasInitializersTests
{
    [Theory]
    [InlineData("tf_keras_2.6_initializers.json", "tf-keras-2.6", 1454)]
    [InlineData("tf_keras_2.9_initializers.json", "tf-keras-2.9", 1534)]
    public void ProgramsDrawAsTheReleaseDoes(string file, string release, int inOwnCopy)
    {
        Generation generation = Generation.Parse(release);
        EagerContext context = new();
        Replay.Every(
            file,
            "cases",
            inOwnCopy,
            (replay, element) =>
            {
                // One process ran all programs: one without a seed goes on with that of the program before.
                context.ClearSession();
                if (
                    element.TryGetProperty("set_random_seed", out JsonElement seed)
                    || element.GetProperty("global_seed") is { ValueKind: JsonValueKind.Number }
                        && element.TryGetProperty("global_seed", out seed)
                )
                    context.SetSeed(Replay.Seed(seed));
                Dictionary<string, ConfiguredInitializer> instances = [];
                JsonElement results = element.GetProperty("results");
                int number = -1,
                    next = 0;
                foreach (JsonElement step in element.GetProperty("steps").EnumerateArray())
                {
                    number++;
                    switch (step.GetProperty("do").GetString())
                    {
                        case "set_seed":
                            context.SetSeed(Replay.Seed(step.GetProperty("seed")));
                            break;
                        case "make":
                            instances[step.GetProperty("name").GetString()!] = Make(generation, step);
                            break;
                        case "call":
                            Compare(Call(instances[step.GetProperty("name").GetString()!], step, context).Values);
                            break;
                        case "function":
                            Function function = new(
                                context,
                                trace => [Call(instances[step.GetProperty("name").GetString()!], step, trace)]
                            );
                            int times = step.TryGetProperty("times", out JsonElement count) ? count.GetInt32() : 1;
                            for (int time = 0; time < times; time++)
                                Compare(function.Call()[0]);
                            break;
                        default:
                            Compare(Programs.Draw(context, step.GetProperty("op").GetString()!, step).Values);
                            break;
                    }
                }

                replay.Equal(next, results.GetArrayLength(), "number of results");

                void Compare(Values values)
                {
                    replay.Equal(number, results[next].GetProperty("step").GetInt32(), "step");
                    replay.Bytes(values, results[next++], $" step {number}");
                }
            }
        );
    }

    [Theory]
    [InlineData("tf_keras_2.6_initializers.json", "tf-keras-2.6", 19)]
    [InlineData("tf_keras_2.9_initializers.json", "tf-keras-2.9", 19)]
    public void RefuseWhatTheReleaseRefuses(string file, string release, int inOwnCopy)
    {
        Generation generation = Generation.Parse(release);
        Replay.Every(
            file,
            "errors",
            inOwnCopy,
            (replay, element) =>
                replay.Attempt(
                    element,
                    () =>
                    {
                        ConfiguredInitializer initializer = Make(generation, element);
                        if (element.TryGetProperty("shape", out _))
                            Call(initializer, element, new EagerContext(0));
                        return initializer;
                    },
                    initializer => replay.Configuration(initializer.GetConfig(), element.GetProperty("get_config"))
                )
        );
    }

    [Fact]
    public void DrawAsTfKerasDoes()
    {
        Dictionary<string, ConfiguredInitializer> instances = [];
        Dictionary<string, PythonRandom> randoms = [];
        Replay.Every(
            "tf_keras_initializers.json",
            "cases",
            1313,
            (replay, element) =>
            {
                string id = element.GetProperty("id").GetString()!,
                    name = element.GetProperty("class").GetString()!;
                bool isFromConfig = Replay.Optional(element, "method").Text == "from_config";
                string key = id.LastIndexOf("/call", StringComparison.Ordinal) is >= 0 and int at ? id[..at] : id;
                PythonRandom? random = null;
                if (element.TryGetProperty("set_random_seed", out JsonElement randomSeed))
                {
                    string sequence = element.GetProperty("sequence").GetString()!;
                    if (!randoms.TryGetValue(sequence, out random))
                        randoms[sequence] = random = new PythonRandom(randomSeed.GetInt64());
                }

                replay.Attempt(
                    element,
                    () =>
                    {
                        if (instances.TryGetValue(key, out ConfiguredInitializer? earlier))
                            return earlier;
                        PythonValue config = Replay.Config(element.GetProperty("config"));
                        ConfiguredInitializer instance = isFromConfig
                            ? Generation.TfKeras215.FromConfig(name, config, random)
                            : Generation.TfKeras215.ConstructWith(name, config, random);
                        if (
                            element.TryGetProperty("error", out _)
                            && element.GetProperty("shape").ValueKind == JsonValueKind.Array
                        )
                            Call(instance, element, null);
                        return instances[key] = instance;
                    },
                    instance =>
                    {
                        if (element.TryGetProperty("get_config", out JsonElement written))
                            replay.Configuration(instance.GetConfig(), written);
                        if (element.TryGetProperty("again", out JsonElement again))
                            replay.Configuration(
                                Generation.TfKeras215.FromConfig(name, instance.GetConfig()).GetConfig(),
                                again
                            );
                        if (element.TryGetProperty("envelope", out JsonElement envelope))
                            replay.Configuration(instance.Serialize(), envelope);
                        if (!element.TryGetProperty("sha256", out _))
                            return;
                        Operation operation = Call(instance, element, null);
                        if (element.TryGetProperty("seed_drawn", out JsonElement drawn))
                            replay.Equal(instance.DrawnSeed, Replay.Seed(drawn), "seed");
                        if (element.TryGetProperty("nonce", out JsonElement nonce))
                            replay.Equal(
                                PythonHash.Of(Replay.ShapeOf(element.GetProperty("partition_offset")).Lengths),
                                nonce.GetInt64(),
                                "nonce"
                            );
                        if (name == "Orthogonal")
                            replay.Orthogonal(operation.Values, element);
                        else
                            replay.Bytes(operation.Values, element);
                    }
                );
            }
        );
    }

    private static ConfiguredInitializer Make(Generation generation, JsonElement element) =>
        generation.ConstructWith(
            element.GetProperty("class").GetString()!,
            Replay.Config(element.GetProperty("config"))
        );

    private static Operation Call(ConfiguredInitializer instance, JsonElement element, DrawingContext? context)
    {
        JsonElement keywords =
            element.TryGetProperty("call", out JsonElement call) && call.ValueKind == JsonValueKind.Object
                ? call
                : element;
        Partition? partition =
            keywords.TryGetProperty("partition_info", out _) ? new PartitionInfo([2, 2], 0, 0)
            : keywords.TryGetProperty("partition_shape", out JsonElement part)
                ? new Shard(
                    Replay.ShapeOf(part),
                    keywords.TryGetProperty("partition_offset", out JsonElement offset)
                        ? (Shape?)Replay.ShapeOf(offset)
                        : null
                )
            : null;
        return instance.Call(
            Replay.ShapeOf(element.GetProperty("shape")),
            context,
            Replay.Optional(keywords, "dtype"),
            partition
        );
    }
}
