using System.Numerics;
using Fanwise.Draws;
using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Python;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>Elements whose bytes are a hash of their index (for bool: its lowest bit), so that any misplaced byte
/// shows.</summary>
internal sealed record HashedValues(Shape Shape, ElementType ElementType, bool Whole = false)
    : Values(Shape, ElementType)
{
    private int _fills;

    protected override void WriteIdentity(IdentityWriter writer) => writer.Write("hashed");

    public override bool NeedsWhole => Whole;

    /// <summary>The number of slices that were asked for.</summary>
    public int Fills => _fills;

    protected override void FillSlice(long start, Span<byte> destination)
    {
        Interlocked.Increment(ref _fills);
        int size = ElementType.Size();
        for (int i = 0; i < destination.Length; i++)
        {
            ulong index = (ulong)(start * size + i);
            byte value = (byte)(BitOperations.RotateLeft(index * 0x9E3779B97F4A7C15, 23) >> 5);
            destination[i] = ElementType == ElementType.Bool ? (byte)(value & 1) : value;
        }
    }
}

/// <summary>Plans for tests.</summary>
internal static class TestPlans
{
    public static PlannedWeight Weight(
        string name,
        Shape shape,
        ElementType type = ElementType.Float32,
        bool whole = false
    ) => new(name, new HashedValues(shape, type, whole));

    /// <summary>Every element type that the format of the test takes, empty, scalar, larger than a chunk,
    /// whole.</summary>
    public static WeightPlan Mixed(params ElementType[] without) =>
        new(
            Enum.GetValues<ElementType>()
                .Except(without)
                .Select(static type => Weight($"types/{type.Name()}", [3, 5], type))
                .Concat([
                    Weight("block_1/dense/kernel", [1000, 700]),
                    Weight("block_1/dense/bias", [700]),
                    Weight("scalar", []),
                    Weight("empty", [4, 0, 3]),
                    Weight("layers.10.kernel", [7]),
                    Weight("layers.2.kernel", [7]),
                    Weight("whole/1", [300, 1001], ElementType.Float64, whole: true),
                    Weight("whole/2", [64, 64], whole: true),
                    Weight("mask", [13], ElementType.Int8),
                ])
        )
        {
            Metadata = new Dictionary<string, string> { ["seed"] = "42", ["generation"] = "keras" },
        };

    public static JsonValue Json(string text) => ModelJson.Read(System.Text.Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(this PlannedWeight weight) => weight.Values.ToTensor().Bytes.ToArray();

    /// <summary>The names of everything in a folder, hidden files too.</summary>
    public static string[] Names(this ScratchFolder folder) =>
        [
            .. Directory
                .EnumerateFileSystemEntries(folder.Path)
                .Select(static path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];
}

/// <summary>Reports at once, on the writer's own thread.</summary>
internal sealed class SynchronousProgress(Action<long> report) : IProgress<long>
{
    public void Report(long value) => report(value);
}
