using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fanwise;
using Fanwise.Testing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace FanwiseTorch.Tests;

/// <summary>Real modules started as PyTorch's constructors do, against what these gave in Python.</summary>
public sealed class ConstructorTests
{
    /// <summary>Builds whose arguments are whole numbers alone, by what stands before the bracket.</summary>
    private static readonly Dictionary<string, Func<long[], torch.nn.Module>> Constructors = new()
    {
        ["nn.Linear"] = static n => Linear(n[0], n[1]),
        ["nn.Bilinear"] = static n => Bilinear(n[0], n[1], n[2]),
        ["nn.Conv1d"] = static n => Conv1d(n[0], n[1], n[2]),
        ["nn.Conv2d"] = static n => Conv2d(n[0], n[1], n[2]),
        ["nn.Conv3d"] = static n => Conv3d(n[0], n[1], n[2]),
        ["nn.ConvTranspose2d"] = static n => ConvTranspose2d(n[0], n[1], n[2]),
        ["nn.Embedding"] = static n => Embedding(n[0], n[1]),
        ["nn.EmbeddingBag"] = static n => EmbeddingBag(n[0], n[1]),
        ["nn.GRU"] = static n => GRU(n[0], n[1]),
        ["nn.RNN"] = static n => RNN(n[0], n[1]),
        ["nn.LSTMCell"] = static n => LSTMCell(n[0], n[1]),
        ["nn.MultiheadAttention"] = static n => MultiheadAttention(n[0], n[1]),
        ["nn.TransformerEncoderLayer"] = static n => TransformerEncoderLayer(n[0], n[1], n[2]),
        ["nn.TransformerDecoderLayer"] = static n => TransformerDecoderLayer(n[0], n[1], n[2]),
        ["nn.Transformer"] = static n => Transformer(n[0], n[1], n[2], n[3], n[4]),
        ["nn.BatchNorm2d"] = static n => BatchNorm2d(n[0]),
        ["nn.LayerNorm"] = static n => LayerNorm(n[0]),
        ["nn.GroupNorm"] = static n => GroupNorm(n[0], n[1]),
        ["nn.PReLU"] = static n => PReLU(n[0]),
        ["mlp"] = static n => Sequential(Linear(n[0], n[1]), ReLU(), Linear(n[1], n[1]), ReLU(), Linear(n[1], n[2])),
    };

    [Fact]
    public void ModulesBeginAsPyTorchsConstructorsStartThem()
    {
        int seen = 0;
        foreach (string file in Golden.Files("torch", "modules.json"))
        foreach (JsonElement record in Golden.Read(file).GetProperty("cases").EnumerateArray())
        {
            Match build = Regex.Match(record.GetProperty("build").GetString()!, @"^([\w.]+)\(([\d, ]+)\)$");
            if (
                !build.Success
                || !Constructors.TryGetValue(build.Groups[1].Value, out Func<long[], torch.nn.Module>? make)
            )
                continue; // keyword arguments and networks: Fanwise.Tests has every record, without libtorch
            using torch.nn.Module module = make([
                .. build.Groups[2].Value.Split(',').Select(static n => long.Parse(n, CultureInfo.InvariantCulture)),
            ]);
            module.Initialize(record.GetProperty("seed").GetInt64(), Backend.Torch);
            Dictionary<string, torch.Tensor> state = module.state_dict();
            foreach (JsonElement tensor in record.GetProperty("tensors").EnumerateArray())
            {
                string name = tensor.GetProperty("name").GetString()!;
                Golden
                    .Hash(state[name].bytes)
                    .ShouldBe(tensor.GetProperty("sha256").GetString(), $"{record.GetProperty("id")} {name}");
            }

            seen++;
        }

        Golden.ShouldHaveSeen(seen, inOwnCopy: 42);
    }

    [Fact]
    public void AnotherFrameworkAndAnOwnParameterAreRefused()
    {
        using Linear dense = Linear(2, 3);
        Should
            .Throw<InitializerException>(() => dense.Initialize(1, Backend.Jax))
            .Message.ShouldEndWith("received jax.");
    }

    [Fact]
    public void EveryFunctionOfInitGivesWhatPyTorchGave()
    {
        int seen = 0;
        TorchGenerator generator = new(0);
        foreach (string file in Golden.Files("torch", "functions.json"))
        foreach (JsonElement record in Golden.Read(file).GetProperty("cases").EnumerateArray())
        {
            if (!record.GetProperty("call").GetString()!.StartsWith("init.", StringComparison.Ordinal))
                continue;
            string id = record.GetProperty("id").GetString()!;
            using torch.Tensor tensor = torch.empty(
                [.. record.GetProperty("shape").EnumerateArray().Select(static n => n.GetInt64())],
                TensorWriter.TypeOf(ElementTypes.Parse(record.GetProperty("dtype").GetString()!))
            );
            // A later call goes on with the generator of the case before it.
            if (record.GetProperty("call_number").GetInt32() == 0)
                generator = new TorchGenerator(record.GetProperty("seed").GetUInt64());
            Call(record, tensor, generator);
            if (record.TryGetProperty("values", out JsonElement values))
                Close(tensor, values, id);
            else
                Golden.Hash(tensor.bytes).ShouldBe(record.GetProperty("sha256").GetString(), id);
            seen++;
        }

        Golden.ShouldHaveSeen(seen, inOwnCopy: 220);
    }

