using System.Text;
using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Streams;

namespace Fanwise.Models.Seeds;

/// <summary>A tensor by which the seed behind its name's stream is found.</summary>
internal sealed class NamedLead
{
    /// <summary>So many elements are compared before all are.</summary>
    public const int FewElements = 8;

    private readonly PlannedWeight _weight;
    private readonly DrawnValues _drawn;
    private readonly byte[] _name,
        _few;

    /// <summary>What the words of the first block must be, one of these; none where they are not told.</summary>
    private readonly WordRange[][] _first;

    /// <summary>A tensor of one draw, of eight elements or more.</summary>
    public NamedLead(Values tensor, PlannedWeight weight)
    {
        Tensor = tensor;
        _weight = weight;
        _drawn = Drawn(weight.Values)!;
        _name = Encoding.UTF8.GetBytes(weight.Name);
        _few = new byte[FewElements * tensor.ElementType.Size()];
        tensor.Fill(0, _few.AsSpan());
        // The elements of a truncated normal, or those that were rounded, do not always tell their words.
        _first =
            weight.Values is RoundedValues || _drawn.Draw.Kind == DrawKind.TruncatedNormal
                ? []
                :
                [
                    .. GroupInverse.Alternatives(
                        _drawn.Draw,
                        SeedTarget.First(tensor, GroupInverse.Size(_drawn.Draw)),
                        out _
                    ),
                ];
    }

    public Values Tensor { get; }

    /// <summary>The draw that values are; null where they are not one.</summary>
    public static DrawnValues? Drawn(Values values) =>
        (values is RoundedValues rounded ? rounded.Single : values) as DrawnValues;

    /// <summary>Whether a seed gives the first elements.</summary>
    public bool MayBe(ulong seed)
    {
        if (_first.Length > 0 && !Fits(TensorKeys.Of(seed, _name)))
            return false;
        Span<byte> drawn = stackalloc byte[FewElements * sizeof(double)];
        drawn = drawn[.._few.Length];
        Under(seed).Fill(0, drawn);
        return drawn.SequenceEqual(_few);
    }

    /// <summary>What it is under a seed.</summary>
    public Values Under(ulong seed)
    {
        DrawnValues other = new(_drawn.Shape, _drawn.Draw, TensorKeys.Of(seed, _name));
        return _weight.Values is RoundedValues ? new RoundedValues(other, _weight.ElementType) : other;
    }

    private bool Fits(PhiloxStream stream)
    {
        (uint x0, uint x1, uint x2, uint x3) = Philox4x32.Block(stream.Counter, stream.Key);
        ReadOnlySpan<uint> words = [x0, x1, x2, x3];
        foreach (WordRange[] ranges in _first)
        {
            bool fits = true;
            foreach (WordRange range in ranges)
                fits &= range.Contains(words[range.Word]);
            if (fits)
                return true;
        }

        return false;
    }
}
