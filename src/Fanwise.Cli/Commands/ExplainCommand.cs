using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fanwise.Generations;
using Fanwise.Models;
using Fanwise.Models.Architectures;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Rules;
using Spectre.Console;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise explain: what will be drawn and why.</summary>
internal static class ExplainCommand
{
    public const string Example = "fanwise explain samples/models/generator.json --seed 42",
        InitializerExample = "fanwise explain he_normal --shape 3,3,32,1 --layer depthwise";

    /// <summary>So wide is the table where stdout is no terminal.</summary>
    private const int WidthOfFiles = 320;

    /// <summary>No file with an initializer's configuration is larger; what is, is a model.</summary>
    private const long MaxConfiguration = 1 << 16;

    private const int NameLength = 48,
        SentenceLength = 400;

    public static Command Create()
    {
        Argument<string> subject = new("MODEL|INITIALIZER")
        {
            Description =
                "A model's description; or an initializer: a name such as he_normal, a JSON configuration, or a "
                + "file holding one.",
        };
        Option<Shape?> shape = InitializerArguments.OptionalShape(
            "--shape",
            "The shape of the weight that an initializer is explained for."
        );
        Option<ElementType?> type = new("--dtype")
        {
            Description = "The element type; the initializer's own, else float32.",
            HelpName = "TYPE",
            CustomParser = static result =>
                Arguments.Parsed<ElementType?>(result, static name => ElementTypes.Parse(name)),
        };
        Option<FanRule?> layer = new("--layer")
        {
            Description =
                "How the layer that the weight is for counts its fans: dense, convolution:groups=4, depthwise, "
                + "transposed:strides=2,2, einsum:abc,cde->abde, embedding.",
            HelpName = "RULE",
            CustomParser = static result => Arguments.Parsed(result, FanRule.Parse),
        };
        layer.CompletionSources.Add(FanRule.Names);
        Option<uint?> seed = Arguments.Seed();
        Option<string> generation = new("--as")
        {
            Description =
                $"Whose, keras by default: of an initializer {string.Join(", ", Generation.All)}; of a model "
                + $"{string.Join(", ", GenerationChoice.Words)} (the release that wrote the file's).",
            HelpName = "GENERATION",
        };
        generation.CompletionSources.Add([
            .. Generation.All.Select(static row => row.Name).Union(GenerationChoice.Words),
        ]);
        Option<string> backend = Arguments.Backend();
        Option<CustomLayers> custom = Arguments.CustomLayers();
        RuleOptions rules = new("MODEL");
        Option<bool> layerFans = Arguments.LayerFans(),
            template =
                new("--custom-template")
                {
                    Description =
                        "Declarations to fill in for --custom: one for every class of a model that is not known.",
                },
            json = new("--json") { Description = "JSON for programs instead of a table." };

        ToolCommand command = new(
            "explain",
            "What will be drawn and why: fans, variance, limits, seeds, warnings.",
            Example,
            InitializerExample
        )
        {
            subject,
            shape,
            type,
            layer,
            seed,
            generation,
            backend,
            custom,
            layerFans,
            template,
            json,
        };
        rules.AddTo(command);
        command.SetAction(parsed =>
        {
            string what = parsed.GetRequiredValue(subject);
            string? whose = parsed.GetValue(generation);
            bool asJson = parsed.GetValue(json);
            if (rules.IsGiven(parsed))
            {
                RefuseGiven(parsed, "a Keras model; rules are given", generation, backend, custom, layerFans, template);
                RefuseGiven(parsed, $"an initializer; '{what}' is a model", shape, type, layer);
                ShowByRules(rules.Plan(parsed, what, parsed.GetValue(seed)), asJson);
                return Invocation.Done;
            }

            if (Read(what, whose) is { } initializer)
            {
                RefuseGiven(parsed, $"a model; '{what}' is an initializer", seed, custom, layerFans, template);
                if (parsed.GetValue(shape) is not { } lengths)
                    throw new InitializerException(
                        "An initializer is explained for a shape, such as --shape 3,3,64,128; none was given."
                    );
                Explanation explanation = initializer.Explain(
                    lengths,
                    parsed.GetValue(type) is { } chosen ? chosen : default(PythonValue),
                    parsed.GetValue(layer)
                );
                if (asJson)
                    Print(writer => Write(writer, explanation));
                else
                    Show(explanation);
                return Invocation.Done;
            }

            RefuseGiven(parsed, $"an initializer; '{what}' is a model", shape, type, layer);
            Model model = Model.Read(what);
            if (parsed.GetValue(template))
            {
                WriteTemplate(parsed.GetValue(custom) ?? CustomLayers.None, model, what);
                return Invocation.Done;
            }

            GenerationChoice choice = whose is null ? new(ModelGeneration.Keras) : GenerationChoice.Parse(whose);
            WeightPlan plan = InitCommand.Plan(
                model,
                parsed.GetValue(seed),
                Arguments.PlanOptions(parsed, choice, backend, custom, model),
                parsed.GetValue(layerFans)
            );
            PlanExplanation explained = plan.Explain();
            if (asJson)
                Print(explained.Write);
            else
                Show(explained);
            return Invocation.Done;
        });
        return command;
    }

