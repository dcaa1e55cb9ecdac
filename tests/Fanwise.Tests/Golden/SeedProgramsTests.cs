using System.Text.Json;
using Fanwise.Generations;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>Whose numbers an operation gets: programs of steps in graphs and sessions, eagerly, and in traced
/// functions.</summary>
[Trait("Category", "Sampling")]
public class SeedProgramsTests
{
    [Fact]
    public void GraphsGiveTheReferencesSeeds() =>
        Replay.Every(
            "graph_seeds.json",
            "cases",
            549,
            (replay, element) =>
            {
                Graph graph = new(release: replay.Release);
                Session session = new(graph);
                Dictionary<string, Operation> operations = [];
                Dictionary<string, Variable> variables = [];
                int number = -1;
                foreach (JsonElement step in element.GetProperty("steps").EnumerateArray())
                {
                    string place = $" step {++number}",
                        name = Replay.Optional(step, "name").Text ?? "",
                        action = step.GetProperty("do").GetString()!;
                    switch (action)
                    {
                        case "set_seed":
                            graph.SetSeed(Replay.Seed(step.GetProperty("seed")));
                            break;
                        case "constant":
                            graph.AddConstant();
                            break;
                        case "session":
                            session = new Session(graph);
                            break;
                        case "get_variable":
                            IReadOnlyList<Variable> made = GetVariable(graph, step);
                            if (step.TryGetProperty("pairs", out JsonElement pairs))
                                replay.Pairs(made.Select(static variable => variable.InitialValue.Seeds), pairs, place);
                            if (step.TryGetProperty("part_shapes", out JsonElement shapes))
                            {
                                replay.Equal(
                                    string.Join(' ', made.Select(static part => part.Shape)),
                                    string.Join(' ', shapes.EnumerateArray().Select(Replay.ShapeOf)),
                                    "shapes of parts"
                                );
                                for (int part = 0; part < made.Count; part++)
                                    variables[$"{name}/{part}"] = made[part];
                            }
                            else
                                variables[name] = made[0];
                            break;
                        case "run" when variables.TryGetValue(name, out Variable? variable):
                            session.Initialize(variable);
                            replay.Bytes(session.Read(variable), step, place);
                            break;
                        case "run":
                            replay.Bytes(session.Run(operations[name]), step, place);
                            break;
                        default:
                            Operation operation = operations[name] = Programs.Draw(graph, action, step);
                            replay.Pairs([operation.Seeds], step.GetProperty("pairs"), place);
                            break;
                    }
                }
            }
        );

    [Fact]
    public void EagerCallsAndFunctionsGiveTheReferencesSeeds() =>
        Replay.Every(
            "eager_seeds.json",
            "cases",
            680,
            (replay, element) =>
            {
                EagerContext context = new();
                Dictionary<string, Function> functions = [];
                if (element.TryGetProperty("functions", out JsonElement bodies))
                    foreach (JsonProperty body in bodies.EnumerateObject())
                        functions[body.Name] = new Function(
                            context,
                            trace =>
                                [
                                    .. body
                                        .Value.EnumerateArray()
                                        .Select(step =>
                                            Programs.Draw(trace, step.GetProperty("do").GetString()!, step)
                                        ),
                                ],
                            replay.Release
                        );
                int number = -1;
                foreach (JsonElement step in element.GetProperty("steps").EnumerateArray())
                {
                    string place = $" step {++number}",
                        action = step.GetProperty("do").GetString()!;
                    switch (action)
                    {
                        case "set_seed":
                            context.SetSeed(Replay.Seed(step.GetProperty("seed")));
                            break;
                        case "call":
                            int signature = step.TryGetProperty("retrace", out JsonElement retrace)
                                ? retrace.GetInt32()
                                : 1;
                            Function function = functions[step.GetProperty("function").GetString()!];
                            IReadOnlyList<Fanwise.Draws.Values> values = function.Call(signature);
                            JsonElement expected = step.GetProperty("values");
                            for (int i = 0; i < values.Count; i++)
                                replay.Bytes(values[i], expected[i], $"{place} value {i}");
                            break;
                        default:
                            Operation operation;
                            if (action == "initializer")
                            {
                                (Generation generation, string name) = CompatV1InitializersTests.Class(
                                    step.GetProperty("class").GetString()!
                                );
                                operation = generation
                                    .ConstructWith(name, Replay.Config(step.GetProperty("config")))
                                    .Call(
                                        Replay.ShapeOf(step.GetProperty("shape")),
                                        context,
                                        Replay.Optional(step, "dtype")
                                    );
                            }
                            else
                                operation = Programs.Draw(context, action, step);
                            if (step.TryGetProperty("pairs", out JsonElement pairs))
                                replay.Pairs([operation.Seeds], pairs, place);
                            replay.Bytes(operation.Values, step, place);
                            break;
                    }
                }
            }
        );

    private static IReadOnlyList<Variable> GetVariable(Graph graph, JsonElement step)
    {
        (Generation generation, string name) = CompatV1InitializersTests.Class(
            step.GetProperty("initializer").GetString()!
        );
        ConfiguredInitializer initializer = generation.ConstructWith(name, Replay.Config(step.GetProperty("config")));
        (string variable, Shape shape) = (
            step.GetProperty("name").GetString()!,
            Replay.ShapeOf(step.GetProperty("shape"))
        );
        ElementType type = ElementTypes.Parse(step.GetProperty("dtype").GetString()!);
        return step.TryGetProperty("partitions", out JsonElement parts)
            ? graph.GetPartitionedVariable(variable, shape, parts.GetInt32(), initializer, type, isResource: true)
            : [graph.GetVariable(variable, shape, initializer, type, isResource: true)];
    }
}
