using System.Globalization;
using Fanwise.Draws;
using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Layouts;

/// <summary>How layers of Keras stand in PyTorch: the modules' and tensors' names, which axis is where, which gate is
/// which. The rows of the layers' families point here.</summary>
/// <remarks>Sources: keras/src/layers, and torch/nn/modules. Kernels of Keras are <c>[window..., in, out]</c>, those of
/// PyTorch <c>[out, in, window...]</c>.</remarks>
internal static class PyTorchForms
{
    // Keras' GRU has the gates z, r, h; PyTorch's r, z, n. The LSTM's are i, f, c, o and i, f, g, o: the same.
    private static readonly int[] GruOrder = [1, 0, 2];

    /// <summary>Keras' defaults, which its own configurations always state.</summary>
    private const double Epsilon = 1e-3,
        RmsEpsilon = 1e-6,
        Momentum = 0.99;

    public static PyTorchForm Dense { get; } =
        new("kernel bias", static layer => [layer.As("Linear", Matrix(layer), Bias(layer, "bias"))]);

    public static PyTorchForm Einsum { get; } = new("kernel bias", static layer => [EinsumForm.Module(layer)]);

    public static PyTorchForm Embedding { get; } =
        new("embeddings", static layer => [layer.As("Embedding", Same("weight", layer.Get("embeddings", 2)))]);

    public static PyTorchForm Convolution { get; } = new("kernel bias", static layer => [Convolved(layer, "Conv")]);

    public static PyTorchForm Transposed { get; } =
        new("kernel bias", static layer => [Convolved(layer, "ConvTranspose")]);

    public static PyTorchForm Depthwise { get; } =
        new(
            "kernel bias",
            static layer =>
            {
                PlannedWeight kernel = layer.Find("depthwise_kernel") ?? layer.Get("kernel", 3);
                Padding(layer, kernel);
                return [layer.As(Numbered("Conv", kernel), DepthwiseKernel(kernel), Bias(layer, "bias"))];
            }
        );

    public static PyTorchForm Separable { get; } =
        new(
            "depthwise_kernel pointwise_kernel bias",
            static layer =>
            {
                PlannedWeight depthwise = layer.Get("depthwise_kernel", 3),
                    pointwise = layer.Get("pointwise_kernel", 3);
                Padding(layer, depthwise);
                return
                [
                    layer.As(Numbered("Conv", depthwise), DepthwiseKernel(depthwise)) with
                    {
                        Name = layer.Module + ".depthwise",
                    },
                    layer.As(Numbered("Conv", pointwise), Kernel(pointwise), Bias(layer, "bias")) with
                    {
                        Name = layer.Module + ".pointwise",
                        Notes = [],
                    },
                ];
            }
        );

    public static PyTorchForm BatchNorm { get; } =
        new(
            "gamma beta moving_mean moving_variance",
            static layer =>
            {
                PlannedWeight mean = layer.Get("moving_mean", 1),
                    variance = layer.Get("moving_variance", 1);
                PyTorchTensor[] tensors =
                [
                    .. Affine(layer, mean.Shape),
                    Feature(layer, "running_mean", mean),
                    Feature(layer, "running_var", variance),
                ];
                return
                [
                    Norm(
                        layer,
                        "BatchNorm",
                        tensors,
                        ("momentum", 1 - (layer.Config?.Number("momentum", Momentum) ?? 0))
                    ),
                ];
            }
        );

    public static PyTorchForm LayerNorm { get; } =
        new("gamma beta", static layer => [Norm(layer, IsRms(layer) ? "RMSNorm" : "LayerNorm", Affine(layer, null))]);

    public static PyTorchForm GroupNorm { get; } =
        new("gamma beta", static layer => [Norm(layer, "GroupNorm", Affine(layer, null))]);

    public static PyTorchForm RmsNorm { get; } =
        new("scale", static layer => [Norm(layer, "RMSNorm", [Feature(layer, "weight", layer.Get("scale", 1))])]);

