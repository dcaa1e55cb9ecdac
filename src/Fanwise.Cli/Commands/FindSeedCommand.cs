using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.Models.Seeds;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise find-seed: which seed made these weights.</summary>
internal static class FindSeedCommand
{
    public static Command Create()
    {
        Argument<string> path = new Argument<string>("FILE|DIR")
        {
            Description = "Weights: safetensors, .h5, .keras, .npz, or a folder of shards or for TensorFlow.js.",
        }.NotEmpty();
        Option<string?> model = new Option<string?>("--model")
        {
            Description =
                "The model whose weights they are: its initializers are taken, and keras.utils.set_random_seed's "
                + "value is searched too. By default the model that the file itself holds; where it holds none, the "
                + "named initializers are tried.",
            HelpName = "MODEL",
        }.NotEmpty();
        ProgramChoice program = new();
        Option<string?> configuration = new Option<string?>("--config")
        {
            Description = "The config.json of a PyTorch model by --as or --rules; the one in the folder by default.",
            HelpName = "FILE",
        }.NotEmpty();
        RuleOptions rules = new(configuration, "Then the seed is searched that they were drawn with.");
        Option<string> backend = Arguments.Backend();
        Option<CustomLayers> custom = Arguments.CustomLayers();
        Option<long> upTo = new("--up-to")
        {
            Description =
                $"The largest seed of an initializer that is tried, at most {SeedOptions.Largest + 1}; by "
                + "default the largest that Keras draws.",
            HelpName = "N",
            DefaultValueFactory = static _ => SeedOptions.LargestDefault,
            CustomParser = static result =>
            {
                string text = result.Tokens[0].Value;
                if (
                    long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seed)
                    && seed <= SeedOptions.Largest + 1
                )
                    return Math.Min(seed, SeedOptions.Largest);
                result.AddError($"--up-to is an integer from 0 to {SeedOptions.Largest + 1}; received '{text}'.");
                return 0;
            },
        };
        Option<bool> initializersOnly = new("--initializers-only")
        {
            Description = "Do not search for keras.utils.set_random_seed's value, which may take minutes.",
        };
        Option<uint> maxSeed = new("--max-seed")
        {
            Description =
                "The largest value of keras.utils.set_random_seed, torch.manual_seed or --rules' --seed that is "
                + "tried; all by default.",
            HelpName = "N",
            DefaultValueFactory = static _ => uint.MaxValue,
        };
        LayoutOptions layout = new("what the file records, or its names and axes show");
        Option<int?> threads = Arguments.Threads();
        Option<bool> json = JsonOutput.Option("lines");

