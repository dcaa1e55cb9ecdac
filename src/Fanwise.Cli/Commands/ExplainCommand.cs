using System.CommandLine;
using System.Text.Json;
using Fanwise.Generations;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.Rules;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise explain: what will be drawn and why.</summary>
internal static class ExplainCommand
{
    public const string Example = "fanwise explain samples/models/generator.json --seed 42",
        InitializerExample = "fanwise explain he_normal --shape 3,3,32,1 --layer depthwise";

    /// <summary>No file with an initializer's configuration is larger; what is, is a model.</summary>
    private const long MaxConfiguration = 1 << 16;

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
            Description =
                "The element type: of an initializer, its own otherwise, else float32; of a PyTorch model, by the "
                + "release's own rule otherwise.",
            HelpName = "TYPE",
            CustomParser = static result =>
                Arguments.Parsed<ElementType?>(result, static name => ElementTypes.Parse(name)),
        };
        Option<FanRule?> layer = InitializerArguments.Layer("How the layer that the weight is for counts its fans.");
        Option<uint?> seed = Arguments.Seed();
        ProgramChoice program = new(
            [.. Generation.All.Select(static row => row.Name), .. FrameworkDraws.All.Select(static row => row.Name)],
            type
        );
        Option<string> backend = Arguments.Backend();
        Option<CustomLayers> custom = Arguments.CustomLayers();
        RuleOptions rules = new("MODEL");
        LayoutOptions layout = new("keras");
        Option<bool> layerFans = Arguments.LayerFans(),
            template =
                new("--custom-template")
                {
                    Description =
                        "Declarations to fill in for --custom: one for every class of a model that is not known.",
                },
            details =
                new("--details")
                {
                    Description =
                        "Of a model: every weight and every warning, not the sum alone; what is no terminal gets them "
                        + "always.",
                },
            json = JsonOutput.Option("a table");

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
            backend,
            custom,
            layerFans,
            template,
            details,
            json,
        };
        program.AddTo(command);
        rules.AddTo(command);
        layout.AddTo(command);
        command.SetAction(parsed =>
        {
            string what = parsed.GetRequiredValue(subject);
            string? whose = program.Given(parsed);
            bool asJson = parsed.GetValue(json);
            ExplainText text = new(parsed.GetValue(details));
            if (rules.IsGiven(parsed))
            {
                RefuseGiven(
                    parsed,
                    "a Keras model; rules are given",
                    [program.Options[0], backend, custom, layerFans, template]
                );
                RefuseGiven(parsed, $"an initializer; '{what}' is a model", shape, type, layer);
                layout.RefuseWithout(parsed);
                ShowByRules(rules.Plan(parsed, what, parsed.GetValue(seed)), asJson, text);
                return Invocation.Done;
            }

            if (FrameworkDraws.All.FirstOrDefault(row => row.Name == whose) is { } framework)
            {
                RefuseGiven(
                    parsed,
                    $"models and initializers of Keras; {whose} is given",
                    [layer, seed, backend, custom, layerFans, template, details, json]
                );
                layout.RefuseWithout(parsed);
                text.Show(
                    framework.Explain(InitializerArguments.Text(what), GivenShape(parsed, shape), parsed.GetValue(type))
                );
                return Invocation.Done;
            }

            if (program.IsGiven(parsed))
            {
                RefuseGiven(parsed, $"Keras; {whose} is given", [shape, layer, backend, custom, layerFans, template]);
                layout.RefuseWithout(parsed);
                PlanExplanation started = program.Plan(parsed, what, parsed.GetValue(seed) ?? 0).Explain();
                if (asJson)
                    JsonOutput.Print(started.Write);
                else
                    text.Show(started);
                return Invocation.Done;
            }

            if (Read(what, whose) is { } initializer)
            {
                RefuseGiven(parsed, $"a model; '{what}' is an initializer", seed, custom, layerFans, template, details);
                Shape given = GivenShape(parsed, shape);
                Explanation explanation = initializer.Explain(
                    layout.InKeras(parsed, given),
                    parsed.GetValue(type) is { } chosen ? chosen : default(PythonValue),
                    parsed.GetValue(layer),
                    Arguments.GivenBackend(parsed, backend) ?? default
                ) with
                {
                    Shape = given,
                };
                if (asJson)
                    JsonOutput.Print(writer => Write(writer, explanation));
                else
                    text.Show(explanation);
                return Invocation.Done;
            }

            RefuseGiven(parsed, $"an initializer; '{what}' is a model", shape, type, layer);
            LargeModels.MakeRoom(what);
            Model model = Model.Read(what);
            if (parsed.GetValue(template))
            {
                WriteTemplate(parsed.GetValue(custom) ?? CustomLayers.None, model, what);
                return Invocation.Done;
            }

            GenerationChoice choice = whose is null ? new(ModelGeneration.Keras) : GenerationChoice.Parse(whose);
            WeightPlan plan = layout.Apply(
                parsed,
                InitCommand.Plan(
                    model,
                    parsed.GetValue(seed),
                    Arguments.PlanOptions(parsed, choice, backend, custom, model),
                    parsed.GetValue(layerFans)
                ),
                recorded: null
            );
            PlanExplanation explained = plan.Explain();
            if (asJson)
                JsonOutput.Print(explained.Write);
            else
                text.Show(explained);
            return Invocation.Done;
        });
        return command;
    }

    private static Shape GivenShape(ParseResult parsed, Option<Shape?> shape) =>
        parsed.GetValue(shape)
        ?? throw new InitializerException(
            "An initializer is explained for a shape, such as --shape 3,3,64,128; none was given."
        );

    /// <summary>Of a file with weights they are told, too.</summary>
    private static void WriteTemplate(CustomLayers custom, Model model, string path)
    {
        bool hasWeights = model.Form is ModelForm.Archive or ModelForm.Hdf5;
        using CheckpointReader? weights = hasWeights && File.Exists(path) ? Weights(path) : null;
        JsonOutput.Print(writer => custom.WriteTemplate(model, weights?.Tensors ?? [], writer));
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

    private static void ShowByRules(WeightPlan plan, bool asJson, ExplainText text)
    {
        PlanExplanation explained = plan.Explain();
        ResidualStream? stream = ResidualStream.Of(plan);
        if (!asJson)
        {
            text.Show(explained);
            if (stream is not null)
                text.Show(stream);
            return;
        }

        JsonOutput.Print(writer =>
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
                // A pipe has no length and is read once, as a model.
                ? new FileInfo(what).Length is 0 or > MaxConfiguration
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
}
