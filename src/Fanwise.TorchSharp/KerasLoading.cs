using Fanwise.Models;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;
using Fanwise.Models.PyTorch;
using TorchSharp;

namespace FanwiseTorch;

/// <summary>How Keras' weights come into a module.</summary>
public sealed record KerasLoading
{
    /// <summary>Layers in order, nothing left over on either side.</summary>
    public static KerasLoading Default { get; } = new();

    /// <summary>The module's name for layers that do not go by order: <c>["block_1/conv2d"] =
    /// "features.0"</c>.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it is an error where a layer has no module, or a module no layer; true by default. Without it,
    /// what fits in order is loaded and the rest stays as it was.</summary>
    public bool IsStrict { get; init; } = true;

    /// <summary>The model that a file of weights alone belongs to; null for a file that holds it, or where names and
    /// order are enough.</summary>
    public Model? Model { get; init; }

    /// <summary>The generation of Keras that a file's model is read as: its defaults, the names and the order of its
    /// weights. Null for that of the release which wrote the model's file, as the file records it.</summary>
    public ModelGeneration? Generation { get; init; }
}

/// <summary>Weights of Keras' models in modules of TorchSharp's.</summary>
public static class KerasModules
{
    /// <summary>Loads a Keras model's weights into a module of the same architecture: layers by order,
    /// strictly.</summary>
    /// <inheritdoc cref="LoadKeras(torch.nn.Module, WeightPlan, KerasLoading)"/>
    public static KerasLoad LoadKeras(this torch.nn.Module module, WeightPlan plan) =>
        module.LoadKeras(plan, KerasLoading.Default);

    /// <summary>Loads a Keras model's weights into a module of the same architecture. Axes are turned, gates put into
    /// PyTorch's order, fused biases split, and the inputs of what stands behind a Flatten permuted to the order in
    /// which PyTorch flattens.</summary>
    /// <param name="module">The tree; its modules with weights are registered in the order of Keras' layers, or
    /// named.</param>
    /// <param name="plan">The weights: a model's start, or what a file holds.</param>
    /// <param name="loading">Names, and how strictly.</param>
    /// <returns>What went where, and what the module does otherwise than the model.</returns>
    /// <exception cref="KerasLoadException">Something does not fit; nothing is changed then.</exception>
    /// <exception cref="ModelException">PyTorch has no module for a layer.</exception>
    public static KerasLoad LoadKeras(this torch.nn.Module module, WeightPlan plan, KerasLoading loading)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(loading);
        IReadOnlyList<PyTorchModule> layers = PyTorchLayout.Modules(plan);
        return new KerasMatching(layers, TorchUnit.Of(module), loading, isOrderKnown: true).Load();
    }

    /// <summary>Loads a file's weights: <c>.keras</c> and whole <c>.h5</c> files hold their model; of
    /// <c>.weights.h5</c> and safetensors files the names tell the layers.</summary>
    /// <inheritdoc cref="LoadKeras(torch.nn.Module, string, KerasLoading)"/>
    public static KerasLoad LoadKeras(this torch.nn.Module module, string path) =>
        module.LoadKeras(path, KerasLoading.Default);

    /// <summary>Loads a file's weights into a module of the same architecture.</summary>
    /// <param name="module">The tree; its modules with weights are registered in the order of Keras' layers, or
    /// named.</param>
    /// <param name="path">A <c>.keras</c>, <c>.h5</c>, <c>.weights.h5</c>, <c>.npz</c> or <c>.safetensors</c> file, or
    /// a folder of shards.</param>
    /// <param name="loading">Names, the model, and how strictly.</param>
    /// <returns>What went where, and what the module does otherwise than the model.</returns>
    /// <remarks>The model is read as the release did that wrote it, where the file says which. Without the model,
    /// layers of one class go by their numbers, and epsilons are not known.</remarks>
    /// <exception cref="CheckpointException">The file cannot be read.</exception>
    /// <exception cref="KerasLoadException">Something does not fit; nothing is changed then.</exception>
    /// <exception cref="ModelException">The file is not of this model, PyTorch has no module for a layer, or the model
    /// is needed to tell which weight is which.</exception>
    public static KerasLoad LoadKeras(this torch.nn.Module module, string path, KerasLoading loading)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(loading);
        using CheckpointReader checkpoint = CheckpointReader.Open(path);
        Model? model = loading.Model ?? (checkpoint.HasModel ? checkpoint.ReadModel() : null);
        if (model is not null)
        {
            PlanOptions options = new()
            {
                Generation = loading.Generation ?? model.Generation ?? ModelGeneration.Keras,
            };
            return module.LoadKeras(model.Plan(seed: 0, options).WithValuesOf(checkpoint), loading);
        }

        IReadOnlyList<PyTorchModule> layers = PyTorchLayout.Modules(StoredPlans.PlanOf(checkpoint));
        return new KerasMatching(layers, TorchUnit.Of(module), loading, isOrderKnown: false).Load();
    }
}
