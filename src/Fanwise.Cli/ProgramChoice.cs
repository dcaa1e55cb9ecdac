using System.CommandLine;
using System.Text;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.Models.Programs;

namespace Fanwise.Cli;

/// <summary>The options of a command that takes exact starts of PyTorch models beside Keras': <c>--as
/// transformers-5.18</c> with a <c>config.json</c> in the place of a model.</summary>
/// <param name="others">What else <c>--as</c> takes, of which the command itself says what is wrong; none where it
/// takes generations of Keras' models alone.</param>
/// <param name="type">The command's own option of an element type, which a program's is then, too; null where it has
/// none.</param>
internal sealed class ProgramChoice(IReadOnlyList<string>? others = null, Option<ElementType?>? type = null)
{
    private const string TransformersPrefix = "transformers-",
        NanoGptName = "nanogpt",
        ConfigurationName = "config.json";

    /// <summary>What lies beside a configuration and goes with it.</summary>
    private static readonly string[] Companions = [ConfigurationName, "generation_config.json"];

    /// <summary>No configuration is longer.</summary>
    private const int MaxConfiguration = 16 << 20;

    private readonly Option<string> _release = new("--as")
    {
        Description =
            $"Whose weights: {string.Join(", ", GenerationChoice.Words)} (the release that wrote the file's); or, of a "
            + $"config.json, {TransformersPrefix}X.Y or {NanoGptName}."
            + (others is null ? "" : $" Of an initializer: {string.Join(", ", others)}."),
        HelpName = "RELEASE",
        DefaultValueFactory = static _ => ModelGeneration.Keras.Name,
    };

    private readonly Option<ElementType?> _type =
        type
        ?? new("--dtype")
        {
            Description = "The element type of a PyTorch model; by the release's own rule otherwise.",
            HelpName = "TYPE",
            CustomParser = static result =>
                Arguments.Parsed<ElementType?>(result, static name => ElementTypes.Parse(name)),
        };

    private readonly Option<string?> _architecture = new("--architecture")
    {
        Description = "The class of a PyTorch model, such as LlamaForCausalLM; the configuration's first otherwise.",
        HelpName = "CLASS",
    };

    private readonly Option<string> _by = new Option<string>("--by")
    {
        Description = "How a PyTorch model is made: from_config (the default), or class, which is always float32.",
        HelpName = "WAY",
        DefaultValueFactory = static _ => "from_config",
    }.OneOf(["from_config", "class"]);

    public void AddTo(Command command)
    {
        _release.CompletionSources.Add([
            .. GenerationChoice.Words.Union(others ?? []),
            .. TransformersPrograms.Releases.Select(static release => TransformersPrefix + release),
            NanoGptName,
        ]);
        _release.Validators.Add(result =>
        {
            if (others is not null || result.Tokens is not [{ Value: string name }] || IsProgram(name))
                return;
            try
            {
                _ = GenerationChoice.Parse(name);
            }
            catch (ModelException error)
            {
                result.AddError(error.Message);
            }
        });
        command.Add(_release);
        foreach (Option option in OwnOptions)
            command.Add(option);
    }

    /// <summary>Whether an exact start of a PyTorch model is asked for.</summary>
    /// <exception cref="ModelException">It is not, but an option that goes with it is given.</exception>
    public bool IsGiven(ParseResult parsed)
    {
        if (IsProgram(parsed.GetRequiredValue(_release)))
            return true;
        foreach (Option option in OwnOptions)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new ModelException(
                    $"{option.Name} goes with --as {TransformersPrefix}X.Y, for the config.json of a PyTorch model."
                );
        return false;
    }

    /// <summary>The word that is given; null for none.</summary>
    public string? Given(ParseResult parsed) => HasGeneration(parsed) ? parsed.GetValue(_release) : null;

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_release, _type, _architecture, _by];

    /// <summary>Those that go with a program alone.</summary>
    private Option[] OwnOptions => type is null ? [_type, _architecture, _by] : [_architecture, _by];

    /// <summary>The generation of Keras, where no PyTorch model is asked for.</summary>
    public GenerationChoice Generation(ParseResult parsed) => GenerationChoice.Parse(parsed.GetRequiredValue(_release));

    /// <summary>Whether a generation is given.</summary>
    public bool HasGeneration(ParseResult parsed) => parsed.GetResult(_release) is { Implicit: false };

    /// <summary>The start of a model from its configuration; says on stderr which seed was drawn where none was
    /// given.</summary>
    public WeightPlan Plan(ParseResult parsed, string configuration, uint? seed)
    {
        if (Directory.Exists(configuration))
            configuration = Path.Combine(configuration, ConfigurationName);
        string text;
        using (FileStream file = File.OpenRead(configuration))
            text = ReadText(file);
        if (seed is null)
        {
            seed = Arguments.DrawnSeed();
            Terminal.Say($"seed {seed} (drawn; --seed {seed} gives these weights again)");
        }

        string release = parsed.GetRequiredValue(_release);
        return release == NanoGptName
            ? TransformersPrograms.PlanNanoGpt(text, seed.Value)
            : TransformersPrograms.Plan(
                text,
                release[TransformersPrefix.Length..],
                seed.Value,
                new()
                {
                    Architecture = parsed.GetValue(_architecture),
                    ElementType = parsed.GetValue(_type),
                    ByClass = parsed.GetValue(_by) == "class",
                }
            );
    }

    /// <summary>Puts the configuration and what goes with it beside the weights, where loaders look for them.</summary>
    public void CopyConfiguration(ParseResult parsed, string configuration, string folder)
    {
        if (!IsGiven(parsed))
            return;
        string source = Directory.Exists(configuration)
            ? configuration
            : Path.GetDirectoryName(Path.GetFullPath(configuration))!;
        foreach (string name in Companions)
        {
            string from = name == ConfigurationName && !Directory.Exists(configuration)
                    ? configuration
                    : Path.Combine(source, name),
                to = Path.Combine(folder, name);
            // Several workers write the same bytes: each appears whole or not at all.
            if (File.Exists(from) && Path.GetFullPath(from) != Path.GetFullPath(to))
                AtomicFile.WriteAll(to, File.ReadAllBytes(from), new() { Overwrite = true, Sync = false });
        }
    }

    private static bool IsProgram(string release) =>
        release == NanoGptName || release.StartsWith(TransformersPrefix, StringComparison.Ordinal);

    private static string ReadText(FileStream file)
    {
        byte[] text = new byte[MaxConfiguration + 1];
        int length = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return length <= MaxConfiguration
            ? Encoding.UTF8.GetString(text.AsSpan(0, length))
            : throw new ModelException($"A configuration must have at most {MaxConfiguration >> 20} MiB; it has more.");
    }
}
