using Fanwise.Cli.Tests.Workers;
using Fanwise.Models.Checkpoints;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>fanwise init --layout as a process: PyTorch's names and axes, which verify knows by the metadata.</summary>
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

    private string Said(int code, string arguments)
    {
        Tool.Result result = _folder.Run(arguments);
        string said = result.Output + result.Error;
        result.ExitCode.ShouldBe(code, said);
        return said;
    }
}
