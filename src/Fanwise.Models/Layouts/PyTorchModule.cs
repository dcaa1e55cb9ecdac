using Fanwise.Draws;

namespace Fanwise.Models.Layouts;

/// <summary>A layer of Keras as a module of PyTorch: the names of its tensors, and their values with the axes turned.
/// A separable convolution is two.</summary>
/// <param name="Name">The module's name: <c>block_1.conv2d</c>.</param>
/// <param name="Kind">Its class in <c>torch.nn</c>, without the number of dimensions where that does not count for the
/// weights: <c>Conv2d</c>, <c>BatchNorm</c>.</param>
/// <param name="Tensors">Its parameters and buffers.</param>
public sealed record PyTorchModule(string Name, string Kind, IReadOnlyList<PyTorchTensor> Tensors)
{
    /// <summary>The layer's path in Keras: <c>block_1/conv2d</c>.</summary>
    public string Layer { get; init; } = "";

    /// <summary>The layer's class in Keras.</summary>
    public string LayerClass { get; init; } = "";

    /// <summary>What PyTorch's constructor must be told, since its defaults are others: <c>eps</c>, <c>momentum</c>
    /// (PyTorch's, which is 1 - Keras').</summary>
    public IReadOnlyDictionary<string, double> Settings { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether the model told how its layers are connected, and so what stands behind a Flatten.</summary>
    public bool IsConnected { get; init; }

    /// <summary>What the module does otherwise than the layer, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A parameter or buffer of a module of PyTorch's.</summary>
/// <param name="Name">Its name in the module: <c>weight_ih_l0</c>.</param>
/// <param name="Values">Its shape in PyTorch's order, element type and values.</param>
/// <param name="Origins">The weights of Keras' plan that it is made of; none for what only PyTorch has: zeros and ones
/// that change nothing.</param>
public sealed record PyTorchTensor(string Name, Values Values, IReadOnlyList<PlannedOrigin> Origins)
{
    /// <summary>Whether a module of PyTorch's may lack it: a bias that the layer has none of.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>Where a turned tensor comes from.</summary>
/// <param name="Name">The weight's name in Keras' plan.</param>
/// <param name="Shape">Its shape there.</param>
public sealed record PlannedOrigin(string Name, Shape Shape);
