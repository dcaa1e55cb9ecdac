using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Plans;
using Fanwise.Rules;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise verify: whether a checkpoint is well-formed, complete and what a model and seed give.</summary>
internal static class VerifyCommand
{
    private const int MaxWarnings = 3;

    public static Command Create()
    {
        Argument<string> path = new Argument<string>("FILE|DIR")
        {
            Description = "Weights: safetensors, .h5, .keras, .npz, an index, a folder of shards or for TensorFlow.js.",
        }.NotEmpty();
        Option<string?> model = new Option<string?>("--model")
        {
            Description = "The model whose weights they should be; where the file holds a model, that one by default.",
            HelpName = "MODEL",
        }.NotEmpty();
        Option<uint?> seed = Arguments.Seed();
        seed.Description = "The seed that should have given them.";
        ProgramChoice program = new();
        Option<string?> configuration = new Option<string?>("--config")
        {
            Description = "The config.json of a model by --as or --rules; the one in the folder by default.",
            HelpName = "FILE",
        }.NotEmpty();
        RuleOptions rules = new(configuration);
        LayoutOptions layout = new();
        Option<double?> falseAlarms = new("--false-alarms")
        {
            Description = "With --rules: the probability that a right start is found wrong; 0.001 by default.",
            HelpName = "P",
            CustomParser = static result =>
                double.TryParse(
                    result.Tokens[0].Value,
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out double chance
                ) && chance is > 0 and <= 0.5
                    ? chance
                    : Arguments.Refuse<double?>(
                        result,
                        $"--false-alarms is a probability above 0, at most 0.5; received '{result.Tokens[0].Value}'."
                    ),
        };
        Option<bool> json = JsonOutput.Option("lines");
        Option<string> backend = Arguments.Backend();
        backend.Description += " Where it is not given, the file's metadata say.";
        Option<CustomLayers> custom = Arguments.CustomLayers();
        Option<bool> layerFans = Arguments.LayerFans();
        Option<int?> threads = Arguments.Threads();
        ToolCommand command = new(
            "verify",
            "Is it complete, well-formed, and, given a model and seed, byte for byte what they give?",
            InitCommand.Example,
            "fanwise verify mobilenet.safetensors --model samples/models/MobileNetV2.json --seed 42"
        )
        {
            path,
            model,
            seed,
            configuration,
            backend,
            custom,
            layerFans,
            threads,
            falseAlarms,
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
                        WeightPlan? plan = null;
                        if (rules.IsGiven(parsed) || program.IsGiven(parsed))
                            layout.RefuseWithout(parsed);
                        if (rules.IsGiven(parsed) && parsed.GetValue(seed) is null)
                        {
                            StartReport start = rules.Judge(
                                parsed,
                                target,
                                new() { FalseAlarms = parsed.GetValue(falseAlarms) ?? new JudgeOptions().FalseAlarms },
                                cancellation
                            );
                            if (!parsed.GetValue(json))
                                return StartVerification.Tell(target, start, watch.Elapsed);
                            JsonOutput.Print(writer => StartVerification.Write(writer, start));
                            return start.Holds ? Invocation.Done : Invocation.CouldNotBeDone;
                        }

                        if (rules.IsGiven(parsed))
                            plan = rules.PlanOf(parsed, target, parsed.GetValue(seed)!.Value);
                        else if (program.IsGiven(parsed))
                            plan = program.Plan(
                                parsed,
                                parsed.GetValue(configuration) ?? target,
                                parsed.GetValue(seed)
                                    ?? throw new CheckpointException(
                                        FanwiseError.Request,
                                        "--as transformers-X.Y needs --seed: the one that should have given the "
                                            + "weights."
                                    )
                            );
                        else if (ModelOf(parsed.GetValue(model), parsed.GetValue(seed), target) is { } given)
                            plan = InitCommand.Plan(
                                given,
                                parsed.GetValue(seed),
                                Arguments.ForWritten(
                                    Arguments.PlanOptions(parsed, program.Generation(parsed), backend, custom, given),
                                    program.HasGeneration(parsed),
                                    given
                                ) with
                                {
                                    Backend = Arguments.GivenBackend(parsed, backend) ?? Recorded(target) ?? default,
                                },
                                parsed.GetValue(layerFans) || HasLayerFans(target)
                            );
                        bool isKeras = plan is not null && !rules.IsGiven(parsed) && !program.IsGiven(parsed);
                        if (isKeras)
                            plan = layout.Apply(parsed, plan!, LayoutOptions.Recorded(target));
                        WriteOptions options = new()
                        {
                            Threads = parsed.GetValue(threads) ?? Environment.ProcessorCount,
                        };
                        CheckpointReport? report = null;
                        Terminal.WithProgress(
                            target,
                            plan?.Bytes ?? 0,
                            progress =>
                                report = CheckpointVerifier.Verify(
                                    target,
                                    plan,
                                    null,
                                    options with
                                    {
                                        Progress = progress,
                                    },
                                    cancellation
                                )
                        );
                        if (isKeras && !report!.Holds && layout.Of(parsed, LayoutOptions.Recorded(target)) is null)
                            LayoutOptions.AdviseOn(target);
                        if (!parsed.GetValue(json))
                            return Tell(target, report!, plan is not null, watch.Elapsed);
                        JsonOutput.Print(writer => Write(writer, report!, plan is not null));
                        return report!.Holds ? Invocation.Done : Invocation.CouldNotBeDone;
                    },
                    cancellation
                )
        );
        return command;
    }

    /// <summary>The model that is given, or stands beside the weights; null where the file alone is looked
    /// at.</summary>
    private static Model? ModelOf(string? path, uint? seed, string target)
    {
        if (path is null && seed is null)
            return null;
        if (seed is null)
            throw new CheckpointException(
                FanwiseError.Request,
                "--model and --seed go together; one of them is missing."
            );
        if (path is not null)
            return Model.Read(path);
        using CheckpointReader checkpoint = CheckpointReader.Open(target);
        return checkpoint.HasModel
            ? checkpoint.ReadModel()
            : throw new CheckpointException(
                FanwiseError.Request,
                $"--model and --seed go together: '{target}' holds no model beside its weights."
            );
    }

    /// <summary>The backend that the checkpoint's metadata name; null where they name none, or nothing can be
    /// read.</summary>
    private static Backend? Recorded(string path) => Asked(path, Recorded);

    /// <summary>Whether the checkpoint's metadata say that its fans were counted by layers.</summary>
    private static bool HasLayerFans(string path) => Asked(path, static checkpoint => HasLayerFans(checkpoint));

    /// <inheritdoc cref="HasLayerFans(string)"/>
    public static bool HasLayerFans(CheckpointReader checkpoint) =>
        checkpoint.Metadata.TryGetValue("fans", out string? fans) && fans == "layer";

    /// <summary>What a checkpoint says of itself; nothing where it cannot be read.</summary>
    private static TAnswer? Asked<TAnswer>(string path, Func<CheckpointReader, TAnswer> ask)
    {
        try
        {
            using CheckpointReader checkpoint = CheckpointReader.Open(path);
            return ask(checkpoint);
        }
        catch (CheckpointException)
        {
            return default; // the verifier says what is wrong with it
        }
    }

    /// <summary>The backend that a checkpoint says it was made for.</summary>
    public static Backend? Recorded(CheckpointReader checkpoint) =>
        checkpoint.Metadata.TryGetValue("backend", out string? name) && Backends.TryParse(name, out Backend backend)
            ? backend
            : null;

    private static int Tell(string target, CheckpointReport report, bool compared, TimeSpan time)
    {
        foreach (string warning in report.Warnings.Take(MaxWarnings))
            Terminal.Say($"warning: {warning}");
        if (report.Warnings.Count > MaxWarnings)
            Terminal.Say($"warning: {report.Warnings.Count - MaxWarnings} more like these.");
        string size = $"{Terminal.Count(report.Tensors, "tensor")} in {Terminal.Count(report.Files.Count, "file")}";
        if (report.FirstDifference is { } difference)
        {
            string all =
                report.DifferentElements == 0
                    ? $"in all {Terminal.Count(report.DifferentTensors, "tensor")} "
                        + $"{(report.DifferentTensors == 1 ? "is" : "are")} missing, unknown, or of another type or "
                        + "shape; "
                        + $"there are {size}."
                    : $"{Terminal.Count(report.DifferentElements, "element")} of "
                        + $"{Terminal.Count(report.DifferentTensors)} of {size} "
                        + $"{(report.DifferentElements == 1 ? "differs" : "differ")} in all.";
            Terminal.Say($"fanwise: {difference.ToString().TrimEnd('.')}; {all}");
            return Invocation.CouldNotBeDone;
        }

        string held = compared ? $"; all {Terminal.Size(report.ComparedBytes)} are what the model and seed give" : "";
        Terminal.Say($"{target}: {size}, complete and well-formed{held}, {Terminal.Seconds(time)}");
        return Invocation.Done;
    }

    private static void Write(Utf8JsonWriter writer, CheckpointReport report, bool compared)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("holds", report.Holds);
        writer.WriteBoolean("compared", compared);
        writer.WriteNumber("tensors", report.Tensors);
        writer.WriteNumber("compared_bytes", report.ComparedBytes);
        writer.WriteNumber("different_tensors", report.DifferentTensors);
        writer.WriteNumber("different_elements", report.DifferentElements);
        if (report.FirstDifference is { } difference)
        {
            writer.WriteStartObject("first_difference");
            writer.WriteString("tensor", difference.Tensor);
            if (difference.Index is { } index)
                writer.WriteNumbers("index", index);
            else
                writer.WriteNull("index");
            writer.WriteString("expected", difference.Expected);
            writer.WriteString("found", difference.Found);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("first_difference");
        }

        writer.WriteStrings("files", report.Files);
        writer.WriteStrings("warnings", report.Warnings);
        writer.WriteEndObject();
    }
}
