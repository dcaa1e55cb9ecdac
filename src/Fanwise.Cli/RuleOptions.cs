using System.CommandLine;
using System.Text.Json;
using Fanwise.Cli.Commands;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.Rules;

namespace Fanwise.Cli;

/// <summary>The options of a command that takes names, shapes and rules in the place of a Keras model.</summary>
internal sealed class RuleOptions
{
    private const string ConfigurationName = "config.json";

    private readonly Option<string?> _rules = new Option<string?>("--rules")
    {
        Description =
            $"Rules that say what each tensor is: a YAML file, or one of {string.Join(", ", RuleSet.Presets)}. Then MODEL "
            + "is a config.json, a checkpoint whose shapes are taken, or a JSON map of names to types and shapes.",
        HelpName = "RULES",
    }.NotEmpty();

    private readonly Option<string?> _configuration = new Option<string?>("--config")
    {
        Description = "The JSON file whose keys the rules' expressions use, where MODEL is none.",
        HelpName = "FILE",
    }.NotEmpty();

    public void AddTo(Command command)
    {
        _rules.CompletionSources.Add([.. RuleSet.Presets]);
        command.Add(_rules);
        command.Add(_configuration);
    }

    /// <summary>Whether rules are asked for.</summary>
    /// <exception cref="RuleException">There is a configuration and no rules.</exception>
    public bool IsGiven(ParseResult parsed)
    {
        if (parsed.GetValue(_rules) is not null)
            return true;
        return parsed.GetValue(_configuration) is null
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
            seed = InitCommand.DrawnSeed();
            Terminal.Say($"seed {seed} (drawn; --seed {seed} gives these weights again)");
        }

        return rules.Plan(tensors, configuration, seed.Value);
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
        parsed.GetValue(_configuration) ?? (TensorSpecs.IsConfiguration(shapes) ? shapes : null);
}
