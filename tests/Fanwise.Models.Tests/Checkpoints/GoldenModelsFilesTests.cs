using System.Text.Json;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>Every golden model through every format that allows it, read back by the format's own clients: the same
/// names, types, shapes and bytes.</summary>
/// <remarks>Models of more than 40 MB only where $FANWISE_LARGE is 1.</remarks>
public sealed class GoldenModelsFilesTests(ITestOutputHelper output) : IDisposable
{
    private const long Large = 40_000_000;

    private const string ReadAll = """
        import glob, hashlib, os, sys
        import h5py, numpy
        def show(file, name, array):
            digest = hashlib.sha256(array.tobytes()).hexdigest()
            print(os.path.basename(file), name, array.dtype, array.shape, digest, sep="|")
        for file in sorted(glob.glob(sys.argv[1] + "/*.npz")):
            archive = numpy.load(file)
            for name in archive.files: show(file, name, archive[name])
        def visit(name, item):
            if isinstance(item, h5py.Dataset): show(file, name, numpy.asarray(item))
        for file in sorted(glob.glob(sys.argv[1] + "/*.weights.h5")):
            with h5py.File(file) as weights: weights.visititems(visit)
        """;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RequiresFact("h5py")]
    public void EveryGoldenModelIsReadBackByTheClients()
    {
        HashSet<string> expected = new(StringComparer.Ordinal);
        bool large = Environment.GetEnvironmentVariable("FANWISE_LARGE") == "1";
        int models = 0,
            skipped = 0,
            refused = 0;
        foreach (
            JsonElement row in Golden
                .Files("models", "manifest.json")
                .SelectMany(static path => Golden.Read(path).EnumerateArray())
                .DistinctBy(static row => row.GetProperty("architecture").GetString())
        )
        {
            WeightPlan plan = Model.Read(Golden.Find("models", row.GetProperty("architecture").GetString()!)).Plan(42);
            if (plan.Bytes > Large && !large)
            {
                skipped++;
                continue;
            }

            WriteOptions options = new() { Sync = false };
            string name = $"{models++}";
            CheckpointFormat.Of("a.safetensors").Write(plan, _folder.File(name + ".safetensors"), options);
            CheckpointVerifier.Verify(_folder.File(name + ".safetensors"), plan).Holds.ShouldBeTrue();
            File.Delete(_folder.File(name + ".safetensors"));
            CheckpointFormat.Of("a.weights.h5").Write(plan, _folder.File(name + ".weights.h5"), options);
            bool hasBFloat16 = plan.Any(static weight => weight.ElementType == ElementType.BFloat16);
            if (hasBFloat16)
            {
                Should
                    .Throw<CheckpointException>(() =>
                        CheckpointFormat.Of("a.npz").Write(plan, _folder.File(name + ".npz"), options)
                    )
                    .Code.ShouldBe(FanwiseError.Request);
                refused++;
            }
            else
            {
                CheckpointFormat.Of("a.npz").Write(plan, _folder.File(name + ".npz"), options);
            }

            foreach (PlannedWeight weight in plan)
            {
                string hash = Golden.Hash(weight.Bytes());
                if (!hasBFloat16)
                    expected.Add($"{name}.npz|{weight.Name}|{weight.ElementType.Name()}|{weight.Shape}|{hash}");
                foreach (string path in weight.StorePaths)
                    expected.Add(
                        $"{name}.weights.h5|{path}|"
                            + $"{(weight.ElementType == ElementType.BFloat16 ? "|V2" : weight.ElementType.Name())}|"
                            + $"{weight.Shape}|{hash}"
                    );
            }
        }

        string[] found = Clients.Python(ReadAll, _folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        output.WriteLine(
            $"{models} models, {found.Length} arrays read back, {skipped} large models skipped, {refused} "
                + "refused for bfloat16"
        );
        found.Except(expected).ShouldBeEmpty();
        expected.Except(found).ShouldBeEmpty();
        Golden.ShouldHaveSeen(models, 192);
    }
}
