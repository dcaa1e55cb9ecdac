using System.Text;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>The shards and the index are those of Hugging Face's tools.</summary>
public class ShardPlanTests
{
    [Fact]
    public void ShardsAreFilledInThePlansOrderAndOversizeOnesComeBeforeTheOpenOne() =>
        Names(ShardPlan.Split(Plan(6, 6, 2, 6, 2, 11, 2), 10)).ShouldBe(["0", "1,2", "5", "3,4,6"]);

    [Fact]
    public void AFullShardIsNotExceededAndEmptyTensorsFitAnywhere() =>
        Names(ShardPlan.Split(Plan(5, 5, 0, 1), 10)).ShouldBe(["0,1,2", "3"]);

    [Fact]
    public void FilesAreNumberedFromOne()
    {
        ShardPlan shards = ShardPlan.Split(Plan(6, 6, 6), 10);
        shards
            .Shards.Select(static shard => shard.FileName)
            .ShouldBe([
                "model-00001-of-00003.safetensors",
                "model-00002-of-00003.safetensors",
                "model-00003-of-00003.safetensors",
            ]);
        shards.IndexName.ShouldBe("model.safetensors.index.json");
        shards.Shards.Sum(static shard => shard.Bytes).ShouldBe(18);
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 3, 4 })]
    public void WhatFitsOneFileHasNoIndex(int[] sizes)
    {
        ShardPlan shards = ShardPlan.Split(Plan(sizes), 10);
        shards.Shards.ShouldHaveSingleItem().FileName.ShouldBe("model.safetensors");
        shards.IndexName.ShouldBeNull();
    }

    [Fact]
    public void TheIndexIsWhatPythonWrites()
    {
        string[] names = ["layers.10.w", "layers.2.w", "B\"\\\t\u001f", "é\u007f", "\U0001F600", "\uFF5E"];
        ShardPlan shards = ShardPlan.Split(
            new(names.Select(static name => TestPlans.Weight(name, [6], ElementType.Int8))),
            20
        );
        FolderIdentity identity = SafetensorsIndex.Read(shards.Index(), "index").Identity;
        identity.Plan.Length.ShouldBe(39);
        identity.Folder.Length.ShouldBe(39);
        Encoding
            .UTF8.GetString(shards.Index())
            .ShouldBe(
                """
                {
                  "metadata": {
                    "folder": "FOLDER",
                    "plan": "PLAN",
                    "total_size": 36
                  },
                  "weight_map": {
                    "B\"\\\t\u001f": "model-00001-of-00002.safetensors",
                    "layers.10.w": "model-00001-of-00002.safetensors",
                    "layers.2.w": "model-00001-of-00002.safetensors",
                    "\u00e9\u007f": "model-00002-of-00002.safetensors",
                    "\uff5e": "model-00002-of-00002.safetensors",
                    "\ud83d\ude00": "model-00002-of-00002.safetensors"
                  }
                }

                """.Replace("FOLDER", identity.Folder, StringComparison.Ordinal).Replace(
                    "PLAN",
                    identity.Plan,
                    StringComparison.Ordinal
                ).ReplaceLineEndings("\n")
            );
        SafetensorsIndex read = SafetensorsIndex.Read(shards.Index(), "index");
        read.TotalSize.ShouldBe(36);
        read.WeightMap.Count.ShouldBe(6);
        read.WeightMap["\U0001F600"].ShouldBe("model-00002-of-00002.safetensors");
    }

    [Theory]
    [InlineData("pt", true)]
    [InlineData("tf", false)]
    public void TheIndexOfPyTorchsFilesCountsParameters(string format, bool counts)
    {
        WeightPlan plan = new([TestPlans.Weight("a", [3]), TestPlans.Weight("b", [4])])
        {
            Metadata = new Dictionary<string, string> { ["format"] = format },
        };
        Encoding
            .ASCII.GetString(ShardPlan.Split(plan, 16).Index())
            .Contains(",\n    \"total_parameters\": 7,\n    \"total_size\": 28\n", StringComparison.Ordinal)
            .ShouldBe(counts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData(".a")]
    public void AShardsNameIsOneThatLoadersAccept(string name) =>
        Should
            .Throw<CheckpointException>(() => ShardPlan.Split(Plan(1), 10, name))
            .Message.ShouldBe($"A shard's name has letters, digits, '.', '_' and '-' only; received '{name}'.");

    [RequiresFact("numpy")]
    public void TheIndexIsPythonsByteForByte()
    {
        const string Dump = """
            import json, sys
            index = json.load(open(sys.argv[1], "rb"))
            sys.stdout.write(json.dumps(index, indent=2, sort_keys=True) + "\n")
            """;
        using ScratchFolder folder = new();
        byte[] ours = ShardPlan.Split(TestPlans.Mixed(), 1000).Index();
        File.WriteAllBytes(folder.File("index.json"), ours);
        Clients.Python(Dump, folder.File("index.json")).ShouldBe(Encoding.ASCII.GetString(ours));
    }

    [Theory]
    [InlineData("../a.safetensors")]
    [InlineData("/etc/a.safetensors")]
    [InlineData("a\\\\b.safetensors")]
    [InlineData("C:a.safetensors")]
    [InlineData(".a.safetensors")]
    [InlineData("a.bin")]
    [InlineData("a.safetensors\\n")]
    [InlineData("")]
    public void AnIndexNamesFilesOfItsOwnFolderOnly(string file) =>
        Should
            .Throw<CheckpointException>(() =>
                SafetensorsIndex.Read(Encoding.UTF8.GetBytes($$$"""{"weight_map":{"w":"{{{file}}}"}}"""), "index")
            )
            .Code.ShouldBe(FanwiseError.Malformed);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{}{}")]
    [InlineData("""{"weight_map":[]}""")]
    [InlineData("""{"weight_map":{"a":1}}""")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""")]
    [InlineData("""{"weight_map":{"a":"a.safetensors","\u0061":"a.safetensors"}}""")]
    [InlineData("""{"weight_map":{},"metadata":{"total_size":-1}}""")]
    [InlineData("""{"weight_map":{},"metadata":{"total_size":1,"total_size":1}}""")]
    [InlineData("""{"weight_map":{},"metadata":7}""")]
    [InlineData("""{"weight_map":{"\ud800":"a.safetensors"}}""")]
    [InlineData("""{"weight_map":{},}""")]
    public void AMalformedIndexIsRefused(string json) =>
        Should
            .Throw<CheckpointException>(() => SafetensorsIndex.Read(Encoding.UTF8.GetBytes(json), "index"))
            .Code.ShouldBe(FanwiseError.Malformed);

    [Theory]
    [InlineData("5GB", 5_000_000_000)]
    [InlineData("4GiB", 4L << 30)]
    [InlineData("1.5 kib", 1536)]
    [InlineData("123", 123)]
    [InlineData("7B", 7)]
    public void SizesHaveUnits(string text, long bytes) => ByteSize.Parse(text).ShouldBe(bytes);

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("0")]
    [InlineData("-1GB")]
    [InlineData("5PB")]
    [InlineData("10000000TB")]
    [InlineData("9223372036854775807TB")]
    [InlineData("79228162514264337593543950335TB")]
    public void OtherSizesAreRefused(string text) =>
        Should
            .Throw<CheckpointException>(() => ByteSize.Parse(text))
            .Message.ShouldBe($"A size is a positive number with a unit, such as 5GB or 4GiB; received '{text}'.");

    private static WeightPlan Plan(params int[] sizes) =>
        new(sizes.Select(static (size, i) => TestPlans.Weight(i.ToString(), [size], ElementType.Int8)));

    private static IEnumerable<string> Names(ShardPlan shards) =>
        shards.Shards.Select(static shard => string.Join(',', shard.Weights.Select(static weight => weight.Name)));
}
