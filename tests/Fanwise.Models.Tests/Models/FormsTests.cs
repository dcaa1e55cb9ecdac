using System.IO.Compression;
using System.Text;
using Fanwise.Models.Architectures;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>The forms in which models are saved, and what is refused of them.</summary>
public class FormsTests
{
    private const string OldDense =
        """{"class_name": "Dense", "config": {"name": "d", "units": 3, "batch_input_shape": [null, 4]}}""";

    [Theory]
    [InlineData("dense.json", ModelForm.Keras3)]
    [InlineData("archive_rnn.keras", ModelForm.Archive)]
    [InlineData("k2_dense.keras2.json", ModelForm.Keras2)]
    [InlineData("tfjs_recurrent.json", ModelForm.TensorFlowJs)]
    public void TheFormIsToldByWhatTheFileHolds(string file, ModelForm form) =>
        Model.Read(Golden.Find("models", file)).Form.ShouldBe(form);

    [Fact]
    public void EverySampleModelHasAPlan()
    {
        string[] samples = Directory.GetFiles(Path.Combine(Golden.Root, "samples", "models"));
        samples.ShouldNotBeEmpty();
        foreach (string sample in samples)
            Model.Read(sample).Plan(42).Count.ShouldBeGreaterThan(0, sample);
    }

