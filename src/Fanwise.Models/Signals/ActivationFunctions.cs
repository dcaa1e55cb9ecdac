using Fanwise.Models.Configurations;

namespace Fanwise.Models.Signals;

/// <summary>Activations by the names that Keras gives them.</summary>
internal static class ActivationFunctions
{
    private static readonly Dictionary<string, Func<float, float>> ByName = new(StringComparer.Ordinal)
    {
        ["relu"] = static x => Math.Max(0, x),
        ["relu6"] = static x => Math.Clamp(x, 0, 6),
        ["leaky_relu"] = static x => x < 0 ? 0.2f * x : x,
        ["elu"] = static x => x < 0 ? MathF.Exp(x) - 1 : x,
        ["selu"] = static x => 1.050701f * (x < 0 ? 1.6732632f * (MathF.Exp(x) - 1) : x),
        ["gelu"] = static x => 0.5f * x * (1 + MathF.Tanh(0.7978846f * (x + 0.044715f * x * x * x))),
        ["silu"] = static x => x * Sigmoid(x),
        ["swish"] = static x => x * Sigmoid(x),
        ["mish"] = static x => x * MathF.Tanh(Softplus(x)),
        ["tanh"] = MathF.Tanh,
        ["sigmoid"] = Sigmoid,
        ["hard_sigmoid"] = HardSigmoid,
        ["hard_silu"] = static x => x * HardSigmoid(x),
        ["hard_swish"] = static x => x * HardSigmoid(x),
        ["softplus"] = Softplus,
        ["softsign"] = static x => x / (1 + Math.Abs(x)),
        ["exponential"] = MathF.Exp,
    };

    /// <summary>What an activation makes of activations; null where it is not known.</summary>
    public static Cloud? Apply(string? name, Cloud x)
    {
        if (name is null or "linear")
            return x;
        if (name == "softmax")
            return Softmax(x);
        return ByName.TryGetValue(name, out Func<float, float>? function) ? x.Map(function) : null;
    }

    /// <summary>The activation's name under a layer's key: a string, or an object with the name as its class or
    /// configuration.</summary>
    public static string? Name(Configuration config) =>
        config["activation"] switch
        {
            null or { IsNull: true } => null,
            { AsString: { } name } => name,
            var value => value["class_name"]?.AsString is { } name && name != "function"
                ? Names.Snake(name)
                : value["config"]?.AsString ?? "?",
        };

    private static Cloud Softmax(Cloud x)
    {
        Cloud y = new(x.Samples, x.Channels);
        for (int sample = 0; sample < x.Samples; sample++)
            Softmax(x[sample], y[sample]);
        return y;
    }

    /// <summary>One after the other: a sum by vectors depends on their width.</summary>
    private static void Softmax(ReadOnlySpan<float> x, Span<float> y)
    {
        float largest = float.NegativeInfinity;
        foreach (float value in x)
            largest = MathF.Max(largest, value);
        float sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += y[i] = MathF.Exp(x[i] - largest);
        for (int i = 0; i < y.Length; i++)
            y[i] /= sum;
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private static float HardSigmoid(float x) => Math.Clamp(x / 6 + 0.5f, 0, 1);

    private static float Softplus(float x) => x > 30 ? x : MathF.Log(1 + MathF.Exp(x));
}
