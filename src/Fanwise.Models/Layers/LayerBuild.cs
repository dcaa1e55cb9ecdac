using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>A layer being built: what its row asks of the input, and the weights that it adds, in order.</summary>
internal sealed class LayerBuild(Layer layer, CallInputs inputs, Reviver reviver)
{
    public Layer Layer => layer;

    public Configuration Config => layer.Config;

    public CallInputs Inputs => inputs;

    public Reviver Reviver => reviver;

    /// <summary>The shape of the first input, which must be known.</summary>
    public TensorShape Input => inputs.First ?? throw Untold();

    /// <summary>A dimension of the first input, which must be known.</summary>
    public long Dimension(int axis) => Dimension(Input, axis);

    /// <summary>A dimension that must be known.</summary>
    public long Dimension(TensorShape? shape, int axis) =>
        shape is null ? throw Untold()
        : axis < -shape.Rank || axis >= shape.Rank
            ? throw Config.Error($"needs axis {axis} of its input; received the shape {shape}")
        : shape[axis] ?? throw Config.Error($"needs the size of axis {axis} of its input; received the shape {shape}");

    private ModelException Untold() =>
        inputs.Silent is { } silent
            ? new(
                $"The {Config.Place} needs the shape of its input, which the {silent.Config.Place} does not tell: a "
                    + $"declaration of '{JsonValue.Printable(silent.Name)}' with its \"output\" does."
            )
            {
                Code = FanwiseError.MissingDeclaration,
            }
            : Config.Error("needs the shape of its input, which cannot be told from the model");

    /// <summary>The channels of data that begin with a batch and have this many spatial dimensions.</summary>
    public long Channels(int rank)
    {
        if (Input.Rank != rank + 2)
            throw Config.Error($"needs an input of rank {rank + 2}; received the shape {Input}");
        return Dimension(Config.ChannelsFirst ? 1 : -1);
    }

    /// <summary>Adds a weight that begins as the constructor's initializer of this name says.</summary>
    public Variable Weight(string name, ReadOnlySpan<long> shape, string initializer, bool trainable = true) =>
        Weight(name, shape, layer.Initializers.GetValueOrDefault(initializer) ?? Missing(name), trainable);

    /// <summary>The constructor's initializer of this name, or what Keras takes for none.</summary>
    public BoundInitializer Initializer(string name) => layer.Initializers.GetValueOrDefault(name) ?? Missing(name);

    /// <summary>Adds a weight; <paramref name="type"/> is the layer's, where none is given.</summary>
    public Variable Weight(
        string name,
        ReadOnlySpan<long> shape,
        BoundInitializer initializer,
        bool trainable = true,
        ElementType? type = null
    )
    {
        Shape lengths = Checked(name, shape);
        ElementType array = reviver.Backend.ArrayType(type ?? VariableType);
        try
        {
            return Weight(name, initializer.Draw(lengths, array, reviver), trainable);
        }
        catch (InitializerException error)
        {
            throw Unmade(name, error);
        }
    }

    /// <summary>Adds a weight of an initializer that the layer's code names: it is resolved now, so that a random one
    /// draws now.</summary>
    public Variable WeightNow(
        string name,
        ReadOnlySpan<long> shape,
        string initializer,
        bool trainable = true,
        ElementType? type = null
    ) => Weight(name, shape, reviver.Initializer(JsonValue.String(initializer), Config.Place, name), trainable, type);

    /// <summary>Where a configuration says null for an initializer, Keras takes glorot_uniform, and takes it when the
    /// weight is made.</summary>
    public BoundInitializer Missing(string name) =>
        reviver.Initializer(JsonValue.String("glorot_uniform"), Config.Place, name);

    /// <summary>Adds a weight that begins with these values.</summary>
    public Variable Weight(string name, InitialValue initial, bool trainable = true)
    {
        try
        {
            _ = initial.Values.Bytes;
        }
        catch (InitializerException error)
        {
            throw Unmade(name, error);
        }

        Variable variable = new()
        {
            Name = name,
            Path = reviver.Scope.PathOf(name),
            Owner = layer,
            Initial = initial,
            Trainable = trainable && layer.Trainable,
        };
        if (!reviver.Backend.AllowsPoints && variable.Path.Contains('.'))
            throw new ModelException(
                $"The path of a weight must not hold a \".\" on Keras' {reviver.Backend.Name} backend; received "
                    + $"'{JsonValue.Printable(variable.Path)}' of {Config.Place}."
            );
        (trainable ? layer.Trainables : layer.NonTrainables).Add(variable);
        return variable;
    }

    /// <summary>A shape, or one sentence about the weight that cannot have it.</summary>
    public Shape Checked(string name, ReadOnlySpan<long> shape)
    {
        try
        {
            return Shape.Create(shape);
        }
        catch (InitializerException error)
        {
            throw Unmade(name, error);
        }
    }

    /// <summary>Runs what an initializer may refuse; the error names the weight.</summary>
    public T Guarded<T>(string name, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (InitializerException error)
        {
            throw Unmade(name, error);
        }
    }

    private ModelException Unmade(string name, InitializerException error) =>
        new($"The weight \"{name}\" of {Config.Place} cannot be made: {error.Message}", error);

    /// <summary>The type of the arrays in the layer's variables.</summary>
    public ElementType VariableType =>
        ElementTypes.TryParse(layer.Policy.Variables, out ElementType type)
            ? reviver.Backend.ArrayType(type)
            : throw new ModelException(
                $"The weights of {Config.Place} must have a type that can be written (float32, float64, float16, "
                    + $"bfloat16); received '{JsonValue.Printable(layer.Policy.Variables)}'."
            );

    /// <summary>Builds an inner layer that is not built yet.</summary>
    public void Inner(Layer inner, TensorShape? shape) => reviver.Build(inner, CallInputs.Of(shape));

    /// <summary>Tracks a weight of an inner layer as the layer's own.</summary>
    public void Track(Variable variable) => (variable.Trainable ? layer.Trainables : layer.NonTrainables).Add(variable);
}
