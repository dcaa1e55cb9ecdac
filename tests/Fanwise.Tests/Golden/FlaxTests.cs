using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Testing;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>Parameters of small Flax modules, made of JAX's initializers and keys as Flax' two interfaces derive
/// them.</summary>
/// <remarks>Source: flax/nnx/rnglib.py (each parameter takes the next number of its stream) and flax/core/scope.py (a
/// key follows from the module's path and the parameter's number in its module).</remarks>
[Trait("Category", "Golden")]
public class FlaxTests
{
    /// <summary>The modules of each recorded network in the order in which they are made.</summary>
    private static readonly Dictionary<string, string[]> Made = new()
    {
        ["nnx_mlp"] = ["fc1", "norm", "fc2"],
        ["nnx_cnn"] = ["conv1", "bn", "conv2", "head"],
        ["nnx_block"] =
        [
            "embed",
            "attention/query",
            "attention/key",
            "attention/value",
            "attention/out",
            "norm",
            "up",
            "down",
        ],
    };

    /// <summary>The order in which a module makes its parameters.</summary>
    private static readonly string[] Parameters = ["embedding", "scale", "kernel", "bias"];

    [Fact]
    public void EveryParameterOfFlaxHasItsBytes()
    {
        int seen = 0;
        foreach (string path in Golden.Files("jax", "flax*.json"))
        foreach (JsonElement record in Golden.Read(path).GetProperty("cases").EnumerateArray())
        {
            string model = record.GetProperty("model").GetString()!;
            JaxKey root = JaxKey.Of(record.GetProperty("seed").GetInt64());
            (string Name, Shape Shape, string Hash)[] tensors =
            [
                .. record
                    .GetProperty("tensors")
                    .EnumerateArray()
                    .Select(static tensor =>
                        (
                            tensor.GetProperty("name").GetString()!,
                            ShapeOf(tensor.GetProperty("shape")),
                            tensor.GetProperty("sha256").GetString()!
                        )
                    ),
            ];
            string[] order = Made.TryGetValue(model, out string[]? modules)
                ?
                [
                    .. modules.SelectMany(module =>
                        Parameters
                            .Select(parameter => $"{module}/{parameter}")
                            .Where(name => tensors.Any(tensor => tensor.Name == name))
                    ),
                ]
                : [];
            foreach ((string name, Shape shape, string hash) in tensors)
            {
                string module = name[..name.LastIndexOf('/')],
                    parameter = name[(module.Length + 1)..];
                JaxKey key =
                    order.Length > 0
                        ? root.FoldIn(Array.IndexOf(order, name))
                        : Linen(
                            root,
                            module,
                            1 + NumberIn(tensors.Select(static tensor => tensor.Name), module, parameter)
                        );
                Golden
                    .Hash(Parameter(key, parameter, module, shape).ToTensor().Bytes)
                    .ShouldBe(hash, $"{record.GetProperty("id")}, {name}");
                seen++;
            }
        }

        Golden.ShouldHaveSeen(seen, 51);
    }

    private static Shape ShapeOf(JsonElement lengths) => [.. lengths.EnumerateArray().Select(static n => n.GetInt64())];

    /// <summary>The key of a linen parameter: the first four bytes of a hash of the path and the parameter's number, as
    /// a number that is folded in.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "It is the hash that Flax takes.")]
    private static JaxKey Linen(JaxKey root, string module, int number)
    {
        byte[] text = [.. Encoding.UTF8.GetBytes(module.Replace("/", "", StringComparison.Ordinal)), (byte)number];
        byte[] hash = SHA1.HashData(text);
        return root.FoldIn(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash));
    }

    private static int NumberIn(IEnumerable<string> names, string module, string parameter) =>
        Array.IndexOf([.. Parameters.Where(other => names.Contains($"{module}/{other}"))], parameter);

    private static Values Parameter(JaxKey key, string parameter, string module, Shape shape)
    {
        const ElementType type = ElementType.Float32;
        switch (parameter)
        {
            case "kernel" when shape.Rank == 3:
                // An attention's kernel is drawn as a matrix: [in, heads * width], and of the last [heads * width,
                // out].
                Shape matrix = module.EndsWith("/out", StringComparison.Ordinal)
                    ? [shape[0] * shape[1], shape[2]]
                    : [shape[0], shape[1] * shape[2]];
                return Jax.LecunNormal(key, matrix, type);
            case "kernel":
                return Jax.LecunNormal(key, shape, type);
            case "embedding":
                return Jax.VarianceScaling(
                    key,
                    shape,
                    type,
                    new(1, JaxFanMode.FanIn, Distribution.UntruncatedNormal) { Out = [0] }
                );
            default:
                return new ConstantValues(shape, type, parameter == "scale" ? 1 : 0);
        }
    }
}
