using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fanwise.Cli.Tests.Workers;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>fanwise --layout as a process: PyTorch's names and axes, as init writes them and verify, find-seed, report
/// and explain take them, told by the metadata, by the option or by nothing.</summary>
public sealed class LayoutTests : IDisposable
{
    private readonly WorkerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PyTorchsLayoutIsWrittenRecordedAndVerified()
    {
        Said(0, "init model.json --seed 42 --layout pytorch -o turned.safetensors --no-sync");
        using (CheckpointReader turned = CheckpointReader.Open(Path.Combine(_folder.Scratch, "turned.safetensors")))
        {
            turned.Metadata["layout"].ShouldBe("pytorch");
            StoredTensor kernel = turned.Tensors.Single(static tensor => tensor.Name == "dense_9.weight");
            Said(0, "init model.json --seed 42 -o plain.safetensors --no-sync");
            using CheckpointReader plain = CheckpointReader.Open(Path.Combine(_folder.Scratch, "plain.safetensors"));
            StoredTensor source = plain.Tensors.Single(static tensor => tensor.Name == "dense_9/kernel");
            kernel.Shape.ShouldBe([source.Shape[1], source.Shape[0]]);
            float[] rows = new float[kernel.Shape.Elements],
                columns = new float[kernel.Shape.Elements];
            kernel.Values!.Fill(0, rows.AsSpan());
            source.Values!.Fill(0, columns.AsSpan());
            for (int i = 0; i < rows.Length; i++)
            {
                (long row, long column) = Math.DivRem(i, source.Shape[0]);
                rows[i].ShouldBe(columns[column * source.Shape[1] + row]);
            }
        }

        Said(0, "verify turned.safetensors --model model.json --seed 42").ShouldContain("are what the model and seed");
        Said(1, "verify turned.safetensors --model model.json --seed 43").ShouldContain("dense_0.weight");
        Said(1, "verify turned.safetensors --model model.json --seed 42 --layout keras")
            .ShouldContain("no such tensor");
    }

    [Fact]
    public void NamesComeFromAFileAndWhatIsWrongInItIsNamed()
    {
        File.WriteAllText(Path.Combine(_folder.Scratch, "names"), "# of ours\ndense_0 features.0\n\n");
        Said(0, "init model.json --seed 42 --layout pytorch --names names -o named.safetensors --no-sync");
        using (CheckpointReader named = CheckpointReader.Open(Path.Combine(_folder.Scratch, "named.safetensors")))
            named.Tensors.ShouldContain(static tensor => tensor.Name == "features.0.weight");
        Said(0, "verify named.safetensors --model model.json --seed 42 --names names");
        File.WriteAllText(Path.Combine(_folder.Scratch, "names"), "dense_0\n");
        Said(2, "init model.json --seed 42 --layout pytorch --names names -o no.safetensors")
            .ShouldContain("line 1 is 'dense_0'");
        File.WriteAllText(Path.Combine(_folder.Scratch, "names"), "dens_0 a\n");
        Said(2, "init model.json --seed 42 --layout pytorch --names names -o no.safetensors")
            .ShouldContain("received 'dens_0'");
        Said(2, "init model.json --seed 42 --names names -o no.safetensors").ShouldContain("--layout pytorch");
        Said(2, "init model.json --seed 42 --layout torch -o no.safetensors").ShouldContain("torch");
    }

    [Fact]
    public void ShardsOfSeveralWorkersHoldTheSameTurnedWeights()
    {
        Said(0, "init model.json --seed 42 --layout pytorch --max-shard-size 20KB -o shards --no-sync");
        Said(0, "verify shards --model model.json --seed 42");
    }

