using Fanwise.Models.Checkpoints.Hdf5;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.Keras;

/// <summary>The <c>.weights.h5</c> file that Keras 3 writes of a model: a group for each layer, its variables numbered
/// in <c>vars</c>, its name as an attribute of that.</summary>
/// <remarks>Source: keras/src/saving/saving_lib.py, <c>H5IOStore</c>. Keras finds variables by these paths alone; names
/// are for people.</remarks>
internal static class KerasWeightsFile
{
    /// <summary>The file of a plan's weights.</summary>
    /// <exception cref="CheckpointException">A weight has no place in Keras' files.</exception>
    public static FileImage Image(WeightPlan plan)
    {
        Hdf5Group root = new();
        foreach (PlannedLayer layer in plan.Layers)
            root.Group($"{layer.StorePath}/vars").Attributes.Add(("name", layer.Name));
        foreach (PlannedWeight weight in plan)
        {
            // Keras keeps some weights merged into others: LoRA's, whose product begins as zero.
            if (weight.StorePaths.Count == 0 && plan.Layers.Count > 0)
                continue;
            if (weight.StorePaths.Count == 0)
                throw CheckpointException.Request(
                    $"A .weights.h5 file holds the layers of a Keras model; '{weight.Name}' belongs to none: "
                        + "write safetensors instead."
                );
            foreach (string path in weight.StorePaths)
            {
                Hdf5Dataset dataset = new(weight.Name, weight.Values);
                // Keras keeps bfloat16, which HDF5 lacks, as opaque bytes and says so.
                if (weight.ElementType == ElementType.BFloat16)
                    dataset.Attributes.Add(("dtype", weight.ElementType.Name()));
                Add(root, path, dataset);
            }
        }

        foreach (PlannedArray array in plan.Arrays)
            Add(root, array.StorePath, new(array.StorePath, array.Values));
        return Hdf5Image.Of(root);
    }

    private static void Add(Hdf5Group root, string path, Hdf5Dataset dataset)
    {
        int slash = path.LastIndexOf('/');
        root.Group(path[..Math.Max(0, slash)]).Add(path[(slash + 1)..], dataset);
    }
}
