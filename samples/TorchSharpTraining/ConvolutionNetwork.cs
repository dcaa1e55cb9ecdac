using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharpTraining;

/// <summary>Eight convolutions without normalization: what a wrong variance costs, it costs eight times.
/// <c>convolutions.json</c> is the same in Keras.</summary>
internal sealed class ConvolutionNetwork : Module<Tensor, Tensor>
{
    private const int Layers = 8,
        Channels = 12,
        Classes = 4;

    private readonly Module<Tensor, Tensor> _body;

    public ConvolutionNetwork()
        : base(nameof(ConvolutionNetwork))
    {
        List<(string, Module<Tensor, Tensor>)> layers = [];
        for (int i = 0; i < Layers; i++)
        {
            layers.Add(($"conv{i}", Conv2d(i == 0 ? 1 : Channels, Channels, 3, padding: 1)));
            layers.Add(($"relu{i}", ReLU()));
        }

        layers.Add(("pool", MaxPool2d(8)));
        layers.Add(("flat", Flatten()));
        layers.Add(("out", Linear(Channels * 2 * 2, Classes)));
        _body = Sequential(layers);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _body.forward(input);
}
