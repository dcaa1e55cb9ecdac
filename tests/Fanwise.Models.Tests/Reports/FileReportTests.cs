using System.Text;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Testing;
using static Fanwise.Models.Tests.Reports.ReportTests;

namespace Fanwise.Models.Tests.Reports;

/// <summary>The page of weights that a file has.</summary>
public class FileReportTests
{
    [Fact]
    public void AFilesTensorsAreShownWithoutADeclaredDensity()
    {
        using ScratchFolder folder = new();
        SafetensorsWriter.Write(Depthwise(), folder.File("a.safetensors"));
        using ReportSource source = ReportSource.Open(folder.File("a.safetensors"));
        JsonElement data = Data(Report.Of(source));
        data.GetProperty("kind").GetString().ShouldBe("file");
        data.GetProperty("title").GetString().ShouldBe("a.safetensors");
        JsonElement kernel = data.GetProperty("weights")
            .EnumerateArray()
            .Single(static weight => weight.GetProperty("name").GetString() == "first/kernel");
        kernel.TryGetProperty("expected", out _).ShouldBeFalse();
        kernel
            .GetProperty("histogram")
            .GetProperty("counts")
            .EnumerateArray()
            .Sum(static count => count.GetInt32())
            .ShouldBe(3 * 3 * 16 * 32);
    }

    [Fact]
    public void AFileSaysOfEveryTypeWhatIsInItAndWarnsOfWhatIsNoNumber()
    {
        Dictionary<string, (string Type, byte[] Bytes)> tensors = new()
        {
            ["bf16"] = ("BF16", [0x80, 0x3f, 0xc0, 0x3f]), // 1, 1.5
            ["f16"] = ("F16", [0x00, 0x3c, 0x00, 0x7e]), // 1, NaN
            ["f64"] = ("F64", [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(3.0)]),
            ["i64"] = ("I64", [.. BitConverter.GetBytes(-1L), .. BitConverter.GetBytes(5L)]),
            ["u8"] = ("U8", [0, 255]),
            ["f8"] = ("F8_E4M3", [0, 1]),
        };
        using ScratchFolder folder = new();
        File.WriteAllBytes(folder.File("types.safetensors"), Safetensors(tensors));
        using ReportSource source = ReportSource.Open(folder.File("types.safetensors"));
        Dictionary<string, JsonElement> weights = Data(Report.Of(source))
            .GetProperty("weights")
            .EnumerateArray()
            .ToDictionary(static weight => weight.GetProperty("name").GetString()!);
        (double?, double?) Bounds(string name) =>
            (weights[name].GetProperty("min").GetDouble(), weights[name].GetProperty("max").GetDouble());
        Bounds("bf16").ShouldBe((1, 1.5));
        Bounds("f16").ShouldBe((1, 1));
        Bounds("f64").ShouldBe((1, 3));
        Bounds("i64").ShouldBe((-1, 5));
        Bounds("u8").ShouldBe((0, 255));
        weights["f8"].GetProperty("unread").GetString().ShouldBe("elements of the type F8_E4M3 are not read");
        weights["f16"].GetProperty("warnings")[0].GetProperty("code").GetString().ShouldBe("not-finite");
        weights["f64"].TryGetProperty("warnings", out _).ShouldBeFalse();
    }

    [Fact]
    public void TwoAreComparedNameByName()
    {
        WeightPlan plan = Depthwise();
        using ScratchFolder folder = new();
        SafetensorsWriter.Write(
            new WeightPlan([
                .. plan.Where(static weight => weight.Name != "second/bias"),
                new("extra", new ConstantValues([2], ElementType.Float32, 1)),
            ]),
            folder.File("other.safetensors")
        );
        using ReportSource source = ReportSource.Of(plan.WithLayerFans(), "this"),
            other = ReportSource.Open(folder.File("other.safetensors"));
        JsonElement data = Data(Report.Of(source, other));
        JsonElement[] weights = [.. data.GetProperty("weights").EnumerateArray()];
        weights[0].GetProperty("other").GetProperty("difference").GetDouble().ShouldBe(0);
        weights[2].GetProperty("other").GetProperty("difference").GetDouble().ShouldBeGreaterThan(0.1);
        weights[3].GetProperty("missing").GetString().ShouldBe("The other has no tensor of this name.");
        data.GetProperty("facts")
            .EnumerateArray()
            .Select(static fact => $"{fact[0]}: {fact[1]}")
            .ShouldBe([
                "Backend: tensorflow",
                "Fans: layer",
                "Generation: keras",
                "Seed: 42",
                "In both: 3",
                "With the same values: 2",
                "Only here: 1",
                "Only in the other: 1",
            ]);
    }

    [Fact]
    public void AFolderIsReadByItsIndexOrWhole()
    {
        using ScratchFolder folder = new();
        Should.Throw<CheckpointException>(() => ReportSource.Open(folder.Path)).Message.ShouldContain("it holds none");
        SafetensorsWriter.Write(
            new WeightPlan([new("b", new ConstantValues([2], ElementType.Float32, 1))]),
            folder.File("two.safetensors")
        );
        SafetensorsWriter.Write(
            new WeightPlan([new("a", new ConstantValues([2], ElementType.Float32, 1))]),
            folder.File("one.safetensors")
        );
        using (ReportSource both = ReportSource.Open(folder.Path))
            both.Tensors.Select(static tensor => tensor.Name).ShouldBe(["a", "b"]);
        File.WriteAllBytes(
            folder.File("x.safetensors.index.json"),
            SafetensorsIndex.Write(8, [new("b", "two.safetensors")])
        );
        using (ReportSource indexed = ReportSource.Open(folder.Path))
            indexed.Tensors.Select(static tensor => tensor.Name).ShouldBe(["b"]);
        File.Delete(folder.File("x.safetensors.index.json"));
        File.Copy(folder.File("one.safetensors"), folder.File("three.safetensors"));
        Should
            .Throw<CheckpointException>(() => ReportSource.Open(folder.Path))
            .Message.ShouldContain("must hold tensors of different names; 'a'");
    }

    private static byte[] Safetensors(Dictionary<string, (string Type, byte[] Bytes)> tensors)
    {
        StringBuilder header = new("{");
        List<byte> data = [];
        foreach ((string name, (string type, byte[] bytes)) in tensors)
        {
            string comma = header.Length > 1 ? "," : "";
            header.Append(
                $$"""{{comma}}"{{name}}":{"dtype":"{{type}}","shape":[2],"""
                    + $$""" "data_offsets":[{{data.Count}},{{data.Count + bytes.Length}}]}"""
            );
            data.AddRange(bytes);
        }

        byte[] json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }
}
