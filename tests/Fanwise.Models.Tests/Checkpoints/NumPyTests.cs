using System.IO.Compression;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.NumPy;
using Fanwise.Models.Files;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>.npy and .npz files are what NumPy reads, and for .npy what it writes.</summary>
public sealed class NumPyTests : IDisposable
{
    private const string List = """
        import hashlib, numpy, sys
        loaded = numpy.load(sys.argv[1])
        arrays = loaded.items() if hasattr(loaded, "items") else [("", loaded)]
        for name, array in arrays:
            digest = hashlib.sha256(array.tobytes()).hexdigest()
            print(name, array.dtype, array.shape, array.flags.c_contiguous or array.size == 0, digest, sep="|")
        """;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RequiresFact("numpy")]
    public void NumPyReadsEveryArrayOfAnArchive()
    {
        WeightPlan plan = new([.. TestPlans.Mixed(ElementType.BFloat16), TestPlans.Weight("größe/核", [2])]);
        CheckpointFormat.Of("m.npz").Write(plan, _folder.File("m.npz"));
        Clients
            .Python(List, _folder.File("m.npz"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(plan.Select(weight => Row(weight.Name, weight)));
    }

    [RequiresFact("numpy")]
    public void ASingleArrayIsTheFileThatNumPySaves()
    {
        const string Save = "import numpy, sys; array = numpy.load(sys.argv[1]); numpy.save(sys.argv[2], array)";
        foreach (PlannedWeight weight in TestPlans.Mixed(ElementType.BFloat16))
        {
            CheckpointFormat.Of("a.npy").Write(new([weight]), _folder.File("ours.npy"), new() { Overwrite = true });
            Clients.Python(List, _folder.File("ours.npy")).TrimEnd().ShouldBe(Row("", weight));
            Clients.Python(Save, _folder.File("ours.npy"), _folder.File("theirs.npy"));
            File.ReadAllBytes(_folder.File("ours.npy"))
                .ShouldBe(File.ReadAllBytes(_folder.File("theirs.npy")), weight.Name);
        }
    }

    [RequiresFact("numpy")]
    public void NumPyReadsAnArchiveBeyond4GiBAndOf70000Arrays()
    {
        // The file is sparse: of the large array only the header is written.
        FileImage large = NpzArchive.Image(
            new([
                new("large", new Draws.ConstantValues([5L << 30], ElementType.Int8, 0)),
                .. Enumerable.Range(0, 70_000).Select(i => TestPlans.Weight($"w{i}", [1], ElementType.Int8)),
            ])
        );
        using (FileStream file = File.Create(_folder.File("m.npz")))
        {
            foreach (
                Literal literal in large.Literals([
                    .. large.Pieces.Select(static piece =>
                        Crc32.Of(piece.Length == 1 ? new PlannedWeight("", piece.Values).Bytes() : [])
                    ),
                ])
            )
            {
                file.Position = literal.Offset;
                file.Write(literal.Bytes.Span);
            }

            file.Length.ShouldBe(large.Length);
            file.Position = large.Pieces[69_999].Offset;
            file.Write(new PlannedWeight("", large.Pieces[69_999].Values).Bytes());
        }

        const string Count = """
            import numpy, sys
            archive = numpy.load(sys.argv[1])
            entry = archive.zip.getinfo("large.npy")
            stored = entry.file_size == entry.compress_size == (5 << 30) + 128
            print(len(archive.files), stored, archive["w69998"].shape)
            """;
        Clients.Python(Count, _folder.File("m.npz")).TrimEnd().ShouldBe("70001 True (1,)");
    }

    [Fact]
    public void AnArchivesChecksumsAreThoseOfItsBytes()
    {
        WeightPlan plan = TestPlans.Mixed(ElementType.BFloat16);
        CheckpointFormat.Of("m.npz").Write(plan, _folder.File("m.npz"), new() { Threads = 3 });
        using ZipArchive archive = ZipFile.OpenRead(_folder.File("m.npz"));
        archive
            .Entries.Select(static entry => entry.FullName)
            .ShouldBe(plan.Select(static weight => weight.Name + ".npy"));
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using MemoryStream bytes = new();
            using (Stream stream = entry.Open())
                stream.CopyTo(bytes);
            Crc32.Of(bytes.ToArray()).ShouldBe(entry.Crc32, entry.FullName);
        }
    }

    [Fact]
    public void Crc32IsZips()
    {
        Crc32.Of("123456789"u8).ShouldBe(0xCBF43926u); // the check value of the catalogue of CRC algorithms
        byte[] bytes = TestPlans.Weight("", [1000], ElementType.Int8).Bytes();
        foreach (int cut in (int[])[0, 1, 7, 8, 9, 500, 999, 1000])
            Crc32
                .Combine(Crc32.Of(bytes.AsSpan(0, cut)), Crc32.Of(bytes.AsSpan(cut)), 1000 - cut)
                .ShouldBe(Crc32.Of(bytes));
    }

    [Theory]
    [InlineData("a.npy")]
    [InlineData("a.npz")]
    public void BFloat16IsRefusedWithAHint(string name)
    {
        CheckpointException error = Should.Throw<CheckpointException>(() =>
            CheckpointFormat
                .Of(name)
                .Write(new([TestPlans.Weight("dense/kernel", [2], ElementType.BFloat16)]), _folder.File(name))
        );
        error.Code.ShouldBe(FanwiseError.Request);
        error.Message.ShouldBe(
            "NumPy files cannot hold bfloat16, which 'dense/kernel' is: write safetensors instead, or draw it in "
                + "float32."
        );
        _folder.Names().ShouldBeEmpty();
    }

    [Fact]
    public void AnNpyFileOfSeveralTensorsIsRefused() =>
        Should
            .Throw<CheckpointException>(() =>
                CheckpointFormat.Of("a.npy").Write(TestPlans.Mixed(), _folder.File("a.npy"))
            )
            .Code.ShouldBe(FanwiseError.Request);

    private static string Row(string name, PlannedWeight weight) =>
        $"{name}|{weight.ElementType.Name()}|{weight.Shape}|True|{Golden.Hash(weight.Bytes())}";
}
