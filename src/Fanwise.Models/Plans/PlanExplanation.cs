using System.Collections;
using System.Text.Json;
using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>What will be drawn for one weight of a model, and why.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Explanation">Its initializer, fans, variances and warnings.</param>
public sealed record WeightExplanation(PlannedWeight Weight, Explanation Explanation)
{
    /// <summary>What a person would want to know before training.</summary>
    public IReadOnlyList<ExplanationWarning> Warnings => Explanation.Warnings;
}

/// <summary>What will be drawn for every weight of a plan, in its order. Immutable.</summary>
public sealed class PlanExplanation : IReadOnlyList<WeightExplanation>
{
    /// <summary>A writer to a stream holds no more than about so many bytes.</summary>
    private const int Pending = 1 << 16;

    private readonly WeightExplanation[] _weights;

    internal PlanExplanation(WeightPlan plan, WeightExplanation[] weights) => (Plan, _weights) = (plan, weights);

    /// <summary>What was explained.</summary>
    public WeightPlan Plan { get; }

    /// <inheritdoc/>
    public int Count => _weights.Length;

    /// <inheritdoc/>
    public WeightExplanation this[int index] => _weights[index];

    /// <summary>Writes a JSON object: <c>metadata</c>, <c>parameters</c>, <c>bytes</c> and a list of
    /// <c>weights</c>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteStartObject("metadata");
        foreach ((string key, string value) in Plan.Metadata)
            writer.WriteString(key, value);
        writer.WriteEndObject();
        writer.WriteNumber("parameters", Plan.Parameters);
        writer.WriteNumber("bytes", Plan.Bytes);
        writer.WriteStartArray("weights");
        foreach (WeightExplanation weight in _weights)
        {
            Write(writer, weight);
            if (writer.BytesPending > Pending)
                writer.Flush();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public IEnumerator<WeightExplanation> GetEnumerator() => ((IEnumerable<WeightExplanation>)_weights).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _weights.GetEnumerator();

    private static void Write(Utf8JsonWriter writer, WeightExplanation weight)
    {
        writer.WriteStartObject();
        writer.WriteString("name", weight.Weight.Name);
        writer.WriteString("layer_class", weight.Weight.LayerClass);
        if (weight.Weight.RulePlace.Length > 0)
            writer.WriteString("rule", weight.Weight.RulePlace);
        weight.Explanation.WriteMembers(writer);
        writer.WriteStartArray("seeds");
        foreach (WeightSeed seed in weight.Weight.Seeds)
        {
            writer.WriteStartObject();
            writer.WriteNumber("seed", seed.Seed);
            writer.WriteNumber("use", seed.Use);
            if (seed.DrawnAt is { } draw)
                writer.WriteNumber("draw", draw);
            else
                writer.WriteNull("draw");
            writer.WriteBoolean("from_generator", seed.FromGenerator);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>Explains plans.</summary>
public static class PlanExplanations
{
    private static readonly HashSet<string> Kernels =
    [
        "kernel",
        "depthwise_kernel",
        "pointwise_kernel",
        "recurrent_kernel",
        "embeddings",
    ];

    /// <summary>What will be drawn for every weight: initializer, fans and their rule, variances, seeds, and warnings,
    /// also those that take more than one weight to see.</summary>
    public static PlanExplanation Explain(this WeightPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        object?[] identities = new object?[plan.Count];
        Dictionary<object, int> first = new(plan.Count);
        Dictionary<object, List<PlannedWeight>> equals = []; // of more than one weight
        for (int i = 0; i < identities.Length; i++)
        {
            if ((identities[i] = Identity(plan[i])) is not { } identity || first.TryAdd(identity, i))
                continue;
            if (!equals.TryGetValue(identity, out List<PlannedWeight>? group))
                equals[identity] = group = [plan[first[identity]]];
            group.Add(plan[i]);
        }

        // A large model repeats a few by the thousands.
        Dictionary<Causes, Explanation> known = [];
        WeightExplanation[] weights = new WeightExplanation[plan.Count];
        for (int i = 0; i < weights.Length; i++)
        {
            PlannedWeight weight = plan[i];
            Explanation? explanation = null;
            Causes? causes = Causes.Of(weight);
            if (causes is not { } key || !known.TryGetValue(key, out explanation))
                explanation = Of(weight);
            if (causes is { } fresh)
                known.TryAdd(fresh, explanation);
            ExplanationWarning? equal = identities[i] is { } identity
                && equals.TryGetValue(identity, out List<PlannedWeight>? group)
                    ? Equal(weight, group)
                    : null,
                zero = Zero(weight);
            if (equal is not null || zero is not null)
                explanation = explanation with
                {
                    Warnings =
                    [
                        .. explanation.Warnings,
                        .. ((ExplanationWarning?[])[equal, zero]).OfType<ExplanationWarning>(),
                    ],
                };
            weights[i] = new(weight, explanation);
        }

        return new(plan, weights);
    }

    /// <summary>All that the explanation of a weight of its own is made of. Bits are those of what is added, or of the
    /// constant: equal numbers may be zeros of two signs.</summary>
    private readonly record struct Causes(
        string Name,
        Shape Shape,
        ElementType Type,
        Draw? Draw,
        long Bits,
        Initializer? Rule,
        FanRule? Layer
    )
    {
        /// <summary>Null where the values are neither drawn nor constant.</summary>
        public static Causes? Of(PlannedWeight weight)
        {
            (Draw? draw, double? added) = weight.Values switch
            {
                DrawnValues drawn => (drawn.Draw, drawn.Draw.Addend),
                ConstantValues constant => ((Draw?)null, (double?)constant.Value),
                _ => (null, null),
            };
            return added is not { } number || weight.Origins.Count > 0 || weight.InitializerName.Length == 0
                ? null
                : new(
                    weight.InitializerName,
                    weight.Shape,
                    weight.ElementType,
                    draw,
                    BitConverter.DoubleToInt64Bits(number),
                    weight.Initializer,
                    weight.LayerRule
                );
        }
    }

    /// <summary>The weight that was drawn: of one whose axes are turned, that which is turned.</summary>
    private static PlannedWeight Drawn(PlannedWeight weight) => weight.Origins is [var origin, ..] ? origin : weight;

    /// <summary>What is drawn for one weight. A turned one is explained by the weight that is turned, whose shape the
    /// rules are for.</summary>
    private static Explanation Of(PlannedWeight weight)
    {
        PlannedWeight drawn = Drawn(weight);
        string name =
            drawn.InitializerName.Length > 0 ? drawn.InitializerName
            : drawn.Initializer is { } rule ? Explanations.Description(rule)
            : drawn.Values.GetType().Name;
        Explanation explanation = Explanations.Of(name, drawn.Values, drawn.Initializer, drawn.LayerRule);
        return ReferenceEquals(drawn, weight)
            ? explanation
            : explanation with
            {
                Shape = weight.Shape,
                Bytes = weight.Values.Bytes,
                // One rule for all parts, or none.
                Drawn = DeclaredDistribution.Of(weight.Values),
            };
    }

    /// <summary>What two weights have in common if and only if all of their values are the same; null where nothing is
    /// drawn.</summary>
    private static object? Identity(PlannedWeight weight) =>
        (weight.Origins is [var whole] && whole.Shape.Elements == weight.Shape.Elements ? whole : weight).Values switch
        {
            DrawnValues { Draw.Multiplier: not 0 } drawn when drawn.Shape.Elements > 0 => (
                drawn.Shape.Elements,
                drawn.Draw,
                drawn.Stream
            ),
            OrthogonalValues { Gain: not 0 } orthogonal => orthogonal,
            _ => null,
        };

    private static ExplanationWarning Equal(PlannedWeight weight, List<PlannedWeight> group)
    {
        const int Named = 3; // the others are counted: a list for each of n equal weights would have n * n names
        string[] others =
        [
            .. group.Where(other => !ReferenceEquals(other, weight)).Take(Named).Select(static other => other.Name),
        ];
        string more = group.Count - 1 > Named ? $" and {group.Count - 1 - Named} more" : "";
        return new(
            WarningKind.EqualValues,
            $"The values are those of {string.Join(", ", others)}{more}: equal seeds and equal "
                + "shapes give "
                + "equal numbers.",
            null
        );
    }

    /// <summary>A kernel or a gain that is zero everywhere; a bias may be, and an integer kernel waits for its
    /// quantization.</summary>
    private static ExplanationWarning? Zero(PlannedWeight planned)
    {
        PlannedWeight weight = Drawn(planned);
        if (
            weight.Values is not ConstantValues { Value: 0 }
            || !weight.ElementType.IsFloating()
            || weight.Shape.Elements == 0
        )
            return null;
        if (Kernels.Contains(weight.Variable))
            return new(WarningKind.ZeroGain, "All values are zero: the layer passes nothing on.", null);
        return weight.Variable == "gamma"
            ? new(WarningKind.ZeroGain, "The gain is zero: the layer gives its offset alone, whatever comes in.", null)
            : null;
    }
}