    [Fact]
    public void WhatHasNoMetadataIsVerifiedWhereTheLayoutIsGivenAndIsAdvisedOtherwise()
    {
        Said(0, "init model.json --seed 42 --layout pytorch -o turned.npz --no-sync");
        Said(0, "verify turned.npz --model model.json --seed 42 --layout pytorch")
            .ShouldContain("are what the model and seed");
        Said(1, "verify turned.npz --model model.json --seed 42")
            .ShouldContain("dense_0.weight are PyTorch's: --layout pytorch compares them so");
        Said(0, "init model.json --seed 42 -o plain.npz --no-sync");
        Said(1, "verify plain.npz --model model.json --seed 43").ShouldNotContain("--layout");
    }

    [Fact]
    public void SeedsAreFoundByTheMetadataTheOptionTheNamesAndTheAxes()
    {
        const string found = "keras.utils.set_random_seed(42) draws 40 of the 40 random tensors.",
            recognised = "note: the weights are in PyTorch's layout, as their names and axes show";
        Said(0, "init model.json --seed 42 --layout pytorch -o turned.safetensors --no-sync");
        Said(0, "init model.json --seed 42 --layout pytorch -o turned.npz --no-sync");
        Nameless("turned.npz", "nameless.npz");

        string told = Said(0, "find-seed turned.safetensors --model model.json");
        told.ShouldContain("dense_3.weight (35, 34) float32: GlorotUniform with the seed ");
        told.ShouldContain(found);
        told.ShouldNotContain(recognised);
        Said(0, "find-seed turned.npz --model model.json --layout pytorch").ShouldContain(found);
        told = Said(0, "find-seed turned.npz --model model.json");
        told.ShouldContain(found);
        told.ShouldContain(recognised);
        told = Said(0, "find-seed nameless.npz --model model.json");
        told.ShouldContain(found);
        told.ShouldContain(recognised);
        Said(0, "find-seed nameless.npz --model model.json --layout keras --initializers-only").ShouldNotContain(found);
        Said(0, "find-seed turned.npz --model model.json --json").ShouldContain("\"layout\": \"pytorch\"");
    }

    [Fact]
    public void WithoutAModelATensorsAxesAreTriedInBothOrders()
    {
        File.WriteAllText(Path.Combine(_folder.Scratch, "one.json"), Convolution);
        Said(0, "init one.json --seed 42 --layout pytorch -o turned.npz --no-sync");
        Nameless("turned.npz", "nameless.npz");
        foreach (string file in (string[])["turned.npz", "nameless.npz"])
        {
            string told = Said(0, $"find-seed {file} --up-to 700000000");
            told.ShouldContain("(6, 4, 3, 3) float32: HeNormal in PyTorch's layout with the seed 686579304");
            Said(0, $"find-seed {file} --up-to 1000 --layout keras").ShouldNotContain("PyTorch's");
        }
    }

    [Fact]
    public void ExplainTellsTheFansOfKerasUnderPyTorchsNamesAndShapes()
    {
        File.WriteAllText(Path.Combine(_folder.Scratch, "one.json"), Convolution);
        string plain = Said(0, "explain one.json --seed 42 --json"),
            turned = Said(0, "explain one.json --seed 42 --layout pytorch --json");
        JsonElement keras = Document(plain)[0],
            torch = Document(turned)[0];
        torch.GetProperty("name").GetString().ShouldBe("conv.weight");
        torch.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt32()).ShouldBe([6, 4, 3, 3]);
        foreach (string same in (string[])["fans", "layer_fans", "variance_asked", "variance_drawn", "seeds"])
            torch.GetProperty(same).ToString().ShouldBe(keras.GetProperty(same).ToString(), same);
        Document(turned)[2].GetProperty("name").GetString().ShouldBe("deep.weight");
        foreach ((int i, JsonElement weight) in Document(turned).Index())
            weight.GetProperty("warnings").ToString().ShouldBe(Document(plain)[i].GetProperty("warnings").ToString());
        Document(turned)[2].GetProperty("warnings")[0].GetProperty("code").GetString().ShouldBe("depthwise-fans");

