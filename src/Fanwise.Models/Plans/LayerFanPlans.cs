using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>Plans with other fans than the reference's, by choice.</summary>
public static class LayerFanPlans
{
    /// <summary>The same plan with the fans that the layers really have: depthwise, grouped and transposed kernels and
    /// embeddings are drawn with the variance that their initializers mean.</summary>
    /// <remarks>
    /// Seeds stay; weights whose fans were right keep their bytes, the others are no longer Keras'. The metadata say
    /// so: <c>fans</c> is <c>layer</c>.
    /// Changed are weights of a <see cref="VarianceScaling"/> of which the layer's rule is known, see
    /// <see cref="PlannedWeight.LayerRule"/>.
    /// </remarks>
    public static WeightPlan WithLayerFans(this WeightPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Dictionary<string, PlannedWeight> changed = plan.ToDictionary(
            static weight => weight.Name,
            Changed,
            StringComparer.Ordinal
        );
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal) { ["fans"] = "layer" };
        foreach ((string key, string value) in plan.Metadata)
            metadata[key] = value;
        return new(plan.Select(weight => changed[weight.Name]))
        {
            Metadata = metadata,
            Draws = plan.Draws,
            Notes = plan.Notes,
            Layers = plan.Layers,
            SeedGenerators = plan.SeedGenerators,
            Arrays = plan.Arrays,
            Calls =
            [
                .. plan.Calls.Select(call =>
                    call with
                    {
                        Weights = call.Weights.ToDictionary(static pair => pair.Key, pair => changed[pair.Value.Name]),
                    }
                ),
            ],
        };
    }

    private static PlannedWeight Changed(PlannedWeight weight)
    {
        if (weight is not { Initializer: VarianceScaling scaling, LayerRule: { } rule, Values: DrawnValues drawn })
            return weight;
        VarianceScaling chosen = scaling with { Rule = rule };
        // Equal variances are left alone: the rule of the generation that made the draw stays in force.
        if (chosen.FansOf(weight.Shape).Divisor(chosen.Mode) == scaling.FansOf(weight.Shape).Divisor(scaling.Mode))
            return weight with { Initializer = chosen };
        return weight with
        {
            Initializer = chosen,
            Values = chosen.ValuesFor(weight.Shape, weight.ElementType, drawn.Stream),
        };
    }
}
