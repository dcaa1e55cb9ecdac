using System.Text.Json;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FanwiseTorch.Tests;

/// <summary>A module of TorchSharp's with the architecture of a Keras model's JSON, for predictions: its weights are
/// TorchSharp's until others are loaded. Images have their channels first inside.</summary>
internal sealed class KerasNetwork : Module<Tensor, Tensor>
{
    private readonly List<(string Layer, string[] Inputs, Func<Feature[], Feature> Call)> _calls = [];
    private readonly string _input,
        _output;

    /// <summary>A tensor, and whether its channels come before its positions.</summary>
    internal readonly record struct Feature(Tensor Tensor, bool IsImage)
    {
        public Feature AsImage() => IsImage ? this : new(Tensor.movedim([-1], [1]), true);

        public Feature AsPlain() => IsImage ? new(Tensor.movedim([1], [-1]), false) : this;

        /// <summary>The dimension of Keras' last axis.</summary>
        public int Channels => IsImage ? 1 : (int)Tensor.dim() - 1;
    }

    public KerasNetwork(JsonElement model)
        : base(model.GetProperty("config").GetProperty("name").GetString()!)
    {
        JsonElement config = model.GetProperty("config");
        bool isSequential = model.GetProperty("class_name").GetString() == "Sequential";
        string last = "";
        foreach (JsonElement layer in config.GetProperty("layers").EnumerateArray())
        {
            string kind = layer.GetProperty("class_name").GetString()!,
                layerName = layer.GetProperty("config").GetProperty("name").GetString()!;
            if (kind != "InputLayer")
                _calls.Add(
                    (
                        layerName,
                        isSequential ? [last] : [.. Inputs(layer)],
                        KerasLayers.Make(kind, layer, new Adder(this, layerName))
                    )
                );
            else
                _input = layerName;
            last = layerName;
        }

        _input ??= "";
        _output = isSequential ? last : config.GetProperty("output_layers")[0].ToString();
        if (!isSequential && config.GetProperty("output_layers")[0] is { ValueKind: JsonValueKind.Array } output)
            _output = output[0].GetString()!;
    }

    public override Tensor forward(Tensor input)
    {
        Dictionary<string, Feature> made = new()
        {
            [_input] = input.dim() >= 4 ? new Feature(input, false).AsImage() : new(input, false),
        };
        foreach ((string layer, string[] inputs, Func<Feature[], Feature> call) in _calls)
            made[layer] = call([.. inputs.Select(name => made[name])]);
        return made[_output].AsPlain().Tensor;
    }

    private sealed class Adder(KerasNetwork network, string layer) : KerasLayers.IAdder
    {
        public TModule Add<TModule>(string part, TModule module)
            where TModule : Module
        {
            network.register_module(part.Length == 0 ? layer : $"{layer}_{part}", module);
            return module;
        }
    }

    /// <summary>The layers whose outputs a layer takes, each once for every time that it does.</summary>
    private static IEnumerable<string> Inputs(JsonElement layer) =>
        layer
            .GetProperty("inbound_nodes")
            .EnumerateArray()
            .SelectMany(static node => Tensors(node.GetProperty("args")));

    private static IEnumerable<string> Tensors(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
            return value.EnumerateArray().SelectMany(Tensors);
        return
            value.ValueKind == JsonValueKind.Object && value.GetProperty("class_name").GetString() == "__keras_tensor__"
            ? [value.GetProperty("config").GetProperty("keras_history")[0].GetString()!]
            : [];
    }
}
