using System.IO.Compression;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Hdf5;
using Fanwise.Models.Checkpoints.Keras;
using Fanwise.Models.Files;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>The forms of HDF5 that h5py's users meet and Keras does not write itself: <c>forms.h5.gz</c>, which
/// <c>make_forms.py</c> beside it has written.</summary>
public sealed class Hdf5FormsTests
{
    /// <summary>The file.</summary>
    internal static byte[] Bytes { get; } = Unpack();

    [Fact]
    public void ListsAndStringsOfEveryFormAreRead()
    {
        Hdf5Object root = Open().Root;
        root.Strings("fixed").ShouldBe(["a fixed string"]);
        root.Strings("variable").ShouldBe(["ein längerer Text"]);
        root.Strings("list").ShouldBe(["kernel:0", "bias:0"]);
        root.Strings("variables").ShouldBe(["one", "", "three"]);
        root.Strings("empty").ShouldBe([]);
        root.Strings("cut1").ShouldBe(["layer_1_0", "layer_1_1", "layer_1_2", "layer_1_3"]);
        root.Strings("none").ShouldBeNull();
    }

    [Theory]
    [InlineData("plain/float32", "float32", 15)]
    [InlineData("plain/float64", "float64", 4)]
    [InlineData("plain/float16", "float16", 7)]
    [InlineData("plain/int8", "int8", 3)]
    [InlineData("plain/int32", "int32", 3)]
    [InlineData("plain/int64", "int64", 3)]
    [InlineData("chunks/gzip", "float32", 63)]
    [InlineData("chunks/plain", "float64", 30)]
    [InlineData("chunks/grows", "int32", 10)]
    public void AnArrayCountsUpWhereverItsBytesAre(string name, string type, int elements)
    {
        StoredTensor tensor = Tensor(name);
        tensor.Type.ShouldBe(type);
        Elements(tensor).ShouldBe(Enumerable.Range(0, elements).Select(static i => (double)i));
    }

    [Fact]
    public void OtherArraysSayWhatTheyAre()
    {
        Tensor("plain/bool").Type.ShouldBe("bool");
        Tensor("plain/uint8").Type.ShouldBe("uint8");
        Tensor("plain/uint32").Type.ShouldBe("uint32");
        Tensor("plain/scalar").Shape.Rank.ShouldBe(0);
        Elements(Tensor("plain/scalar")).ShouldBe([2.5]);
        Tensor("plain/nothing").Shape.ToString().ShouldBe("(0, 4)");
        foreach (string name in (string[])["other/big", "other/complex", "other/text", "other/words"])
            Tensor(name).Values.ShouldBeNull(name);
        Elements(Tensor("many/weight_39")).ShouldBe([39.0, 39.0]);
    }

    [Fact]
    public void SlicesOfChunksAreThoseOfTheWhole()
    {
        StoredTensor tensor = Tensor("chunks/gzip");
        byte[] part = new byte[8];
        tensor.Values!.Fill(20, part.AsSpan());
        BitConverter.ToSingle(part).ShouldBe(20);
        BitConverter.ToSingle(part, 4).ShouldBe(21);
    }

    private static Hdf5File Open() => Hdf5File.Read(new MemorySource("forms.h5", Bytes));

    private static StoredTensor Tensor(string name) =>
        KerasHdf5.Read(new MemorySource("forms.h5", Bytes)).Tensors.Single(tensor => tensor.Name == name);

    private static double[] Elements(StoredTensor tensor)
    {
        byte[] bytes = new byte[tensor.Values!.Bytes];
        tensor.Values.Fill(0, bytes.AsSpan());
        int size = tensor.Values.ElementType.Size();
        return
        [
            .. Enumerable
                .Range(0, bytes.Length / size)
                .Select(i =>
                    tensor.Type switch
                    {
                        "float32" => BitConverter.ToSingle(bytes, i * size),
                        "float64" => BitConverter.ToDouble(bytes, i * size),
                        "float16" => (double)BitConverter.ToHalf(bytes, i * size),
                        "int8" => (sbyte)bytes[i],
                        "int32" => BitConverter.ToInt32(bytes, i * size),
                        _ => BitConverter.ToInt64(bytes, i * size),
                    }
                ),
        ];
    }

    private static byte[] Unpack()
    {
        string path = Path.Combine(Golden.Root, "tests", "Fanwise.Models.Tests", "Checkpoints", "forms.h5.gz");
        using GZipStream packed = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }
}
