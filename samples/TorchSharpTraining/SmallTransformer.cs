using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharpTraining;

/// <summary>A transformer of two layers over a dozen words. <c>transformer.json</c> is the same in Keras.</summary>
internal sealed class SmallTransformer : Module<Tensor, Tensor>
{
    private const int Width = 32,
        Heads = 4,
        Inner = 64;

    private readonly Embedding _words = Embedding(Tasks.Words, Width),
        _places = Embedding(Tasks.Length, Width);
    private readonly TransformerEncoderLayer _first = TransformerEncoderLayer(Width, Heads, Inner, dropout: 0),
        _second = TransformerEncoderLayer(Width, Heads, Inner, dropout: 0);
    private readonly Linear _out = Linear(Width, Tasks.Words);

    public SmallTransformer()
        : base(nameof(SmallTransformer)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        Tensor x = (_words.forward(input) + _places.forward(arange(Tasks.Length))).transpose(0, 1);
        x = _second.call(_first.call(x));
        return _out.forward(x[0]);
    }
}
