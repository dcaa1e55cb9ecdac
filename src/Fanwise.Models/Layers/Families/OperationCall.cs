using System.Globalization;
using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers.Families;

/// <summary>A TensorFlow operation as a node of a graph: the shapes of its tensors, and its other arguments, which
/// stand in the call (<c>TFOpLambda</c>) or in the node's constants and attributes
/// (<c>TensorFlowOpLayer</c>).</summary>
internal sealed class OperationCall(LayerCall call)
{
    /// <summary>The shapes of its tensors, in order.</summary>
    public TensorShape?[] Shapes { get; } = [.. call.Inputs.Arguments.SelectMany(static argument => argument.Shapes)];

    public Configuration Config => call.Config;

    /// <summary>The first tensor's shape, which is known where an operation is asked for its output.</summary>
    public TensorShape First => Shapes[0]!;

    /// <summary>An argument that is no tensor; null where it is not given.</summary>
    /// <param name="names">Its names in Python, and as an attribute of a node.</param>
    /// <param name="position">Its place among a node's inputs; negative ones count from the end.</param>
    public JsonValue? Argument(string names, int? position = null)
    {
        foreach (string name in names.Split(' '))
        {
            if (call.Inputs.Options.TryGetValue(name, out JsonValue? option) && !option.IsNull)
                return option;
            if (Config["attr"]?[name] is { IsObject: true, Members: [{ Value: var value }, ..] } && !value.IsNull)
                return value;
        }

        if (position is not { } place || Config["constants"] is not { IsObject: true } constants)
            return null;
        if (place < 0)
            place += Shapes.Length + constants.Members.Length;
        return constants[place.ToString(CultureInfo.InvariantCulture)];
    }

    /// <summary>An argument that is an integer; protobuf's JSON writes them as strings.</summary>
    public long? Integer(string names, int? position = null) => Integer(Argument(names, position));

    public bool Flag(string names) => Argument(names) is { } value && (value.IsTrue && value.AsString != "false");

    /// <summary>An argument that is an integer or a list of them.</summary>
    public long[]? Integers(string names, int? position = null)
    {
        JsonValue? value = Argument(names, position);
        if (Integer(value) is { } one)
            return [one];
        if (value is not { IsArray: true })
            return null;
        List<long> integers = [];
        foreach (JsonValue item in value.Items)
        {
            if (Integer(item) is not { } integer)
                return null;
            integers.Add(integer);
        }

        return [.. integers];
    }

    /// <summary>An axis from 0 on, or an error about the operation.</summary>
    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank
            ? (int)(axis < 0 ? axis + rank : axis)
            : throw Config.Error($"takes the axis {axis} of a tensor of rank {rank}");

    private static long? Integer(JsonValue? value) =>
        value?.AsInteger
        ?? (
            long.TryParse(value?.AsString, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                ? number
            : value?.AsNumber is { } real && Math.Abs(real) < 1L << 53 && Math.Floor(real) == real ? (long)real
            : null
        );
}
