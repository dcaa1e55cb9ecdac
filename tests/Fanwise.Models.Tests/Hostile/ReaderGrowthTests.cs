using System.Globalization;
using System.IO.Compression;
using System.Text;
using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Tests.ModelFiles;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Hostile;

/// <summary>Every reader's work for each byte does not grow with the bytes: counted in bytes allocated, at 1, 2, 4 and
/// 8 times the size, for the shapes of an attack and for shapes drawn at random.</summary>
public sealed class ReaderGrowthTests : IDisposable
{
    private const int Base = 500;
    private const double MostGrowth = 1.6;
    private readonly ScratchFolder _folder = new();

    /// <summary>Each reader's shapes: what makes a text, file or folder of some size.</summary>
    private static readonly Dictionary<string, Func<ReaderGrowthTests, int, (long Bytes, Action Read)>> Rows = new()
    {
        ["safetensors: tensors"] = static (test, n) => test.Checkpoint("safetensors", n),
        ["safetensors: metadata"] = static (test, n) =>
            test.Header("{\"__metadata__\":{" + Many(n, static i => $"\"k{i}\":\"v\"") + "}}"),
        ["safetensors: long names"] = static (test, n) =>
            test.Header("{\"__metadata__\":{\"" + new string('k', 10 * n) + "\":\"v\"}}"),
        ["index"] = static (test, n) =>
            test.Index(
                "{\"weight_map\":{" + Many(n, static i => $"\"w{i}\":\"model-00001-of-00001.safetensors\"") + "}}"
            ),
        ["index: files"] = static (test, n) =>
            test.Index("{\"weight_map\":{" + Many(n, static i => $"\"w{i}\":\"{i}.safetensors\"") + "}}"),
        [".npz"] = static (test, n) => test.Checkpoint("npz", n),
        [".weights.h5"] = static (test, n) => test.Checkpoint("weights.h5", n),
        [".keras: members"] = static (test, n) => test.Archive(n),
        ["declaration: classes"] = static (_, n) =>
            Declaration(Many(n, static i => $$"""  "C{{i}}": {"weights": [], "output": [3]}  """)),
        ["declaration: weights"] = static (_, n) =>
            Declaration(
                """ "C": {"weights": [ """
                    + Many(n, static i => $$"""{"name": "w{{i}}", "shape": [3, "input[-1]"], "initializer": "zeros"}""")
                    + """ ], "output": [3]} """
            ),
        ["declaration: a long size"] = static (_, n) =>
            Declaration(
                """ "C": {"weights": [], "output": [" """
                    + string.Join('+', Enumerable.Repeat("units", n))
                    + """ "]} """
            ),
        ["initializer: keys"] = static (_, n) =>
            Initializer("{\"class_name\":\"HeNormal\",\"config\":{" + Many(n, static i => $"\"k{i}\":0") + "}}"),
        ["initializer: numbers"] = static (_, n) =>
            Initializer("{\"class_name\":\"Constant\",\"config\":{\"value\":[" + Many(n, static _ => "1.5") + "]}}"),
        ["initializer: a long name"] = static (_, n) => Initializer(new string('x', 20 * n)),
    };

    public static TheoryData<string> Shapes => [.. Rows.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AReadersWorkForEachByteDoesNotGrow(string shape) => Judge(shape, n => Rows[shape](this, n));

    [Fact]
    public void AModelOfRandomShapesIsReadInProportion()
    {
        Random random = new(11);
        int read = 0;
        for (int shape = 0; shape < 12; shape++)
        {
            string[] units = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Unit(random, depth: 0))];
            Judge(
                string.Join(" ", units),
                n =>
                {
                    string text = Texts.Sequential(
                        Texts.Layer("InputLayer", "\"batch_shape\": [null, 8, 4], \"name\": \"x\""),
                        Many(
                            n / 4,
                            i =>
                                units[i % units.Length]
                                    .Replace("NAME", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                        )
                    );
                    return (
                        text.Length,
                        () =>
                            Refusable(() =>
                            {
                                Texts.Plan(text).Explain();
                                read++;
                            })
                    );
                }
            );
        }

        read.ShouldBeGreaterThan(40);
    }

