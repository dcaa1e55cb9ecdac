// Long because it is a table: one row per hand-made file.
using System.Buffers.Binary;
using System.Text;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>What a safetensors file may say, and what is refused: 68 hand-made files.</summary>
public class SafetensorsReaderTests
{
    private const string Ok = "ok",
        Warned = "warned";

    /// <summary>Number, what it is, header (or the whole file), bytes of data, verdict: ok, warned, or words of the
    /// refusal.</summary>
    private static readonly (int Number, string What, byte[] File, string Verdict)[] Cases =
    [
        (1, "one tensor", File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8), Ok),
        (2, "an empty file", [], "8 bytes"),
        (3, "seven bytes", [2, 0, 0, 0, 0, 0, 0], "8 bytes"),
        (4, "an empty header", File("", 0), "is not JSON"),
        (5, "no tensors", File("{}", 0), Ok),
        (6, "a header longer than the file", Prefixed(100, "{}"u8), "is cut short"),
        (7, "a header of 2^64 - 1 bytes", Prefixed(ulong.MaxValue, "{}"u8), "at most 100000000 bytes"),
        (8, "a header of one byte too many", Prefixed(100_000_001, "{}"u8), "at most 100000000 bytes"),
        (9, "white space first", File(" \n\t{}", 0), Ok),
        (10, "spaces last", File("{}      ", 0), Ok),
        (11, "NULs last", File("{}\0\0\0\0\0\0", 0), "is not JSON"),
        (12, "a byte order mark", File("\uFEFF{}", 0), "is not JSON"),
        (
            13,
            "bad UTF-8 in a name",
            File([.. "{\"a\xFF"u8[..3], 0xFF, .. "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8], 0),
            "not valid Unicode"
        ),
        (14, "an array", File("[]", 0), "must be a JSON object"),
        (
            15,
            "a name twice, one range",
            File(
                """{"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"""
                    + ""","t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""",
                2
            ),
            "has the tensor 't' twice"
        ),
        (
            16,
            "a name twice, two ranges",
            File(
                """{"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"""
                    + ""","t":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
                4
            ),
            "has the tensor 't' twice"
        ),
        (
            17,
            "a name twice, once escaped",
            File(
                """{"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"""
                    + ""","\u0074":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""",
                2
            ),
            "has the tensor 't' twice"
        ),
        (18, "metadata twice", File("""{"__metadata__":{},"__metadata__":{}}""", 0), "'__metadata__' twice"),
        (
            19,
            "a key of the metadata twice",
            File("""{"__metadata__":{"a":"1","a":"2"}}""", 0),
            "the metadata 'a' twice"
        ),
        (
            20,
            "a dtype twice",
            File("""{"a":{"dtype":"U8","dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2),
            "the dtype of 'a' twice"
        ),
        (
            21,
            "an unknown field",
            File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"x":1}}""", 2),
            "unknown field for 'a': 'x'"
        ),
        (
            22,
            "a missing field",
            File("""{"a":{"dtype":"U8","shape":[2]}}""", 2),
            "must have dtype, shape and data_offsets"
        ),
        (23, "metadata that are no string", File("""{"__metadata__":{"a":1}}""", 0), "a string as the metadata 'a'"),
        (24, "metadata null", File("""{"__metadata__":null}""", 0), Warned),
        (
            25,
            "metadata",
            File("""{"__metadata__":{"format":"pt","":""},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2),
            Ok
        ),
        (26, "bfloat16", File("""{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", 4), Ok),
        (
            27,
            "an unknown dtype",
            File("""{"a":{"dtype":"F128","shape":[1],"data_offsets":[0,16]}}""", 16),
            "unknown dtype for 'a': 'F128'"
        ),
        (
            28,
            "a dtype in lower case",
            File("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4),
            "unknown dtype for 'a': 'f32'"
        ),
        (
            29,
            "one offset",
            File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0]}}""", 2),
            "must have two data_offsets"
        ),
        (
            30,
            "three offsets",
            File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2,4]}}""", 2),
            "at most 2 numbers"
        ),
        (
            31,
            "offsets in reverse",
            File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}""", 2),
            "the bytes 2 to 0"
        ),
        (
            32,
            "overlapping tensors",
            File(
                """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}"""
                    + ""","b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""",
                6
            ),
            "overlap"
        ),
        (
            33,
            "a hole",
            File(
                """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"""
                    + ""","b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}""",
                6
            ),
            "a hole"
        ),
        (
            34,
            "a first tensor that is not at 0",
            File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4),
            "a hole"
        ),
        (
            35,
            "offsets that do not fit the shape",
            File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4),
            "need 8"
        ),
        (36, "a length 2.0", File("""{"a":{"dtype":"U8","shape":[2.0],"data_offsets":[0,2]}}""", 2), "whole numbers"),
        (37, "a length 2e0", File("""{"a":{"dtype":"U8","shape":[2e0],"data_offsets":[0,2]}}""", 2), "whole numbers"),
        (
            38,
            "a length as a string",
            File("""{"a":{"dtype":"U8","shape":["2"],"data_offsets":[0,2]}}""", 2),
            "whole numbers"
        ),
        (39, "an offset -0", File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[-0,2]}}""", 2), "whole numbers"),
        (
            40,
            "a negative length",
            File("""{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}""", 2),
            "whole numbers"
        ),
        (
            41,
            "a length of 2^64",
            File("""{"a":{"dtype":"U8","shape":[18446744073709551616],"data_offsets":[0,0]}}""", 0),
            "whole numbers"
        ),
        (
            42,
            "a product of 2^64, which wraps to 0",
            File("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0),
            "2^63 bits"
        ),
        (
            43,
            "a product that overflows before its zero",
            File("""{"a":{"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", 0),
            "2^63 bits"
        ),
        (
            44,
            "a zero that hides an overflow",
            File("""{"a":{"dtype":"U8","shape":[0,4294967296,4294967296,4294967296],"data_offsets":[0,0]}}""", 0),
            "2^63 bits"
        ),
        (45, "an empty tensor", File("""{"a":{"dtype":"F32","shape":[3,0],"data_offsets":[0,0]}}""", 0), Ok),
        (46, "a scalar", File("""{"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}""", 8), Ok),
        (47, "a trailing comma", File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},}""", 2), "is not JSON"),
        (48, "a comment", File("""{/* */}""", 0), "is not JSON"),
        (49, "two values", File("""{}{}""", 0), "is not JSON"),
        (50, "too deep", File(string.Concat(Enumerable.Repeat("""{"a":""", 1000)), 0), "unknown field for 'a'"),
        (
            51,
            "any order of the header",
            File(
                """{"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}"""
                    + ""","a":{"data_offsets":[0,2],"shape":[2],"dtype":"U8"}}""",
                4
            ),
            Ok
        ),
        (
            52,
            "sub-byte elements that fill a byte",
            File(
                """{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}"""
                    + ""","b":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[1,4]}}""",
                4
            ),
            Ok
        ),
        (
            53,
            "a tensor that is not aligned",
            File(
                """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}"""
                    + ""","b":{"dtype":"F64","shape":[1],"data_offsets":[1,9]}}""",
                9
            ),
            Warned
        ),
        (54, "an empty name", File("""{"":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2), Warned),
        (
            55,
            "half a surrogate pair",
            File("""{"\ud800":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2),
            "not valid Unicode"
        ),
        (56, "a NUL in a name", File("""{"a\u0000b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2), Warned),
        (
            57,
            "fewer bytes than the tensors have",
            File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1),
            "is cut short"
        ),
        (
            58,
            "more bytes than the tensors have",
            File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 3),
            "3 are there"
        ),
        (59, "bytes without tensors", File("{}", 1), "1 are there"),
        (60, "a tensor that is no object", File("""{"a":[]}""", 0), "must have an object for the tensor 'a'"),
        (
            61,
            "empty tensors between others",
            File(
                """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"""
                    + ""","e":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}"""
                    + ""","b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
                4
            ),
            Ok
        ),
        (
            62,
            "an empty tensor inside another",
            File(
                """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}"""
                    + ""","e":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""",
                4
            ),
            "overlap"
        ),
        (
            63,
            "an empty tensor at the end",
            File(
                """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}"""
                    + ""","e":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}""",
                4
            ),
            Ok
        ),
        (64, "a header of no multiple of 8", File("""{ }""", 0), Ok),
        (
            65,
            "a tensor called __metadata__",
            File("""{"__metadata__":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2),
            "a string as the metadata 'shape'"
        ),
        (
            66,
            "sub-byte elements that cut a byte",
            File("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2),
            "a part of a byte"
        ),
        (
            67,
            "offsets beyond 2^63",
            File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[18446744073709551614,18446744073709551615]}}""", 2),
            "whole numbers"
        ),
        (
            68,
            "a shape of 33 dimensions",
            File(
                $$$"""{"a":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat("1", 33))}}}]"""
                    + ""","data_offsets":[0,1]}}""",
                1
            ),
            "at most 32 numbers"
        ),
    ];

    public static TheoryData<int> Numbers => [.. Cases.Select(static row => row.Number)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void AFileIsReadOrRefusedWithItsReason(int number)
    {
        (_, string what, byte[] file, string verdict) = Cases[number - 1];
        if (verdict is Ok or Warned)
        {
            SafetensorsFile.Read(file).Warnings.Count.ShouldBe(verdict == Ok ? 0 : 1, what);
            return;
        }

        CheckpointException error = Should.Throw<CheckpointException>(() => SafetensorsFile.Read(file), what);
        error.Code.ShouldBe(FanwiseError.Malformed);
        error.Message.ShouldContain(verdict);
    }

    [Fact]
    public void ThereAre68Files() => Cases.Select(static row => row.Number).ShouldBe(Enumerable.Range(1, 68));

    [Fact]
    public void WhatWasWrittenIsRead()
    {
        using ScratchFolder folder = new();
        Plans.WeightPlan plan = TestPlans.Mixed();
        SafetensorsWriter.Write(plan, folder.File("m.safetensors"));
        SafetensorsFile file = SafetensorsFile.Read(folder.File("m.safetensors"));
        file.Metadata.ShouldBe(plan.Metadata, ignoreOrder: true);
        file.Warnings.ShouldBeEmpty();
        file.Tensors.Select(static tensor => tensor.Name)
            .ShouldBe(plan.Select(static weight => weight.Name), ignoreOrder: true);
        byte[] bytes = System.IO.File.ReadAllBytes(folder.File("m.safetensors"));
        foreach (SafetensorsEntry tensor in file.Tensors)
        {
            (tensor.Type.ElementType, tensor.Shape).ShouldBe((plan[tensor.Name].ElementType, plan[tensor.Name].Shape));
            bytes
                .AsSpan((int)(file.DataOffset + tensor.Begin), (int)(tensor.End - tensor.Begin))
                .SequenceEqual(plan[tensor.Name].Bytes())
                .ShouldBeTrue();
        }
    }

    [Fact]
    public void AMissingFileIsAnInputOutputError()
    {
        CheckpointException error = Should.Throw<CheckpointException>(() =>
            SafetensorsFile.Read("/none/m.safetensors")
        );
        error.Code.ShouldBe(FanwiseError.InputOutput);
        error.Message.ShouldStartWith("'/none/m.safetensors' cannot be read: ");
    }

    internal static byte[] File(string header, int data) => File(Encoding.UTF8.GetBytes(header), data);

    internal static byte[] File(ReadOnlySpan<byte> header, int data) =>
        [.. Prefixed((ulong)header.Length, header), .. new byte[data]];

    private static byte[] Prefixed(ulong length, ReadOnlySpan<byte> header)
    {
        byte[] file = new byte[8 + header.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        header.CopyTo(file.AsSpan(8));
        return file;
    }
}
