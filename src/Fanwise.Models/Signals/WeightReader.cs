using Fanwise.Draws;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Signals;

/// <summary>A weight's values as float32, slice by slice.</summary>
internal sealed class WeightReader
{
    /// <summary>An orthogonal matrix is decomposed as a whole; a larger one takes too long for a page.</summary>
    private const double MaxOrthogonal = 5e8;

    private readonly Values _values;

    private WeightReader(Values values) => _values = values;

    public Shape Shape => _values.Shape;

    /// <summary>A reader; null where the values take too long to make or are no numbers that a network computes
    /// with.</summary>
    public static WeightReader? Of(PlannedWeight weight) =>
        !weight.ElementType.IsFloating() ? null
        : !weight.Values.NeedsWhole ? new(weight.Values)
        : weight.Shape.Elements == 0 ? new(weight.Values.Materialize())
        : (double)weight.Shape.Elements
            * Math.Min(weight.Shape.Lengths[^1], weight.Shape.Elements / weight.Shape.Lengths[^1])
        <= MaxOrthogonal
            ? new(weight.Values.Materialize())
        : null;

    public void Read(long start, Span<float> destination)
    {
        if (_values.ElementType == ElementType.Float32)
        {
            _values.Fill(start, destination);
            return;
        }

        byte[] bytes = new byte[destination.Length * _values.ElementType.Size()];
        _values.Fill(start, bytes.AsSpan());
        double[] numbers = new double[destination.Length];
        Numbers.Convert(bytes, _values.ElementType.Name(), numbers);
        for (int i = 0; i < numbers.Length; i++)
            destination[i] = (float)numbers[i];
    }

    public float[] All()
    {
        float[] values = new float[checked((int)Shape.Elements)];
        Read(0, values);
        return values;
    }
}
