using System.Diagnostics;
using System.Runtime.InteropServices;
using Fanwise.Draws;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Workers;

/// <summary>A model of a trillion parameters, 2 TB in bfloat16, shared out to 4,096 workers; docs/scale.md shows the
/// numbers that this prints.</summary>
public class TrillionParametersTests(ITestOutputHelper output)
{
    private const int Workers = 4_096;

    // measured: 1 to 2; slow machines are given time
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(60);

    /// <summary>A mixture of experts: many matrices of 29 MB. And a dense transformer: few matrices of up to 5
    /// GB.</summary>
    public static TheoryData<string, long, int> Models =>
        new() { { "experts", 100_000_000, 20_000 }, { "dense", 5_000_000_000, 300 } };

    [Theory]
    [MemberData(nameof(Models))]
    public void IsPlannedAndSharedOut(string model, long shardSize, int shards)
    {
        Stopwatch clock = Stopwatch.StartNew();
        WeightPlan weights = Transformer(model);
        ShardPlan plan = ShardPlan.Split(weights, shardSize);
        TimeSpan split = clock.Elapsed;
        string digest = PlanDigest.Of(weights);
        TimeSpan digested = clock.Elapsed - split;
        long[] shares = new long[Workers];
        clock.Restart();
        IReadOnlyList<Shard> mine = Assignment.Of(plan, new(1_234, Workers));
        TimeSpan one = clock.Elapsed;
        HashSet<string> seen = [];
        foreach (int worker in (int[])[0, 1, 2, 3, 1_234, 4_094, 4_095])
        {
            IReadOnlyList<Shard> share = Assignment.Of(plan, new(worker, Workers));
            shares[worker] = share.Sum(static shard => shard.Bytes);
            share.ShouldAllBe(shard => seen.Add(shard.FileName));
        }

        clock.Restart();
        byte[] index = plan.Index();
        TimeSpan indexed = clock.Elapsed;
        clock.Restart();
        long headers = plan.Shards.Sum(shard => plan.Image(shard).Length - shard.Bytes);
        TimeSpan imaged = clock.Elapsed;
        output.WriteLine(
            $"{model}: {weights.Parameters:N0} parameters, {weights.Bytes:N0} bytes, {weights.Count:N0} tensors, "
                + $"{plan.Shards.Count:N0} shards, largest {plan.Shards.Max(static shard => shard.Bytes):N0} bytes"
        );
        output.WriteLine(
            $"plan and split {split.TotalSeconds:0.00} s, digest {digested.TotalSeconds:0.00} s, one assignment "
                + $"{one.TotalMilliseconds:0} ms, all headers {imaged.TotalSeconds:0.00} s for {headers:N0} bytes, "
                + $"index {indexed.TotalSeconds:0.00} s for {index.Length:N0} bytes"
        );
        output.WriteLine(
            $"worker 0 has {shares[0]:N0} bytes, worker 1,234 {shares[1_234]:N0} in {mine.Count}, worker 4,095 "
                + $"{shares[4_095]:N0}"
        );

        weights.Parameters.ShouldBeInRange(1_000_000_000_000, 1_100_000_000_000);
        plan.Shards.Count.ShouldBeGreaterThan(shards);
        digest.ShouldBe(PlanDigest.Of(Transformer(model)));
        (split + digested + one + indexed + imaged).ShouldBeLessThan(Seconds);
        plan.Shards.Sum(static shard => shard.Bytes).ShouldBe(weights.Bytes);
    }

