using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>The tensors that one parameter of a layer's call takes; a shape is null where it is not known.</summary>
/// <param name="Name">The parameter: <c>inputs</c>, <c>query</c>, <c>initial_state</c>.</param>
/// <param name="Shapes">The tensors, a nested structure flattened.</param>
/// <param name="IsList">Whether the parameter takes a list of tensors, not one.</param>
internal sealed record CallArgument(string Name, TensorShape?[] Shapes, bool IsList);

/// <summary>What a layer is called with or built for: the shapes of its tensors by parameter.</summary>
internal sealed class CallInputs(params CallArgument[] arguments)
{
    /// <summary>A call with tensors alone.</summary>
    public static readonly IReadOnlyDictionary<string, JsonValue> NoOptions = new Dictionary<string, JsonValue>();

    public static CallInputs Of(TensorShape? shape, Layer? silent = null) =>
        new(new CallArgument("inputs", [shape], IsList: false)) { Silent = silent };

    /// <summary>Where a shape is not known: the layer before that does not tell its output.</summary>
    public Layer? Silent { get; init; }

    public CallArgument[] Arguments => arguments;

    /// <summary>What the call is given beside tensors, by parameter: <c>return_attention_scores</c>.</summary>
    public IReadOnlyDictionary<string, JsonValue> Options { get; init; } = NoOptions;

    /// <summary>What Python's <c>if</c> takes an option for; false where it is not given.</summary>
    public bool Flag(string option) => Options.TryGetValue(option, out JsonValue? value) && value.IsTrue;

    /// <summary>The shape of the first tensor, or null.</summary>
    public TensorShape? First => arguments.Length > 0 && arguments[0].Shapes.Length > 0 ? arguments[0].Shapes[0] : null;

    /// <summary>All tensors of the first parameter.</summary>
    public TensorShape?[] All => arguments.Length > 0 ? arguments[0].Shapes : [];

    /// <summary>The shape of a parameter's first tensor; null where it is not given or not known.</summary>
    public TensorShape? this[string name] =>
        Array.Find(arguments, argument => argument.Name == name) is { Shapes: [var shape, ..] } ? shape : null;

    public bool Equal(CallInputs other) =>
        ReferenceEquals(Options, other.Options)
        && arguments.Length == other.Arguments.Length
        && arguments
            .Zip(other.Arguments)
            .All(static pair =>
                pair.First.Name == pair.Second.Name && Enumerable.SequenceEqual(pair.First.Shapes, pair.Second.Shapes)
            );
}
