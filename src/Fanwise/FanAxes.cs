namespace Fanwise;

/// <summary>Which axes of a kernel lead in and which lead out (Keras 3.15's <c>input_axes</c> and <c>output_axes</c>);
/// compared by value.</summary>
public sealed class FanAxes : IEquatable<FanAxes>
{
    private readonly int[] _input,
        _output;

    /// <summary>These axes; negative ones count from the end.</summary>
    public FanAxes(ReadOnlySpan<int> input, ReadOnlySpan<int> output)
    {
        _input = input.ToArray();
        _output = output.ToArray();
    }

    /// <summary>The axes whose product is the fan in.</summary>
    public ReadOnlySpan<int> Input => _input;

    /// <summary>The axes whose product is the fan out.</summary>
    public ReadOnlySpan<int> Output => _output;

    /// <inheritdoc/>
    public bool Equals(FanAxes? other) =>
        other is not null && Input.SequenceEqual(other.Input) && Output.SequenceEqual(other.Output);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FanAxes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int axis in _input)
            hash.Add(axis);
        hash.Add(-1);
        foreach (int axis in _output)
            hash.Add(axis);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"in [{FanRule.List(_input, ", ")}], out [{FanRule.List(_output, ", ")}]";
}