    [Fact]
    public void AnArchiveIsReadFromAStreamThatCannotSeek()
    {
        using FileStream file = File.OpenRead(Golden.Find("models", "archive_rnn.keras"));
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionMode.Compress, leaveOpen: true))
            file.CopyTo(gzip);
        packed.Position = 0;
        using GZipStream stream = new(packed, CompressionMode.Decompress);
        Model.Read(stream).Plan(42).Count.ShouldBe(22);
    }

    [Theory]
    [InlineData("[%]")]
    [InlineData("""{"name": "s", "layers": [%]}""")]
    public void AKeras2SequentialIsAListOrAnObject(string config)
    {
        WeightPlan plan = Texts.Plan(
            """{"class_name": "Sequential","""
                + $$""" "config": {{config.Replace("%", OldDense, StringComparison.Ordinal)}},"""
                + """ "keras_version": "2.1.6", "backend": "tensorflow"}"""
        );
        plan.Select(static weight => $"{weight.Name} {weight.Shape}").ShouldBe(["d/kernel (4, 3)", "d/bias (3,)"]);
        plan.Notes.ShouldNotBeEmpty();
    }

    [Fact]
    public void AnOldGruWithoutResetAfterHasOneBias() =>
        Texts
            .Plan(
                """{"class_name": "Sequential", "config": [{"class_name": "GRU", "config": {"units": 2,"""
                    + """ "batch_input_shape": [null, 5, 4]}}], "keras_version": "2.1.2"}"""
            )[2]
            .Shape.ToString()
            .ShouldBe("(6,)");

    [Fact]
    public void TfKerasKeepsAListOfAxesThatKeras3Drops()
    {
        Model model = Model.Read(Golden.Find("models", "k2_norm_axis.keras2.json"));
        model.Plan(42)["two_axes/gamma"].Shape.ToString().ShouldBe("(8,)");
        model
            .Plan(42, new() { Generation = ModelGeneration.TfKeras215 })["two_axes/gamma"]
            .Shape.ToString()
            .ShouldBe("(6, 8)");
    }

    [Fact]
    public void AnOperationOfTensorFlowKeepsTheShape()
    {
        const string model = """
            {"class_name": "Functional", "keras_version": "2.9.0", "config": {"name": "m",
             "input_layers": [["x", 0, 0]], "output_layers": [["d", 0, 0]], "layers": [
              {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 7], "name": "x"}, "name": "x",
               "inbound_nodes": []},
              {"class_name": "TFOpLambda", "config": {"name": "tf.math.multiply", "function": "math.multiply"},
               "name": "tf.math.multiply", "inbound_nodes": [["x", 0, 0, {"y": 2.0, "name": null}]]},
              {"class_name": "Dense", "config": {"units": 3, "name": "d"}, "name": "d",
               "inbound_nodes": [[["tf.math.multiply", 0, 0, {}]]]}]}}
            """;
        Texts.Plan(model)["d/kernel"].Shape.ToString().ShouldBe("(7, 3)");
    }

    [Theory]
    [InlineData(
        "{\"class_name\": \"Sequential\", \"config\": [{\"class_name\": \"Dense\", \"config\": {\"output_dim\": "
            + "3, \"init\": \"glorot_uniform\"}}], \"keras_version\": \"1.2.2\"}",
        "Keras 1"
    )]
    [InlineData(
        "{\"class_name\": \"Sequential\", \"config\": [{\"class_name\": \"Convolution2D\", \"config\": "
            + "{\"nb_filter\": 3}}]}",
        "Keras 1"
    )]
    [InlineData("{\"format\": \"graph-model\", \"modelTopology\": {\"node\": [], \"versions\": {}}}", "graph model")]
    [InlineData("{\"modelTopology\": {\"keras_version\": \"2.1.4\"}}", "modelTopology")]
    [InlineData(
        "{\"format\": \"layers-model\", \"modelTopology\": {\"class_name\": \"Sequential\", \"config\": "
            + "[{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 3, \"batch_input_shape\": [null, "
            + "4]}}]}, \"weightsManifest\": [{\"weights\": [{\"name\": \"d/kernel\", \"shape\": [5, 3]}, {\"name\": "
            + "\"d/bias\", \"shape\": [3]}]}]}",
        "d/kernel"
    )]
    [InlineData(
        "{\"format\": \"layers-model\", \"modelTopology\": {\"class_name\": \"Sequential\", \"config\": "
            + "[{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 3, \"batch_input_shape\": [null, "
            + "4]}}]}, \"weightsManifest\": [{\"weights\": [{\"name\": \"d/kernel\", \"shape\": [4, 3]}]}]}",
        "weightsManifest"
    )]
    public void WhatCannotBeReadIsRefusedInOneSentence(string text, string part) =>
        Should.Throw<ModelException>(() => Texts.Plan(text)).Message.ShouldContain(part);

    [Fact]
    public void AFileOfWeightsIsRefusedWithWhatToGiveInstead()
    {
        string weights = Golden.Files("h5", "*.weights.h5").FirstOrDefault() ?? Golden.Find("keras-files", "none");
        if (File.Exists(weights))
            Should.Throw<ModelException>(() => Model.Read(weights)).Message.ShouldContain("give the model");
        Should
            .Throw<ModelException>(() =>
                Model.Read(new MemoryStream([0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10]))
            )
            .Message.ShouldContain("damaged or incomplete HDF5 file");
    }

    [Theory]
    [InlineData("none of it", "config.json")]
    [InlineData("two", "two")]
    [InlineData("../escape", "../escape")]
    [InlineData("/absolute", "/absolute")]
    [InlineData("a\\b", "a\\b")]
    public void AnArchiveWithTricksIsRefused(string kind, string part)
    {
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            if (kind != "none of it")
                Add(zip, "config.json");
            if (kind == "two")
                Add(zip, "config.json");
            else
                Add(zip, kind);
        }

        file.Position = 0;
        Should.Throw<ModelException>(() => Model.Read(file)).Message.ShouldContain(part);

        static void Add(ZipArchive zip, string name)
        {
            using Stream entry = zip.CreateEntry(name).Open();
            entry.Write(Encoding.UTF8.GetBytes(Texts.Sequential(Texts.Input, Texts.Dense("a"))));
        }
    }

    [Fact]
    public void ACutOrDamagedArchiveIsRefused()
    {
        byte[] whole = File.ReadAllBytes(Golden.Find("models", "archive_rnn.keras"));
        for (int length = 4; length < whole.Length; length += 97)
            Should.Throw<ModelException>(() => Model.Read(new MemoryStream(whole[..length])));
    }

    [Fact]
    public void AnArchiveThatUnpacksWithoutEndIsRefusedInBoundedMemory()
    {
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry("config.json", CompressionLevel.Optimal).Open();
            byte[] blanks = new byte[1 << 20];
            blanks.AsSpan().Fill((byte)' ');
            for (int i = 0; i <= ArchitectureReader.MaxTextLength >> 20; i++)
                entry.Write(blanks);
        }

        file.Position = 0;
        Should.Throw<ModelException>(() => Model.Read(file)).Message.ShouldContain("MiB");
    }
}
