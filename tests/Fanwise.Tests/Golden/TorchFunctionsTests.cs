using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Testing;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>PyTorch's own functions, each case drawn by PyTorch 2.13 itself.</summary>
[Trait("Category", "Golden")]
public class TorchFunctionsTests
{
    [Fact]
    public void EveryFunctionOfPyTorchGivesItsBytes()
    {
        int exact = 0,
            near = 0;
        foreach (string file in Golden.Files("torch", "functions*.json"))
        {
            TorchGenerator generator = new(0);
            foreach (JsonElement item in Golden.Read(file).GetProperty("cases").EnumerateArray())
            {
                if (item.GetProperty("call_number").GetInt32() == 0)
                    generator = new(
                        BigInteger.Parse(item.GetProperty("seed").GetRawText(), CultureInfo.InvariantCulture)
                    );
                string id = item.GetProperty("id").GetString()!;
                byte[] bytes = Draw(generator, item);
                if (item.TryGetProperty("values", out JsonElement values))
                {
                    ShouldBeNear(bytes, values, item.GetProperty("dtype").GetString()!, id);
                    near++;
                    continue;
                }

                Golden.Hash(bytes).ShouldBe(item.GetProperty("sha256").GetString(), id);
                exact++;
            }
        }

        Golden.ShouldHaveSeen(exact, 665);
        Golden.ShouldHaveSeen(near, 16);
    }

    private static byte[] Draw(TorchGenerator generator, JsonElement item)
    {
        Shape shape = [.. item.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt64())];
        ElementType type = ElementTypes.Parse(item.GetProperty("dtype").GetString()!);
        JsonElement arguments = item.GetProperty("args");
        if (arguments.TryGetProperty("transposed", out _))
            return Transposed(generator, item.GetProperty("call").GetString()!, shape, type, arguments);
        double Number(string name, double otherwise) =>
            arguments.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;
        string Text(string name, string otherwise) =>
            arguments.TryGetProperty(name, out JsonElement value) ? value.GetString()! : otherwise;
        FanMode mode = Text("mode", "fan_in") == "fan_in" ? FanMode.FanIn : FanMode.FanOut;
        Values values = item.GetProperty("call").GetString()! switch
        {
            "rand" => Torch.Uniform(generator, shape, type, 0, 1),
            "randn" => Torch.Normal(generator, shape, type, 0, 1),
            "randperm" => Torch.RandomPermutation(generator, shape[0]),
            "uniform_" => Torch.Uniform(generator, shape, type, Number("from", 0), Number("to", 1)),
            "normal_" or "init.normal_" => Torch.Normal(generator, shape, type, Number("mean", 0), Number("std", 1)),
            "init.uniform_" => Torch.Uniform(generator, shape, type, Number("a", 0), Number("b", 1)),
            "init.trunc_normal_" => Torch.TruncatedNormal(
                generator,
                shape,
                type,
                Number("mean", 0),
                Number("std", 1),
                Number("a", -2),
                Number("b", 2)
            ),
            "init.xavier_uniform_" => Torch.XavierUniform(generator, shape, type, Number("gain", 1)),
            "init.xavier_normal_" => Torch.XavierNormal(generator, shape, type, Number("gain", 1)),
            "init.kaiming_uniform_" => Torch.KaimingUniform(
                generator,
                shape,
                type,
                Number("a", 0),
                mode,
                Text("nonlinearity", "leaky_relu")
            ),
            "init.kaiming_normal_" => Torch.KaimingNormal(
                generator,
                shape,
                type,
                Number("a", 0),
                mode,
                Text("nonlinearity", "leaky_relu")
            ),
            "init.orthogonal_" => Torch.Orthogonal(generator, shape, type, Number("gain", 1)),
            "init.sparse_" => Torch.Sparse(generator, shape, type, Number("sparsity", 0), Number("std", 0.01)),
            "init.eye_" => Torch.Eye(shape, type),
            "init.dirac_" => Torch.Dirac(shape, type, (long)Number("groups", 1)),
            "init.constant_" => new ConstantValues(shape, type, Number("val", 0)),
            "init.ones_" => new ConstantValues(shape, type, 1),
            "init.zeros_" => new ConstantValues(shape, type, 0),
            string other => throw new InvalidOperationException(other),
        };
        return values.ToTensor().Bytes.ToArray();
    }

    /// <summary>A tensor whose memory is that of its transpose: drawn in the order of memory, normals one by
    /// one.</summary>
    private static byte[] Transposed(
        TorchGenerator generator,
        string call,
        Shape shape,
        ElementType type,
        JsonElement arguments
    )
    {
        Shape memory = [shape[1], shape[0]];
        Values values =
            call == "uniform_"
                ? Torch.Uniform(generator, memory, type, 0, 1)
                : generator.Take(
                    generator.State.Singles(
                        memory,
                        type,
                        arguments.GetProperty("mean").GetDouble(),
                        arguments.GetProperty("std").GetDouble()
                    ),
                    generator.State.AfterSingles(shape.Elements)
                );
        ReadOnlySpan<byte> drawn = values.ToTensor().Bytes;
        byte[] bytes = new byte[drawn.Length];
        int size = type.Size();
        for (int row = 0; row < shape[0]; row++)
        for (int column = 0; column < shape[1]; column++)
            drawn
                .Slice((int)(column * shape[0] + row) * size, size)
                .CopyTo(bytes.AsSpan((int)(row * shape[1] + column) * size));
        return bytes;
    }

    /// <summary>What is not exact, the orthogonal factors, lies as near as another LAPACK's.</summary>
    private static void ShouldBeNear(byte[] bytes, JsonElement values, string type, string id)
    {
        int i = 0;
        foreach (JsonElement value in values.EnumerateArray())
        {
            ulong bits = ulong.Parse(value.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (type == "float64")
                BinaryPrimitives
                    .ReadDoubleLittleEndian(bytes.AsSpan(8 * i++))
                    .ShouldBe(BitConverter.UInt64BitsToDouble(bits), 1e-14, id);
            else
                BinaryPrimitives
                    .ReadSingleLittleEndian(bytes.AsSpan(4 * i++))
                    .ShouldBe(BitConverter.UInt32BitsToSingle((uint)bits), 2e-6f, id);
        }
    }
}
