using Fanwise.Draws;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Layouts;

/// <summary>Keras' MultiHeadAttention as PyTorch's MultiheadAttention: three projections put together, whose heads and
/// sizes are one axis.</summary>
internal static class AttentionForm
{
    private static readonly string[] Projections = ["query", "key", "value"];

    /// <summary>What the names of the projections end in where a <c>.weights.h5</c> file has them.</summary>
    private const string Stored = "_dense";

    public static PyTorchModule Module(TurnedLayer layer)
    {
        PlannedWeight[] kernels = [.. Projections.Select(name => Projected(layer, name))];
        PlannedWeight?[] biases =
        [
            .. Projections.Select(name => layer.Find($"{name}/bias") ?? layer.Find($"{name}{Stored}/bias")),
        ];
        PlannedWeight output = layer.Find("attention_output/kernel") ?? layer.Get($"output{Stored}/kernel", 3);
        PlannedWeight? outputBias = layer.Find("attention_output/bias") ?? layer.Find($"output{Stored}/bias");
        TurnedValues[] turned = [.. kernels.Select(Projection)];
        List<PyTorchTensor?> tensors = [];
        bool isOne = Array.TrueForAll(turned, values => values.Shape == turned[0].Shape);
        if (isOne)
            tensors.Add(PyTorchForms.From("in_proj_weight", Joined(turned), kernels));
        else
            for (int i = 0; i < turned.Length; i++)
                tensors.Add(PyTorchForms.From($"{Projections[i][0]}_proj_weight", turned[i], kernels[i]));
        if (biases is [{ } query, { } key, { } value])
        {
            Values[] vectors = [.. biases.Select(static bias => Flat(bias!))];
            tensors.Add(PyTorchForms.From("in_proj_bias", Joined(vectors), query, key, value));
        }

        long rows = output.Shape[0] * output.Shape[1],
            columns = output.Shape.Elements / Math.Max(1, rows);
        tensors.Add(PyTorchForms.From("out_proj.weight", PyTorchForms.Matrix(output.Values, rows, columns), output));
        if (outputBias is not null)
            tensors.Add(PyTorchForms.From("out_proj.bias", Flat(outputBias), outputBias));
        return layer.As("MultiheadAttention", tensors);
    }

    private static PlannedWeight Projected(TurnedLayer layer, string name) =>
        layer.Find($"{name}{Stored}/kernel") ?? layer.Get($"{name}/kernel", 3);

    /// <summary><c>[in, heads, size]</c> as <c>[heads * size, in]</c>.</summary>
    private static TurnedValues Projection(PlannedWeight kernel) =>
        PyTorchForms.Matrix(
            kernel.Values,
            kernel.Shape[0],
            kernel.Shape[0] == 0 ? 0 : kernel.Shape.Elements / kernel.Shape[0]
        );

    private static ReshapedValues Flat(PlannedWeight bias) => new(bias.Values, [bias.Shape.Elements]);

    private static ConcatenatedValues Joined(Values[] parts) =>
        new([parts.Sum(static part => part.Shape[0]), .. parts[0].Shape.Lengths[1..]], parts);
}