        Said(0, "explain he_normal --shape 128,64,3,3 --layout pytorch --json").ShouldContain("\"in\": 576,");
        Said(2, "explain he_normal --shape 128,64,3,3 --names names").ShouldContain("an initializer has no layers");
        Said(0, "init one.json --seed 42 --layout pytorch -o turned.safetensors --no-sync");
        Said(2, "explain turned.safetensors --layout pytorch")
            .ShouldContain("holds weights and not a model (verify, find-seed and report take it as such)");

        JsonElement[] Document(string json)
        {
            using JsonDocument document = JsonDocument.Parse(json[json.IndexOf('{')..(json.LastIndexOf('}') + 1)]);
            return [.. document.RootElement.Clone().GetProperty("weights").EnumerateArray()];
        }
    }

    [Fact]
    public void AReportShowsAModelAsTheFileHasItThatItIsHeldAgainst()
    {
        Said(0, "init model.json --seed 42 --layout pytorch -o turned.safetensors --no-sync");
        Said(0, "init model.json --seed 42 --layout pytorch -o turned.npz --no-sync");
        Said(0, "report turned.safetensors -o alone.html --no-sync");
        Page("alone.html").ShouldContain("[\"Layout\",\"pytorch\"]");
        // Equal tensors are told as such: the same names, and no distance between two values.
        Said(0, "report model.json --seed 42 --against turned.safetensors -o recorded.html --no-sync");
        Said(0, "report model.json --seed 42 --against turned.npz --layout pytorch -o given.html --no-sync");
        foreach (string page in (string[])["recorded.html", "given.html"])
        {
            Page(page).ShouldContain("\"name\":\"dense_3.weight\"");
            Regex.Count(Page(page), "\"difference\":0[,}]").ShouldBe(80);
        }

        Said(0, "report model.json --seed 42 --against turned.npz -o keras.html --no-sync");
        Page("keras.html").ShouldContain("\"name\":\"dense_3/kernel\"");
        Regex.Count(Page("keras.html"), "\"difference\":0[,}]").ShouldBe(0);

        string Page(string name) => File.ReadAllText(Path.Combine(_folder.Scratch, name));
    }

    [Fact]
    public void TheOptionIsRefusedWhereNamesArePyTorchsAlready()
    {
        Said(0, "init model.json --seed 42 -o plain.safetensors --no-sync");
        foreach (string command in (string[])["find-seed", "verify", "explain", "report"])
            Said(2, $"{command} plain.safetensors --as transformers-5.18 --layout pytorch")
                .ShouldContain("--layout goes with a Keras model; the names are PyTorch's here already.");
    }

    private const string Convolution = """
        {"class_name":"Sequential","config":{"name":"one","layers":[
          {"class_name":"InputLayer","config":{"name":"input","batch_shape":[null,8,8,4]}},
          {"class_name":"Conv2D","config":{"name":"conv","filters":6,"kernel_size":[3,3],
           "kernel_initializer":"he_normal"}},
          {"class_name":"DepthwiseConv2D","config":{"name":"deep","kernel_size":[3,3],
           "depthwise_initializer":"he_normal"}}]}}
        """;

    /// <summary>The same arrays, numbered as NumPy numbers what has no names.</summary>
    private void Nameless(string source, string target)
    {
        using ZipArchive from = ZipFile.OpenRead(Path.Combine(_folder.Scratch, source));
        using ZipArchive to = ZipFile.Open(Path.Combine(_folder.Scratch, target), ZipArchiveMode.Create);
        foreach ((int i, ZipArchiveEntry entry) in from.Entries.Index())
        {
            using Stream read = entry.Open(),
                write = to.CreateEntry($"arr_{i}.npy", CompressionLevel.NoCompression).Open();
            read.CopyTo(write);
        }
    }

    private string Said(int code, string arguments)
    {
        Tool.Result result = _folder.Run(arguments);
        string said = result.Output + result.Error;
        result.ExitCode.ShouldBe(code, said);
        return said;
    }
}