        ToolCommand command = new(
            "find-seed",
            "Which seed made these weights: for each tensor that of its initializer, and with a model that of "
                + "keras.utils.set_random_seed or torch.manual_seed.",
            "fanwise draw he_normal --shape 3,3,64,128 --seed 42 -o kernel.safetensors",
            "fanwise find-seed kernel.safetensors"
        )
        {
            path,
            model,
            configuration,
            backend,
            custom,
            upTo,
            initializersOnly,
            maxSeed,
            threads,
            json,
        };
        program.AddTo(command);
        rules.AddTo(command);
        layout.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
                Task.Run(
                    () =>
                    {
                        Stopwatch watch = Stopwatch.StartNew();
                        string target = parsed.GetRequiredValue(path);
                        using CheckpointReader checkpoint = CheckpointReader.Open(target);
                        Backend whose =
                            Arguments.GivenBackend(parsed, backend) ?? VerifyCommand.Recorded(checkpoint) ?? default;
                        if (program.IsGiven(parsed) || rules.IsGiven(parsed))
                            layout.RefuseWithout(parsed);
                        SeedOptions options = new()
                        {
                            Layout = layout.Of(parsed, LayoutOptions.Recorded(checkpoint)),
                            ModuleNames = layout.Names(parsed),
                            UpTo = parsed.GetValue(upTo),
                            RandomSeedUpTo = parsed.GetValue(initializersOnly) ? -1 : parsed.GetValue(maxSeed),
                            Backend = whose,
                            Threads = parsed.GetValue(threads) ?? Environment.ProcessorCount,
                        };
                        Func<SeedOptions, SeedAnswer> find =
                            rules.IsGiven(parsed)
                                ? known =>
                                    SeedFinder.Find(
                                        checkpoint.Tensors,
                                        seed => rules.PlanOf(parsed, target, (uint)seed),
                                        known,
                                        cancellation
                                    )
                            : program.IsGiven(parsed)
                                ? OfProgram(checkpoint, target, parsed, program, configuration, cancellation)
                            : OfModel(
                                checkpoint,
                                parsed.GetValue(model),
                                known => PlanOptions(parsed, program, backend, custom, known) with { Backend = whose },
                                cancellation
                            );
                        SeedAnswer? answer = null;
                        Terminal.WithSteps(progress =>
                        {
                            options = options with { Progress = progress is null ? null : new Receiver(progress) };
                            answer = find(options);
                        });
                        if (parsed.GetValue(json))
                            JsonOutput.Print(writer => Write(writer, answer!));
                        else
                            Print(answer!);
                        if (answer!.Layout == KernelLayout.PyTorch && options.Layout is null)
                            Terminal.Say("note: the weights are in PyTorch's layout, as their names and axes show");
                        if (answer.Missing is [string first, ..])
                            Terminal.Say(
                                $"note: {Terminal.Count(answer.Missing.Count)} of the model's weights "
                                    + $"{(answer.Missing.Count == 1 ? "is" : "are")} not there, the first is {first}."
                            );
                        Terminal.Say(
                            $"{Terminal.Count(checkpoint.Tensors.Count, "tensor")}, {Terminal.Seconds(watch.Elapsed)}"
                        );
                        return Invocation.Done;
                    },
                    cancellation
                )
        );
        return command;
    }

    /// <summary>The search by a program: each candidate is a whole start of the configuration.</summary>
    private static Func<SeedOptions, SeedAnswer> OfProgram(
        CheckpointReader checkpoint,
        string path,
        ParseResult parsed,
        ProgramChoice program,
        Option<string?> configuration,
        CancellationToken cancellation
    )
    {
        string config = parsed.GetValue(configuration) ?? path;
        return options =>
            SeedFinder.FindOfProgram(
                checkpoint.Tensors,
                seed => program.Plan(parsed, config, seed),
                options,
                cancellation
            );
    }

    /// <summary>The search by a model of Keras, the file's own by default, or by the named initializers.</summary>
    private static Func<SeedOptions, SeedAnswer> OfModel(
        CheckpointReader checkpoint,
        string? file,
        Func<Model, PlanOptions> optionsOf,
        CancellationToken cancellation
    )
    {
        Model? known =
            file is not null ? Model.Read(file)
            : checkpoint.HasModel ? checkpoint.ReadModel()
            : null;
        PlanOptions planned = known is null ? new() : optionsOf(known);
        if (file is null && known is not null && !CanPlan(known, planned))
            known = null;
        return options =>
            known is null
                ? SeedFinder.Find(checkpoint.Tensors, options, cancellation)
                : SeedFinder.Find(checkpoint.Tensors, Plan, options, cancellation);

        WeightPlan Plan(long seed)
        {
            WeightPlan plan = known.Plan(seed, planned);
            return VerifyCommand.HasLayerFans(checkpoint) ? plan.WithLayerFans() : plan;
        }
    }

    private static PlanOptions PlanOptions(
        ParseResult parsed,
        ProgramChoice program,
        Option<string> backend,
        Option<CustomLayers> custom,
        Model known
    ) =>
        Arguments.ForWritten(
            Arguments.PlanOptions(parsed, program.Generation(parsed), backend, custom, known),
            program.HasGeneration(parsed),
            known
        );

    /// <summary>Whether the model that a file holds can be planned; where not, its tensors are searched without
    /// it.</summary>
    private static bool CanPlan(Model model, PlanOptions options)
    {
        try
        {
            model.Plan(0, options);
            return true;
        }
        catch (ModelException error)
        {
            Terminal.Say($"note: the file's own model is not used: {error.Message}");
            return false;
        }
    }

    private static void Print(SeedAnswer answer)
    {
        foreach (TensorSeed tensor in answer.Tensors)
            Console.Out.WriteLine(
                Terminal.Printable($"{tensor.Name} {tensor.Shape} {tensor.Type}: {tensor.Explanation}")
            );
        if (answer.Explanation.Length > 0)
            Console.Out.WriteLine(answer.Explanation);
    }

    private static void Write(Utf8JsonWriter writer, SeedAnswer answer)
    {
        writer.WriteStartObject();
        writer.WriteNumberOrNull("random_seed", answer.RandomSeed);
        writer.WriteFiniteOrNull("random_seed_by_chance", answer.RandomSeedByChance);
        writer.WriteString("explanation", answer.Explanation);
        writer.WriteString("layout", answer.Layout == KernelLayout.PyTorch ? "pytorch" : "keras");
        writer.WriteStrings("missing", answer.Missing);
        writer.WriteStartArray("tensors");
        foreach (TensorSeed tensor in answer.Tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tensor.Name);
            writer.WriteString("type", tensor.Type);
            writer.WriteNumbers("shape", tensor.Shape.Lengths.ToArray());
            writer.WriteString("verdict", Name(tensor.Verdict));
            writer.WriteString("rule", tensor.Rule);
            writer.WriteNumberOrNull("seed", tensor.Seed);
            writer.WriteNumberOrNull("draw", tensor.DrawnAt);
            writer.WriteFiniteOrNull("by_chance", tensor.ByChance);
            writer.WriteString("explanation", tensor.Explanation);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Name(SeedVerdict verdict) =>
        verdict switch
        {
            SeedVerdict.Found => "found",
            SeedVerdict.NotInitial => "not_initial",
            SeedVerdict.NotFound => "not_found",
            SeedVerdict.TooFew => "too_few",
            SeedVerdict.Constant => "constant",
            SeedVerdict.NotSearchable => "not_searchable",
            _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
        };

    private sealed class Receiver(Action<string, long, long> report) : IProgress<SeedProgress>
    {
        public void Report(SeedProgress value) => report(value.What, value.Done, value.Total);
    }
}
