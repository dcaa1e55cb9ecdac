using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>Blocks to look for: a seed of the target's gives a block <paramref name="Block"/> in one of the
/// boxes.</summary>
internal sealed record PhiloxProbe(uint Block, IReadOnlyList<WordBox> Boxes) : SeedProbe
{
    public override object Pass => Block;

    public override SeedPass Begin(IReadOnlyList<SeedProbe> together)
    {
        (int Probe, WordBox Box)[] boxes =
        [
            .. together.SelectMany((probe, index) => ((PhiloxProbe)probe).Boxes.Select(box => (index, box))),
        ];
        WordBox[] patterns = Array.ConvertAll(boxes, static box => box.Box);
        return (first, count, hits) =>
        {
            int before = hits.Count;
            SeedScan.Run(first, count, Block, patterns, hits);
            for (int i = before; i < hits.Count; i++)
                hits[i] = hits[i] with { Box = boxes[hits[i].Box].Probe };
        };
    }
}

/// <summary>A draw of TensorFlow's: the first groups of elements are inverted to the words of Philox that they come
/// from.</summary>
/// <remarks>Where that shows that no seed whatever draws these elements, nothing needs to be searched: trained weights
/// are told so at once, since most numbers are in no draw's reach.</remarks>
internal sealed class PhiloxTarget : SeedTarget
{
    /// <summary>How many groups are inverted.</summary>
    private const int Groups = 64;

    /// <summary>How many groups of a truncated normal are searched for, one after the other, before it counts as not
    /// found.</summary>
    private const int MostProbes = 3;

    /// <summary>Where one word lets at most this part of all seeds pass, the whole test of those costs
    /// nothing.</summary>
    private const double FewPass = 1.0 / (1 << 18);

    /// <summary>Inverts the first groups of a tensor as elements of a draw.</summary>
    public PhiloxTarget(Values tensor, Draw draw)
        : base(tensor)
    {
        Draw = draw;
        List<SeedProbe> probes = [];
        Probes = probes;
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
            if (probes.Count < MostProbes && (draw.Kind == DrawKind.TruncatedNormal || start == 0))
                probes.Add(
                    new PhiloxProbe((uint)groups * GroupInverse.BlocksApart(draw), [.. alternatives.Select(Box)])
                );
        }

        // At most one group in eleven of a truncated normal has no pair in a usual place; of other numbers, most have
        // none.
        if (groups >= 8 && usual < groups / 2)
            OutOfReach = 0;
        ChanceOfMiss = Math.Pow(GroupInverse.ChanceOfNone(draw), probes.Count);
    }

    /// <summary>What may have made it.</summary>
    public Draw Draw { get; }

    protected override Values Drawn(long seed) => new DrawnValues(Tensor.Shape, Draw, KerasSeeds.Stream(seed));

    /// <summary>The word that tells most, and where it lets too many seeds pass, the next one too.</summary>
    private static WordBox Box(WordRange[] ranges)
    {
        WordRange[] best = [.. ranges.OrderBy(static range => range.Share)];
        return new(best[0], best.Length > 1 && best[0].Share > FewPass ? best[1] : WordRange.All);
    }
}
