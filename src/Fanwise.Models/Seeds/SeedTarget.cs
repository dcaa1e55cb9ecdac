using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>Blocks to look for: a seed of the target's gives a block <paramref name="Block"/> in one of the
/// boxes.</summary>
internal sealed record SeedProbe(uint Block, IReadOnlyList<WordBox> Boxes);

/// <summary>A tensor and a draw that may have made it: what to look for in the streams of seeds, and whether a seed
/// made it.</summary>
/// <remarks>
/// The first groups are inverted. Where that shows that no seed whatever draws these elements, nothing needs to be
/// searched: trained weights are told so at once, since most numbers are in no draw's reach.
/// </remarks>
internal sealed class SeedTarget
{
    /// <summary>How many groups are inverted.</summary>
    private const int Groups = 64;

    /// <summary>How many groups of a truncated normal are searched for, one after the other, before it counts as not
    /// found.</summary>
    private const int MostProbes = 3;

    /// <summary>Where one word lets at most this part of all seeds pass, the whole test of those costs
    /// nothing.</summary>
    private const double FewPass = 1.0 / (1 << 18);

    private const int Chunk = 1 << 18;

    private readonly List<SeedProbe> _probes = [];

    /// <summary>Inverts the first groups of a tensor as elements of a draw.</summary>
    public SeedTarget(Values tensor, Draw draw)
    {
        (Tensor, Draw) = (tensor, draw);
        int size = GroupInverse.Size(draw),
            usual = 0,
            groups = 0;
        double[] elements = First(tensor, Groups * size);
        for (int start = 0; start < elements.Length; start += size, groups++)
        {
            List<WordRange[]> alternatives = GroupInverse.Alternatives(
                draw,
                elements.AsSpan(start, Math.Min(size, elements.Length - start)),
                out bool impossible
            );
            if (impossible)
            {
                OutOfReach = start;
                return;
            }

            if (alternatives.Count == 0)
                continue;
            usual++;
            Information -= Math.Log2(
                Math.Min(
                    1,
                    alternatives.Sum(static ranges =>
                        ranges.Aggregate(1.0, static (share, range) => share * range.Share)
                    )
                )
            );
            if (_probes.Count < MostProbes && (draw.Kind == DrawKind.TruncatedNormal || start == 0))
                _probes.Add(new((uint)groups * GroupInverse.BlocksApart(draw), [.. alternatives.Select(Box)]));
        }

        // At most one group in eleven of a truncated normal has no pair in a usual place; of other numbers, most have
        // none.
        if (groups >= 8 && usual < groups / 2)
            OutOfReach = 0;
    }

    /// <summary>The tensor.</summary>
    public Values Tensor { get; }

    /// <summary>What may have made it.</summary>
    public Draw Draw { get; }

    /// <summary>The index of the group's first element that no seed draws, or of the first element where too many
    /// groups together are beyond chance; null where nothing speaks against the draw.</summary>
    public int? OutOfReach { get; }

    /// <summary>How much the inverted groups tell about the seed: a stream at random gives these elements with a chance
    /// of 2^-Information.</summary>
    public double Information { get; }

    /// <summary>What to search for: the first probe, and where it finds nothing, the next.</summary>
    public IReadOnlyList<SeedProbe> Probes => _probes;

    /// <summary>The chance that the search misses a seed that made the tensor.</summary>
    public double ChanceOfMiss => Math.Pow(GroupInverse.ChanceOfNone(Draw), _probes.Count);

    /// <summary>How many of the seeds that are searched make these elements by chance, expected.</summary>
    public double ByChance(SeedOptions options) => (options.UpTo + 1.0) * Math.Pow(2, -Information);

    /// <summary>Whether a seed made every element.</summary>
    public bool Matches(long seed) => Matches(KerasSeeds.Stream(seed));

    /// <summary>Whether a stream made every element.</summary>
    public bool Matches(PhiloxStream stream)
    {
        Values drawn = new DrawnValues(Tensor.Shape, Draw, stream);
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

    private bool Equal(Values drawn, long start, Span<byte> left, Span<byte> right)
    {
        Tensor.Fill(start, left);
        drawn.Fill(start, right);
        return left.SequenceEqual(right);
    }

    /// <summary>The word that tells most, and where it lets too many seeds pass, the next one too.</summary>
    private static WordBox Box(WordRange[] ranges)
    {
        WordRange[] best = [.. ranges.OrderBy(static range => range.Share)];
        return new(best[0], best.Length > 1 && best[0].Share > FewPass ? best[1] : WordRange.All);
    }

    private static double[] First(Values tensor, int most)
    {
        byte[] bytes = new byte[Math.Min(most, tensor.Shape.Elements) * tensor.ElementType.Size()];
        tensor.Fill(0, bytes.AsSpan());
        return TensorChecks.Numbers(bytes, tensor.ElementType);
    }
}
