using System.Text;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>What an index may say, and the sentence on every other.</summary>
public class SafetensorsIndexTests
{
    [Theory]
    [InlineData("", "is not JSON (line 1, byte 1)")]
    [InlineData("{\n,}", "is not JSON (line 2, byte 1)")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{}", "must have a 'weight_map'")]
    [InlineData("""{"a":1,"a":2}""", "has 'a' twice")]
    [InlineData("""{"weight_map":[]}""", "must have an object as 'weight_map'")]
    [InlineData("""{"weight_map":{"w":"a.safetensors","w":"b.safetensors"}}""", "has the tensor 'w' twice")]
    [InlineData("""{"weight_map":{"\ud800":"a.safetensors"}}""", "has a string that is not valid Unicode")]
    [InlineData("""{"metadata":7}""", "must have an object as 'metadata'")]
    [InlineData("""{"metadata":{"b":1,"b":1}}""", "has 'b' twice")]
    [InlineData("""{"metadata":{"total_size":"7"}}""", "must have a whole number as 'total_size'")]
    public void AnIndexIsRefusedInOneSentence(string json, string what) =>
        Refused(json).ShouldBe($"The index 'index' {what}.");

    [Theory]
    [InlineData("1", "no string")]
    [InlineData("\"a.bin\"", "'a.bin'")]
    public void ANameThatIsNoShardsIsQuoted(string file, string received) =>
        Refused($$$"""{"weight_map":{"w":{{{file}}}}}""")
            .ShouldBe(
                "The index 'index' must name a .safetensors file of its own folder for 'w'; received " + $"{received}."
            );

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.0", 0)]
    [InlineData("4.0", 4)]
    [InlineData("9007199254740991.0", 9007199254740991)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void ASizeMayBeAFloatingNumberThatIsWhole(string text, long size) =>
        Read($$$"""{"weight_map":{},"metadata":{"total_size":{{{text}}}}}""").TotalSize.ShouldBe(size);

    [Theory]
    [InlineData("-1")]
    [InlineData("-1.0")]
    [InlineData("0.5")]
    [InlineData("9007199254740992.0")] // from here on not every whole number is one
    public void ASizeThatIsNoWholeNumberIsRefused(string text) =>
        Refused($$$"""{"metadata":{"total_size":{{{text}}}}}""")
            .ShouldBe("The index 'index' must have a whole number as 'total_size'.");

    [Fact]
    public void WhatAnIndexSaysBesideIsSkippedWhole()
    {
        SafetensorsIndex index = Read(
            """
            {"other": {"weight_map": {"a": "b"}, "metadata": 7},
             "metadata": {"format": {"total_size": 1}, "plan": 3, "total_size": 4, "folder": ["total_size"]},
             "weight_map": {"w": "a.safetensors"}, "last": [{"weight_map": 1}]}
            """
        );
        index.TotalSize.ShouldBe(4);
        index.Identity.ShouldBe(FolderIdentity.Unknown);
        index.WeightMap.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("w", "a.safetensors"));
    }

    [Fact]
    public void AnIndexWithoutIdentityHasTheSizeAlone() =>
        Encoding
            .ASCII.GetString(SafetensorsIndex.Write(6, [KeyValuePair.Create("w", "a.safetensors")]))
            .ShouldBe(
                "{\n  \"metadata\": {\n    \"total_size\": 6\n  },\n"
                    + "  \"weight_map\": {\n    \"w\": \"a.safetensors\"\n  }\n}\n"
            );

    [Fact]
    public void AnIndexOfNothingClosesItsMapAsPythonDoes() =>
        Encoding
            .ASCII.GetString(SafetensorsIndex.Write(0, []))
            .ShouldBe("{\n  \"metadata\": {\n    \"total_size\": 0\n  },\n  \"weight_map\": {}\n}\n");

    [Fact]
    public void AMissingIndexIsNamed()
    {
        CheckpointException error = Should.Throw<CheckpointException>(() => SafetensorsIndex.Read("/none/i.json"));
        error.Code.ShouldBe(FanwiseError.InputOutput);
        error.Message.ShouldBe("'/none/i.json' cannot be read: it does not exist.");
    }

    [Fact]
    public void AnIndexOfMoreThan256MebibytesIsNotRead()
    {
        using ScratchFolder folder = new();
        string path = folder.File("model.safetensors.index.json");
        using (FileStream file = File.Create(path))
            file.SetLength((1 << 28) + 1); // holes: no disk is needed
        Should
            .Throw<CheckpointException>(() => SafetensorsIndex.Read(path))
            .Message.ShouldBe($"An index has at most 268435456 bytes; '{path}' has 268435457.");
    }

    [Fact]
    public void ADeviceIsNoCheckpoint()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const string sentence = "'/dev/null' is neither a file nor a folder and cannot be read.";
        Should.Throw<CheckpointException>(() => SafetensorsIndex.Read("/dev/null")).Message.ShouldBe(sentence);
        Should.Throw<CheckpointException>(() => SafetensorsFile.Read("/dev/null")).Message.ShouldBe(sentence);
    }

    [Fact]
    public void WhatSaysNoPlanIsNotOurs()
    {
        FolderIdentity unknown = FolderIdentity.Of(new Dictionary<string, string> { ["seed"] = "1" });
        unknown.ShouldBe(FolderIdentity.Unknown);
        unknown.IsOurs.ShouldBeFalse();
        new FolderIdentity("p", "").IsOurs.ShouldBeTrue();
    }

    [Theory]
    [InlineData("p", "f", "plan p, folder f and plan p, folder none")]
    [InlineData("", "", "no plan and plan p, folder none")]
    public void TwoOfDifferentRunsAreToldApart(string plan, string folder, string words) =>
        Should
            .Throw<CheckpointException>(() =>
                new FolderIdentity(plan, folder).Demand(new("p", ""), "one.safetensors", "index")
            )
            .Message.ShouldBe(
                $"'one.safetensors' and 'index' are of different plans or runs: {words}; a folder must hold one."
            );

    private static SafetensorsIndex Read(string json) => SafetensorsIndex.Read(Encoding.UTF8.GetBytes(json), "index");

    private static string Refused(string json)
    {
        CheckpointException error = Should.Throw<CheckpointException>(() => Read(json));
        error.Code.ShouldBe(FanwiseError.Malformed);
        return error.Message;
    }
}
