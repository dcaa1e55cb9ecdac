using System.Text.Json;
using System.Text.RegularExpressions;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Hdf5;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>HDF5 files are what the HDF5 library reads, with the contents that h5py's own files have.</summary>
public sealed class Hdf5Tests : IDisposable
{
    /// <summary>Lists a file as the golden listings do: every group and dataset with attributes, shape, type,
    /// hash.</summary>
    private const string Listing = """
        import h5py, hashlib, json, numpy, sys
        rows = []
        with h5py.File(sys.argv[1]) as file:
            def visit(name, item):
                attributes = {k: str(v) for k, v in item.attrs.items()}
                row = {"name": name, "kind": type(item).__name__, "attributes": attributes}
                if isinstance(item, h5py.Dataset):
                    data = numpy.asarray(item)
                    digest = hashlib.sha256(data.tobytes()).hexdigest()
                    row |= {"shape": list(item.shape), "dtype": str(item.dtype), "sha256": digest,
                            "chunks": item.chunks, "compression": item.compression}
                rows.append(row)
            visit("/", file); file.visititems(visit)
        print(json.dumps(rows))
        """;

    /// <summary>Layers within layers that no file names, such as an attention's softmax, are numbered by the Python
    /// process: <c>softmax_1</c> where it has made another before.</summary>
    private static readonly Regex Counter = new(
        "_[0-9]+\"$|_[0-9]+\"(?=})",
        RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(10)
    );

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RequiresFact("h5py", "h5dump")]
    public void EveryElementTypeAndShapeIsReadBack()
    {
        Hdf5Group root = new();
        WeightPlan plan = TestPlans.Mixed();
        foreach ((int i, PlannedWeight weight) in plan.Index())
            root.Group("layers/größe").Add($"{i}", new Hdf5Dataset(weight.Name, weight.Values));
        Dictionary<string, JsonElement> rows = Write(root);
        foreach ((int i, PlannedWeight weight) in plan.Index())
        {
            JsonElement row = rows[$"layers/größe/{i}"];
            row.GetProperty("dtype")
                .GetString()
                .ShouldBe(weight.ElementType == ElementType.BFloat16 ? "|V2" : weight.ElementType.Name());
            row.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt64()).ShouldBe(weight.Shape);
            row.GetProperty("sha256").GetString().ShouldBe(Golden.Hash(weight.Bytes()), weight.Name);
        }
    }

    [RequiresTheory("h5py", "h5dump")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(20_000)]
    public void AGroupHoldsAnyNumberOfNames(int count)
    {
        // One leaf holds 8 names, one node 32 leaves: 257 names need two levels of the tree, 20,000 three.
        Hdf5Group root = new();
        for (int i = 0; i < count; i++)
            root.Add($"w{i}", new Hdf5Dataset($"w{i}", new HashedValues([1], ElementType.Int8)));
        Write(root).Count.ShouldBe(count + 1);
        if (count > 0)
            Clients.Run("h5dump", "-d", $"/w{count - 1}", _folder.File("a.h5")).ShouldContain("DATA");
    }

    [RequiresFact("h5py", "h5dump")]
    public void AttributesAreStringsOfAnyLengthInUtf8()
    {
        Hdf5Group root = new();
        string[] values =
        [
            "first",
            "größe \U0001F600",
            new('x', 5000),
            "",
            .. Enumerable.Range(0, 500).Select(static i => $"layer_{i}"),
        ];
        foreach ((int i, string value) in values.Index())
        {
            root.Group($"g{i}").Attributes.Add(("name", value));
            root.Group($"g{i}").Attributes.Add(("größe", $"{i}"));
        }

        Dictionary<string, JsonElement> rows = Write(root);
        foreach ((int i, string value) in values.Index())
        {
            rows[$"g{i}"].GetProperty("attributes").GetProperty("name").GetString().ShouldBe(value);
            rows[$"g{i}"].GetProperty("attributes").GetProperty("größe").GetString().ShouldBe($"{i}");
        }
    }

    [RequiresFact("h5dump", "h5py")]
    public void TheLibrarysOwnToolSeesTypesAndLayoutsAsInKerassFiles()
    {
        // The structure of every golden file, built again, is the same to h5dump, but for offsets and values.
        foreach (string path in Golden.Files("keras-files", "*.contents.json"))
        {
            Hdf5Group root = new();
            foreach (JsonElement row in Golden.Read(path).GetProperty("contents").EnumerateArray())
            {
                string name = row.GetProperty("name").GetString()!;
                Hdf5Node node;
                if (row.GetProperty("kind").GetString() == "Dataset")
                {
                    Shape shape = row.GetProperty("shape")
                        .EnumerateArray()
                        .Select(static length => length.GetInt64())
                        .ToArray();
                    node = new Hdf5Dataset(
                        name,
                        new Draws.ConstantValues(shape, ElementTypes.Parse(row.GetProperty("dtype").GetString()!), 1)
                    );
                    root.Group(Path.GetDirectoryName(name)!).Add(Path.GetFileName(name), node);
                }
                else
                {
                    node = root.Group(name);
                }

                foreach (JsonProperty attribute in row.GetProperty("attributes").EnumerateObject())
                    node.Attributes.Add((attribute.Name, attribute.Value.GetString()!));
            }

            Write(root);
            Dump(_folder.File("a.h5"))
                .ShouldBe(Dump(path.Replace(".contents.json", ".weights.h5", StringComparison.Ordinal)), path);
        }
    }

    [Fact]
    public void NamesThatTheFormatCannotHoldAreRefused()
    {
        Hdf5Group root = new();
        root.Add("a", new Hdf5Dataset("a", new HashedValues([1], ElementType.Int8)));
        foreach (string name in (string[])["", ".", "a/b", "a\0b", "a"])
            Should
                .Throw<CheckpointException>(() => root.Add(name, new Hdf5Group()))
                .Code.ShouldBe(FanwiseError.Request);
        Should.Throw<CheckpointException>(() => root.Group("a/b")).Code.ShouldBe(FanwiseError.Request);
        root.Attributes.Add(("name", "a\0b"));
        Should.Throw<CheckpointException>(() => Hdf5Image.Of(root)).Code.ShouldBe(FanwiseError.Request);
    }

    [RequiresFact("h5py", "h5dump")]
    public void EveryGoldenFileOfKerasIsWrittenWithTheSameContents()
    {
        int files = 0;
        foreach (string path in Golden.Files("keras-files", "*.contents.json"))
        {
            WeightPlan plan = Model.Read(path.Replace(".contents.json", ".json", StringComparison.Ordinal)).Plan(42);
            CheckpointFormat.Parse("weights.h5").Write(plan, _folder.File("a.weights.h5"), new() { Overwrite = true });
            Dictionary<string, JsonElement> found = List(_folder.File("a.weights.h5"));
            HashSet<string> near = plan.Where(static weight => weight.Values is Draws.OrthogonalValues)
                .SelectMany(static weight => weight.StorePaths)
                .ToHashSet(StringComparer.Ordinal);
            List<string> wrong = [];
            foreach (JsonElement row in Golden.Read(path).GetProperty("contents").EnumerateArray())
            {
                string name = row.GetProperty("name").GetString()!;
                files++;
                if (!found.Remove(name, out JsonElement own))
                    wrong.Add($"{name} is missing");
                else if (Text(own, near.Contains(name)) is var text && text != Text(row, near.Contains(name)))
                    wrong.Add($"{Text(row, false)} expected, {text} found");
            }

            wrong.AddRange(found.Keys.Select(static name => $"{name} is foreign"));
            wrong.ShouldBeEmpty(path);
            Dump(_folder.File("a.weights.h5"))
                .ShouldBe(Dump(path.Replace(".contents.json", ".weights.h5", StringComparison.Ordinal)), path);
        }

        Golden.ShouldHaveSeen(files, 128);

        // Attributes in any order; the orthogonal factor's last bits are TensorFlow's own (see the golden models).
        static string Text(JsonElement row, bool near)
        {
            bool isWithin = row.GetProperty("name").GetString()!.Contains("/_", StringComparison.Ordinal);
            string Value(string text) => isWithin ? Counter.Replace(text, "\"") : text;
            return string.Join(
                ' ',
                row.EnumerateObject()
                    .Where(property => !near || property.Name != "sha256")
                    .Select(property => $"{property.Name}={Value(property.Value.GetRawText())}")
                    .Order(StringComparer.Ordinal)
            );
        }
    }

    private static string[] Dump(string file) =>
        [
            .. Clients
                .Run("h5dump", "-A", "-p", file)
                .Split('\n')
                .Skip(1)
                .Where(static line => !line.Contains("OFFSET", StringComparison.Ordinal))
                .Select(static line => Counter.Replace(line, "\"")),
        ];

    private Dictionary<string, JsonElement> Write(Hdf5Group root)
    {
        FileImage image = Hdf5Image.Of(root);
        ImageWriter.Write(image, _folder.File("a.h5"), new() { Overwrite = true }, default);
        new FileInfo(_folder.File("a.h5")).Length.ShouldBe(image.Length);
        return List(_folder.File("a.h5"));
    }

    internal static Dictionary<string, JsonElement> List(string path) =>
        JsonDocument
            .Parse(Clients.Python(Listing, path))
            .RootElement.EnumerateArray()
            .ToDictionary(static row => row.GetProperty("name").GetString()!);
}