    /// <summary>A layer of a random kind, perhaps within wrappers, that takes and gives three axes.</summary>
    private static string Unit(Random random, int depth) =>
        random.Next(depth < 3 ? 8 : 6) switch
        {
            0 => Texts.Layer("Dense", $"\"name\": \"d{depth}NAME\", \"units\": {1 + random.Next(5)}"),
            1 => Texts.Layer("LSTM", $"\"name\": \"l{depth}NAME\", \"units\": 2, \"return_sequences\": true"),
            2 => Texts.Layer("BatchNormalization", $"\"name\": \"s{depth}NAME\""),
            3 => Texts.Layer(
                "Conv1D",
                $"\"name\": \"c{depth}NAME\", \"filters\": 3, \"kernel_size\": 3, \"padding\": \"same\""
            ),
            4 => Texts.Layer(
                "GRU",
                $"\"name\": \"g{depth}NAME\", \"units\": 2, \"return_sequences\": true, "
                    + $"\"kernel_initializer\": {{\"module\": \"keras.initializers\", \"class_name\": \"HeNormal\", "
                    + $"\"config\": {{\"seed\": {random.Next(3)}}}}}"
            ),
            5 => Texts.Layer("Activation", $"\"name\": \"s{depth}NAME\", \"activation\": \"relu\""),
            6 => Texts.Layer(
                "TimeDistributed",
                $"\"name\": \"t{depth}NAME\", \"layer\": "
                    + $"{(random.Next(2) == 0 ? Texts.Dense("in", 3) : Unit(random, depth + 2))}"
            ),
            _ => Texts.Layer(
                "Bidirectional",
                $"\"name\": \"b{depth}NAME\", \"layer\": "
                    + $"{Texts.Layer("LSTM", "\"name\": \"in\", \"units\": 2, \"return_sequences\": true")}"
            ),
        };

    private static void Judge(string shape, Func<int, (long Bytes, Action Read)> make)
    {
        double[] perByte = new double[4];
        make(Base).Read(); // compiles what runs, and fills the tables
        for (int i = 0; i < perByte.Length; i++)
        {
            (long bytes, Action read) = make(Base << i);
            long before = GC.GetAllocatedBytesForCurrentThread();
            read();
            perByte[i] = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / bytes;
        }

        Assert.True(
            perByte[3] < perByte[0] * MostGrowth + 1,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{shape}: {perByte[0]:0.0}, {perByte[1]:0.0}, {perByte[2]:0.0}, {perByte[3]:0.0} bytes for a byte."
            )
        );
    }

    private (long Bytes, Action Read) Checkpoint(string format, int n)
    {
        string path = _folder.File($"{n}.{format}");
        WeightPlan plan = new(
            Enumerable
                .Range(0, n)
                .Select(static i => new PlannedWeight($"w{i}", new ConstantValues([3], ElementType.Float32, 0))
                {
                    StorePaths = [$"layers/l{i}/vars/0"],
                })
        );
        CheckpointFormat
            .Parse(format)
            .Write(
                plan,
                path,
                new()
                {
                    Overwrite = true,
                    Sync = false,
                    Threads = 1,
                }
            );
        return (new FileInfo(path).Length, () => CheckpointReader.Open(path).Dispose());
    }

    private (long Bytes, Action Read) Header(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        byte[] file = [.. BitConverter.GetBytes((long)bytes.Length), .. bytes];
        return (file.Length, () => SafetensorsFile.Read(file));
    }

    private (long Bytes, Action Read) Index(string json)
    {
        string path = _folder.File("model.safetensors.index.json");
        File.WriteAllText(path, json);
        return (json.Length, () => SafetensorsIndex.Read(path));
    }

    private (long Bytes, Action Read) Archive(int n)
    {
        string path = _folder.File("a.keras");
        using (FileStream file = File.Create(path))
        using (ZipArchive zip = new(file, ZipArchiveMode.Create))
        {
            using (Stream entry = zip.CreateEntry("config.json").Open())
                entry.Write(Encoding.UTF8.GetBytes(Texts.Sequential(Texts.Input, Texts.Dense("d"))));
            for (int i = 0; i < n; i++)
                zip.CreateEntry($"assets/{i}");
        }

        return (new FileInfo(path).Length, () => Model.Read(path).Plan(1));
    }

    private static (long Bytes, Action Read) Declaration(string members)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{" + members + "}");
        return (bytes.Length, () => Refusable(() => CustomLayers.Read(new MemoryStream(bytes))));
    }

    private static (long Bytes, Action Read) Initializer(string text) =>
        (text.Length, () => Refusable(() => Configuration.Read(text)));

    /// <summary>A refusal is work like reading.</summary>
    private static void Refusable(Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is ModelException or InitializerException)
        {
            exception.Message.Length.ShouldBeLessThanOrEqualTo(2000);
        }
    }

    private static string Many(int n, Func<int, string> one) => string.Join(",", Enumerable.Range(0, n).Select(one));
}
