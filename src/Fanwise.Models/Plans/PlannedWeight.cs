using Fanwise.Draws;

namespace Fanwise.Models.Plans;

/// <summary>One weight of a model: its name, what every element of it is, and why.</summary>
/// <param name="Name">Unique in the model, stable and readable: <c>block_1/conv2d/kernel</c>.</param>
/// <param name="Values">Shape, element type and values.</param>
public sealed record PlannedWeight(string Name, Values Values)
{
    /// <summary>The lengths.</summary>
    public Shape Shape => Values.Shape;

    /// <summary>The type of the elements.</summary>
    public ElementType ElementType => Values.ElementType;

    /// <summary>The name of the variable in its layer, as Keras has it: <c>kernel</c>.</summary>
    public string Variable { get; init; } = Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>Keras' own path, which depends on when a layer is built, and may repeat in a model; empty where it is
    /// not known.</summary>
    public string KerasPath { get; init; } = "";

    /// <summary>Where the weight stands in a <c>.weights.h5</c> file of Keras 3: <c>layers/dense/vars/0</c>; twice,
    /// where two layers track it.</summary>
    public IReadOnlyList<string> StorePaths { get; init; } = [];

    /// <summary>The layer that makes the weight, by its names from the outermost on: <c>block_1/conv2d</c>.</summary>
    public string Layer { get; init; } = Name[..Math.Max(0, Name.LastIndexOf('/'))];

    /// <summary>The class of that layer: <c>Conv2D</c>.</summary>
    public string LayerClass { get; init; } = "";

    /// <summary>Where the rule stands that says what it is, in a plan by rules: <c>gpt2:14:5</c>.</summary>
    public string RulePlace { get; init; } = "";

    /// <summary>Whether training changes it.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>Keras' name of the initializer, in words where several make the values: <c>GlorotUniform</c>,
    /// <c>sqrt(RandomUniform)</c>.</summary>
    public string InitializerName { get; init; } = "";

    /// <summary>The rule that draws or fills, without its seed; null where it is none of the library's or there are
    /// several.</summary>
    public Initializer? Initializer { get; init; }

    /// <summary>How the fans would be counted by what the layer really connects; null where that is not known or the
    /// weight is no kernel.</summary>
    public FanRule? LayerRule { get; init; }

    /// <summary>The seeds it is drawn with, in order; none where nothing is drawn.</summary>
    public IReadOnlyList<WeightSeed> Seeds { get; init; } = [];

    /// <summary>The weights of Keras' that it is made of, where its axes are turned; none where it is such a weight
    /// itself.</summary>
    internal IReadOnlyList<PlannedWeight> Origins { get; init; } = [];

    /// <summary>The fans by which its variance is scaled; null where it is not.</summary>
    public Fans? Fans => Initializer is VarianceScaling scaling ? scaling.FansOf(Shape) : null;

    /// <summary>Fills <paramref name="destination"/>, which has the weight's length, with all of its elements in
    /// row-major order.</summary>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not the element type, or the lengths
    /// differ.</exception>
    public void Fill<T>(Span<T> destination)
        where T : unmanaged
    {
        if (destination.Length != Shape.Elements)
            throw new InitializerException(
                $"The destination must have the {Shape.Elements} elements of {Name}; received {destination.Length}."
            );
        Values.Fill(0, destination);
    }
}
