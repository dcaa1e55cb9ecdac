using System.CommandLine;
using System.Text;
using System.Text.Json;
using Fanwise.Cli;
using Fanwise.Cli.Commands;
using Fanwise.Generations;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Rules;

namespace Fanwise.Fuzz;

/// <summary>What reads files of others, one row a reader.</summary>
internal static class Targets
{
    private const long MostRead = 1 << 20;

    /// <summary>Where readers of files find their input: in memory, so that a disk does not set the pace.</summary>
    private static readonly string Scratch = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        $"fanwise-fuzz-{Environment.ProcessId}"
    );

    private static readonly Lazy<ToolCommand> Root = new(ToolRoot.Create);

    /// <summary>Each reader by its name. Nothing of the library runs before an input is there: its instruments are not
    /// ready.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } =
        new SortedDictionary<string, Action<byte[]>>(StringComparer.Ordinal)
        {
            ["model"] = ReadModel,
            ["keras"] = static bytes =>
            {
                ReadModel(bytes);
                ReadCheckpoint("file.keras", bytes);
            },
            ["h5"] = static bytes => ReadCheckpoint("file.h5", bytes),
            ["npz"] = static bytes => ReadCheckpoint("file.npz", bytes),
            ["safetensors"] = static bytes =>
            {
                SafetensorsFile.Read(bytes);
                ReadCheckpoint("file.safetensors", bytes);
            },
            ["index"] = static bytes => SafetensorsIndex.Read(Put("model.safetensors.index.json", bytes)),
            ["declaration"] = static bytes => CustomLayers.Read(new MemoryStream(bytes)),
            ["initializer"] = static bytes =>
            {
                foreach (Generation generation in Generation.All.Prepend(null!))
                    ReadInitializer(Encoding.UTF8.GetString(bytes), generation);
            },
            ["rules"] = ReadRules,
            ["command-line"] = static bytes =>
            {
                // No system hands a NUL to a program.
                string text = Encoding.UTF8.GetString(bytes).Replace("\0", "", StringComparison.Ordinal);
                ParseResult parsed = Root.Value.Parse(text.Split('\n'), Invocation.Words);
                _ = WrongRequest.Sentence(Root.Value, parsed); // nothing is run: a command may write
            },
        };

    /// <summary>Reads an input. What refuses it is one of the library's exceptions, in one sentence.</summary>
    /// <returns>The sentence; null where it was read.</returns>
    public static string? Judge(Action<byte[]> read, byte[] input)
    {
        try
        {
            read(input);
            return null;
        }
        catch (Exception exception)
            when (exception is InitializerException or ModelException or CheckpointException or RuleException)
        {
            return exception.Message;
        }
    }

    private static void ReadModel(byte[] bytes) => Model.Read(new MemoryStream(bytes)).Plan(1).Explain();

    private static void ReadInitializer(string text, Generation? generation)
    {
        try
        {
            Conversion read = Generations.Configuration.Read(text, generation);
            _ = read.Initializer.Serialize().ToJson();
            Converter.Convert(read.Initializer, Generation.Keras);
        }
        catch (InitializerException)
        {
            // The next generation may take it.
        }
    }

    private static void ReadRules(byte[] bytes)
    {
        TensorSpec[] tensors =
        [
            new("model.layers.0.self_attn.q_proj.weight", [4, 4], ElementType.Float32),
            new("model.layers.10.mlp.bias", [4], ElementType.Float32),
            new("lm_head.weight", [8, 4], ElementType.Float32),
        ];
        using JsonDocument configuration = JsonDocument.Parse("""{"hidden_size": 4, "num_hidden_layers": 2}""");
        RuleSet.Parse(Encoding.UTF8.GetString(bytes), "rules.yaml").Plan(tensors, configuration.RootElement, 1);
    }

    private static void ReadCheckpoint(string name, byte[] bytes)
    {
        using CheckpointReader checkpoint = CheckpointReader.Open(Put(name, bytes));
        foreach (StoredTensor tensor in checkpoint.Tensors)
            if (tensor.Values is { } values && values.Bytes <= MostRead)
                values.Fill(0, new byte[values.Bytes].AsSpan());
        if (checkpoint.HasModel)
            checkpoint.ReadModel();
    }

    private static string Put(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Scratch);
        string path = Path.Combine(Scratch, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