    private static void Call(JsonElement record, torch.Tensor t, TorchGenerator g)
    {
        JsonElement args = record.GetProperty("args");
        FanMode mode = Text("mode", "fan_in") == "fan_in" ? FanMode.FanIn : FanMode.FanOut;
        string nonlinearity = Text("nonlinearity", "leaky_relu");
        _ = record.GetProperty("call").GetString() switch
        {
            "init.uniform_" => FanwiseInit.uniform_(t, g, Number("a", 0), Number("b", 1)),
            "init.normal_" => FanwiseInit.normal_(t, g, Number("mean", 0), Number("std", 1)),
            "init.constant_" => FanwiseInit.constant_(t, Number("val", 0)),
            "init.ones_" => FanwiseInit.ones_(t),
            "init.zeros_" => FanwiseInit.zeros_(t),
            "init.trunc_normal_" => FanwiseInit.trunc_normal_(
                t,
                g,
                Number("mean", 0),
                Number("std", 1),
                Number("a", -2),
                Number("b", 2)
            ),
            "init.xavier_uniform_" => FanwiseInit.xavier_uniform_(t, g, Number("gain", 1)),
            "init.xavier_normal_" => FanwiseInit.xavier_normal_(t, g, Number("gain", 1)),
            "init.kaiming_uniform_" => FanwiseInit.kaiming_uniform_(t, g, Number("a", 0), mode, nonlinearity),
            "init.kaiming_normal_" => FanwiseInit.kaiming_normal_(t, g, Number("a", 0), mode, nonlinearity),
            "init.orthogonal_" => FanwiseInit.orthogonal_(t, g, Number("gain", 1)),
            "init.sparse_" => FanwiseInit.sparse_(t, g, Number("sparsity", 0), Number("std", 0.01)),
            "init.eye_" => FanwiseInit.eye_(t),
            "init.dirac_" => FanwiseInit.dirac_(t, (long)Number("groups", 1)),
            var other => throw new InvalidOperationException($"PyTorch's {other} is not compared."),
        };

        double Number(string name, double otherwise) =>
            args.TryGetProperty(name, out JsonElement number) ? number.GetDouble() : otherwise;

        string Text(string name, string otherwise) =>
            args.TryGetProperty(name, out JsonElement text) ? text.GetString()! : otherwise;
    }

    /// <summary>An orthogonal factor, which is LAPACK's but for the order of its sums.</summary>
    private static void Close(torch.Tensor tensor, JsonElement values, string id)
    {
        using torch.Tensor found = tensor.to_type(torch.ScalarType.Float64).flatten();
        double tolerance = tensor.dtype == torch.ScalarType.Float64 ? 1e-12 : 1e-5;
        foreach ((int i, JsonElement value) in values.EnumerateArray().Index())
        {
            ulong bits = ulong.Parse(value.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            double expected =
                value.GetString()!.Length == 16
                    ? BitConverter.UInt64BitsToDouble(bits)
                    : BitConverter.UInt32BitsToSingle((uint)bits);
            found[i].item<double>().ShouldBe(expected, tolerance, id);
        }
    }

    [Fact]
    public void FunctionsOfInitAreRightWhereTorchSharpsAreNot()
    {
        TorchGenerator generator = new(1);
        using torch.Tensor tensor = torch.empty(400, 300);
        double deviation = Math.Sqrt(2.0 / 700);
        (double Deviation, double Kurtosis) xavier = Moments(FanwiseInit.xavier_normal_(tensor, generator));
        xavier.Deviation.ShouldBe(deviation, deviation / 50);
        xavier.Kurtosis.ShouldBe(3, 0.1);
        (double Deviation, double Kurtosis) cut = Moments(FanwiseInit.trunc_normal_(tensor, generator));
        cut.Deviation.ShouldBe(0.8796, 0.01);
        cut.Kurtosis.ShouldBe(2.37, 0.1);
        tensor.abs().max().item<float>().ShouldBeLessThanOrEqualTo(2);
        Moments(FanwiseInit.trunc_normal_(tensor, generator, std: 0.02)).Deviation.ShouldBe(0.02, 0.001);
        using torch.Tensor first = FanwiseInit.normal_(torch.empty(100), new TorchGenerator(7));
        using torch.Tensor again = FanwiseInit.normal_(torch.empty(100), new TorchGenerator(7));
        again.equal(first).all().item<bool>().ShouldBeTrue();
    }

    private static (double Deviation, double Kurtosis) Moments(torch.Tensor tensor)
    {
        using torch.Tensor values = tensor.to_type(torch.ScalarType.Float64);
        double variance = (values * values).mean().item<double>();
        return (Math.Sqrt(variance), values.pow(4).mean().item<double>() / (variance * variance));
    }
}
