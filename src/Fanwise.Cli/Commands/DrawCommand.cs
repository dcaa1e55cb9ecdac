using System.CommandLine;
using Fanwise.Draws;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.TensorFlow;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise draw: one initializer, as a generation of TensorFlow or Keras draws it.</summary>
internal static class DrawCommand
{
    public const string Example = "fanwise draw he_normal --shape 3,3,64,128 --seed 42";

    public static Command Create()
    {
        Argument<string> initializer = InitializerArguments.Initializer();
        Option<Shape> shape = InitializerArguments.Shape("--shape", "The shape: 3,3,64,128; \"\" for a scalar.");
        shape.Required = true;
        Option<System.Numerics.BigInteger?> seed = InitializerArguments.Integer(
                "--seed",
                "The initializer's seed, in place of its own."
            ),
            globalSeed = InitializerArguments.Integer(
                "--global-seed",
                "The seed of the graph or of the eager context; for tf-keras and keras that of set_random_seed, "
                    + "used where the initializer has none."
            );
        string[] types = [.. Enum.GetValues<ElementType>().Select(ElementTypes.Name)];
        Option<string> type = new Option<string>("--dtype")
        {
            Description = $"The element type of the call: {string.Join(", ", types)}.",
            HelpName = "TYPE",
        }.OneOf(types);
        Option<string> generation = new Option<string>("--as")
        {
            Description =
                "Whose initializers (keras by default): "
                + $"{string.Join(", ", Generations.Generation.All.Select(static row => row.Name))}; or whose own "
                + "functions: "
                + $"{string.Join(", ", FrameworkDraws.All.Select(static row => row.Name))}.",
            HelpName = "GENERATION",
        }.OneOf([
            .. Generations.Generation.All.Select(static row => row.Name),
            .. FrameworkDraws.All.Select(static row => row.Name),
        ]);
        Option<string> backend = Arguments.Backend();
        Option<FanRule?> layer = InitializerArguments.Layer(
            "How the layer that the weight is for counts its fans; other numbers than Keras', which counts by the "
                + "shape."
        );
        Option<bool> eager = new("--eager")
        {
            Description = "compat-v1 and compat-v1-core: draw eagerly, not in a fresh graph.",
        };
        Option<Shape?> fullShape = InitializerArguments.OptionalShape(
                "--full-shape",
                "The shape of the whole variable that this is a part of."
            ),
            offset = InitializerArguments.OptionalShape("--offset", "Where the part begins in the whole.");
        Option<int?> times = Arguments.Count(
            "--times",
            1_000_000,
            "How often the same instance is called, once by default; tensors 1, 2, ... of a safetensors file."
        );
        Option<string?> output = Arguments.Output(
            "A .npy, .npz or .safetensors file; without it a summary and a histogram are printed."
        );
        Option<bool> overwrite = Arguments.Overwrite(),
            noSync = Arguments.NoSync();
        ToolCommand command = new(
            "draw",
            "One initializer's values, as a generation of TensorFlow or Keras draws them.",
            Example,
            "fanwise draw '{\"class_name\": \"VarianceScaling\", \"config\": {\"distribution\": \"normal\"}}' "
                + "--shape 784,256 --as compat-v1 --global-seed 1234 -o kernel.npy --overwrite"
        )
        {
            initializer,
            shape,
            seed,
            type,
            generation,
            backend,
            layer,
            globalSeed,
            eager,
            fullShape,
            offset,
            times,
            output,
            overwrite,
            noSync,
        };
        command.SetAction((parsed, cancellation) => Task.Run(() => Draw(parsed, cancellation), cancellation));
        return command;

        int Draw(ParseResult parsed, CancellationToken cancellation)
        {
            WriteOptions written = new() { Overwrite = parsed.GetValue(overwrite), Sync = !parsed.GetValue(noSync) };
            ElementType? elements = parsed.GetValue(type) is { } word ? ElementTypes.Parse(word) : null;
            if (FrameworkDraws.All.FirstOrDefault(row => row.Name == parsed.GetValue(generation)) is { } framework)
            {
                foreach (Option option in (Option[])[backend, layer, globalSeed, eager, fullShape, offset, times])
                    if (parsed.GetResult(option) is { Implicit: false })
                        throw new InitializerException(
                            $"{option.Name} is for initializers of Keras and TensorFlow, not for functions of "
                                + $"{framework.Name}."
                        );
                Values values = framework.Draw(
                    InitializerArguments.Text(parsed.GetRequiredValue(initializer)),
                    parsed.GetRequiredValue(shape),
                    elements,
                    parsed.GetValue(seed)
                );
                if (parsed.GetValue(output) is { } file)
                    Write([values], file, written, cancellation);
                else
                    Console.Out.Write(ValuesSummary.Of(values));
                return Invocation.Done;
            }

            DrawResult result = new DrawRequest
            {
                Initializer = InitializerArguments.Text(parsed.GetRequiredValue(initializer)),
                Generation = Generations.Generation.Parse(
                    parsed.GetValue(generation) ?? Generations.Generation.Keras.Name
                ),
                Backend = Arguments.GivenBackend(parsed, backend),
                Shape = parsed.GetRequiredValue(shape),
                Seed = parsed.GetValue(seed),
                ElementType = elements,
                GlobalSeed = parsed.GetValue(globalSeed),
                IsEager = parsed.GetValue(eager),
                FullShape = parsed.GetValue(fullShape),
                Offset = parsed.GetValue(offset),
                Layer = parsed.GetValue(layer),
                Times = parsed.GetValue(times) ?? 1,
            }.Run();
            foreach (string note in result.Notes)
                Terminal.Say(note);
            if (parsed.GetValue(output) is { } path)
                Write(result.Operations.Select(static operation => operation.Values), path, written, cancellation);
            else
                Console.Out.Write(DrawSummary.Of(result));
            return Invocation.Done;
        }
    }

    private static void Write(
        IEnumerable<Values> calls,
        string path,
        WriteOptions options,
        CancellationToken cancellation
    )
    {
        WeightPlan plan = new(calls.Select(static (values, call) => new PlannedWeight($"{call + 1}", values)));
        CheckpointFormat.Of(path).Write(plan, path, options, cancellation);
    }
}
