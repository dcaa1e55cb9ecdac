using Fanwise.Draws;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;
using FsCheck;
using FsCheck.Fluent;

namespace Fanwise.Models.Tests.Workers;

/// <summary>Shards are shared out once each, and evenly by bytes.</summary>
public class AssignmentTests
{
    [Fact]
    public void EveryShardHasOneWorkerAndNoWorkerMuchMoreThanItsShare() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(0, 1000).ListOf(40).ToArbitrary(),
                Gen.Choose(1, 70).ToArbitrary(),
                static (sizes, workers) =>
                {
                    ShardPlan plan = Plan([.. sizes]);
                    IReadOnlyList<Shard>[] shares =
                    [
                        .. Enumerable.Range(0, workers).Select(index => Assignment.Of(plan, new(index, workers))),
                    ];
                    shares
                        .SelectMany(static share => share)
                        .Select(static shard => shard.FileName)
                        .Order()
                        .ShouldBe(plan.Shards.Select(static shard => shard.FileName));
                    foreach (IReadOnlyList<Shard> share in shares)
                        share
                            .Select(static shard => shard.FileName)
                            .ShouldBe(share.Select(static shard => shard.FileName).Order());

                    // Whoever got the last shard had no more than the average before.
                    double average = plan.Shards.Sum(static shard => shard.Bytes) / (double)workers;
                    shares
                        .Max(static share => share.Sum(static shard => shard.Bytes))
                        .ShouldBeLessThanOrEqualTo((long)average + plan.Shards.Max(static shard => shard.Bytes));
                }
            )
        );

    [Fact]
    public void EqualShardsAreSharedEqually()
    {
        ShardPlan plan = Plan([.. Enumerable.Repeat(7, 10)]);
        Enumerable.Range(0, 4).Select(index => Assignment.Of(plan, new(index, 4)).Count).ShouldBe([3, 3, 2, 2]);
    }

    [Fact]
    public void WorkersBeyondTheShardsAreIdle()
    {
        ShardPlan plan = Plan(5, 4, 3);
        Enumerable.Range(0, 5).Select(index => Assignment.Of(plan, new(index, 5)).Count).ShouldBe([1, 1, 1, 0, 0]);
    }

    [Fact]
    public void OneWorkerWritesEverything() => Assignment.Of(Plan(5, 4, 3), Worker.Alone).Count.ShouldBe(3);

    /// <summary>A shard for each size.</summary>
    private static ShardPlan Plan(params int[] sizes) =>
        ShardPlan.Split(
            new WeightPlan(
                sizes.Select(
                    static (size, i) => new PlannedWeight($"{i}", new ConstantValues([size + 2L], ElementType.Int8, 0))
                )
            ),
            1
        );
}
