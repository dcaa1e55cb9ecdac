using System.CommandLine;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.Models.PyTorch;

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

    /// <summary>Options whose default is what the description says.</summary>
    public LayoutOptions(string? byDefault = null)
    {
        if (byDefault is not null)
            _layout.Description =
                $"Names and order of axes of the weights: {Keras} or {PyTorchLayout.Name}; by default {byDefault}.";
    }

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

    /// <summary>The layout that is given, or else the one that files record; null for neither.</summary>
    public KernelLayout? Of(ParseResult parsed, string? recorded) =>
        (parsed.GetValue(_layout) ?? recorded) switch
        {
            Keras => KernelLayout.Keras,
            PyTorchLayout.Name => KernelLayout.PyTorch,
            _ => null,
        };

    /// <summary>The shape that Keras has for a kernel whose shape is given in the layout that is asked for.</summary>
    /// <exception cref="ModelException"><c>--names</c> is given: the kernel is of no layer.</exception>
    public Shape InKeras(ParseResult parsed, Shape shape)
    {
        if (parsed.GetValue(_names) is not null)
            throw new ModelException("--names goes with a Keras model; an initializer has no layers.");
        return Of(parsed, recorded: null) == KernelLayout.PyTorch && shape.Rank >= 2
            ? [.. shape.Lengths[2..], shape[1], shape[0]]
            : shape;
    }

    /// <summary>The names of modules by <c>--names</c>; none where that is not given.</summary>
    public IReadOnlyDictionary<string, string> Names(ParseResult parsed) =>
        parsed.GetValue(_names) is { } names ? Read(names) : new Dictionary<string, string>();

    /// <summary>The plan in the layout that is asked for; says on stderr what is worth a note.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="plan">A plan of Keras'.</param>
    /// <param name="recorded">The layout that files record; null for none.</param>
    public WeightPlan Apply(ParseResult parsed, WeightPlan plan, string? recorded)
    {
        if (Of(parsed, recorded) != KernelLayout.PyTorch)
            return parsed.GetValue(_names) is null
                ? plan
                : throw new ModelException($"--names goes with --layout {PyTorchLayout.Name}, which is missing.");
        WeightPlan turned = plan.InPyTorchLayout(Names(parsed));
        foreach (string note in turned.Notes.Skip(plan.Notes.Count))
            Terminal.Say($"note: {note}");
        return turned;
    }

    /// <summary>Names the option where the names of a checkpoint are PyTorch's, and its metadata do not say
    /// so.</summary>
    public static void AdviseOn(string path)
    {
        using CheckpointReader checkpoint = CheckpointReader.Open(path);
        if (checkpoint.Tensors.FirstOrDefault(static tensor => IsPyTorchs(tensor.Name)) is { } tensor)
            Terminal.Say(
                Terminal.Printable(
                    $"note: names such as {tensor.Name} are PyTorch's: --layout {PyTorchLayout.Name} compares them so"
                )
            );
    }

    private static bool IsPyTorchs(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal) || name.Contains(".weight_", StringComparison.Ordinal);

    /// <summary>The layout that a checkpoint records; null where it records none, or cannot be read.</summary>
    public static string? Recorded(string path)
    {
        try
        {
            using CheckpointReader checkpoint = CheckpointReader.Open(path);
            return Recorded(checkpoint);
        }
        catch (CheckpointException)
        {
            return null; // who reads it next says what is wrong with it
        }
    }

    /// <inheritdoc cref="Recorded(string)"/>
    public static string? Recorded(CheckpointReader checkpoint) => checkpoint.Metadata.GetValueOrDefault(MetadataKey);

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
