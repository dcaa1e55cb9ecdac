using System.Text.Json;
using Fanwise.Generations;
using Fanwise.Streams;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>keras.initializers of Keras 3 on TensorFlow: every class, seed, element type and axis; sequences of
/// instances and calls; configurations and refusals.</summary>
[Trait("Category", "Sampling")]
public class Keras3InitializersTests
{
    [Fact]
    public void DrawAsKeras3Does()
    {
        Dictionary<string, ConfiguredInitializer> instances = [];
        Dictionary<string, SeedGenerator> shared = [];
        Dictionary<string, PythonRandom> randoms = [];
        Replay.Every(
            "keras_initializers.json",
            "cases",
            1870,
            (replay, element) =>
            {
                string id = element.GetProperty("id").GetString()!,
                    name = element.GetProperty("class").GetString()!;
                PythonValue config = Replay.Config(element.GetProperty("config"));
                string sequence = element.TryGetProperty("sequence", out JsonElement of) ? of.GetString()! : "";
                if (config["seed"]["seed_generator"] is { IsGiven: true } seed)
                {
                    string generator = sequence.Length > 0 ? $"{sequence}/{seed}" : Instance(id);
                    if (!shared.TryGetValue(generator, out SeedGenerator? made))
                        shared[generator] = made = new SeedGenerator(
                            (long)seed.Integer!.Value,
                            element.TryGetProperty("get_config", out JsonElement named)
                                ? named.GetProperty("seed").GetProperty("config").GetProperty("name").GetString()!
                                : "g"
                        );
                    config = PythonValue.Dictionary([
                        .. config.Entries!.Select(entry => (entry.Key, entry.Key == "seed" ? made : entry.Value)),
                    ]);
                }

                PythonRandom? random = null;
                if (
                    element.TryGetProperty("set_random_seed", out JsonElement randomSeed)
                    && !randoms.TryGetValue(sequence, out random)
                )
                    randoms[sequence] = random = new PythonRandom(randomSeed.GetInt64());
                replay.Attempt(
                    element,
                    () =>
                    {
                        if (
                            element.TryGetProperty("call", out JsonElement call)
                            && call.ValueKind == JsonValueKind.Number
                            && instances.TryGetValue(Instance(id), out ConfiguredInitializer? earlier)
                        )
                            return earlier;
                        ConfiguredInitializer instance =
                            Replay.Optional(element, "method").Text == "from_config"
                                ? Generation.Keras.FromConfig(name, config, random)
                                : Generation.Keras.ConstructWith(name, config, random);
                        if (
                            element.TryGetProperty("shape", out JsonElement shape)
                            && shape.ValueKind == JsonValueKind.Array
                            && element.TryGetProperty("error", out _)
                        )
                            Draw(instance, element);
                        return instances[Instance(id)] = instance;
                    },
                    instance =>
                    {
                        if (element.TryGetProperty("get_config", out JsonElement written))
                            replay.Configuration(instance.GetConfig(), written);
                        if (element.TryGetProperty("again", out JsonElement again))
                            replay.Configuration(
                                Generation.Keras.FromConfig(name, instance.GetConfig()).GetConfig(),
                                again
                            );
                        if (element.TryGetProperty("envelope", out JsonElement envelope))
                            replay.Configuration(instance.Serialize(), envelope);
                        if (element.TryGetProperty("seed_drawn", out JsonElement drawn))
                            replay.Equal(instance.DrawnSeed, Replay.Seed(drawn), "seed");
                        if (!element.TryGetProperty("sha256", out _))
                            return;
                        Operation operation = Draw(instance, element);
                        if (name == "Orthogonal")
                            replay.Orthogonal(operation.Values, element);
                        else
                            replay.Bytes(operation.Values, element);
                    }
                );
            }
        );
    }

    private static string Instance(string id) =>
        id.LastIndexOf("/call", StringComparison.Ordinal) is >= 0 and int at ? id[..at] : id;

    private static Operation Draw(ConfiguredInitializer instance, JsonElement element)
    {
        JsonElement keywords =
            element.TryGetProperty("call", out JsonElement call) && call.ValueKind == JsonValueKind.Object
                ? call
                : element;
        Partition? partition = keywords.TryGetProperty("partition_shape", out JsonElement part)
            ? new Shard(Replay.ShapeOf(part))
            : null;
        return instance.Call(
            Replay.ShapeOf(element.GetProperty("shape")),
            context: null,
            Replay.Optional(keywords, "dtype"),
            partition
        );
    }
}
