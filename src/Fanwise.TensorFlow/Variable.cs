using Fanwise.Generations;

namespace Fanwise.TensorFlow;

/// <summary>A variable of a graph, or one part of a partitioned one. Immutable: its value is a session's.</summary>
public sealed class Variable
{
    internal Variable(string name, Operation initialValue, Shape? offset)
    {
        Name = name;
        InitialValue = initialValue;
        Offset = offset;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it begins with.</summary>
    public Operation InitialValue { get; }

    /// <summary>Where it begins in the whole; null where it is no part.</summary>
    public Shape? Offset { get; }

    /// <summary>Its lengths.</summary>
    public Shape Shape => InitialValue.Shape;
}
