using System.CommandLine;
using System.Diagnostics;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Rules;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise report: one page with pictures of every weight.</summary>
internal static class ReportCommand
{
    public const string Example = "fanwise report samples/models/generator.json --seed 42 -o report.html";

    public static Command Create()
    {
        Argument<string> subject = new Argument<string>("FILE|DIR|MODEL")
        {
            Description = "Weights (safetensors, .h5, .keras, .npz, a folder), or a model's description.",
        }.NotEmpty();
        Option<string?> against = new Option<string?>("--against")
        {
            Description = "What to compare with: another file, folder or model.",
            HelpName = "OTHER",
        }.NotEmpty();
        Option<uint?> seed = Arguments.Seed();
        Option<string?> output = Arguments.Output("The page to write; report.html in this folder by default.");
        ProgramChoice program = new();
        Option<string?> configuration = new Option<string?>("--config")
        {
            Description = "The config.json of a model by --as or --rules; the one in the folder by default.",
            HelpName = "FILE",
        }.NotEmpty();
        RuleOptions rules = new("FILE|DIR|MODEL", configuration);
        LayoutOptions layout = new("that of the file which a model is compared with");
        Option<string> backend = Arguments.Backend();
        Option<CustomLayers> custom = Arguments.CustomLayers();
        Option<bool> layerFans = Arguments.LayerFans(),
            overwrite = Arguments.Overwrite(),
            noSync = Arguments.NoSync();

        ToolCommand command = new(
            "report",
            "One page with pictures: histograms against the declared densities, fans, signals, warnings. It "
                + "needs no network.",
            Example
        )
        {
            subject,
            against,
            seed,
            output,
            configuration,
            backend,
            custom,
            layerFans,
            overwrite,
            noSync,
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
                        string target = parsed.GetValue(output) ?? "report.html";
                        if (rules.IsGiven(parsed) || program.IsGiven(parsed))
                            layout.RefuseWithout(parsed);
                        string?[] subjects = [parsed.GetValue(subject), parsed.GetValue(against)];
                        ReportSource Open(string path) =>
                            rules.IsGiven(parsed) ? OpenByRules(path)
                            : program.IsGiven(parsed) ? OpenOfProgram(path)
                            : IsCheckpoint(path, parsed.GetValue(seed)) ? ReportSource.Open(path)
                            : ReportSource.Of(
                                layout.Apply(parsed, PlanModel(Model.Read(path)), RecordedBesides(path)),
                                Path.GetFileName(path)
                            );

                        // A model is shown as the file has it that it is held against.
                        string? RecordedBesides(string model) =>
                            subjects
                                .OfType<string>()
                                .Where(other => other != model && IsCheckpoint(other, parsed.GetValue(seed)))
                                .Select(LayoutOptions.Recorded)
                                .FirstOrDefault();

                        // Weights that are there are judged; a start is drawn of shapes, or where a seed is given.
                        ReportSource OpenByRules(string path)
                        {
                            if (!IsCheckpoint(path, null) || parsed.GetValue(seed) is not null)
                                return ReportSource.Of(
                                    rules.Plan(parsed, path, parsed.GetValue(seed)),
                                    Path.GetFileName(path)
                                );
                            StartReport judged = rules.Judge(parsed, path, new(), cancellation);
                            return ReportSource.Open(
                                path,
                                rules.PlanOf(parsed, path, 0),
                                judged.Findings.Select(static finding => new ReportNote(
                                    finding.Tensor,
                                    finding.Check,
                                    finding.Sentence
                                ))
                            );
                        }

                        // Of weights that are there the densities are told that their start has, whatever its seed.
                        ReportSource OpenOfProgram(string path)
                        {
                            string config = parsed.GetValue(configuration) ?? path;
                            return IsCheckpoint(path, null) && parsed.GetValue(seed) is null
                                ? ReportSource.Open(path, program.Plan(parsed, config, 0), [])
                                : ReportSource.Of(
                                    program.Plan(parsed, config, parsed.GetValue(seed)),
                                    Path.GetFileName(path)
                                );
                        }

                        WeightPlan PlanModel(Model read) =>
                            InitCommand.Plan(
                                read,
                                parsed.GetValue(seed),
                                Arguments.PlanOptions(parsed, program.Generation(parsed), backend, custom, read),
                                parsed.GetValue(layerFans)
                            );

                        Arguments.CheckIsOther(target, parsed.GetRequiredValue(subject));
                        if (parsed.GetValue(against) is { } compared)
                            Arguments.CheckIsOther(target, compared);
                        using ReportSource source = Open(parsed.GetRequiredValue(subject));
                        using ReportSource? other = parsed.GetValue(against) is { } path ? Open(path) : null;
                        Report report = other is null ? Report.Of(source) : Report.Of(source, other);
                        AtomicFile.WriteAll(
                            target,
                            report.Page,
                            new() { Overwrite = parsed.GetValue(overwrite), Sync = !parsed.GetValue(noSync) },
                            cancellation
                        );
                        Terminal.Say(
                            $"{target}: {Terminal.Size(report.Page.Length)}, "
                                + $"{Terminal.Count(report.Warnings, "warning")}, {Terminal.Seconds(watch.Elapsed)}"
                        );
                        return Invocation.Done;
                    },
                    cancellation
                )
        );
        return command;
    }

    /// <summary>Whether the weights of a file are shown, and not a start of its model: weights that it holds are,
    /// unless a seed asks for a start and it holds a model, too. What is neither is read as a model, which says what is
    /// wrong with it.</summary>
    private static bool IsCheckpoint(string path, uint? seed)
    {
        if (!Directory.Exists(path) && path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return false;
        try
        {
            using CheckpointReader checkpoint = CheckpointReader.Open(path);
            return seed is null || !checkpoint.HasModel;
        }
        catch (CheckpointException)
        {
            return Directory.Exists(path) || path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
        }
    }
}
