using System.Text;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>A verification takes what was written, and names the first byte that was not.</summary>
public sealed class VerificationTests : IDisposable
{
    private const string Topology =
        """{"class_name":"Sequential","config":{"name":"s","layers":[]}"""
        + ""","keras_version":"2.15.0","backend":"tensorflow"}""";
    private readonly ScratchFolder _folder = new();

    public static TheoryData<string> Formats => [.. CheckpointFormat.All.Select(static format => format.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void WhatWasWrittenHolds(string name)
    {
        (CheckpointFormat format, WeightPlan plan, string path) = Write(name);
        long reported = 0;
        CheckpointReport report = CheckpointVerifier.Verify(
            path,
            plan,
            options: new() { Threads = 3, Progress = new SynchronousProgress(bytes => reported = bytes) }
        );
        report.Holds.ShouldBeTrue();
        (report.Tensors, report.ComparedBytes, report.DifferentElements, report.DifferentTensors).ShouldBe(
            (plan.Count, plan.Bytes, 0, 0)
        );
        reported.ShouldBe(plan.Bytes);
        report.Files.Count.ShouldBe(format.IsFolder ? Directory.GetFiles(path).Length : 1);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void AnyAlteredByteOfATensorIsFoundAndNamed(string name)
    {
        (CheckpointFormat format, WeightPlan plan, string path) = Write(name);
        Random random = new(42);
        IReadOnlyList<(FileImage Image, string Name)> images = format.Images(plan);
        for (int trial = 0; trial < 20; trial++)
        {
            (FileImage image, string file) = images[random.Next(images.Count)];
            if (image.Pieces.Count == 0)
                continue;
            TensorPiece piece = image.Pieces[random.Next(image.Pieces.Count)];
            if (piece.Length == 0)
                continue;
            long at = random.NextInt64(piece.Length);
            string target = format.IsFolder ? Path.Combine(path, file) : path;
            Flip(target, piece.Offset + at);
            CheckpointReport report = CheckpointVerifier.Verify(path, plan);
            (report.DifferentElements, report.DifferentTensors).ShouldBe((1, 1));
            report.FirstDifference!.Tensor.ShouldBe(piece.Name);
            long flat = 0;
            foreach ((long index, long length) in report.FirstDifference.Index!.Zip(piece.Values.Shape))
                flat = (flat * length) + index;
            flat.ShouldBe((piece.Start + at) / piece.Values.ElementType.Size());
            report.FirstDifference.Expected.ShouldNotBe(report.FirstDifference.Found);
            Flip(target, piece.Offset + at);
        }

        CheckpointVerifier.Verify(path, plan).Holds.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void AlteredTablesAndCutFilesAreMalformedOrDiffer(string name)
    {
        (CheckpointFormat format, WeightPlan plan, string path) = Write(name);
        string target = format.IsFolder ? Path.Combine(path, "model.json") : path;
        byte[] whole = File.ReadAllBytes(target);
        for (int at = 0; at < 64; at += 7)
        {
            Flip(target, at);
            // Metadata of a safetensors file are only warned of: others may write other ones.
            try
            {
                CheckpointReport report = CheckpointVerifier.Verify(path, plan);
                (name == "safetensors" && (report.Warnings.Count > 0 || !report.Holds)).ShouldBeTrue($"byte {at}");
            }
            catch (CheckpointException exception)
            {
                exception.Code.ShouldBe(FanwiseError.Malformed);
            }

            Flip(target, at);
        }

        File.WriteAllBytes(target, whole[..^1]);
        Should
            .Throw<CheckpointException>(() => CheckpointVerifier.Verify(path, plan))
            .Code.ShouldBe(FanwiseError.Malformed);
        File.WriteAllBytes(target, [.. whole, 0]);
        Should
            .Throw<CheckpointException>(() => CheckpointVerifier.Verify(path, plan))
            .Code.ShouldBe(FanwiseError.Malformed);
        File.Delete(target);
        if (format.IsFolder)
            return;
        Should
            .Throw<CheckpointException>(() => CheckpointVerifier.Verify(path, plan))
            .Code.ShouldBe(FanwiseError.InputOutput);
    }

    [Fact]
    public void TheFirstDifferenceIsNamedAndTheRestCounted()
    {
        WeightPlan plan = new([
            new("b", new Draws.ConstantValues([2, 3], ElementType.Float32, 0.25)),
            new("a", new Draws.ConstantValues([4], ElementType.Float32, 1)),
        ]);
        SafetensorsWriter.Write(plan, _folder.File("m.safetensors"));
        CheckpointReport report = CheckpointVerifier.Verify(
            _folder.File("m.safetensors"),
            new([new("b", new Draws.ConstantValues([2, 3], ElementType.Float32, 0.5)), plan["a"]])
        );
        report
            .FirstDifference!.ToString()
            .ShouldBe("'b' differs at [0, 0]: expected 0.5 (0x3f000000), found 0.25 (0x3e800000).");
        (report.DifferentElements, report.DifferentTensors).ShouldBe((6, 1));
    }

    [Fact]
    public void MissingForeignAndReshapedTensorsAreDifferences()
    {
        WeightPlan plan = new([TestPlans.Weight("a", [2, 3]), TestPlans.Weight("b", [2])]);
        SafetensorsWriter.Write(plan, _folder.File("m.safetensors"));
        First(TestPlans.Weight("a", [2, 3]), TestPlans.Weight("c", [2]))
            .ShouldBe("'b' differs: expected no such tensor, found float32 (2,).");
        First(TestPlans.Weight("a", [2, 3]), TestPlans.Weight("b", [2]), TestPlans.Weight("c", [2]))
            .ShouldBe("'c' differs: expected float32 (2,), found no such tensor.");
        First(TestPlans.Weight("a", [3, 2]), TestPlans.Weight("b", [2]))
            .ShouldBe("'a' differs: expected float32 (3, 2), found float32 (2, 3).");
        First(TestPlans.Weight("a", [2, 3]), TestPlans.Weight("b", [2], ElementType.Int32))
            .ShouldBe("'b' differs: expected int32 (2,), found float32 (2,).");

        string First(params PlannedWeight[] weights) =>
            CheckpointVerifier.Verify(_folder.File("m.safetensors"), new(weights)).FirstDifference!.ToString();
    }

    [Fact]
    public void AShardedCheckpointIsVerifiedWholeAndInBothDirections()
    {
        WeightPlan plan = TestPlans.Mixed();
        ShardPlan shards = WriteShards(plan);
        CheckpointVerifier.Verify(_folder.Path, plan).Holds.ShouldBeTrue();
        CheckpointVerifier.Verify(_folder.File(shards.IndexName!), plan).Holds.ShouldBeTrue();
        CheckpointVerifier.Verify(_folder.Path).Tensors.ShouldBe(plan.Count);

        // A stale file of another cut.
        File.Copy(_folder.File(shards.Shards[0].FileName), _folder.File("model-00001-of-00099.safetensors"));
        Fails(FanwiseError.Malformed, "model-00001-of-00099.safetensors");
        File.Delete(_folder.File("model-00001-of-00099.safetensors"));

        // The index lacks a tensor, has one too many, or gives one to another file.
        byte[] index = shards.Index();
        string text = Encoding.UTF8.GetString(index);
        Alter(
            text.Replace("\"scalar\": \"model", "\"scalars\": \"model", StringComparison.Ordinal),
            FanwiseError.Malformed,
            "'scalar'"
        );
        Alter(
            text.Replace(
                "\"weight_map\": {",
                $"\"weight_map\": {{\n    \"more\": \"{shards.Shards[0].FileName}\",",
                StringComparison.Ordinal
            ),
            FanwiseError.Malformed,
            "'more'"
        );
        string place = shards
            .Shards.First(static shard => shard.Weights.Any(static weight => weight.Name == "scalar"))
            .FileName;
        Alter(
            text.Replace(
                $"\"scalar\": \"{place}\"",
                $"\"scalar\": \"{shards.Shards.First(shard => shard.FileName != place).FileName}\"",
                StringComparison.Ordinal
            ),
            FanwiseError.Malformed,
            "'scalar'"
        );
        Alter(
            text.Replace(
                $"\"total_size\": {plan.Bytes}",
                $"\"total_size\": {plan.Bytes + 1}",
                StringComparison.Ordinal
            ),
            FanwiseError.Malformed,
            $"{plan.Bytes + 1}"
        );
        File.WriteAllBytes(_folder.File(shards.IndexName!), index);

        // A missing shard; no index.
        File.Move(_folder.File(place), _folder.File("away"));
        Fails(FanwiseError.InputOutput, place);
        File.Move(_folder.File("away"), _folder.File(place));
        File.Delete(_folder.File(shards.IndexName!));
        Fails(FanwiseError.InputOutput, "no index");

        void Alter(string json, FanwiseError error, string words)
        {
            File.WriteAllText(_folder.File(shards.IndexName!), json);
            Fails(error, words);
        }

        void Fails(FanwiseError error, string words)
        {
            CheckpointException exception = Should.Throw<CheckpointException>(() =>
                CheckpointVerifier.Verify(_folder.Path, plan)
            );
            exception.Code.ShouldBe(error);
            exception.Message.ShouldContain(words);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void EveryFormatIsReadBackWithoutAPlan(string name)
    {
        (_, WeightPlan plan, string path) = Write(name);
        CheckpointReport report = CheckpointVerifier.Verify(path);
        report.Holds.ShouldBeTrue();
        report.Tensors.ShouldBe(plan.Count);
        using CheckpointReader checkpoint = CheckpointReader.Open(path);
        checkpoint
            .Tensors.Select(static tensor => $"{tensor.Shape} {Golden.Hash(tensor.Values!.ToTensor().Bytes)}")
            .ShouldBe(
                plan.Select(static weight => $"{weight.Shape} {Golden.Hash(weight.Values.ToTensor().Bytes)}"),
                ignoreOrder: true
            );
    }

    [Theory]
    [InlineData(".weights.h5")]
    [InlineData(".npz")]
    [InlineData(".safetensors")]
    public void ALargeTensorIsReadWithoutBeingHeld(string ending)
    {
        const long MostBytes = 16 << 20;
        WeightPlan plan = Model
            .Read(
                new MemoryStream(
                    Encoding.UTF8.GetBytes(
                        ModelFiles.Texts.Sequential(ModelFiles.Texts.Input, ModelFiles.Texts.Dense("a", 4 << 20))
                    )
                )
            )
            .Plan(42);
        string path = _folder.File("large" + ending);
        CheckpointFormat.Of(path).Write(plan, path, new() { Sync = false });
        long before = GC.GetAllocatedBytesForCurrentThread();
        CheckpointVerifier.Verify(path).Tensors.ShouldBe(plan.Count);
        CheckpointVerifier.Verify(path, plan, options: new() { Threads = 1 }).Holds.ShouldBeTrue();
        CheckpointVerifier.Verify(path, Renamed(plan), options: new() { Threads = 1 }).Holds.ShouldBeFalse();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostBytes);
        plan.Bytes.ShouldBeGreaterThan(4 * MostBytes);

        static WeightPlan Renamed(WeightPlan plan) => plan.Only(static weight => weight.Variable == "kernel");
    }

    private (CheckpointFormat Format, WeightPlan Plan, string Path) Write(string name)
    {
        CheckpointFormat format = CheckpointFormat.Parse(name);
        WeightPlan plan = name switch
        {
            "npy" => new([TestPlans.Weight("a", [600, 1001])]),
            "tfjs" => new([
                TestPlans.Weight("m", [3], ElementType.Bool),
                TestPlans.Weight("a/kernel", [3000, 1001]),
                TestPlans.Weight("whole", [1000, 300], whole: true),
            ])
            {
                Topology = TestPlans.Json(Topology),
            },
            "npz" => TestPlans.Mixed(ElementType.BFloat16),
            "weights.h5" => new(
                TestPlans
                    .Mixed()
                    .Index()
                    .Select(static row => row.Item with { StorePaths = [$"layers/dense_{row.Index}/vars/0"] })
            )
            {
                Layers = [new("", "model", "Sequential", "")],
            },
            _ => TestPlans.Mixed(),
        };
        string path = _folder.File(format.IsFolder ? "m" : "m" + format.Extension);
        format.Write(plan, path);
        return (format, plan, path);
    }

    private ShardPlan WriteShards(WeightPlan plan)
    {
        ShardPlan shards = ShardPlan.Split(plan, 1_000);
        shards.Shards.Count.ShouldBeGreaterThan(3);
        foreach (Shard shard in shards.Shards)
            ImageWriter.Write(shards.Image(shard), _folder.File(shard.FileName), new() { Sync = false }, default);
        File.WriteAllBytes(_folder.File(shards.IndexName!), shards.Index());
        return shards;
    }

    private static void Flip(string path, long at)
    {
        using FileStream file = File.Open(path, FileMode.Open);
        file.Position = at;
        int value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 0x11));
    }
}