    /// <summary>Of a file with weights they are told, too.</summary>
    private static void WriteTemplate(CustomLayers custom, Model model, string path)
    {
        bool hasWeights = model.Form is ModelForm.Archive or ModelForm.Hdf5;
        using CheckpointReader? weights = hasWeights && File.Exists(path) ? Weights(path) : null;
        Print(writer => custom.WriteTemplate(model, weights?.Tensors ?? [], writer));
    }

    /// <summary>The weights beside a model; null where there are none that can be read, of which a template has no
    /// need.</summary>
    private static CheckpointReader? Weights(string path)
    {
        try
        {
            return CheckpointReader.Open(path);
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    private static void ShowByRules(WeightPlan plan, bool asJson)
    {
        PlanExplanation explained = plan.Explain();
        ResidualStream? stream = ResidualStream.Of(plan);
        if (!asJson)
        {
            Show(explained);
            if (stream is not null)
                Console().Write(new Text(Told(stream) + "\n"));
            return;
        }

        Print(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("plan");
            explained.Write(writer);
            if (stream is not null)
            {
                writer.WriteStartObject("residual_stream");
                writer.WriteNumber("embedding", stream.Embedding);
                writer.WriteStartArray("layers");
                foreach (double added in stream.Layers)
                    writer.WriteNumberValue(added);
                writer.WriteEndArray();
                writer.WriteNumber("last", stream.Last);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        });
    }

    private static string Told(ResidualStream stream)
    {
        double least = stream.Layers.Min(),
            most = stream.Layers.Max();
        string added = least == most ? Number(most) : $"{Number(least)} to {Number(most)}";
        return $"Residual stream: the embedding's variance is {Number(stream.Embedding)}; each of "
            + $"{stream.Layers.Count} layers adds {added} at most (projections that read values of variance 1); behind the "
            + $"last it is {Number(stream.Last)} at most.";
    }

    /// <summary>Refuses options that the other kind of subject takes.</summary>
    private static void RefuseGiven(ParseResult parsed, string other, params Option[] options)
    {
        foreach (Option option in options)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new InitializerException($"{option.Name} is for {other}.");
    }

    /// <summary>An initializer by its name or configuration; null for a model's file.</summary>
    private static ConfiguredInitializer? Read(string what, string? generation)
    {
        bool isFile = File.Exists(what);
        if (
            isFile
                ? new FileInfo(what).Length is 0 or > MaxConfiguration // a pipe has no length and is read once, as a model
                : what.TrimStart() is not ['{', ..] && (Path.HasExtension(what) || what.Contains('/'))
        )
            return null;
        string text = InitializerArguments.Text(what);
        if (isFile && !NamesInitializer(text))
            return null;
        Conversion read = Configuration.Read(text, generation is null ? null : Generation.Parse(generation));
        foreach (string note in read.Notes)
            Terminal.Say(note);
        return read.Initializer;
    }

    /// <summary>Whether a file's JSON is that of an initializer of any generation, and not of a model.</summary>
    private static bool NamesInitializer(string json)
    {
        try
        {
            return PythonValue.Parse(json)["class_name"].Text is { } name
                && Generation.All.Any(generation => generation.FindIdentifier(name) is not null);
        }
        catch (InitializerException)
        {
            return false;
        }
    }

    /// <summary>JSON on stdout.</summary>
    public static void Print(Action<Utf8JsonWriter> write)
    {
        using Stream output = System.Console.OpenStandardOutput();
        using (Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true }))
            write(writer);
        output.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter writer, Explanation explanation)
    {
        writer.WriteStartObject();
        explanation.WriteMembers(writer);
        if (explanation.Seed is { } seed)
            writer.WriteNumber("seed", seed);
        else
            writer.WriteNull("seed");
        writer.WriteEndObject();
    }

