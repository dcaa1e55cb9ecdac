using Fanwise.Draws;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Tests.Draws;

/// <summary>Every kernel at every width of the machine against <see cref="PlainSampler"/>, bit for bit.</summary>
[Trait("Category", "Sampling")]
public class WidthTests
{
    private const ParameterRounding Rounding = ParameterRounding.Keras3;

    /// <summary>Around the sizes of groups, registers, steps, batches and tiles of each width.</summary>
    private static readonly int[] Lengths =
    [
        0,
        1,
        2,
        3,
        4,
        5,
        7,
        8,
        9,
        15,
        16,
        17,
        31,
        32,
        33,
        63,
        64,
        65,
        127,
        128,
        129,
        255,
        257,
        511,
        512,
        513,
        864,
        1023,
        1025,
        2049,
        4095,
        4096,
        4097,
        4225,
    ];

    private static readonly PhiloxStream Stream = new(
        0x0123456789ABCDEF,
        new UInt128(0x3333333322222222, 0x1111111100000010)
    );

    /// <summary>Counters that carry soon, into each of the words, and slices that reach where they do.</summary>
    private static readonly (PhiloxStream Stream, long Start)[] Places =
    [
        (Stream, 0),
        (Stream, 1),
        (Stream, 2),
        (Stream, 3),
        (Stream, 1_000_003),
        (Stream, (1L << 40) + 6),
        (Stream, (1L << 62) + 1),
        (Stream, 4 * ((1L << 32) - 16) - 70), // word 1 changes after 70 elements of 32 bits
        (Stream, (1L << 33) - 33), // ... of 64 bits
        (Stream, (1L << 26) - 33),
        (Stream, (1L << 26) - 1026), // ... of truncated normals
        (Stream with { Counter = new UInt128(5, ulong.MaxValue - 9) }, 5), // word 2
        (Stream with { Counter = UInt128.MaxValue - 700 }, 1), // all of them, back to 0
        (Stream with { Counter = uint.MaxValue }, 0),
        // within a truncated group, at its second block and later
        (Stream with { Counter = new UInt128(1, 0xFFFFFFFE) }, 2),
        (Stream with { Counter = 0xFFFFF0FF }, 0),
        (Stream with { Counter = 0xFFFFF0FD }, 0),
    ];

    public static TheoryData<string> Draws => [.. All.Keys];

    private static Dictionary<string, Draw> All { get; } = CreateDraws();

    [Theory]
    [MemberData(nameof(Draws))]
    public void EveryWidthDrawsTheSpecificationsBits(string name)
    {
        Draw draw = All[name];
        int size = draw.ElementType.Size();
        foreach ((PhiloxStream stream, long start) in Places)
        {
            byte[] expected = PlainSampler.Draw(draw, stream, start, Lengths[^1]);
            foreach (VectorWidth width in Dispatch.Supported)
            {
                foreach (int length in start == 0 ? Lengths : Lengths.Where(static (_, i) => i % 3 == 0))
                {
                    byte[] memory = new byte[64 + length * size + 64];
                    Array.Fill(memory, (byte)0xA5);
                    Sampler.Fill(draw, stream, start, memory.AsSpan(64, length * size), width);
                    string place = $"{name}, {width}, counter {stream.Counter:x}, start {start}, length {length}";
                    memory.AsSpan(64, length * size).CommonPrefixLength(expected).ShouldBe(length * size, place);
                    memory.AsSpan(0, 64).ContainsAnyExcept((byte)0xA5).ShouldBeFalse(place);
                    memory.AsSpan(64 + length * size).ContainsAnyExcept((byte)0xA5).ShouldBeFalse(place);
                }
            }
        }
    }

