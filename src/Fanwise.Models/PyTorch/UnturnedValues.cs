using Fanwise.Draws;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;

namespace Fanwise.Models.PyTorch;

/// <summary>The weights of a plan from tensors that were made of them: the way back through turns, parts and what is
/// put together. Keeps what was given.</summary>
internal sealed class UnturnedValues
{
    private readonly Dictionary<Values, SortedDictionary<long, Values>> _parts = new(
        ReferenceEqualityComparer.Instance
    );

    /// <summary>Nothing is known yet of the weights of this plan.</summary>
    public UnturnedValues(WeightPlan plan)
    {
        foreach (PlannedWeight weight in plan)
            _parts.TryAdd(weight.Values, []);
    }

    /// <summary>Takes a tensor.</summary>
    /// <param name="made">How it is made of the plan's weights.</param>
    /// <param name="stored">What it is, in the shape of <paramref name="made"/>.</param>
    public void Add(Values made, Values stored)
    {
        if (_parts.TryGetValue(made, out SortedDictionary<long, Values>? parts))
        {
            parts[0] = stored;
            return;
        }

        switch (made)
        {
            case TurnedValues turned:
                Add(turned.Source, turned.Undo(stored));
                break;
            case ReshapedValues reshaped:
                Add(reshaped.Source, new ReshapedValues(stored, reshaped.Source.Shape));
                break;
            case PartValues part when _parts.TryGetValue(part.Source, out SortedDictionary<long, Values>? others):
                others[part.Start] = stored;
                break;
            case ConcatenatedValues joined:
                long start = 0;
                foreach (Values part in joined.Parts)
                {
                    Add(part, new PartValues(stored, start, part.Shape));
                    start += part.Shape.Elements;
                }

                break;
            default: // what only PyTorch has
                break;
        }
    }

    /// <summary>A weight; null where not all of it was given.</summary>
    public Values? Of(PlannedWeight weight)
    {
        long end = 0;
        foreach ((long start, Values part) in _parts[weight.Values])
        {
            if (start != end)
                return null;
            end += part.Shape.Elements;
        }

        if (end != weight.Shape.Elements || _parts[weight.Values].Count == 0)
            return null;
        Values[] parts = [.. _parts[weight.Values].Values];
        Values whole = parts is [var one] ? one : new ConcatenatedValues(weight.Shape, parts);
        return whole.NeedsWhole ? new HeldValues(whole) : whole;
    }
}
