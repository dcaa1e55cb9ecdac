using Fanwise.Models.Configurations;

namespace Fanwise.Models.Plans;

/// <summary>One call of a layer in a model, models within models unfolded.</summary>
/// <param name="Path">The layer's names from the outermost on.</param>
/// <param name="ClassName">Its class; <c>InputLayer</c> for what the model takes.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Inputs">Which calls' outputs it takes, by their index; -1 for one that is not known.</param>
/// <param name="Weights">Its own weights by their names in it.</param>
/// <param name="InputShape">The shape of its first input, where known.</param>
/// <param name="Matrix">The first weight of rank 2 or more, of the layer or of one within it; null where it has
/// none.</param>
internal sealed record PlannedCall(
    string Path,
    string ClassName,
    Configuration Config,
    int[] Inputs,
    IReadOnlyDictionary<string, PlannedWeight> Weights,
    TensorShape? InputShape,
    PlannedWeight? Matrix
);
