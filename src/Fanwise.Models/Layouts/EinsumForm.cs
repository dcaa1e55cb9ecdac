using Fanwise.Models.Plans;

namespace Fanwise.Models.Layouts;

/// <summary>An EinsumDense whose kernel is a matrix as PyTorch's Linear.</summary>
internal static class EinsumForm
{
    public static PyTorchModule Module(TurnedLayer layer)
    {
        PlannedWeight kernel = layer.Get("kernel", 2);
        int bound = BoundAxes(layer, kernel.Shape.Rank);
        long rows = Product(kernel.Shape.Lengths[..bound]),
            columns = Product(kernel.Shape.Lengths[bound..]);
        PlannedWeight? bias = layer.Find("bias");
        if (bias is not null && bias.Shape.Elements != columns)
            throw new ModelException($"PyTorch's Linear has a bias for each output; '{bias.Name}' has {bias.Shape}.");
        return layer.As(
            "Linear",
            PyTorchForms.From("weight", PyTorchForms.Matrix(kernel.Values, rows, columns), kernel),
            bias is null ? null : PyTorchForms.From("bias", new ReshapedValues(bias.Values, [columns]), bias)
        );
    }

    /// <summary>How many of a kernel's first axes are summed over; a kernel whose axes are mixed is no
    /// matrix.</summary>
    private static int BoundAxes(TurnedLayer layer, int rank)
    {
        string? equation = layer.Config?.Text("equation");
        if (equation is null)
            return rank == 2 ? 1 : throw Mixed();
        string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->"),
            inputs = sides[0].Split(',');
        if (sides.Length != 2 || inputs.Length != 2)
            throw Mixed();
        int bound = inputs[1].TakeWhile(letter => !sides[1].Contains(letter, StringComparison.Ordinal)).Count();
        bool isMatrix =
            bound > 0
            && bound < rank
            && inputs[0].EndsWith(inputs[1][..bound], StringComparison.Ordinal)
            && sides[1].EndsWith(inputs[1][bound..], StringComparison.Ordinal);
        return isMatrix ? bound : throw Mixed();

        ModelException Mixed() =>
            new($"PyTorch has no module for the layer '{layer.Path}' (EinsumDense): its kernel is no matrix.");
    }

    private static long Product(ReadOnlySpan<long> lengths)
    {
        long product = 1;
        foreach (long length in lengths)
            product *= length;
        return product;
    }
}
