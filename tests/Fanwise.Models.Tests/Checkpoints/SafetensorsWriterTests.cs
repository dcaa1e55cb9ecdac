using System.Buffers.Binary;
using System.Text;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>The bytes of a safetensors file are the reference writer's.</summary>
public sealed class SafetensorsWriterTests : IDisposable
{
    private static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheHeaderIsPaddedWithSpacesToEight()
    {
        // The reference's own example: one float32 tensor of shape (1, 2, 3).
        string json = Header([TestPlans.Weight("attn.0", [1, 2, 3])], NoMetadata, out long length);
        json.ShouldBe("""{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}""");
        length.ShouldBe(8 + 64 + 24);
        Header([TestPlans.Weight("attn0", [1, 2, 3])], NoMetadata, out length)
            .ShouldBe("""{"attn0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}} """);
        length.ShouldBe(8 + 64 + 24);
        Header([], NoMetadata, out length).ShouldBe("{}      ");
        length.ShouldBe(16);
    }

    [Fact]
    public void TensorsAreSortedByTypeThenByTheBytesOfTheirNames()
    {
        // U+FF5E is before U+1F600 in UTF-8 and after it in UTF-16.
        string[] names = ["layers.2.w", "layers.10.w", "\U0001F600", "\uFF5E", "b", "a", "B"];
        string json = Header(
            [
                .. names.Select(name => TestPlans.Weight(name, [1], ElementType.Int8)),
                .. Enum.GetValues<ElementType>().Select(type => TestPlans.Weight(type.Name(), [1], type)),
            ],
            NoMetadata,
            out _
        );
        int[] places =
        [
            .. new[]
            {
                "int64",
                "float64",
                "float32",
                "int32",
                "bfloat16",
                "float16",
                "B",
                "a",
                "b",
                "int8",
                "layers.10.w",
                "layers.2.w",
                "\uFF5E",
                "\U0001F600",
                "bool",
            }.Select(name => json.IndexOf($"\"{name}\":", StringComparison.Ordinal)),
        ];
        places.ShouldAllBe(place => place >= 0);
        places.ShouldBe(places.Order());
    }

    [Fact]
    public void StringsAreEscapedAsTheReferenceEscapesThem() =>
        Header(
                [TestPlans.Weight("\"\\/<é\u007f\u2028\U0001F600\b\f\n\r\t\u0001\u001f", [], ElementType.Bool)],
                NoMetadata,
                out _
            )
            .TrimEnd()
            .ShouldBe(
                "{\"\\\"\\\\/<é\u007f\u2028\U0001F600\\b\\f\\n\\r\\t\\u0001\\u001f\":"
                    + """{"dtype":"BOOL","shape":[],"data_offsets":[0,1]}}"""
            );

    [Fact]
    public void MetadataComeFirstAndSorted() =>
        Header(
                [TestPlans.Weight("w", [2, 0], ElementType.Float16)],
                new Dictionary<string, string>
                {
                    ["seed"] = "42",
                    ["generation"] = "ke\"ras",
                    ["Z"] = "",
                },
                out _
            )
            .TrimEnd()
            .ShouldBe(
                """{"__metadata__":{"Z":"","generation":"ke\"ras","seed":"42"}"""
                    + ""","w":{"dtype":"F16","shape":[2,0],"data_offsets":[0,0]}}"""
            );

    [Theory]
    [InlineData("", "")]
    [InlineData("__metadata__", "__metadata__")]
    [InlineData("a\0b", "a\\0b")]
    public void NamesThatReadersMisunderstandAreRefused(string name, string shown) =>
        Refused([TestPlans.Weight(name, [1])], NoMetadata)
            .ShouldBe($"A tensor's name must not be empty, '__metadata__' or contain a NUL; received '{shown}'.");

    [Fact]
    public void HalfASurrogatePairIsRefused() // an attribute's string cannot hold one
    {
        const string half = "a\uD800b",
            end = "must be valid Unicode; received half a surrogate pair at character 1 of 'a\uD800b'.";
        Refused([TestPlans.Weight(half, [1])], NoMetadata).ShouldBe($"A tensor's name {end}");
        Refused([], new Dictionary<string, string> { [half] = "" }).ShouldBe($"A metadata key {end}");
        Refused([], new Dictionary<string, string> { ["k"] = half }).ShouldBe($"A metadata value {end}");
    }

