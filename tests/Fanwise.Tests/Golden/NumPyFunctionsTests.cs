using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Draws.Pcg;
using Fanwise.Testing;
using static Fanwise.Tests.GoldenFiles.FrameworkCases;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>NumPy's own generators, each case drawn by NumPy 2.4.6 itself.</summary>
[Trait("Category", "Golden")]
public class NumPyFunctionsTests
{
    [Fact]
    public void EveryDrawOfNumPyGivesItsBytes()
    {
        int seen = 0;
        foreach (string file in Golden.Files("numpy", "functions*.json"))
        {
            NumPyGenerator generator = new(0);
            NumPyRandomState state = new(0u);
            foreach (JsonElement item in Golden.Read(file).GetProperty("cases").EnumerateArray())
            {
                bool isLegacy = item.GetProperty("generator").GetString() == "RandomState";
                if (item.GetProperty("call_number").GetInt32() == 0)
                {
                    BigInteger[] seed = Seed(item.GetProperty("seed"));
                    if (!isLegacy)
                        generator = new(seed);
                    else if (item.GetProperty("seed").ValueKind == JsonValueKind.Array)
                        state = new(Array.ConvertAll(seed, static word => (uint)word));
                    else
                        state = new((uint)seed[0]);
                }

                Compare(isLegacy ? Draw(state, item) : Draw(generator, item), item, 0).ShouldBeTrue();
                seen++;
            }
        }

        Golden.ShouldHaveSeen(seen, 570);
    }

    [Fact]
    public void TheZigguratsTablesAreNumPys()
    {
        int seen = 0;
        foreach (string file in Golden.Files("numpy", "ziggurat*.json"))
        foreach (JsonElement item in Golden.Read(file).GetProperty("cases").EnumerateArray())
        {
            ulong[] expected =
            [
                .. item.GetProperty("values")
                    .EnumerateArray()
                    .Select(static value =>
                        ulong.Parse(value.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                    ),
            ];
            Table(item.GetProperty("id").GetString()!).ShouldBe(expected);
            seen++;
        }

        Golden.ShouldHaveSeen(seen, 6);
    }

    [Fact]
    public void SlicesOfNormalsInAnyOrderAreThoseOfTheWhole()
    {
        double[] whole = new double[200_000];
        NumPy.StandardNormal(new NumPyGenerator(42), [whole.Length], ElementType.Float64).Fill(0, whole.AsSpan());
        Values values = NumPy.StandardNormal(new NumPyGenerator(42), [whole.Length], ElementType.Float64);
        foreach (int start in (int[])[150_000, 3, 199_990, 65_536, 65_535, 0, 10])
        {
            double[] part = new double[10];
            values.Fill(start, part.AsSpan());
            part.ShouldBe(whole[start..(start + 10)]);
        }
    }

    private static ulong[] Table(string id) =>
        id switch
        {
            "k64" => ZigguratTables.Thresholds64.ToArray(),
            "w64" => ZigguratTables.Widths64.ToArray(),
            "f64" => ZigguratTables.Heights64.ToArray(),
            "k32" => Array.ConvertAll(ZigguratTables.Thresholds32.ToArray(), static word => (ulong)word),
            "w32" => Array.ConvertAll(ZigguratTables.Widths32.ToArray(), static word => (ulong)word),
            _ => Array.ConvertAll(ZigguratTables.Heights32.ToArray(), static word => (ulong)word),
        };

    private static BigInteger[] Seed(JsonElement seed) =>
        seed.ValueKind == JsonValueKind.Array
            ? [.. seed.EnumerateArray().Select(static word => new BigInteger(word.GetInt64()))]
            : [BigInteger.Parse(seed.GetString()!, CultureInfo.InvariantCulture)];

    private static Values Draw(NumPyGenerator generator, JsonElement item)
    {
        Shape shape = ShapeOf(item);
        ElementType type = ElementTypes.Parse(item.GetProperty("dtype").GetString()!);
        JsonElement a = item.GetProperty("args");
        return item.GetProperty("call").GetString() switch
        {
            "random" => NumPy.Random(generator, shape, type),
            "standard_normal" => NumPy.StandardNormal(generator, shape, type),
            "uniform" => NumPy.Uniform(generator, shape, Number(a, "low", 0), Number(a, "high", 1)),
            _ => NumPy.Normal(generator, shape, Number(a, "loc", 0), Number(a, "scale", 1)),
        };
    }

    private static Values Draw(NumPyRandomState state, JsonElement item)
    {
        Shape shape = ShapeOf(item);
        JsonElement a = item.GetProperty("args");
        return item.GetProperty("call").GetString() switch
        {
            "rand" => NumPy.Random(state, shape),
            "randn" => NumPy.StandardNormal(state, shape),
            "uniform" => NumPy.Uniform(state, shape, Number(a, "low", 0), Number(a, "high", 1)),
            _ => NumPy.Normal(state, shape, Number(a, "loc", 0), Number(a, "scale", 1)),
        };
    }
}