    [Fact]
    public void OneWorkersShardIsWrittenHereAndVerified()
    {
        ShardPlan plan = ShardPlan.Split(Transformer("experts"), 100_000_000);
        Shard shard = Assignment.Of(plan, new(1_234, Workers))[^1];
        using ScratchFolder folder = new();
        Stopwatch clock = Stopwatch.StartNew();
        ImageWriter.Write(
            plan.Image(shard),
            folder.File(shard.FileName),
            new() { Sync = false },
            CancellationToken.None
        );
        output.WriteLine($"{shard.FileName}: {shard.Bytes:N0} bytes in {clock.Elapsed.TotalSeconds:0.00} s");

        SafetensorsFile file = SafetensorsFile.Read(folder.File(shard.FileName));
        file.Tensors.Select(static tensor => tensor.Name)
            .Order()
            .ShouldBe(shard.Weights.Select(static weight => weight.Name).Order());
        file.Metadata[ShardPlan.DigestKey].ShouldBe(PlanDigest.Of(Transformer("experts")));
        using FileStream bytes = File.OpenRead(folder.File(shard.FileName));
        Random random = new(1);
        byte[] stored = new byte[2];
        BFloat16[] drawn = new BFloat16[1];
        foreach (SafetensorsEntry tensor in file.Tensors)
        {
            // One element at a time, from a plan made anew: what any other machine would draw.
            Values values = shard.Weights.First(weight => weight.Name == tensor.Name).Values;
            for (int i = 0; i < 2_000; i++)
            {
                long index = random.NextInt64(tensor.Shape.Elements);
                values.Fill<BFloat16>(index, drawn);
                bytes.Position = file.DataOffset + tensor.Begin + index * 2;
                bytes.ReadExactly(stored);
                stored.ShouldBe(MemoryMarshal.AsBytes<BFloat16>(drawn).ToArray(), $"{tensor.Name}[{index}]");
            }
        }
    }

    private static WeightPlan Transformer(string model) =>
        new(
            (model == "experts" ? Experts() : Dense()).Select(
                static (weight, number) =>
                    new PlannedWeight(
                        weight.Name,
                        weight.Shape.Rank == 1
                            ? new ConstantValues(weight.Shape, ElementType.BFloat16, 1)
                            : SmallPlans.Normal(weight.Shape, ElementType.BFloat16, 42, number)
                    )
            )
        )
        {
            Metadata = new Dictionary<string, string> { ["seed"] = "42" },
        };

    private static IEnumerable<(string Name, Shape Shape)> Experts()
    {
        const long hidden = 7_168,
            inner = 2_048,
            vocabulary = 163_840;
        const int layers = 61,
            experts = 384;
        yield return ("embed.weight", [vocabulary, hidden]);
        for (int layer = 0; layer < layers; layer++)
        {
            foreach (string projection in (string[])["q", "k", "v", "o"])
                yield return ($"layers.{layer}.attention.{projection}.weight", [hidden, hidden]);
            yield return ($"layers.{layer}.router.weight", [experts, hidden]);
            yield return ($"layers.{layer}.norm.weight", [hidden]);
            for (int expert = 0; expert < experts && layer > 0; expert++)
            {
                yield return ($"layers.{layer}.experts.{expert}.gate.weight", [inner, hidden]);
                yield return ($"layers.{layer}.experts.{expert}.up.weight", [inner, hidden]);
                yield return ($"layers.{layer}.experts.{expert}.down.weight", [hidden, inner]);
            }
        }

        yield return ("head.weight", [vocabulary, hidden]);
    }

    private static IEnumerable<(string Name, Shape Shape)> Dense()
    {
        const long hidden = 25_600,
            vocabulary = 51_200;
        yield return ("embed.weight", [vocabulary, hidden]);
        for (int layer = 0; layer < 128; layer++)
        {
            yield return ($"layers.{layer}.attention.qkv.weight", [3 * hidden, hidden]);
            yield return ($"layers.{layer}.attention.out.weight", [hidden, hidden]);
            yield return ($"layers.{layer}.mlp.up.weight", [4 * hidden, hidden]);
            yield return ($"layers.{layer}.mlp.down.weight", [hidden, 4 * hidden]);
            yield return ($"layers.{layer}.norm.weight", [hidden]);
        }
    }
}
