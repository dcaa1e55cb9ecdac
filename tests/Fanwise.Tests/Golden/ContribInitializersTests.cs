using System.Text.Json;
using Fanwise.Generations;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>tf.contrib.keras.initializers as TensorFlow 1.2.1 itself drew them: in graphs whose operations are counted,
/// with partitions, variables and refusals.</summary>
[Trait("Category", "Sampling")]
public class ContribInitializersTests
{
    [Fact]
    public void DrawAsTensorFlow121Did() =>
        Replay.Every(
            "contrib_initializers.json",
            "cases",
            3975,
            (replay, element) =>
            {
                ConfiguredInitializer initializer = Make(element);
                replay.Configuration(initializer.GetConfig(), element.GetProperty("get_config"));
                Graph graph = Fresh(element);
                PartitionInfo? partition =
                    element.TryGetProperty("full_shape", out JsonElement full) && full.ValueKind == JsonValueKind.Array
                        ? Part(Replay.ShapeOf(full), element)
                        : null;
                int calls = element.TryGetProperty("calls", out JsonElement count) ? count.GetInt32() : 1,
                    runs = element.TryGetProperty("runs", out JsonElement times) ? times.GetInt32() : 1;
                List<Operation> operations = [];
                for (int call = 0; call < calls; call++)
                    operations.Add(
                        initializer.Call(
                            Replay.ShapeOf(element.GetProperty("shape")),
                            graph,
                            Replay.Optional(element, "call_dtype"),
                            partition
                        )
                    );
                replay.Pairs(
                    operations
                        .Where(static operation => operation.Draw is not null)
                        .Select(static operation => operation.Seeds),
                    element.GetProperty("pairs")
                );
                if (!element.TryGetProperty("results", out JsonElement results))
                {
                    replay.Orthogonal(operations[0].Values, element);
                    return;
                }

                Session session = new(graph);
                if (runs > 1)
                    for (int run = 0; run < runs; run++)
                        replay.Bytes(session.Run(operations[0]), results[run], $" run {run}");
                else
                    for (int call = 0; call < calls; call++)
                        replay.Bytes(session.Run(operations[call]), results[call], $" call {call}");
            }
        );

    [Fact]
    public void ProgramsDrawAsTensorFlow121Did() =>
        Replay.Every(
            "contrib_initializers.json",
            "programs",
            184,
            (replay, element) =>
            {
                Graph graph = Fresh(element);
                List<(int Step, Func<Session, Fanwise.Draws.Values> Read, Operation Operation, bool IsExact)> made = [];
                int number = -1;
                foreach (JsonElement step in element.GetProperty("steps").EnumerateArray())
                {
                    number++;
                    string action = step.GetProperty("do").GetString()!;
                    if (action == "constant")
                        graph.AddConstant();
                    else if (action == "set_seed")
                        graph.SetSeed(Replay.Seed(step.GetProperty("seed")));
                    else
                    {
                        ConfiguredInitializer initializer = Make(step);
                        Shape shape = Replay.ShapeOf(step.GetProperty("shape"));
                        bool isResource =
                                step.TryGetProperty("resource", out JsonElement resource) && resource.GetBoolean(),
                            isExact = initializer.Class.Name != "Orthogonal";
                        if (action == "draw")
                        {
                            Operation operation = initializer.Call(shape, graph);
                            made.Add((number, session => session.Run(operation), operation, isExact));
                            continue;
                        }

                        IReadOnlyList<Variable> variables =
                            action == "variable" ? [graph.AddVariable(initializer.Call(shape, graph))]
                            : step.TryGetProperty("parts", out JsonElement parts)
                            && parts.ValueKind == JsonValueKind.Number
                            && parts.GetInt32() > 0
                                ? graph.GetPartitionedVariable(
                                    $"v{number}",
                                    shape,
                                    parts.GetInt32(),
                                    initializer,
                                    isResource: isResource
                                )
                            : [graph.GetVariable($"v{number}", shape, initializer, isResource: isResource)];
                        made.AddRange(
                            variables.Select(variable =>
                                (
                                    number,
                                    (Func<Session, Fanwise.Draws.Values>)(session => session.Read(variable)),
                                    variable.InitialValue,
                                    isExact
                                )
                            )
                        );
                    }
                }

                replay.Pairs(
                    made.Where(static entry => entry.Operation.Draw is not null)
                        .Select(static entry => entry.Operation.Seeds),
                    element.GetProperty("pairs")
                );
                Session session = new(graph);
                session.InitializeVariables();
                JsonElement results = element.GetProperty("results");
                replay.Equal(made.Count, results.GetArrayLength(), "number of results");
                for (int i = 0; i < made.Count; i++)
                {
                    replay.Equal(made[i].Step, results[i].GetProperty("step").GetInt32(), "step");
                    if (made[i].IsExact)
                        replay.Bytes(made[i].Read(session), results[i], $" step {made[i].Step}");
                }
            }
        );

    [Fact]
    public void RefuseWhatTensorFlow121Refused() =>
        Replay.Every(
            "contrib_initializers.json",
            "errors",
            27,
            (replay, element) =>
                replay.Attempt(
                    element,
                    () =>
                    {
                        ConfiguredInitializer initializer = Make(element);
                        if (element.TryGetProperty("shape", out JsonElement shape))
                            initializer.Call(
                                Replay.ShapeOf(shape),
                                new Graph(release: GraphRelease.TensorFlow12, seed: 0),
                                Replay.Optional(element, "call_dtype")
                            );
                        return initializer;
                    }
                )
        );

    private static ConfiguredInitializer Make(JsonElement element) =>
        Generation.Contrib.ConstructWith(
            element.GetProperty("class").GetString()!,
            Replay.Config(element.GetProperty("config"))
        );

    private static Graph Fresh(JsonElement element) =>
        new(Replay.Seed(element.GetProperty("global_seed")), GraphRelease.TensorFlow12);

    private static PartitionInfo Part(Shape full, JsonElement element) =>
        new(
            full,
            element.TryGetProperty("offset", out JsonElement offset) && offset.ValueKind == JsonValueKind.Array
                ? Replay.ShapeOf(offset).Lengths
                : new long[full.Rank]
        );
}