    private static void Show(Explanation e)
    {
        IAnsiConsole console = Console();
        Grid grid = new();
        grid.AddColumn().AddColumn();
        void Row(string name, string? value)
        {
            if (value is not null)
                grid.AddRow(Cell(name), Cell(value));
        }

        Row("initializer", e.Initializer);
        Row(
            "shape",
            $"{e.Shape} {e.ElementType.Name()}, {Terminal.Count(e.Shape.Elements, "element")}, {Terminal.Size(e.Bytes)}"
        );
        if (e.Fans is { } fans)
            Row(
                "fans",
                $"in {Number(fans.In)}, out {Number(fans.Out)}, by the rule {e.Rule}; {ModeName(e.Mode)} divides "
                    + "the variance"
            );
        if (e.LayerFans is { } real)
            Row("layer's fans", $"in {Number(real.In)}, out {Number(real.Out)}, by the rule {e.LayerRule}");
        Row("variance asked", Number(e.VarianceAsked));
        Row("variance drawn", Number(e.VarianceDrawn));
        if (e.Drawn is { } drawn)
        {
            Row("deviation", Number(drawn.Deviation));
            Row("values", Limits(drawn));
        }

        Row("seed", e.Seed?.ToString(CultureInfo.InvariantCulture) ?? "none given");
        console.Write(grid);
        foreach (ExplanationWarning warning in e.Warnings)
            Warn(console, warning, "");
    }

    private static void Show(PlanExplanation explained)
    {
        IAnsiConsole console = Console();
        Table table = new() { Border = TableBorder.Simple };
        foreach (
            string column in (string[])
                [
                    "weight",
                    "layer",
                    "initializer",
                    "shape",
                    "fans",
                    "variance asked",
                    "drawn",
                    "deviation, values",
                    "seed",
                    "bytes",
                ]
        )
            table.AddColumn(new TableColumn(Cell(column)));
        foreach (WeightExplanation weight in explained)
        {
            Explanation e = weight.Explanation;
            table.AddRow(
                Cell(weight.Weight.Name),
                Cell(weight.Weight.LayerClass + weight.Weight.RulePlace),
                Cell(e.Initializer),
                Cell($"{e.Shape} {e.ElementType.Name()}"),
                Cell(e.Fans is { } fans ? $"{Number(fans.In)}, {Number(fans.Out)} {ModeName(e.Mode)} by {e.Rule}" : ""),
                Cell(Number(e.VarianceAsked)),
                Cell(Number(e.VarianceDrawn)),
                Cell(
                    e.Drawn is { } drawn
                        ? drawn.Variance == 0
                            ? Limits(drawn)
                            : $"{Number(drawn.Deviation)}, {Limits(drawn)}"
                        : ""
                ),
                Cell(string.Join(", ", weight.Weight.Seeds)),
                Cell(Terminal.Size(e.Bytes))
            );
        }

        console.Write(table);
        console.Write(
            Cell(
                $"{Terminal.Count(explained.Count, "weight")}, {Terminal.Count(explained.Plan.Parameters, "parameter")}, {Terminal.Size(explained.Plan.Bytes)}; {string.Join(", ", explained.Plan.Metadata.Where(static pair => pair.Key != "digest").Select(static pair => $"{pair.Key} {pair.Value}"))}"
            )
        );
        console.WriteLine();
        int warnings = 0;
        foreach (WeightExplanation weight in explained)
        foreach (ExplanationWarning warning in weight.Warnings)
        {
            Warn(console, warning, weight.Weight.Name + ": ");
            warnings++;
        }

        if (warnings == 0)
            console.Write(new Text("No warnings.\n"));
    }

    private static void Warn(IAnsiConsole console, ExplanationWarning warning, string place)
    {
        console.Write(new Text($"{warning.Code} ", new Style(Color.Red)));
        console.Write(
            new Text(VisibleText.Of(place, NameLength + 2) + VisibleText.Of(warning.Sentence, SentenceLength) + "\n")
        );
    }

    /// <summary>Text and never markup, whatever a model's names hold.</summary>
    private static Text Cell(string text) =>
        new(VisibleText.Of(text, text.Length > NameLength * 4 ? NameLength * 2 : Math.Max(8, text.Length)));

    private static string Limits(DeclaredDistribution drawn) =>
        drawn switch
        {
            PointDistribution => $"all {Number(drawn.Mean)}",
            { NearlyAll: var (lower, upper, share) } =>
                $"{(lower == -upper ? $"within ±{Number(upper)}" : $"{Number(lower)} to {Number(upper)}")} but for "
                    + $"{Number(share * 1e6)} in a million",
            _ when double.IsFinite(drawn.Lower) => drawn.Lower == -drawn.Upper
                ? $"within ±{Number(drawn.Upper)}"
                : $"{Number(drawn.Lower)} to {Number(drawn.Upper)}",
            _ => drawn.Mean == 0 ? "no limit" : $"around {Number(drawn.Mean)}, no limit",
        };

    private static string ModeName(FanMode? mode) =>
        mode switch
        {
            FanMode.FanIn => "fan_in",
            FanMode.FanOut => "fan_out",
            FanMode.FanAverage => "fan_avg",
            _ => "",
        };

    private static string Number(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "";

    private static IAnsiConsole Console()
    {
        if (!System.Console.IsOutputRedirected)
            return AnsiConsole.Create(new AnsiConsoleSettings());
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors }
        );
        console.Profile.Width = WidthOfFiles;
        return console;
    }
}
