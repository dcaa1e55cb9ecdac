using System.Text;
using Fanwise.Models.Checkpoints.Safetensors;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>What is said of a safetensors file that is refused or strange, word by word.</summary>
public class SafetensorsSentencesTests
{
    private const string Entry = """{"dtype":"U8","shape":[1],"data_offsets":[0,1]}""";

    [Theory]
    [InlineData("{\n,}", "is not JSON (line 2, byte 1)")]
    [InlineData("""{"__metadata__":7}""", "must have an object of strings as '__metadata__'")]
    [InlineData("""{"a":{"dtype":7}}""", "must have a string as the dtype of 'a'")]
    [InlineData("""{"a":{"shape":[1],"shape":[1]}}""", "has the shape of 'a' twice")]
    [InlineData("""{"a":{"shape":1}}""", "must have an array as the shape of 'a'")]
    [InlineData("""{"a":{"data_offsets":[0,1],"data_offsets":[0,1]}}""", "has the data_offsets of 'a' twice")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""",
        "lets tensors overlap: 'b' begins at 2, the one before it ends at 4"
    )]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4],"data_offsets":[1,5]}}""",
        "leaves a hole: 'a' begins at 1, the one before it ends at 0"
    )]
    public void AHeaderIsRefusedInOneSentence(string header, string what) =>
        Refused(SafetensorsReaderTests.File(header, 6)).ShouldBe($"The header of 'the file' {what}.");

    [Fact]
    public void AFileThatIsTooShortForItsHeaderSaysHowMuchIsThere()
    {
        Refused([2, 0])
            .ShouldBe(
                "'the file' is no safetensors file: it must begin with the header's length in 8 bytes; it has 2."
            );
        Refused(Prefixed(3, "{}")).ShouldBe("'the file' is cut short: its header has 3 bytes; 2 are there.");
    }

    [Fact]
    public void AHeaderMayHaveAHundredMillionBytesAndNotOneMore()
    {
        Refused(Prefixed(100_000_000, "{}"))
            .ShouldBe("'the file' is cut short: its header has 100000000 bytes; 2 are there.");
        Refused(Prefixed(100_000_001, "{}"))
            .ShouldBe("'the file' is no safetensors file: a header has at most 100000000 bytes; received 100000001.");
    }

    [Theory]
    [InlineData("{\"class_name\": 1}", "it is JSON, which may describe a model but holds no weights")]
    [InlineData("PK\u0003\u0004\u0014\0\0\0", "it is a zip archive, as .keras and .npz are")]
    [InlineData("\u0089HDF\r\n\u001a\n", "it is HDF5, as .weights.h5 is")]
    [InlineData("\u0093NUMPY\u0001\0", "it is a NumPy array")]
    public void AFileOfAnotherFormatIsCalledByItsName(string bytes, string what) =>
        Refused(Encoding.Latin1.GetBytes(bytes)).ShouldBe($"'the file' is no safetensors file: {what}.");

    [Theory]
    [InlineData(100, "")]
    [InlineData(101, "…")]
    public void ALongNameIsCutAfterAHundredCharacters(int length, string end) =>
        Refused(SafetensorsReaderTests.File($$"""{"{{new string('n', length)}}":7}""", 0))
            .ShouldBe($"The header of 'the file' must have an object for the tensor '{new string('n', 100)}{end}'.");

    [Fact]
    public void AControlCharacterOfANameIsEscaped() =>
        Refused(SafetensorsReaderTests.File("""{"a\nb\u0085":7}""", 0))
            .ShouldBe("""The header of 'the file' must have an object for the tensor 'a\u000ab\u0085'.""");

    [Fact]
    public void WhatIsStrangeIsSaid()
    {
        Warnings($$"""{"__metadata__":null,"":{{Entry}} }""", 1)
            .ShouldBe([
                "The header of 'the file' has '__metadata__' without a value.",
                "'the file' has a tensor whose name is empty or has a NUL: ''.",
            ]);
        Warnings($$"""{"a":{{Entry}},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]} }""", 5)
            .ShouldBe(["The tensor 'b' of 'the file' is not aligned to its elements: it begins at 1."]);
    }

    [Fact]
    public void OfManyStrangeTensorsTwentyAreNamed()
    {
        IEnumerable<string> tensors = Enumerable
            .Range(0, 21)
            .Select(i => $"\"{i}\\u0000\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}");
        string[] warnings = Warnings($"{{{string.Join(',', tensors)}}}", 0);
        warnings.Length.ShouldBe(20);
        warnings[19].ShouldBe("""'the file' has a tensor whose name is empty or has a NUL: '19\u0000'.""");
    }

    private static string[] Warnings(string header, int data) =>
        [.. SafetensorsFile.Read(SafetensorsReaderTests.File(header, data)).Warnings];

    private static string Refused(byte[] file)
    {
        CheckpointException error = Should.Throw<CheckpointException>(() => SafetensorsFile.Read(file));
        error.Code.ShouldBe(FanwiseError.Malformed);
        return error.Message;
    }

    private static byte[] Prefixed(long length, string header) =>
        [.. BitConverter.GetBytes(length), .. Encoding.UTF8.GetBytes(header)];
}
