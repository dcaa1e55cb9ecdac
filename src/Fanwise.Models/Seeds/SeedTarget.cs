using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>A tensor and a draw that may have made it: what to look for in the streams of seeds, and whether a seed
/// made it.</summary>
internal abstract class SeedTarget(Values tensor)
{
    private const int Chunk = 1 << 18;

    /// <summary>The question whether a tensor is what a plan has for it, under some seed; null where the plan's values
    /// are not one draw.</summary>
    public static SeedTarget? Of(Values tensor, Values planned) =>
        planned is DrawnValues drawn ? new PhiloxTarget(tensor, drawn.Draw)
        : planned.Reseeded(0) is not null ? new ReseededTarget(tensor, planned)
        : null;

    /// <summary>The tensor.</summary>
    public Values Tensor => tensor;

    /// <summary>The index of the group's first element that no seed draws, or of the first element where too many
    /// groups together are beyond chance; null where nothing speaks against the draw.</summary>
    public int? OutOfReach { get; protected init; }

    /// <summary>How much the inverted elements tell about the seed: a stream at random gives these elements with a
    /// chance of 2^-Information.</summary>
    public double Information { get; protected init; }

    /// <summary>What to search for: the first probe, and where it finds nothing, the next. None where seeds of this
    /// generator are not searched one by one.</summary>
    public IReadOnlyList<SeedProbe> Probes { get; protected init; } = [];

    /// <summary>The chance that the search misses a seed that made the tensor.</summary>
    public double ChanceOfMiss { get; protected init; }

    /// <summary>How many of the seeds that are searched make these elements by chance, expected.</summary>
    public double ByChance(SeedOptions options) => (options.UpTo + 1.0) * Math.Pow(2, -Information);

    /// <summary>Whether a seed made every element.</summary>
    public bool Matches(long seed)
    {
        Values drawn = Drawn(seed);
        int size = Tensor.ElementType.Size();
        long length = Tensor.Bytes;
        // The first elements alone refuse almost every seed.
        Span<byte> left = stackalloc byte[64],
            right = stackalloc byte[64];
        int few = (int)Math.Min(64, length);
        if (!Equal(drawn, 0, left[..few], right[..few]))
            return false;
        if (few == length)
            return true;
        byte[] buffers = GC.AllocateUninitializedArray<byte>((int)Math.Min(2 * Chunk, 2 * length));
        for (long at = 0; at < length; at += Chunk)
        {
            int count = (int)Math.Min(Chunk, length - at);
            if (!Equal(drawn, at / size, buffers.AsSpan(0, count), buffers.AsSpan(count, count)))
                return false;
        }

        return true;
    }

    /// <summary>What a seed draws.</summary>
    protected abstract Values Drawn(long seed);

    private bool Equal(Values drawn, long start, Span<byte> left, Span<byte> right)
    {
        Tensor.Fill(start, left);
        drawn.Fill(start, right);
        return left.SequenceEqual(right);
    }

    /// <summary>The first elements of a tensor.</summary>
    public static double[] First(Values tensor, long most)
    {
        byte[] bytes = new byte[Math.Min(most, tensor.Shape.Elements) * tensor.ElementType.Size()];
        tensor.Fill(0, bytes.AsSpan());
        return TensorChecks.Numbers(bytes, tensor.ElementType);
    }
}

/// <summary>What a seed's stream must look like in one place.</summary>
internal abstract record SeedProbe
{
    /// <summary>Probes for which this is equal are looked for in one pass over the seeds.</summary>
    public abstract object Pass { get; }

    /// <summary>The scan of such a pass.</summary>
    /// <param name="together">Probes of one pass, this among them.</param>
    public abstract SeedPass Begin(IReadOnlyList<SeedProbe> together);
}

/// <summary>Adds the seeds among <paramref name="count"/> from <paramref name="first"/> on that look as asked for; a
/// hit's box is the index of the probe.</summary>
internal delegate void SeedPass(uint first, long count, List<SeedHit> hits);
