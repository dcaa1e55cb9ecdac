using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>Functional and Sequential models, revived in Keras' order.</summary>
/// <remarks>Sources: keras/src/models/functional.py (<c>functional_from_config</c>), keras/src/models/sequential.py,
/// keras/src/ops/function.py (<c>map_graph</c>).</remarks>
internal sealed partial class Reviver
{
    private Layer Model(LayerClass found, JsonValue config)
    {
        string name = Scope.NameOf(config, found.Name);
        return new(found, new(config, $"model '{JsonValue.Printable(Scope.Container + name)}' ({found.Name})"), name)
        {
            Policy = DtypePolicy.Default,
            Trainable = config["trainable"]?.IsTrue ?? true,
        };
    }

    private Layer Sequential(JsonValue config, JsonValue entry)
    {
        Layer model = Model(classes[LayerNames.Sequential], config);
        if (config["layers"] is not { IsArray: true } entries)
            throw model.Config.Error("layers", "must be a list of layers");
        SequentialGraph chain = new(entries.Items.Length);
        model.Graph = chain;
        Dictionary<string, Layer> names = new(entries.Items.Length, StringComparer.Ordinal);
        string container = Enter(model, entry);
        bool hasInput = false,
            isHidden = false;
        int called = 0;
        TensorShape? x = null;
        Layer? silent = null;
        for (int i = 0; i < entries.Items.Length; i++)
        {
            Layer layer = Revive(entries.Items[i], model.Config.Place, "layers");
            if (!names.TryAdd(layer.Name, layer) && names[layer.Name] != layer)
                throw model.Config.Error($"has two layers of the name '{JsonValue.Printable(layer.Name)}'");
            if (layer.Class.Name == LayerNames.InputLayer)
            {
                if (chain.Layers.Count > 0 || hasInput)
                    throw layer.Config.Error($"must be the first layer of the {model.Config.Place}");
                (hasInput, chain.Input) = (true, InputShape(layer));
                continue;
            }

            chain.Layers.Add(layer);
            model.Children.Add(("layers", layer));
            // Keras builds once a second layer is there, and an InputLayer or a model before it says for which shape.
            if (!hasInput && chain.Layers.Count > 1 && chain.Layers[0].Graph?.Inputs is [{ } first])
                (hasInput, chain.Input) = (true, first);
            if (hasInput)
                called = CallFrom(called);
        }

        if (!hasInput && config["build_input_shape"] is { IsArray: true } build && TensorShape.Read(build) is { } shape)
        {
            (hasInput, chain.Input) = (true, shape);
            CallFrom(0);
        }

        model.Built = hasInput;
        model.BuiltFor = chain.Input;
        Scope.Container = container;
        return model;

        int CallFrom(int from)
        {
            if (generation.PathsNameSequentials)
                Scope.Enter(model.Name);
            if (from == 0)
                x = chain.Input;
            for (; from < chain.Layers.Count && !isHidden; from++)
            {
                x = Only(Call(chain.Layers[from], CallInputs.Of(x, silent)));
                silent = x is null ? silent ?? chain.Layers[from] : null;
                isHidden = chain.Layers[from].Class.HidesOutput(chain.Layers[from], generation);
            }

            if (generation.PathsNameSequentials)
                Scope.Leave();
            return from;
        }
    }

    private void BuildChain(Layer model, SequentialGraph chain, TensorShape? input)
    {
        chain.Input ??= input;
        if (chain.Layers.Count == 0)
            throw model.Config.Error("layers", "must hold at least one layer");
        chain.Run(CallInputs.Of(input), this);
    }

    private static TensorShape? Only(TensorShape?[]? shapes) => shapes is [var only] ? only : null;

    /// <summary>Names of the layers within a model are told with the model's in messages.</summary>
    private string Enter(Layer model, JsonValue entry)
    {
        string before = Scope.Container;
        if (!ReferenceEquals(entry, architecture.Root))
            Scope.Container += model.Name + "/";
        return before;
    }

    private Layer Functional(JsonValue config, JsonValue entry)
    {
        Layer model = Model(classes[LayerNames.Functional], config);
        if (config["layers"] is not { IsArray: true } entries)
            throw model.Config.Error("layers", "must be a list of layers");
        string container = Enter(model, entry);
        Initializers.BeginSharing();
        FunctionalDraft draft = new(model);
        foreach (JsonValue item in entries.Items)
        {
            Layer layer = Revive(item, model.Config.Place, "layers");
            // An InputLayer has one node of its own, which any number of models may begin at.
            bool isInput = layer.Class.Name == LayerNames.InputLayer;
            if (layer.Owner is not null && !isInput)
                throw layer.Config.Error("is shared by two models of a graph, which Keras cannot read");
            layer.Owner = model;
            draft.Add(layer, item, isInput ? InputShape(layer) : null);
        }

        draft.Connect(this);
        Initializers.EndSharing();
        model.Graph = draft.Graph(config);
        foreach (Layer layer in draft.Operations())
            if (layer.Class != classes.Operation)
                model.Children.Add(("layers", layer));
        model.Built = true;
        model.BuiltFor = model.Graph.Inputs is [var only] ? only : null;
        Scope.Container = container;
        return model;
    }

    private static TensorShape? InputShape(Layer input)
    {
        JsonValue? batchShape = input.Config["batch_shape"] ?? input.Config["batch_input_shape"];
        if (batchShape is { IsNull: false })
            return TensorShape.Read(batchShape)
                ?? throw input.Config.Error("batch_shape", "must be a list of sizes and nulls");
        if (input.Config["shape"] is not { IsNull: false } shape)
            throw input.Config.Error("batch_shape", "must be a list of sizes and nulls");
        TensorShape inner =
            TensorShape.Read(shape) ?? throw input.Config.Error("shape", "must be a list of sizes and nulls");
        return new([input.Config.SizeOrNull("batch_size"), .. inner.Dimensions]);
    }
}