    public static PyTorchForm PRelu { get; } =
        new(
            "alpha",
            static layer =>
            {
                PlannedWeight alpha = layer.Get("alpha", 1);
                if (alpha.Shape.Lengths[..^1].ContainsAnyExcept(1L))
                    throw new ModelException(
                        $"PyTorch's PReLU has one slope for each channel; '{alpha.Name}' has the shape {alpha.Shape}."
                    );
                long slopes = alpha.Shape[alpha.Shape.Rank - 1];
                if (alpha.Shape.Rank == 2 && slopes > 1)
                    layer.Notes.Add("has a slope for each place of the last axis; PyTorch's has them along the second");
                return
                [
                    layer.As(
                        "PReLU",
                        Feature(
                            layer,
                            "weight",
                            alpha with
                            {
                                Values = new ReshapedValues(alpha.Values, [slopes]),
                            }
                        ) with
                        {
                            Origins = [new(alpha.Name, alpha.Shape)],
                        }
                    ),
                ];
            }
        );

    public static PyTorchForm Recurrent { get; } =
        new(
            "kernel recurrent_kernel bias",
            static layer =>
            {
                // A file lists the directions by their names; forwards comes first.
                TurnedLayer[] cells =
                [
                    .. layer.Cells().OrderBy(static cell => cell.Path.Contains("/backward_", StringComparison.Ordinal)),
                ];
                if (cells.Length > 2)
                    throw new ModelException(
                        $"The layer '{layer.Path}' must have one cell, or one for each direction; it has "
                            + $"{cells.Length}."
                    );
                string kind = RecurrentKind(cells[0]);
                RecurrentNotes(layer, kind);
                return
                [
                    layer.As(kind, cells.SelectMany(static (cell, i) => Cell(cell, i == 0 ? "_l0" : "_l0_reverse"))),
                ];
            }
        );

    public static PyTorchForm Attention { get; } = new("kernel bias", static layer => [AttentionForm.Module(layer)]);

    /// <summary>A weight as it stands.</summary>
    public static PyTorchTensor Same(string name, PlannedWeight weight) => From(name, weight.Values, weight);

    /// <summary>A tensor that is made of these weights.</summary>
    public static PyTorchTensor From(string name, Values values, params IEnumerable<PlannedWeight> weights) =>
        new(name, values, [.. weights.Select(static weight => new PlannedOrigin(weight.Name, weight.Shape))]);

    /// <summary>A matrix of <c>(in, out)</c> as <c>(out, in)</c>.</summary>
    public static TurnedValues Matrix(Values kernel, long rows, long columns) =>
        new TurnedValues(kernel, [columns, rows], [rows, columns], [1, 0]);

    /// <summary>The bias of this name; where a layer has none, zeros that PyTorch's module may lack too.</summary>
    private static PyTorchTensor? Bias(TurnedLayer layer, string name) =>
        layer.Find(name) is { } bias ? Same("bias", bias) : null;

    private static PyTorchTensor Matrix(TurnedLayer layer)
    {
        PlannedWeight kernel = layer.Get("kernel", 2);
        long inputs = kernel.Shape[0],
            units = kernel.Shape[1],
            positions = layer.Input.PositionsOf(inputs);
        if (layer.Input is { IsUnknown: true })
            layer.Notes.Add("the order of its inputs is not known: behind a Flatten, PyTorch may have them in another");
        return From(
            "weight",
            positions == 1
                ? Matrix(kernel.Values, inputs, units)
                : new TurnedValues(kernel.Values, [units, inputs], [positions, inputs / positions, units], [2, 1, 0]),
            kernel
        );
    }

    /// <summary>A vector along the features, or a normalization's tensor over an image.</summary>
    private static PyTorchTensor Feature(TurnedLayer layer, string name, PlannedWeight vector)
    {
        Shape shape = vector.Shape;
        FeatureOrder order = layer.Input;
        if (shape.Rank > 1 && order is { IsImage: true, IsFlat: false, IsChannelsFirst: false })
        {
            int last = shape.Rank - 1;
            int[] axes = [last, .. Enumerable.Range(0, last)];
            Values turned = new TurnedValues(
                vector.Values,
                [.. axes.Select(axis => shape[axis])],
                shape.Lengths.ToArray(),
                axes
            );
            return From(name, turned, vector);
        }

        long positions = shape.Rank == 1 ? order.PositionsOf(shape[0]) : 1;
        return positions == 1
            ? Same(name, vector)
            : From(name, new TurnedValues(vector.Values, shape, [positions, shape[0] / positions], [1, 0]), vector);
    }

