using System.Globalization;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Testing;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>Modules of PyTorch as their constructors start them under a seed, and where its generator stands
/// then.</summary>
public sealed class TorchModulesTests
{
    [Fact]
    public void ModulesBeginAsPyTorchsConstructorsStartThem()
    {
        int seen = 0;
        foreach (string file in Golden.Files("torch", "modules.json"))
        foreach (JsonElement record in Golden.Read(file).GetProperty("cases").EnumerateArray())
        {
            string id = record.GetProperty("id").GetString()!;
            TorchGenerator generator = new(record.GetProperty("seed").GetUInt64());
            TorchParameter[] parameters =
            [
                .. record.GetProperty("tensors").EnumerateArray().Select(static tensor => Parameter(tensor)),
            ];
            Values[] values = Built(generator, record.GetProperty("build").GetString()!, parameters);
            JsonElement[] tensors = [.. record.GetProperty("tensors").EnumerateArray()];
            for (int i = 0; i < tensors.Length; i++)
            {
                byte[] bytes = new byte[values[i].Bytes];
                values[i].Fill(0, bytes.AsSpan());
                Golden.Hash(bytes).ShouldBe(tensors[i].GetProperty("sha256").GetString(), $"{id} {parameters[i].Name}");
            }

            float[] after = new float[record.GetProperty("rand_after").GetArrayLength()];
            Torch.Rand(generator, [after.Length]).Fill(0, after.AsSpan());
            after
                .Select(static value =>
                    BitConverter.SingleToUInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture)
                )
                .ShouldBe(
                    record.GetProperty("rand_after").EnumerateArray().Select(static bits => bits.GetString()!),
                    $"{id} rand_after"
                );
            seen++;
        }

        Golden.ShouldHaveSeen(seen, inOwnCopy: 64);
    }

    [Fact]
    public void AnUnknownKindOrParameterIsNamed()
    {
        TorchGenerator generator = new(1);
        Should
            .Throw<InitializerException>(() => Torch.ModuleStart(generator, "Conv2D", []))
            .Message.ShouldContain("did you mean 'Conv2d'?");
        Should
            .Throw<InitializerException>(() =>
                Torch.ModuleStart(
                    generator,
                    "Linear",
                    [new("weight", [2, 3], ElementType.Float32), new("scale", [2], ElementType.Float32)]
                )
            )
            .Message.ShouldBe("A Linear has no parameter 'scale'.");
    }

    private static TorchParameter Parameter(JsonElement tensor) =>
        new(
            tensor.GetProperty("name").GetString()!,
            Shape.Create([.. tensor.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt64())]),
            ElementTypes.Parse(tensor.GetProperty("dtype").GetString()!)
        );

    /// <summary>A module of torch.nn by its name, or one of the three networks of make_others.py.</summary>
    private static Values[] Built(TorchGenerator generator, string build, TorchParameter[] parameters)
    {
        if (build.StartsWith("nn.", StringComparison.Ordinal))
        {
            Values[] values = [.. Torch.ModuleStart(generator, build[3..build.IndexOf('(')], parameters)];
            if (build.Split("padding_idx=") is [_, string padding])
                values[0] = new ZeroRowValues(values[0], long.Parse(padding[..^1], CultureInfo.InvariantCulture));
            return values;
        }

        Dictionary<string, Values> drawn = [];
        Dictionary<string, TorchParameter> byName = parameters.ToDictionary(static parameter => parameter.Name);
        foreach ((string path, string kind) in Parts(parameters))
        {
            TorchParameter[] own =
            [
                .. parameters
                    .Where(parameter => parameter.Name.StartsWith(path + ".", StringComparison.Ordinal))
                    .Select(parameter => parameter with { Name = parameter.Name[(path.Length + 1)..] }),
            ];
            IReadOnlyList<Values> values = Torch.ModuleStart(generator, kind, own);
            for (int i = 0; i < own.Length; i++)
                drawn[$"{path}.{own[i].Name}"] = values[i];
        }

        Func<TorchParameter, Values?> again = build.Split('(')[0] switch
        {
            "resnet" => parameter =>
                parameter.Shape.Rank == 4
                    ? Torch.KaimingNormal(generator, parameter.Shape, parameter.ElementType, 0, FanMode.FanOut, "relu")
                    : null,
            "transformer" => parameter => Again(generator, parameter),
            _ => static _ => null,
        };
        // The transformer's own parameter is drawn last.
        foreach (TorchParameter parameter in parameters.OrderBy(static parameter => parameter.Name == "position"))
            if (again(parameter) is { } values)
                drawn[parameter.Name] = values;
        return [.. parameters.Select(parameter => drawn[parameter.Name])];
    }

    /// <summary>Every Linear and Embedding anew, normal with the deviation 0.02, biases zero.</summary>
    private static Values? Again(TorchGenerator generator, TorchParameter parameter)
    {
        bool isLinear =
            parameter.Name.Contains("linear", StringComparison.Ordinal)
            || parameter.Name.Contains("out_proj", StringComparison.Ordinal);
        return parameter.Name is "position" or "embed.weight" or "head.weight"
            || isLinear && parameter.Name.EndsWith("weight", StringComparison.Ordinal)
                ? Torch.Normal(generator, parameter.Shape, parameter.ElementType, 0, 0.02)
            : isLinear ? new ConstantValues(parameter.Shape, parameter.ElementType, 0)
            : null;
    }

    /// <summary>The modules inside, in the order of construction, with their kinds.</summary>
    private static IEnumerable<(string Path, string Kind)> Parts(TorchParameter[] parameters)
    {
        HashSet<string> seen = [];
        foreach (TorchParameter parameter in parameters)
        {
            if (!parameter.Name.Contains('.'))
                continue;
            string[] names = parameter.Name.Split('.');
            bool isBlock = names[0] == "blocks";
            string path = string.Join('.', isBlock ? names[..2] : names[..^1]);
            if (!seen.Add(path))
                continue;
            string kind =
                isBlock ? "TransformerEncoderLayer"
                : path == "embed" ? "Embedding"
                : parameter.Shape.Rank == 4 ? "Conv2d"
                : parameter.Shape.Rank == 2 ? "Linear"
                : path == "norm" ? "LayerNorm"
                : "BatchNorm2d";
            yield return (path, kind);
        }
    }
}
