using Fanwise.Draws;
using Fanwise.Models.Layouts;

namespace Fanwise.Models.PyTorch;

/// <summary>What a tensor of an unknown layer may be in Keras' layout, where it is in PyTorch's.</summary>
internal static class TurnedGuesses
{
    /// <summary>The gates of a GRU, whose order is another one in PyTorch.</summary>
    private const int GruGates = 3;

    /// <summary>Depthwise convolutions make one output of each channel, seldom more.</summary>
    private const int MostMultiplied = 2;

    /// <summary>Every turn that gives a tensor of these axes: of a matrix, of a GRU's, of a convolution's kernel, of a
    /// depthwise one.</summary>
    public static IEnumerable<Values> Of(Values stored)
    {
        Shape shape = stored.Shape;
        if (shape.Rank < 2 || shape.Elements == 0)
            yield break;
        int window = shape.Rank - 2;
        long[] lengths = shape.Lengths.ToArray();
        int[] axes = [.. Enumerable.Range(2, window), 1, 0];
        yield return Turned([.. axes.Select(axis => lengths[axis])], lengths, axes);
        if (window == 0 && lengths[0] % GruGates == 0)
            yield return new HeldValues(Gru(stored, lengths[0] / GruGates, lengths[1]));
        if (window == 0 || lengths[1] != 1)
            yield break;
        for (int multiplier = 1; multiplier <= MostMultiplied; multiplier++)
            if (lengths[0] % multiplier == 0)
                yield return Turned(
                    [.. lengths[2..], lengths[0] / multiplier, multiplier],
                    [lengths[0] / multiplier, multiplier, .. lengths[2..]],
                    [.. Enumerable.Range(2, window), 0, 1]
                );

        HeldValues Turned(Shape to, long[] split, int[] order) => new(new TurnedValues(stored, to, split, order));
    }

    private static Values Gru(Values stored, long units, long inputs) =>
        PyTorchForms
            .GateMatrix(new ReshapedValues(stored, [inputs, GruGates * units]), inputs, GruGates, units)
            .Undo(stored);
}
