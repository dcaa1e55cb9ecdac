using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Python;

namespace Fanwise.Models.Planning;

/// <summary>Compares a plan with what a TensorFlow.js manifest says that the weights are.</summary>
internal static class ManifestCheck
{
    /// <summary>Every weight of the manifest must be in the plan, under its name or the name's end, with its shape; and
    /// none may be left.</summary>
    /// <exception cref="ModelException">They differ.</exception>
    public static void Compare(WeightPlan plan, IReadOnlyList<ManifestWeight> manifest)
    {
        if (manifest.Count == 0)
            return;
        Dictionary<string, Queue<PlannedWeight>> byShape = [];
        foreach (PlannedWeight weight in plan)
        {
            string key = Key(weight.Variable, weight.Shape.Lengths);
            if (!byShape.TryGetValue(key, out Queue<PlannedWeight>? queue))
                byShape[key] = queue = new();
            queue.Enqueue(weight);
        }

        foreach (ManifestWeight listed in manifest)
        {
            string variable = listed.Name[(listed.Name.LastIndexOf('/') + 1)..];
            if (variable.EndsWith(":0", StringComparison.Ordinal))
                variable = variable[..^2];
            if (
                Take(Key(variable, listed.Shape))
                || variable == "depthwise_kernel" && Take(Key("kernel", listed.Shape))
            )
                continue;
            throw new ModelException(
                $"The weightsManifest lists '{JsonValue.Printable(listed.Name)}' of the shape ("
                    + $"{string.Join(", ", listed.Shape)}), which the model's layers "
                    + "do not have."
            );
        }

        if (manifest.Count != plan.Count)
            throw new ModelException(
                $"The weightsManifest must list the {plan.Count} weights of the model's layers; it lists "
                    + $"{manifest.Count}."
            );

        bool Take(string key) => byShape.TryGetValue(key, out Queue<PlannedWeight>? queue) && queue.TryDequeue(out _);
    }

    private static string Key(string variable, ReadOnlySpan<long> shape) =>
        $"{variable} {string.Join(',', shape.ToArray())}";
}
