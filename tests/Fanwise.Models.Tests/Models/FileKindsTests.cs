using System.IO.Compression;
using System.Text;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>What people give by mistake is named for what it is, with what helps, in one sentence; where a model is
/// taken and where weights are.</summary>
public sealed class FileKindsTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public static TheoryData<string, byte[], string, string> Mistakes =>
        new()
        {
            {
                "lfs.keras",
                Text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123456\n"),
                "a Git LFS pointer",
                "git lfs pull"
            },
            { "page.h5", Text("<!DOCTYPE html>\n<html><head>"), "a web page", "download the file itself" },
            { "model.yaml", Text("backend: tensorflow\nclass_name: Sequential\nconfig:\n"), "YAML", "model_from_yaml" },
            { "marked.yaml", Text("---\nclass_name: Sequential\n"), "YAML", "model_from_yaml" },
            { "repr.json", Text("{'class_name': 'Sequential', 'config': None}"), "Python's own notation", "json.dump" },
            { "list.txt", Text("[{'class_name': 'Dense'}]"), "Python's own notation", "json.dump" },
            { "model.pkl", [0x80, 4, 0x95, 10, 0, 0, 0, 0, 0, 0, 0], "a pickle", "load it in Python" },
            {
                "old.pt",
                [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e],
                "a checkpoint of PyTorch",
                "safetensors.torch.save_file"
            },
            { "new.pt", Zip("archive/data.pkl"), "a checkpoint of PyTorch", "safetensors.torch.save_file" },
            {
                "model.tflite",
                [0x1c, 0, 0, 0, .. "TFL3"u8, 0x14, 0, 0x20],
                "a TensorFlow Lite model",
                "converted from"
            },
            { "model.onnx", [0x08, 8, 0x12, 7, .. "pytorch"u8, 0x1a, 3], "an ONNX model", "converted from" },
            { "saved_model.pb", [0x08, 1, 0x12, 0xb2, 0xc4, 1, 0x0a], "TensorFlow SavedModel", "load_model" },
            { "frozen.pb", [0x0a, 0x2f, 0x0a, 5, .. "input"u8, 0x12], "a TensorFlow graph", "the Keras model" },
            {
                "checkpoint",
                Text("model_checkpoint_path: \"model.ckpt\"\n"),
                "the list of a TensorFlow checkpoint's files",
                "load_weights"
            },
            { "model.json.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "compressed by gzip", "unpacked" },
        };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void AMistakeIsNamedWithWhatHelps(string name, byte[] bytes, string what, string help)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        Says(Should.Throw<ModelException>(() => Model.Read(path)).Message);
        Says(Should.Throw<CheckpointException>(() => CheckpointReader.Open(path)).Message);

        void Says(string sentence)
        {
            sentence.ShouldContain(what);
            sentence.ShouldContain(help);
            sentence.ShouldEndWith(".");
            sentence.ShouldNotContain("\n");
        }
    }

    [Fact]
    public void AFolderIsNamedForWhatItHolds()
    {
        Should.Throw<ModelException>(() => Model.Read(_folder.Path)).Message.ShouldContain("holds no model");
        File.WriteAllBytes(_folder.File("saved_model.pb"), [0x08, 1, 0x12]);
        Should.Throw<ModelException>(() => Model.Read(_folder.Path)).Message.ShouldContain("SavedModel");
        Should
            .Throw<CheckpointException>(() => CheckpointReader.Open(_folder.Path))
            .Message.ShouldContain("SavedModel");
    }

    [Fact]
    public void AModelsTextBesideSafetensorsIsNotTheFoldersOwn()
    {
        WeightPlan plan = Texts.Plan(Texts.Sequential(Texts.Input, Texts.Dense("a")));
        File.WriteAllText(_folder.File("model.json"), Texts.Sequential(Texts.Input, Texts.Dense("a")));
        CheckpointFormat.All[0].Write(plan, _folder.File("model.safetensors"));
        using CheckpointReader reader = CheckpointReader.Open(_folder.Path);
        reader.Tensors.Count.ShouldBe(plan.Count);
        Should.Throw<ModelException>(() => Model.Read(_folder.Path)).Message.ShouldContain("holds no model");
    }

    [Theory]
    [InlineData("functional")]
    [InlineData("sequential")]
    public void AConfigurationAloneIsReadAsItsModels(string kind)
    {
        string whole =
            kind == "functional"
                ? Texts.Functional("a", Texts.Input, Texts.Called(Texts.Dense("a"), "a", "x"))
                : Texts.Sequential(Texts.Input, Texts.Dense("a"));
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(whole);
        Model alone = Texts.Read(json.RootElement.GetProperty("config").GetRawText());
        alone.Notes[0].ShouldContain("get_config()");
        alone
            .Plan(42)
            .Select(static weight => $"{weight.Name} {Golden.Hash(weight.Values.ToTensor().Bytes)}")
            .ShouldBe(
                Texts
                    .Read(whole)
                    .Plan(42)
                    .Select(static weight => $"{weight.Name} {Golden.Hash(weight.Values.ToTensor().Bytes)}")
            );
    }

    [Fact]
    public void AnUnpackedArchiveIsItsArchive()
    {
        foreach (string path in Golden.Files("h5", "*_nested.keras"))
        {
            ZipFile.ExtractToDirectory(path, _folder.File("unpacked"));
            using CheckpointReader packed = CheckpointReader.Open(path),
                unpacked = CheckpointReader.Open(_folder.File("unpacked"));
            Hashes(unpacked).ShouldBe(Hashes(packed));
            PlanHashes(Model.Read(_folder.File("unpacked"))).ShouldBe(PlanHashes(Model.Read(path)));
            PlanHashes(unpacked.ReadModel()).ShouldBe(PlanHashes(packed.ReadModel()));
        }

        static string[] Hashes(CheckpointReader reader) =>
            [.. reader.Tensors.Select(static t => $"{t.Name} {Golden.Hash(t.Values!.ToTensor().Bytes)}")];

        static string[] PlanHashes(Model model) =>
            [.. model.Plan(3).Select(static w => $"{w.Name} {Golden.Hash(w.Values.ToTensor().Bytes)}")];
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Zip(string name)
    {
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream entry = zip.CreateEntry(name).Open())
            entry.Write([0x80, 2, 0x2e]);
        return file.ToArray();
    }
}
