using Fanwise.Draws;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;
using Fanwise.Streams;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Workers;

/// <summary>Plans of real draws for tests of folders, and what a folder holds.</summary>
internal static class SmallPlans
{
    /// <summary>Small enough that a shard of the mixed plan below has a few weights.</summary>
    public const long ShardSize = 20_000;

    /// <summary>Some layers of several element types, an orthogonal and an empty weight, in about a dozen
    /// shards.</summary>
    public static WeightPlan Mixed(long seed, int layers = 12) =>
        new(
            Enumerable
                .Range(0, layers)
                .SelectMany(layer =>
                    new PlannedWeight[]
                    {
                        new(
                            $"layers.{layer}.kernel",
                            Normal(
                                [40, 60 + layer],
                                layer % 3 == 0 ? ElementType.BFloat16 : ElementType.Float32,
                                seed,
                                layer
                            )
                        ),
                        new($"layers.{layer}.bias", new ConstantValues([60 + layer], ElementType.Float32, 0)),
                        new(
                            $"layers.{layer}.recurrent",
                            new OrthogonalValues(
                                [17, 9],
                                OrthogonalValues.Normals([17, 9], ElementType.Float32),
                                PhiloxStream.FromStatelessSeed(seed, -layer),
                                1
                            )
                        ),
                        new($"layers.{layer}.empty", new ConstantValues([0, 3], ElementType.Int64, 0)),
                    }
                )
        )
        {
            Metadata = new Dictionary<string, string> { ["seed"] = $"{seed}" },
        };

    public static ShardPlan Shards(long seed = 1, long shardSize = ShardSize) =>
        ShardPlan.Split(Mixed(seed), shardSize);

    public static Values Normal(Shape shape, ElementType type, long seed, long number) =>
        new DrawnValues(
            shape,
            Draw.Normal(type, 0, 0.05, ParameterRounding.Keras3),
            PhiloxStream.FromStatelessSeed(seed, number)
        );

    /// <summary>What one worker alone writes: name and hash of every file.</summary>
    public static SortedDictionary<string, string> Expected(ShardPlan plan)
    {
        using ScratchFolder folder = new();
        new CheckpointFolder(plan, folder.Path)
            .Write(Worker.Alone, Resume.No, new() { Sync = false })
            .Complete.ShouldBeTrue();
        return Contents(folder.Path);
    }

    /// <summary>Name and hash of every file, hidden ones included.</summary>
    public static SortedDictionary<string, string> Contents(string folder) =>
        new(
            Directory
                .EnumerateFiles(folder)
                .ToDictionary(
                    static path => Path.GetFileName(path)!,
                    static path => Golden.Hash(File.ReadAllBytes(path))
                ),
            StringComparer.Ordinal
        );
}
