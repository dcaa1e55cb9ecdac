using System.Text.Json;
using Fanwise.Generations;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>The initializers of TensorFlow 1 as TensorFlow 2 keeps them: in graphs and eagerly, with partitions,
/// configurations and refusals.</summary>
[Trait("Category", "Sampling")]
public class CompatV1InitializersTests
{
    [Fact]
    public void DrawAsTheReferenceDoes()
    {
        Dictionary<string, (ConfiguredInitializer Initializer, DrawingContext Context)> instances = [];
        Replay.Every(
            "v1_initializers.json",
            "cases",
            2826,
            (replay, element) =>
            {
                (Generation generation, string name) = Class(element.GetProperty("class").GetString()!);
                PythonValue config = Replay.Config(
                    element.TryGetProperty("from_config", out JsonElement source)
                        ? source
                        : element.GetProperty("config")
                );
                bool fromConfig =
                    source.ValueKind == JsonValueKind.Object
                    || Replay.Optional(element, "method").Text == "from_config";
                replay.Attempt<(ConfiguredInitializer Initializer, DrawingContext Context)>(
                    element,
                    () =>
                    {
                        string key =
                            Replay.Optional(element, "instance").Text ?? element.GetProperty("id").GetString()!;
                        if (
                            instances.TryGetValue(
                                key,
                                out (ConfiguredInitializer Initializer, DrawingContext Context) earlier
                            )
                        )
                            return earlier;
                        ConfiguredInitializer initializer = fromConfig
                            ? generation.FromConfig(name, config)
                            : generation.ConstructWith(name, config);
                        System.Numerics.BigInteger? seed = element.TryGetProperty("global_seed", out JsonElement global)
                            ? Replay.Seed(global)
                            : 0;
                        DrawingContext context =
                            element.TryGetProperty("graph", out JsonElement graph) && !graph.GetBoolean()
                                ? new EagerContext(seed)
                                : new Graph(seed, replay.Release);
                        if (element.TryGetProperty("error", out _) || element.TryGetProperty("accepted", out _))
                            CallIfAny(initializer, context, element);
                        return instances[key] = (Initializer: initializer, Context: context);
                    },
                    made =>
                    {
                        if (element.TryGetProperty("get_config", out JsonElement written))
                            replay.Configuration(made.Initializer.GetConfig(), written);
                        if (element.TryGetProperty("again", out JsonElement again))
                            replay.Configuration(
                                generation.FromConfig(name, made.Initializer.GetConfig()).GetConfig(),
                                again
                            );
                        if (!element.TryGetProperty("sha256", out _))
                            return;
                        Operation operation = CallIfAny(made.Initializer, made.Context, element)!;
                        if (element.TryGetProperty("pairs", out JsonElement pairs))
                            replay.Pairs([operation.Seeds], pairs);
                        if (name == "Orthogonal")
                            replay.Orthogonal(operation.Values, element);
                        else
                            replay.Bytes(operation.Values, element);
                    }
                );
            }
        );
    }

    /// <summary>core.truncated_normal, keras.HeNormal: the generation and the class.</summary>
    internal static (Generation, string) Class(string qualified)
    {
        string[] parts = qualified.Split('.');
        if (parts[0] == "keras")
            return (Generation.CompatV1, parts[1]);
        return (Generation.CompatV1Core, Generation.CompatV1Core.FindIdentifier(parts[1])!.Name);
    }

    private static Operation? CallIfAny(ConfiguredInitializer initializer, DrawingContext context, JsonElement element)
    {
        if (!element.TryGetProperty("shape", out JsonElement shape) || shape.ValueKind != JsonValueKind.Array)
            return null;
        PythonValue dtype =
            element.TryGetProperty("call", out JsonElement keywords) && keywords.ValueKind == JsonValueKind.Object
                ? Replay.Optional(keywords, "dtype").Text is { } name and not "None"
                    ? name
                    : PythonValue.None
                : Replay.Optional(element, "call_dtype");
        PartitionInfo? partition = element.TryGetProperty("partition_info", out JsonElement info)
            ? new PartitionInfo(
                Replay.ShapeOf(info.GetProperty("full_shape")),
                Replay.ShapeOf(info.GetProperty("var_offset")).Lengths
            )
            : null;
        return initializer.Call(Replay.ShapeOf(shape), context, dtype, partition);
    }
}
