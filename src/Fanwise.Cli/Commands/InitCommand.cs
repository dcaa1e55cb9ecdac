using System.CommandLine;
using System.Diagnostics;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise init: every weight of a model, as Python Keras would initialise it.</summary>
internal static class InitCommand
{
    public const string Example = "fanwise init samples/models/MobileNetV2.json --seed 42 -o mobilenet.safetensors",
        SharedExample =
            "fanwise init samples/models/MobileNetV2.json --seed 42 -o checkpoint --max-shard-size 8MB --worker "
            + "0 --workers 2";

    public static Command Create()
    {
        Argument<string> model = Arguments.Model();
        Option<uint?> seed = Arguments.Seed();
        seed.Description += " The file records it.";
        Option<string?> output = Arguments.Output(
            "The file to write, the model's name and .safetensors by default; or a folder of shards."
        );
        IEnumerable<string> formats = CheckpointFormat.All.Select(static format =>
            $"{format.Name} ({format.Description})"
        );
        Option<string?> format = new("--format")
        {
            Description = $"{string.Join(", ", formats)}; by the file's ending otherwise.",
            HelpName = "FORMAT",
        };
        format.CompletionSources.Add([.. CheckpointFormat.All.Select(static format => format.Name)]);
        ProgramChoice program = new();
        Option<string> backend = Arguments.Backend();
        Option<CustomLayers> custom = Arguments.CustomLayers();
        Option<bool> layerFans = Arguments.LayerFans(),
            overwrite = Arguments.Overwrite(),
            noSync = Arguments.NoSync();
        Option<int?> threads = Arguments.Threads();
        FolderOptions folder = new();
        RuleOptions rules = new();
        LayoutOptions layout = new();

        ToolCommand command = new(
            "init",
            "Every weight of the model, as Python's Keras or PyTorch would begin it.",
            Example,
            SharedExample
        )
        {
            model,
            seed,
            output,
            format,
            backend,
            custom,
            layerFans,
            overwrite,
            noSync,
            threads,
        };
        program.AddTo(command);
        folder.AddTo(command);
        rules.AddTo(command);
        layout.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
                Task.Run(
                    () =>
                    {
                        Stopwatch watch = Stopwatch.StartNew();
                        string path = parsed.GetRequiredValue(model);
                        CheckpointFormat? chosen = parsed.GetValue(format) is { } name
                            ? CheckpointFormat.Parse(name)
                            : null;
                        if (parsed.GetValue(output) is { } given)
                            Arguments.CheckIsOther(given, path);
                        FolderWork? work = folder.Read(
                            parsed,
                            parsed.GetValue(output),
                            chosen,
                            hasSeed: parsed.GetValue(seed) is not null,
                            prefersFolder: program.IsGiven(parsed) || rules.IsGiven(parsed)
                        );
                        WeightPlan PlanModel(Model read) =>
                            Plan(
                                read,
                                parsed.GetValue(seed),
                                Arguments.PlanOptions(parsed, program.Generation(parsed), backend, custom, read),
                                parsed.GetValue(layerFans)
                            );

                        if (rules.IsGiven(parsed) || program.IsGiven(parsed))
                            layout.RefuseWithout(parsed);
                        WeightPlan plan =
                            rules.IsGiven(parsed) ? rules.Plan(parsed, path, parsed.GetValue(seed))
                            : program.IsGiven(parsed) ? program.Plan(parsed, path, parsed.GetValue(seed))
                            : layout.Apply(parsed, PlanModel(Model.Read(path)), recorded: null);

                        string target =
                            parsed.GetValue(output)
                            ?? Stem(path) + (work is null ? (chosen ?? CheckpointFormat.All[0]).Extension : "");
                        WriteOptions options = new()
                        {
                            Overwrite = parsed.GetValue(overwrite),
                            Sync = !parsed.GetValue(noSync),
                            Threads = parsed.GetValue(threads) ?? Environment.ProcessorCount,
                        };
                        if (work is not null)
                            work.Write(plan, target, options, cancellation);
                        else
                            Terminal.WithProgress(
                                target,
                                plan.Bytes,
                                progress =>
                                    (chosen ?? CheckpointFormat.Of(target)).Write(
                                        plan,
                                        target,
                                        options with
                                        {
                                            Progress = progress,
                                        },
                                        cancellation
                                    )
                            );

                        if (work is not null)
                        {
                            rules.CopyConfiguration(parsed, path, target);
                            program.CopyConfiguration(parsed, path, target);
                        }

                        if (work is not { IsShared: true })
                            Terminal.Say(
                                $"{target}: {Terminal.Count(plan.Count, "tensor")}, "
                                    + $"{Terminal.Count(plan.Parameters, "parameter")}, {Terminal.Size(plan.Bytes)}, "
                                    + $"seed {plan.Metadata["seed"]}, {Terminal.Seconds(watch.Elapsed)}"
                            );
                        return Invocation.Done;
                    },
                    cancellation
                )
        );
        return command;
    }

    /// <summary>Reads the model and plans its weights; says on stderr what was read otherwise than it stands in the
    /// file, and which seed was drawn where none was given.</summary>
    public static WeightPlan Plan(Model model, uint? seed, PlanOptions options, bool layerFans)
    {
        foreach (string note in model.Notes)
            Terminal.Say($"note: {note}");
        if (model.Generation is { } written && written != options.Generation)
            Terminal.Say(
                $"note: the file has keras_version {model.KerasVersion}; that release's own start is --as "
                    + $"{written.Name}"
            );
        if (seed is null)
        {
            seed = Arguments.DrawnSeed();
            Terminal.Say($"seed {seed} (drawn; --seed {seed} gives these weights again)");
        }

        WeightPlan plan = model.Plan(seed.Value, options);
        return layerFans ? plan.WithLayerFans() : plan;
    }

    /// <summary>The file's name without folder and endings: <c>MobileNetV2</c> of
    /// <c>models/MobileNetV2.json</c>.</summary>
    private static string Stem(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        int end = name.IndexOf('.', 1);
        return end < 0 ? name : name[..end];
    }
}