    /// <summary>0 * -1 + -0 is -0, if product and sum are rounded one by one; one uniform in 2^23 is 0.</summary>
    [Fact]
    public void AUniformOfZeroKeepsTheSignOfItsProduct()
    {
        Draw standard = Draw.Standard(DrawKind.Uniform, ElementType.Float32),
            draw = Draw.Uniform(ElementType.Float32, -0.0, -1, Rounding);
        byte[] chunk = new byte[1 << 24];
        long zero = -1;
        for (long start = 0; zero < 0; start += chunk.Length / sizeof(float))
        {
            Sampler.Fill(standard, Stream, start, chunk);
            int at = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(chunk).IndexOf(0f);
            if (at >= 0)
                zero = start + at;
        }

        foreach (VectorWidth width in Dispatch.Supported)
        {
            byte[] element = new byte[sizeof(float)];
            Sampler.Fill(draw, Stream, zero, element, width);
            BitConverter.ToUInt32(element).ShouldBe(0x80000000, width.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void ASliceIsThatPartOfTheWhole(string name)
    {
        Draw draw = All[name];
        int size = draw.ElementType.Size();
        byte[] whole = new byte[20_000 * size];
        Sampler.Fill(draw, Stream, 0, whole);
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            int start = random.Next(20_000),
                length = random.Next(20_000 - start);
            byte[] slice = new byte[length * size];
            Sampler.Fill(draw, Stream, start, slice);
            slice
                .AsSpan()
                .SequenceEqual(whole.AsSpan(start * size, length * size))
                .ShouldBeTrue($"{name}, start {start}, length {length}");
        }
    }

    private static Dictionary<string, Draw> CreateDraws()
    {
        Dictionary<string, Draw> draws = [];
        foreach (
            ElementType type in new[]
            {
                ElementType.Float32,
                ElementType.Float64,
                ElementType.Float16,
                ElementType.BFloat16,
            }
        )
        {
            foreach (DrawKind kind in new[] { DrawKind.Uniform, DrawKind.Normal, DrawKind.TruncatedNormal })
            {
                draws[$"standard {kind} {type.Name()}"] = Draw.Standard(kind, type);
                if (kind != DrawKind.Uniform)
                    draws[$"standard {kind} {type.Name()}, double logarithm"] = Draw.Standard(kind, type) with
                    {
                        DoubleLogarithm = true,
                    };
            }

            draws[$"uniform {type.Name()}"] = Draw.Uniform(type, -0.05, 0.07, Rounding);
            draws[$"normal {type.Name()}"] = Draw.Normal(type, 0.1, -0.03, Rounding);
            draws[$"truncated normal {type.Name()}"] = Draw.TruncatedNormal(type, 0, 0.8796, Rounding);
            draws[$"normal without deviation, {type.Name()}"] = Draw.Normal(type, -1.5, 0, Rounding);
            draws[$"normal that overflows float16, {type.Name()}"] = Draw.Normal(type, 60_000, 40_000, Rounding);
        }

        // Where products or sums are subnormal, float16's are kept and the others' flushed.
        draws["subnormal float16"] = Draw.Normal(ElementType.Float16, 0, 3e-6, Rounding);
        draws["subnormal float16 without a sum"] = draws["subnormal float16"] with { Addend = -0.0 };
        draws["cancelling float16"] = Draw.Uniform(ElementType.Float16, -1e-5, 2e-5, Rounding);
        foreach (ElementType type in new[] { ElementType.Float32, ElementType.BFloat16 })
        {
            draws[$"subnormal {type.Name()}"] = Draw.Normal(type, 0, 2e-38, Rounding);
            draws[$"cancelling {type.Name()}"] = Draw.Uniform(type, -2e-38, 2e-38, Rounding);
            draws[$"small {type.Name()}"] = Draw.TruncatedNormal(type, 1e-18, 1e-18, Rounding);
        }

        draws["subnormal float64"] = Draw.Normal(ElementType.Float64, 0, 3e-308, Rounding);
        draws["cancelling float64"] = Draw.Uniform(ElementType.Float64, -4e-308, 4e-308, Rounding);
        foreach (ElementType type in new[] { ElementType.Int32, ElementType.Int64 })
        {
            draws[$"all of {type.Name()}"] = Draw.Integers(type);
            draws[$"some of {type.Name()}"] = Draw.Integers(type, -5, 12);
            draws[$"most of {type.Name()}"] = Draw.Integers(type, int.MinValue, int.MaxValue);
        }

        return draws;
    }
}
