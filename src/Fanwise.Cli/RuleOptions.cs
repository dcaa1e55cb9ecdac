using System.CommandLine;
using System.Text.Json;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.Rules;

namespace Fanwise.Cli;

/// <summary>The options of a command that takes names, shapes and rules in the place of a Keras model.</summary>
internal sealed class RuleOptions
{
    private const string ConfigurationName = "config.json";

    private readonly Option<string?> _rules = new Option<string?>("--rules") { HelpName = "RULES" }.NotEmpty();

    private readonly Option<string?> _configuration;
    private readonly bool _isShared;

    /// <summary>The options of a command that takes shapes.</summary>
    /// <param name="subject">What the command calls the file that it takes.</param>
    /// <param name="configuration">The command's own option for a configuration; null where it has none.</param>
    public RuleOptions(string subject = "MODEL", Option<string?>? configuration = null)
    {
        _isShared = configuration is not null;
        _rules.Description =
            $"Rules that say what each tensor is: a YAML file, or one of {string.Join(", ", RuleSet.Presets)}. Then "
            + $"{subject} is a config.json, a checkpoint whose shapes are taken, or a JSON map of names to types and "
            + "shapes.";
        _configuration =
            configuration
            ?? new Option<string?>("--config")
            {
                Description = $"The JSON file whose keys the rules' expressions use, where {subject} is none.",
                HelpName = "FILE",
            }.NotEmpty();
    }

    /// <summary>Those of a command that takes weights, and has an option for a configuration already.</summary>
    /// <param name="configuration">That option.</param>
    /// <param name="more">What the command does with the rules.</param>
    public RuleOptions(
        Option<string?> configuration,
        string more = "Without --seed the values' distributions are judged, whoever drew them."
    )
    {
        (_configuration, _isShared) = (configuration, true);
        _rules.Description =
            $"Rules that say what each tensor should be: a YAML file, or one of {string.Join(", ", RuleSet.Presets)}. "
            + more;
    }

    public void AddTo(Command command)
    {
        _rules.CompletionSources.Add([.. RuleSet.Presets]);
        command.Add(_rules);
        if (!_isShared)
            command.Add(_configuration);
    }

    /// <summary>Whether rules are asked for.</summary>
    /// <exception cref="RuleException">There is a configuration and no rules.</exception>
    public bool IsGiven(ParseResult parsed)
    {
        if (parsed.GetValue(_rules) is not null)
            return true;
        return _isShared || parsed.GetValue(_configuration) is null
            ? false
            : throw new RuleException("--config goes with --rules, which is missing.");
    }

    /// <summary>The plan by rules; says on stderr which seed was drawn where none was given.</summary>
    public WeightPlan Plan(ParseResult parsed, string shapes, uint? seed)
    {
        RuleSet rules = RuleSet.Read(parsed.GetValue(_rules)!);
        string? path = ConfigurationOf(parsed, shapes);
        JsonElement configuration = path is null ? default : RuleSet.ReadConfiguration(path);
        IReadOnlyList<TensorSpec> tensors = TensorSpecs.IsConfiguration(shapes)
            ? rules.Tensors(configuration)
            : TensorSpecs.Read(shapes);
        if (seed is null)
        {
            seed = Arguments.DrawnSeed();
            Terminal.Say($"seed {seed} (drawn; --seed {seed} gives these weights again)");
        }

        return rules.Plan(tensors, configuration, seed.Value);
    }

    /// <summary>Holds weights against the rules, without a seed.</summary>
    public StartReport Judge(ParseResult parsed, string weights, JudgeOptions options, CancellationToken cancellation)
    {
        RuleSet rules = RuleSet.Read(parsed.GetValue(_rules)!);
        using CheckpointReader checkpoint = CheckpointReader.Open(weights);
        return rules.Judge(checkpoint, ConfigurationBeside(parsed, weights), options, cancellation);
    }

    /// <summary>What the rules and a seed give in the place of weights that are there.</summary>
    public WeightPlan PlanOf(ParseResult parsed, string weights, uint seed)
    {
        RuleSet rules = RuleSet.Read(parsed.GetValue(_rules)!);
        JsonElement configuration = ConfigurationBeside(parsed, weights);
        return rules.HasTensors && configuration.ValueKind == JsonValueKind.Object
            ? rules.Plan(configuration, seed)
            : rules.Plan(TensorSpecs.Read(weights), configuration, seed);
    }

    /// <summary>The configuration that is given, or stands in the folder of the weights.</summary>
    private JsonElement ConfigurationBeside(ParseResult parsed, string weights)
    {
        string? path = parsed.GetValue(_configuration) ?? Beside(weights);
        return path is null ? default : RuleSet.ReadConfiguration(path);
    }

    /// <summary>Puts the configuration beside the weights, where loaders look for it.</summary>
    public void CopyConfiguration(ParseResult parsed, string shapes, string folder)
    {
        if (!IsGiven(parsed) || ConfigurationOf(parsed, shapes) is not { } path)
            return;
        string target = Path.Combine(folder, ConfigurationName);
        if (Path.GetFullPath(path) == Path.GetFullPath(target))
            return;
        // Several workers write the same bytes: each appears whole or not at all.
        AtomicFile.WriteAll(target, File.ReadAllBytes(path), new() { Overwrite = true, Sync = false });
    }

    private string? ConfigurationOf(ParseResult parsed, string shapes) =>
        parsed.GetValue(_configuration)
        ?? (
            TensorSpecs.IsConfiguration(shapes) ? shapes
            : Path.GetExtension(shapes) == ".json" ? null
            : Beside(shapes)
        );

    private static string? Beside(string weights)
    {
        string path = Path.Combine(
            Directory.Exists(weights) ? weights : Path.GetDirectoryName(Path.GetFullPath(weights))!,
            ConfigurationName
        );
        return File.Exists(path) ? path : null;
    }
}
