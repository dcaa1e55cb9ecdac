using System.CommandLine;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;

namespace Fanwise.Cli;

/// <summary>The options of a command that takes Keras' weights in another framework's layout.</summary>
internal sealed class LayoutOptions
{
    private const string Keras = "keras",
        MetadataKey = "layout";

    /// <summary>No table of names is larger.</summary>
    private const int MaxNames = 16 << 20;

    private readonly Option<string> _layout = new Option<string>("--layout")
    {
        Description =
            $"Names and order of axes: {Keras} (the default), or {PyTorchLayout.Name}: conv1.weight as [out, in, "
            + "window], lstm.weight_ih_l0. Nothing else is changed; the file records it.",
        HelpName = "LAYOUT",
    }.OneOf([Keras, PyTorchLayout.Name]);

    private readonly Option<string?> _names = new Option<string?>("--names")
    {
        Description =
            $"With --layout {PyTorchLayout.Name}: a text file, in each line a layer and its module's name, such as "
            + "block_1/conv2d features.0.",
        HelpName = "FILE",
    }.NotEmpty();

    public void AddTo(Command command)
    {
        command.Add(_layout);
        command.Add(_names);
    }

    /// <summary>Refuses a layout where the weights are none of Keras'.</summary>
    /// <exception cref="ModelException">One is given.</exception>
    public void RefuseWithout(ParseResult parsed)
    {
        foreach (Option option in (Option[])[_layout, _names])
            if (parsed.GetResult(option) is { Implicit: false })
                throw new ModelException(
                    $"{option.Name} goes with a Keras model; the names are PyTorch's here already."
                );
    }

    /// <summary>The plan in the layout that is asked for; says on stderr what is worth a note.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="plan">A plan of Keras'.</param>
    /// <param name="recorded">The layout that files record; null for none.</param>
    public WeightPlan Apply(ParseResult parsed, WeightPlan plan, string? recorded)
    {
        string? names = parsed.GetValue(_names);
        if ((parsed.GetValue(_layout) ?? recorded ?? Keras) != PyTorchLayout.Name)
            return names is null
                ? plan
                : throw new ModelException($"--names goes with --layout {PyTorchLayout.Name}, which is missing.");
        WeightPlan turned = plan.InPyTorchLayout(names is null ? new Dictionary<string, string>() : Read(names));
        foreach (string note in turned.Notes.Skip(plan.Notes.Count))
            Terminal.Say($"note: {note}");
        return turned;
    }

    /// <summary>The layout that a checkpoint records; null where it records none, or cannot be read.</summary>
    public static string? Recorded(string path)
    {
        try
        {
            using CheckpointReader checkpoint = CheckpointReader.Open(path);
            return checkpoint.Metadata.GetValueOrDefault(MetadataKey);
        }
        catch (CheckpointException)
        {
            return null; // who reads it next says what is wrong with it
        }
    }

    private static Dictionary<string, string> Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxNames })
            throw new ModelException($"A table of names must have at most {MaxNames >> 20} MiB; '{path}' has more.");
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is [] or [['#', ..], ..])
                continue;
            if (words is not [var layer, var module] || !names.TryAdd(layer, module))
                throw new ModelException(
                    $"A line of '{path}' must be a layer and its module's name, each layer once; line {number} is "
                        + $"'{line}'."
                );
        }

        return names;
    }
}