    private static PyTorchTensor[] Affine(TurnedLayer layer, Shape? shape)
    {
        PlannedWeight? gamma = layer.Find("gamma"),
            beta = layer.Find("beta");
        shape ??= (gamma ?? beta)?.Shape;
        if (shape is null)
            return [];
        bool isNone = gamma is null && beta is null;
        return
        [
            gamma is null ? layer.Filled("weight", shape.Value, 1, isNone) : Feature(layer, "weight", gamma),
            beta is null ? layer.Filled("bias", shape.Value, 0, isNone) : Feature(layer, "bias", beta),
        ];
    }

    private static PyTorchModule Norm(
        TurnedLayer layer,
        string kind,
        PyTorchTensor[] tensors,
        params (string Name, double Value)[] settings
    ) =>
        layer.As(kind, tensors) with
        {
            Settings = layer.Config is { } config
                ? settings
                    .Append(
                        ("eps", config.Number("epsilon", layer.ClassName == "RMSNormalization" ? RmsEpsilon : Epsilon))
                    )
                    .ToDictionary(static pair => pair.Item1, static pair => pair.Item2, StringComparer.Ordinal)
                : new Dictionary<string, double>(),
        };

    private static bool IsRms(TurnedLayer layer) => layer.Config?.Flag("rms_scaling", false) ?? false;

    private static PyTorchModule Convolved(TurnedLayer layer, string kind)
    {
        PlannedWeight kernel = layer.Get("kernel", 3);
        Padding(layer, kernel);
        return layer.As(Numbered(kind, kernel), Kernel(kernel), Bias(layer, "bias"));
    }

