using Fanwise;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace FanwiseTorch.Tests;

/// <summary>Every parameter of many kinds of modules has the deviation and the kurtosis of its rule.</summary>
public sealed class ModuleKindTests
{
    private const double UniformKurtosis = 1.8,
        NormalKurtosis = 3,
        // Of a normal cut at two deviations.
        TruncatedKurtosis = 2.37;

    /// <summary>Kinds of modules, and for each kernel the fans that it really has, counted by hand.</summary>
    private static readonly Dictionary<
        string,
        (Func<torch.nn.Module> Make, (string Name, double In, double Out)[] Fans)
    > Kinds = new()
    {
        ["Linear"] = (() => Linear(300, 200), [("weight", 300, 200)]),
        ["Bilinear"] = (() => Bilinear(20, 30, 50), [("weight", 600, 50)]),
        ["Conv1d"] = (() => Conv1d(40, 60, 5), [("weight", 200, 300)]),
        ["Conv2d"] = (() => Conv2d(64, 128, 3), [("weight", 576, 1152)]),
        ["Conv2d, grouped"] = (() => Conv2d(64, 128, 3, groups: 4), [("weight", 144, 288)]),
        ["Conv2d, depthwise"] = (() => Conv2d(512, 1024, 3, groups: 512), [("weight", 9, 18)]),
        ["Conv3d"] = (() => Conv3d(16, 32, 3), [("weight", 432, 864)]),
        ["ConvTranspose1d"] = (() => ConvTranspose1d(64, 32, 4, stride: 2), [("weight", 128, 128)]),
        ["ConvTranspose2d"] = (() => ConvTranspose2d(64, 32, 4, stride: 2), [("weight", 256, 512)]),
        ["ConvTranspose2d, grouped"] = (() => ConvTranspose2d(64, 32, 4, stride: 2, groups: 2), [("weight", 128, 256)]),
        ["ConvTranspose3d"] = (() => ConvTranspose3d(16, 8, 3), [("weight", 432, 216)]),
        ["LSTM"] = (
            () => LSTM(100, 80, numLayers: 2, bidirectional: true),
            [
                ("weight_ih_l0", 100, 80),
                ("weight_ih_l0_reverse", 100, 80),
                ("weight_ih_l1", 160, 80),
                ("weight_ih_l1_reverse", 160, 80),
            ]
        ),
        ["GRU"] = (() => GRU(100, 80), [("weight_ih_l0", 100, 80)]),
        ["RNN"] = (() => RNN(100, 80), [("weight_ih_l0", 100, 80)]),
        ["LSTMCell"] = (() => LSTMCell(100, 80), [("weight_ih", 100, 80)]),
        ["GRUCell"] = (() => GRUCell(100, 80), [("weight_ih", 100, 80)]),
        ["RNNCell"] = (() => RNNCell(100, 80), [("weight_ih", 100, 80)]),
        ["MultiheadAttention"] = (
            () => MultiheadAttention(128, 4),
            [("in_proj_weight", 128, 128), ("out_proj.weight", 128, 128)]
        ),
        ["MultiheadAttention, sizes of keys and values"] = (
            () => MultiheadAttention(128, 4, kdim: 96, vdim: 64, add_bias_kv: true),
            [
                ("q_proj_weight", 128, 128),
                ("k_proj_weight", 96, 128),
                ("v_proj_weight", 64, 128),
                ("out_proj.weight", 128, 128),
            ]
        ),
        ["TransformerEncoderLayer"] = (
            () => TransformerEncoderLayer(128, 4, 256),
            [
                ("self_attn.in_proj_weight", 128, 128),
                ("self_attn.out_proj.weight", 128, 128),
                ("linear1.weight", 128, 256),
                ("linear2.weight", 256, 128),
            ]
        ),
        ["TransformerDecoderLayer"] = (
            () => TransformerDecoderLayer(128, 4, 256),
            [
                ("self_attn.in_proj_weight", 128, 128),
                ("self_attn.out_proj.weight", 128, 128),
                ("multihead_attn.in_proj_weight", 128, 128),
                ("multihead_attn.out_proj.weight", 128, 128),
                ("linear1.weight", 128, 256),
                ("linear2.weight", 256, 128),
            ]
        ),
        ["Embedding"] = (() => Embedding(500, 64), []),
        ["EmbeddingBag"] = (() => EmbeddingBag(500, 64), []),
        ["BatchNorm2d"] = (() => BatchNorm2d(64), []),
        ["InstanceNorm2d"] = (() => InstanceNorm2d(64, affine: true, track_running_stats: true), []),
        ["LayerNorm"] = (() => LayerNorm(64), []),
        ["GroupNorm"] = (() => GroupNorm(4, 64), []),
        ["PReLU"] = (() => PReLU(64, 0.3), []),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryParameterHasTheDeviationAndKurtosisOfItsRule(string kind)
    {
        using torch.nn.Module module = Kinds[kind].Make();
        Dictionary<string, (double In, double Out)> fans = Kinds[kind]
            .Fans.ToDictionary(static row => row.Name, static row => (row.In, row.Out));
        (Distribution Distribution, double Kurtosis)[] distributions =
        [
            (Distribution.Uniform, UniformKurtosis),
            (Distribution.UntruncatedNormal, NormalKurtosis),
            (Distribution.TruncatedNormal, TruncatedKurtosis),
        ];
        foreach ((Distribution distribution, double kurtosis) in distributions)
        {
            ModuleInitialization choices = new()
            {
                Kernel = new VarianceScaling { Mode = FanMode.FanAverage, Distribution = distribution },
            };
            IReadOnlyList<ParameterStart> starts = module.Initialize(42, choices);
            Dictionary<string, torch.Tensor> state = module.state_dict();
            starts.Select(static start => start.Name).Order().ShouldBe(state.Keys.Order());
            foreach (ParameterStart start in starts)
            {
                using torch.Tensor values = state[start.Name].to_type(torch.ScalarType.Float64);
                switch (start.Role)
                {
                    case ParameterRole.Kernel:
                        (double @in, double @out) = fans[start.Name];
                        Moments(values, Math.Sqrt(2 / (@in + @out)), kurtosis);
                        TorchFanRules.Of(module, start.Name)!.Of(start.Values!.Shape).ShouldBe(new Fans(@in, @out));
                        fans.ShouldContainKey(start.Name);
                        break;
                    case ParameterRole.Embedding:
                        Moments(values, 0.1 / Math.Sqrt(12), UniformKurtosis);
                        break;
                    case ParameterRole.Recurrent:
                        EachGateShouldBeOrthogonal(values);
                        break;
                    case ParameterRole.Slope:
                        Each(values, 0.3f);
                        break;
                    case ParameterRole.Scale or ParameterRole.One:
                        Each(values, 1);
                        break;
                    case ParameterRole.GateBias:
                        using (torch.Tensor forget = values.narrow(0, values.shape[0] / 4, values.shape[0] / 4))
                            Each(forget, 1);
                        values.sum().item<double>().ShouldBe(values.shape[0] / 4.0);
                        break;
                    case ParameterRole.Bias or ParameterRole.Shift or ParameterRole.Zero:
                        Each(values, 0);
                        break;
                    default:
                        Assert.Fail($"{start} was not expected.");
                        break;
                }
            }

            starts.Count(static start => start.Role == ParameterRole.Kernel).ShouldBe(fans.Count);
        }
    }

    [Fact]
    public void AWholeTransformerBeginsAsItsLayersDo()
    {
        using torch.nn.Module transformer = Transformer(64, 4, 2, 2, 128);
        IReadOnlyList<ParameterStart> starts = transformer.Initialize(7);
        starts.Select(static start => start.Name).Order().ShouldBe(transformer.state_dict().Keys.Order());
        foreach (ParameterStart start in starts.Where(static start => start.Role == ParameterRole.Kernel))
        {
            Fans fans = start.Rule!.Of(start.Values!.Shape);
            using torch.Tensor values = transformer.state_dict()[start.Name].to_type(torch.ScalarType.Float64);
            Moments(values, Math.Sqrt(2 / (fans.In + fans.Out)), UniformKurtosis);
        }
    }

    /// <summary>Mean, deviation and kurtosis within six of their own deviations.</summary>
    private static void Moments(torch.Tensor values, double deviation, double kurtosis)
    {
        const double Sigmas = 6;
        double count = values.numel(),
            mean = values.mean().item<double>(),
            variance = (values * values).mean().item<double>(),
            fourth = values.pow(4).mean().item<double>();
        mean.ShouldBe(0, Sigmas * deviation / Math.Sqrt(count));
        Math.Sqrt(variance).ShouldBe(deviation, Sigmas * deviation * Math.Sqrt((kurtosis - 1) / 4 / count));
        // The deviation of a normal's kurtosis is sqrt(24 / n); those of the others are smaller.
        (fourth / (variance * variance)).ShouldBe(kurtosis, Sigmas * Math.Sqrt(24 / count) + 0.01);
    }

    private static void Each(torch.Tensor values, double expected)
    {
        values.min().item<double>().ShouldBe(expected);
        values.max().item<double>().ShouldBe(expected);
    }

    private static void EachGateShouldBeOrthogonal(torch.Tensor values)
    {
        long units = values.shape[1];
        List<torch.Tensor> gates = [.. values.split(units, 0)];
        foreach (torch.Tensor gate in gates)
            (gate.matmul(gate.t()) - torch.eye(units, dtype: torch.ScalarType.Float64))
                .abs()
                .max()
                .item<double>()
                .ShouldBeLessThan(1e-5);
        for (int i = 1; i < gates.Count; i++)
            (gates[i] - gates[0]).abs().max().item<double>().ShouldBeGreaterThan(0.1);
    }
}
