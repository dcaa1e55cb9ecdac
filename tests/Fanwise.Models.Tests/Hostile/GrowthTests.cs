using System.Globalization;
using System.IO.Compression;
using System.Text;
using Fanwise.Models.Plans;
using Fanwise.Models.Tests.ModelFiles;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Hostile;

/// <summary>What a file can make the readers do is in proportion to its bytes, or it is refused in one
/// sentence.</summary>
public class GrowthTests
{
    private const int Base = 1000;

    /// <summary>Bytes allocated on the reading thread count the work: they are the same on every machine, and whatever
    /// walks a list for each of its items also makes something for each step or finds its way into the time
    /// limit.</summary>
    private const double MostBytesPerByte = 1.6;

    public static TheoryData<string> Shapes =>
        [
            "unknown keys of Keras 2",
            "notes of Keras 2",
            "unknown initializers of Keras 2",
            "cells of one name",
            "layers of one name",
            "equal seeds",
            "late inputs",
            "layers in reverse",
            "calls of one layer",
        ];

    /// <summary>The shape at 1, 2, 4 and 8 times the size: bytes allocated for each byte of the file do not
    /// grow.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void TheWorkForEachByteOfAModelDoesNotGrowWithItsSize(string shape)
    {
        double[] perByte = new double[4];
        _ = Work(Text(shape, Base)); // compiles what runs, and fills the tables
        for (int i = 0; i < perByte.Length; i++)
        {
            string text = Text(shape, Base << i);
            perByte[i] = (double)Work(text) / text.Length;
        }

        Assert.True(
            perByte[3] < perByte[0] * MostBytesPerByte,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{shape}: {perByte[0]:0.0}, {perByte[1]:0.0}, {perByte[2]:0.0}, {perByte[3]:0.0} bytes for a byte."
            )
        );
    }

    /// <summary>What took minutes before: 32 times the smallest size, in some ten times what a linear walk
    /// takes.</summary>
    [Everything]
    [Theory]
    [MemberData(nameof(Shapes))]
    public void ALargeModelTakesLittleOfTheProcessor(string shape)
    {
        string text = Text(shape, 32 * Base);
        TimeSpan used = ProcessorTime.Of(() => _ = Work(text));
        Assert.True(used < TimeSpan.FromSeconds(15), $"{shape}: {used}");
    }

    [Fact]
    public void StacksOfSharedCellsAreRefusedWhereTheirStatesGrowExponentially()
    {
        // Each stack holds the one below it twice: by its entry, and by the number that the entry bears.
        string inner = Texts.Layer("LSTMCell", "\"name\": \"c\", \"units\": 1")[..^1] + ", \"shared_object_id\": 100}";
        string again = inner;
        for (int depth = 1; depth <= 30; depth++)
        {
            string id = $", \"shared_object_id\": {100 + depth}}}";
            inner = Texts.Layer("StackedRNNCells", $"\"name\": \"s{depth}\", \"cells\": [{inner}, {again}]")[..^1] + id;
            again = Texts.Layer("StackedRNNCells", "")[..^1] + id;
        }

        string layer = Texts.Layer("RNN", $"\"name\": \"r\", \"return_state\": true, \"cell\": {inner}");
        ModelException error = Should.Throw<ModelException>(() =>
            Model.Read(Archive(Texts.Sequential(Sequences, layer))).Plan(1)
        );
        error.Message.ShouldContain("cells");
    }

    [Everything]
    [Fact]
    public void WrappersThatMakeTheirLayersAgainAreRefusedWhereTheyGrowExponentially()
    {
        string layer = Texts.Layer("LSTM", "\"name\": \"l\", \"units\": 3, \"return_sequences\": true");
        for (int depth = 0; depth < 30; depth++)
            layer = Texts.Layer(
                "Bidirectional",
                $"\"name\": \"b{depth}\", \"layer\": {Texts.Layer("RNN", $"\"name\": \"r{depth}\", \"cell\": {layer}")}"
            );
        ModelException error = Should.Throw<ModelException>(() => Texts.Plan(Texts.Sequential(Sequences, layer)));
        error.Message.ShouldContain("again");
    }

    [Everything]
    [Theory]
    [InlineData("{},")]
    [InlineData("[],")]
    [InlineData("{\"\":0},")]
    [InlineData("        ")]
    public void AnArchiveIsRefusedWhoseDescriptionUnpacksOutOfProportion(string unit)
    {
        StringBuilder text = new("{\"class_name\":\"Sequential\",\"x\":[");
        while (text.Length < 48 << 20)
            text.Append(unit);
        ModelException error = Should.Throw<ModelException>(() => Model.Read(Archive(text.Append("0]}").ToString())));
        error.Message.ShouldContain("times its size");
    }

    [Everything]
    [Fact]
    public void ATextOfMoreValuesThanAnyModelHasIsRefused()
    {
        StringBuilder text = new("{\"class_name\":\"Sequential\",\"x\":[");
        for (int i = 0; i < 10_000_001; i++)
            text.Append("[],");
        ModelException error = Should.Throw<ModelException>(() => Texts.Read(text.Append("0]}").ToString()));
        error.Message.ShouldContain("10000000 values");
    }

    [Fact]
    public void AnArchiveWhoseChecksumIsWrongIsRefused()
    {
        MemoryStream archive = Archive(Texts.Sequential(Texts.Input, Texts.Dense("d")), CompressionLevel.NoCompression);
        byte[] bytes = archive.ToArray();
        int at = bytes.AsSpan().IndexOf("units\": 4"u8) + 8;
        bytes[at] = (byte)'5';
        ModelException error = Should.Throw<ModelException>(() => Model.Read(new MemoryStream(bytes)));
        error.Message.ShouldContain("checksum");
    }

    private static readonly string Sequences = Texts.Layer(
        "InputLayer",
        "\"batch_shape\": [null, 5, 4], \"name\": \"x\""
    );

    private const string OldDense =
        """{"class_name":"Dense","config":{"name":"d","units":3,"batch_input_shape":[null,4]""";

    private static long Work(string text)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = Texts.Plan(text).Explain();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static MemoryStream Archive(string config, CompressionLevel level = CompressionLevel.Optimal)
    {
        MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream entry = zip.CreateEntry("config.json", level).Open())
            entry.Write(Encoding.UTF8.GetBytes(config));
        bytes.Position = 0;
        return bytes;
    }

    private static string Text(string shape, int n) =>
        shape switch
        {
            "unknown keys of Keras 2" => Old(OldDense + "," + Many(n, static i => $"\"k{i}\":0") + "}}"),
            "notes of Keras 2" => Old(
                OldDense
                    + "}},"
                    + Many(
                        n,
                        static i => $$"""{"class_name":"Dense","config":{"name":"d{{i}}","units":3,"k{{i}}":0} }"""
                    )
            ),
            "unknown initializers of Keras 2" => Old(
                OldDense + "," + Many(n, static i => $"\"k{i}_initializer\":\"zeros\"") + "}}"
            ),
            "cells of one name" => Texts.Sequential(
                Sequences,
                Texts.Layer(
                    "RNN",
                    "\"name\": \"r\", \"cell\": "
                        + Texts.Layer(
                            "StackedRNNCells",
                            "\"name\": \"s\", \"cells\": ["
                                + Many(n, static _ => Texts.Layer("SimpleRNNCell", "\"name\": \"a\", \"units\": 1"))
                                + "]"
                        )
                )
            ),
            "layers of one name" => Texts.Sequential(
                Texts.Input,
                Texts.Layer("Pipeline", $"\"name\": \"p\", \"layers\": [{Many(n, static _ => Texts.Dense("a"))}]")
            ),
            "equal seeds" => Texts.Sequential(
                Texts.Input,
                Many(
                    n,
                    static i =>
                        Texts.Layer(
                            "Dense",
                            $$"""
                            "name": "d{{i}}", "units": 4, "kernel_initializer": {"module": "keras.initializers",
                            "class_name": "GlorotUniform", "config": {"seed": 1} }
                            """
                        )
                )
            ),
            "late inputs" => Texts.Functional(
                "cat",
                [
                    Texts.Input,
                    Texts.Called(
                        Texts.Layer("Concatenate", "\"name\": \"cat\""),
                        "cat",
                        [.. Enumerable.Range(0, n).Select(static i => $"l{i}")]
                    ),
                    .. Backwards(n),
                ]
            ),
            "layers in reverse" => Texts.Functional($"l{n - 1}", [Texts.Input, .. Backwards(n)]),
            "calls of one layer" => Texts.Functional(
                "d",
                Texts.Input,
                Texts.Dense("d")[..^1] + $", \"name\": \"d\", \"inbound_nodes\": [{Many(n, CallOfItself)}]}}"
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "No such shape."),
        };

    private static string CallOfItself(int call) =>
        Texts
            .Called("{}", "", call == 0 ? "x" : "d")
            .Split("\"inbound_nodes\": [")[1][..^2]
            .Replace("\", 0, 0]", $"\", {Math.Max(0, call - 1)}, 0]", StringComparison.Ordinal);

    private static IEnumerable<string> Backwards(int n) =>
        Enumerable
            .Range(0, n)
            .Reverse()
            .Select(static i => Texts.Called(Texts.Dense($"l{i}"), $"l{i}", i == 0 ? "x" : $"l{i - 1}"));

    private static string Many(int n, Func<int, string> one) => string.Join(",", Enumerable.Range(0, n).Select(one));

    private static string Old(string layers) =>
        $$"""{"class_name":"Sequential","config":{"name":"s","layers":[{{layers}}]},"keras_version":"2.4.0"}""";
}
