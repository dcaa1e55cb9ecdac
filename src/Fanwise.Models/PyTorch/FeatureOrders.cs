using Fanwise.Models.Layers.Families;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;

namespace Fanwise.Models.PyTorch;

/// <summary>The order of the features that each layer is given, followed through a model's calls.</summary>
internal static class FeatureOrders
{
    /// <summary>The order of what each layer is given, by its path.</summary>
    public static IReadOnlyDictionary<string, FeatureOrder> Of(IReadOnlyList<PlannedCall> calls)
    {
        Dictionary<string, FeatureOrder> given = new(StringComparer.Ordinal);
        FeatureOrder[] made = new FeatureOrder[calls.Count];
        for (int i = 0; i < calls.Count; i++)
        {
            PlannedCall call = calls[i];
            FeatureOrder[] inputs =
            [
                .. call.Inputs.Select(input => input < 0 ? new FeatureOrder { IsUnknown = true } : made[input]),
            ];
            FeatureOrder first = inputs.Length > 0 ? inputs[0] : OfInput(call);
            if (!given.TryAdd(call.Path, first) && given[call.Path] != first)
                given[call.Path] = new FeatureOrder { IsUnknown = true };
            made[i] = LayerClasses.Find(call.ClassName) is { } row
                ? row.Features(new(call, inputs.Length > 0 ? inputs : [first]))
                : new FeatureOrder { IsUnknown = true };
        }

        return given;
    }

    /// <summary>An image, or a volume, has its channels last in Keras and first in PyTorch; sequences of vectors and
    /// vectors are the same in both.</summary>
    private static FeatureOrder OfInput(PlannedCall call) =>
        call.InputShape is { Rank: >= 4 } image ? new(image[-1], IsImage: true, IsFlat: false)
        : call.InputShape is { Rank: > 0 } shape ? FeatureOrder.Plain with { Channels = shape[-1] }
        : FeatureOrder.Plain;
}