    [Fact]
    public void MetadataThatFillAHeaderAreWrittenAndOneCharacterMoreIsRefused()
    {
        const int around = 25; // {"__metadata__":{"k":""}}
        Dictionary<string, string> metadata = new() { ["k"] = new('v', 100_000_000 - around) };
        SafetensorsHeader.Image([], metadata).Length.ShouldBe(8 + 100_000_000);
        metadata["k"] += "v";
        Refused([], metadata).ShouldBe("A safetensors header has at most 100000000 bytes; the metadata need more.");
    }

    [Fact]
    public void EqualNamesAreRefused() =>
        Should
            .Throw<CheckpointException>(() =>
                Header([TestPlans.Weight("a", [1]), TestPlans.Weight("a", [1])], NoMetadata, out _)
            )
            .Code.ShouldBe(FanwiseError.Request);

    [Fact]
    public void AHeaderThatReadersRefuseIsRefused()
    {
        string name = new('x', 1_000_000);
        CheckpointException error = Should.Throw<CheckpointException>(() =>
            Header([.. Enumerable.Range(0, 100).Select(i => TestPlans.Weight(name + i, [1]))], NoMetadata, out _)
        );
        error.Code.ShouldBe(FanwiseError.Request);
        error.Message.ShouldContain("100000000");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void TheDataAreThePlansBytesAtAnyNumberOfThreads(int threads)
    {
        WeightPlan plan = TestPlans.Mixed();
        long reported = 0;
        SafetensorsWriter.Write(
            plan,
            _folder.File("m.safetensors"),
            new() { Threads = threads, Progress = new SynchronousProgress(bytes => reported = bytes) }
        );
        reported.ShouldBe(plan.Bytes);
        _folder.Names().ShouldBe(["m.safetensors"]);

        byte[] file = File.ReadAllBytes(_folder.File("m.safetensors"));
        FileImage image = SafetensorsHeader.Image(plan, plan.Metadata);
        file.LongLength.ShouldBe(image.Length);
        file.AsSpan(0, image.Literals([]).Single().Bytes.Length)
            .SequenceEqual(image.Literals([]).Single().Bytes.Span)
            .ShouldBeTrue();
        foreach (TensorPiece piece in image.Pieces)
            file.AsSpan((int)piece.Offset, (int)piece.Length)
                .SequenceEqual(plan[piece.Name].Bytes())
                .ShouldBeTrue(piece.Name);
    }

    [Fact]
    public void ACancelledWriteLeavesNothing()
    {
        using CancellationTokenSource source = new();
        Should.Throw<OperationCanceledException>(() =>
            SafetensorsWriter.Write(
                TestPlans.Mixed(),
                _folder.File("m.safetensors"),
                new() { Progress = new SynchronousProgress(_ => source.Cancel()) },
                source.Token
            )
        );
        _folder.Names().ShouldBeEmpty();
    }

    [Fact]
    public void AFailingTensorLeavesNothingAndItsErrorIsThrown()
    {
        WeightPlan plan = new([.. TestPlans.Mixed(), new PlannedWeight("bad", new FailingValues([10]))]);
        Should
            .Throw<InitializerException>(() => SafetensorsWriter.Write(plan, _folder.File("m.safetensors")))
            .Message.ShouldBe("no");
        _folder.Names().ShouldBeEmpty();
    }

    private static string Refused(PlannedWeight[] weights, IReadOnlyDictionary<string, string> metadata)
    {
        CheckpointException error = Should.Throw<CheckpointException>(() => Header(weights, metadata, out _));
        error.Code.ShouldBe(FanwiseError.Request);
        return error.Message;
    }

    private static string Header(PlannedWeight[] weights, IReadOnlyDictionary<string, string> metadata, out long length)
    {
        FileImage image = SafetensorsHeader.Image(weights, metadata);
        length = image.Length;
        ReadOnlySpan<byte> bytes = image.Literals([]).Single().Bytes.Span;
        BinaryPrimitives.ReadInt64LittleEndian(bytes).ShouldBe(bytes.Length - 8);
        (bytes.Length % 8).ShouldBe(0);
        return Encoding.UTF8.GetString(bytes[8..]);
    }

    private sealed record FailingValues(Shape Shape) : Draws.Values(Shape, ElementType.Float32)
    {
        protected override void WriteIdentity(Draws.IdentityWriter writer) => writer.Write("failing");

        protected override void FillSlice(long start, Span<byte> destination) => throw new InitializerException("no");
    }
}
