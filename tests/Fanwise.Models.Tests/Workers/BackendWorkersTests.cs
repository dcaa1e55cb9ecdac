using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Workers;

/// <summary>Whose numbers they are changes nothing for workers, threads, slices and regions.</summary>
public class BackendWorkersTests
{
    private const int Layers = 6;

    [Theory]
    [InlineData(Backend.TensorFlow)]
    [InlineData(Backend.Jax)]
    [InlineData(Backend.Torch)]
    [InlineData(Backend.NumPy)]
    public void AnyNumberOfWorkersAndThreadsWritesTheFilesOfOne(Backend backend)
    {
        ShardPlan plan = ShardPlan.Split(Plan(backend), 25_000);
        plan.Shards.Count.ShouldBeGreaterThan(7);
        SortedDictionary<string, string> expected = SmallPlans.Expected(plan);
        foreach (int workers in (int[])[1, 3, 7])
        {
            using ScratchFolder folder = new();
            // Each worker plans by itself, as on a machine of its own; the last begins.
            for (int index = workers - 1; index >= 0; index--)
                new CheckpointFolder(ShardPlan.Split(Plan(backend), 25_000), folder.Path).Write(
                    new(index, workers),
                    Resume.No,
                    new() { Sync = false, Threads = 1 + index % 3 }
                );
            SmallPlans.Contents(folder.Path).ShouldBe(expected, $"{workers} workers");
        }
    }

    [Theory]
    [InlineData(Backend.TensorFlow)]
    [InlineData(Backend.Jax)]
    [InlineData(Backend.Torch)]
    [InlineData(Backend.NumPy)]
    public void SlicesAndRegionsHaveTheBytesOfTheWhole(Backend backend)
    {
        Random random = new(5);
        foreach (
            PlannedWeight weight in Plan(backend).Where(static weight => weight.ElementType == ElementType.Float32)
        )
        {
            float[] whole = [.. weight.Values.ToTensor<float>()];
            for (int i = 0; i < 20; i++)
            {
                int start = random.Next(whole.Length),
                    count = random.Next(1, whole.Length - start + 1);
                float[] slice = new float[count];
                weight.Values.Fill(start, slice.AsSpan());
                slice.ShouldBe(whole[start..(start + count)], $"{weight.Name} from {start}");
            }

            if (weight.Shape.Rank != 2)
                continue;
            (int rows, int columns) = ((int)weight.Shape[0], (int)weight.Shape[1]);
            float[] region = new float[(rows - 3) * (columns - 7)];
            weight.Values.Fill(new Region([2, 5], [rows - 3, columns - 7]), region.AsSpan());
            for (int row = 0; row < rows - 3; row++)
                region
                    .AsSpan(row * (columns - 7), columns - 7)
                    .SequenceEqual(whole.AsSpan((row + 2) * columns + 5, columns - 7))
                    .ShouldBeTrue($"{weight.Name}, row {row}");
        }
    }

    /// <summary>Every draw that Keras asks of a backend, in several types, and an orthogonal matrix.</summary>
    private static WeightPlan Plan(Backend backend)
    {
        ElementType[] types = [ElementType.Float32, ElementType.BFloat16, ElementType.Float16];
        return new(
            Enumerable
                .Range(0, Layers)
                .SelectMany(layer =>
                {
                    Shape shape = [70, 60 + layer];
                    ElementType type = types[layer % types.Length];
                    return new PlannedWeight[]
                    {
                        Weight("uniform", Initializers.GlorotUniform(layer, backend), shape, type),
                        Weight("normal", Initializers.RandomNormal(layer, backend), shape, type),
                        Weight("truncated", Initializers.HeNormal(layer, backend), shape, type),
                        Weight("orthogonal", Initializers.Orthogonal(layer, backend), [30, 20], ElementType.Float32),
                        Weight("few", Initializers.RandomNormal(layer, backend), [7], type),
                    };

                    PlannedWeight Weight(string name, RandomInitializer initializer, Shape shape, ElementType type) =>
                        new($"layers.{layer}.{name}", initializer.ValuesFor(shape, type));
                })
        )
        {
            Metadata = new Dictionary<string, string> { ["backend"] = backend.Name() },
        };
    }
}
