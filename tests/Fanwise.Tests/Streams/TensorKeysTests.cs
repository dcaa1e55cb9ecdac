using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Streams;
using Fanwise.Testing;

namespace Fanwise.Tests.Streams;

public sealed class TensorKeysTests
{
    [Fact]
    public void KeysWordsAndDrawsAreThoseThatTensorFlowDrew()
    {
        int seen = 0;
        foreach (string file in Golden.Files("tensor-keys", "*.json"))
        foreach (JsonElement record in Golden.Read(file).GetProperty("cases").EnumerateArray())
        {
            PhiloxStream stream = TensorKeys.Of(
                record.GetProperty("seed").GetUInt64(),
                record.GetProperty("name").GetString()!
            );
            stream.Key.ToString("x16", CultureInfo.InvariantCulture).ShouldBe(record.GetProperty("key").GetString());
            ((ulong)(stream.Counter >> 64))
                .ToString("x16", CultureInfo.InvariantCulture)
                .ShouldBe(record.GetProperty("counter_high").GetString());
            Words(stream, 0, record.GetProperty("words").GetArrayLength()).ShouldBe(Bits(record, "words"));
            Words(stream, 20, 4).ShouldBe(Bits(record, "words_from_20"));
            Singles(stream, DrawKind.Uniform).ShouldBe(Bits(record, "uniform"));
            Singles(stream, DrawKind.Normal).ShouldBe(Bits(record, "normal"));
            Singles(stream, DrawKind.TruncatedNormal).ShouldBe(Bits(record, "truncated_normal"));
            seen++;
        }

        Golden.ShouldHaveSeen(seen, inOwnCopy: 8);
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    public void HalfPrecisionIsTheFloat32ValueRounded(ElementType type)
    {
        const int Length = 10_007;
        Draw draw = Draw.Normal(ElementType.Float32, 0, 0.02, ParameterRounding.Keras3);
        DrawnValues single = new([Length], draw, TensorKeys.Of(42, "weight"));
        RoundedValues rounded = new(single, type);
        byte[] whole = new byte[rounded.Bytes];
        rounded.Fill(0, whole.AsSpan());
        float[] singles = new float[Length];
        single.Fill(0, singles.AsSpan());
        for (int i = 0; i < Length; i++)
        {
            ushort bits = MemoryMarshal.Cast<byte, ushort>(whole)[i];
            ushort expected =
                type == ElementType.Float16
                    ? BitConverter.HalfToUInt16Bits((Half)singles[i])
                    : MemoryMarshal.Cast<BFloat16, ushort>([(BFloat16)singles[i]])[0];
            bits.ShouldBe(expected);
        }

        byte[] slice = new byte[2 * 5001];
        rounded.Fill(777, slice.AsSpan());
        slice.ShouldBe(whole.AsSpan(2 * 777, slice.Length).ToArray());
    }

    private static string[] Bits(JsonElement record, string name) =>
        [.. record.GetProperty(name).EnumerateArray().Select(static bits => bits.GetString()!)];

    private static string[] Words(PhiloxStream stream, long start, int length)
    {
        int[] words = new int[length];
        Draw.Integers(ElementType.Int32).Fill(stream, start, words.AsSpan());
        return [.. words.Select(static word => ((uint)word).ToString("x8", CultureInfo.InvariantCulture))];
    }

    private static string[] Singles(PhiloxStream stream, DrawKind kind)
    {
        float[] values = new float[6];
        Draw.Standard(kind, ElementType.Float32).Fill(stream, 0, values.AsSpan());
        return
        [
            .. values.Select(static value =>
                BitConverter.SingleToUInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture)
            ),
        ];
    }
}