    private static string Numbered(string kind, PlannedWeight kernel) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}{kernel.Shape.Rank - 2}d");

    /// <summary>The last axis first, the one before it second, then the window. A transposed convolution's two are out
    /// and in, and the other way round in PyTorch: the same turn.</summary>
    private static PyTorchTensor Kernel(PlannedWeight kernel)
    {
        Shape shape = kernel.Shape;
        int window = shape.Rank - 2;
        int[] axes = [window + 1, window, .. Enumerable.Range(0, window)];
        return From(
            "weight",
            new TurnedValues(kernel.Values, [.. axes.Select(axis => shape[axis])], shape.Lengths.ToArray(), axes),
            kernel
        );
    }

    /// <summary>Keras' <c>[window..., in, multiplier]</c> is a convolution in as many groups as channels, whose outputs
    /// of one channel stand together.</summary>
    private static PyTorchTensor DepthwiseKernel(PlannedWeight kernel)
    {
        Shape shape = kernel.Shape;
        int window = shape.Rank - 2;
        return From(
            "weight",
            new TurnedValues(
                kernel.Values,
                [shape[window] * shape[window + 1], 1, .. shape.Lengths[..window]],
                shape.Lengths.ToArray(),
                [window, window + 1, .. Enumerable.Range(0, window)]
            ),
            kernel
        );
    }

    private static void Padding(TurnedLayer layer, PlannedWeight kernel)
    {
        int rank = kernel.Shape.Rank - 2;
        if (layer.Config is not { } config || config.Text("padding")?.ToLowerInvariant() is not { } padding)
            return;
        long[] strides = config.Sizes("strides", rank, 1);
        bool isEven = kernel.Shape.Lengths[..rank].ToArray().Any(static length => length % 2 == 0);
        if (padding == "causal")
            layer.Notes.Add("pads before the sequence alone (causal); PyTorch's padding is on both sides");
        else if (padding == "same" && (isEven || strides.Max() > 1))
            layer.Notes.Add(
                "pads by `same`: what is odd of it behind, and with a stride by the input's length; PyTorch's padding "
                    + "is as much on both sides"
            );
    }

    /// <summary>The gates' kernels <c>[in, gates * units]</c> as <c>[gates * units, in]</c>, in PyTorch's order of the
    /// gates.</summary>
    public static TurnedValues GateMatrix(Values kernel, long inputs, int gates, long units) =>
        new(kernel, [gates * units, inputs], [inputs, gates, units], [1, 2, 0], OrderOf(gates));

    private static int[] OrderOf(long gates) => gates == GruOrder.Length ? GruOrder : [];

    private static string RecurrentKind(TurnedLayer cell)
    {
        PlannedWeight recurrent = cell.Get("recurrent_kernel", 2);
        return (recurrent.Shape[0] == 0 ? 0 : recurrent.Shape[1] / recurrent.Shape[0]) switch
        {
            4 => "LSTM",
            3 => "GRU",
            1 => "RNN",
            _ => throw new ModelException(
                $"A recurrent kernel must have 1, 3 or 4 gates; '{recurrent.Name}' has the shape {recurrent.Shape}."
            ),
        };
    }

    private static IEnumerable<PyTorchTensor> Cell(TurnedLayer cell, string ending)
    {
        PlannedWeight kernel = cell.Get("kernel", 2),
            recurrent = cell.Get("recurrent_kernel", 2);
        PlannedWeight? bias = cell.Find("bias");
        long units = recurrent.Shape[0],
            gates = units == 0 ? 1 : recurrent.Shape[1] / units;
        int[] order = OrderOf(gates);
        if (order.Length > 0 && (bias is { Shape.Rank: 1 } || CellOf(cell.Config)?.Flag("reset_after", true) == false))
            throw new ModelException(
                "PyTorch's GRU resets its state after the product with the recurrent kernel, and has two biases; the "
                    + $"layer '{cell.Path}' has reset_after false, which no module of PyTorch's computes."
            );
        yield return From("weight_ih" + ending, Gates(kernel), kernel);
        yield return From("weight_hh" + ending, Gates(recurrent), recurrent);
        Shape whole = [gates * units];
        if (bias is null)
        {
            yield return cell.Filled("bias_ih" + ending, whole, 0, isOptional: true);
            yield return cell.Filled("bias_hh" + ending, whole, 0, isOptional: true);
        }
        else if (bias.Shape.Rank == 1)
        {
            yield return Same("bias_ih" + ending, bias);
            yield return cell.Filled("bias_hh" + ending, whole, 0, isOptional: false);
        }
        else
        {
            yield return From("bias_ih" + ending, Row(bias, 0), bias);
            yield return From("bias_hh" + ending, Row(bias, gates * units), bias);
        }

        Values Gates(PlannedWeight matrix) => GateMatrix(matrix.Values, matrix.Shape[0], (int)gates, units);

        Values Row(PlannedWeight both, long start) =>
            new TurnedValues(new PartValues(both.Values, start, whole), whole, [gates, units], [0, 1], order);
    }

    /// <summary>The configuration of a recurrent layer; of a bidirectional one, that of the layer within.</summary>
    private static Configuration? CellOf(Configuration? config) =>
        config?["layer"]?["config"] is { IsObject: true } inner ? new(inner, config.Place) : config;

    private static void RecurrentNotes(TurnedLayer layer, string kind)
    {
        Configuration? config = CellOf(layer.Config);
        if (config is null)
            return;
        if ((config.Text("activation") ?? "tanh") is var activation and not "tanh")
            layer.Notes.Add(
                $"has the activation {activation}; PyTorch's "
                    + (kind == "RNN" ? "RNN has tanh, or relu where it is made so" : "recurrent modules have tanh")
            );
        if ((config.Text("recurrent_activation") ?? "sigmoid") is var recurrent and not "sigmoid")
            layer.Notes.Add($"has the recurrent_activation {recurrent}; PyTorch's have sigmoid");
        if (config.Flag("go_backwards", false))
            layer.Notes.Add("goes backwards; PyTorch's module goes forwards, so that the input must be turned round");
        if (layer.Config!.Has("merge_mode") && layer.Config.Text("merge_mode") is var merge and not "concat")
            layer.Notes.Add($"merges its directions by {merge}; PyTorch's module puts them one after the other");
    }
}
