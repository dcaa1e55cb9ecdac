using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fanwise.Simd;
using Fanwise.Streams;
using Fanwise.Testing;

namespace Fanwise.Tests.Streams;

/// <summary>MT19937 at any position against NumPy's and PyTorch's words and the plain recurrence.</summary>
[Trait("Category", "Sampling")]
public unsafe class Mt19937Tests
{
    public static TheoryData<string> Widths => new(Dispatch.Supported.Select(static width => width.ToString()));

    /// <summary>The words that the recurrence gives one by one after a window.</summary>
    private static uint[] Plain(uint[] window, int count)
    {
        uint[] words = [.. window, .. new uint[count]];
        fixed (uint* first = words)
            for (int i = 0; i < count; i++)
                first[i + Mt19937.Size] = Mt19937.Next(first + i);
        return [.. words[Mt19937.Size..].Select(Mt19937.Temper)];
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void AJumpLeadsToTheWordsOfTheGoldenPositions(string width)
    {
        int seen = 0;
        foreach (string file in Golden.Files("torch", "mt19937-*.json"))
        foreach (JsonElement item in Golden.Read(file).GetProperty("cases").EnumerateArray())
        {
            Mt19937Stream stream = new(item.GetProperty("seed").GetUInt32());
            BigInteger position = BigInteger.Parse(item.GetProperty("n").GetRawText(), CultureInfo.InvariantCulture);
            uint[] window = stream.Jump(position, Enum.Parse<VectorWidth>(width));
            window[0] &= Mt19937.UpperBit;
            Golden
                .Hash(MemoryMarshal.AsBytes<uint>(window))
                .ShouldBe(item.GetProperty("state_sha256").GetString(), $"seed {stream.Seed}, word {position}");
            Plain(window, 4)
                .Select(static word => word.ToString("x8", CultureInfo.InvariantCulture))
                .ShouldBe(item.GetProperty("words").EnumerateArray().Select(static word => word.GetString()));
            seen++;
        }

        Golden.ShouldHaveSeen(seen, 68);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void APowerOfTIsTheGoldenPolynomial(string width)
    {
        int seen = 0;
        foreach (string file in Golden.Files("torch", "mt19937-*.json"))
        foreach (JsonElement item in Golden.Read(file).GetProperty("powers").EnumerateArray())
        {
            BigInteger n = BigInteger.Parse(item.GetProperty("n").GetRawText(), CultureInfo.InvariantCulture);
            ulong[] power = Mt19937Polynomial.PowerOfT(n, Enum.Parse<VectorWidth>(width));
            Golden
                .Hash(MemoryMarshal.AsBytes<ulong>(power)[..((Mt19937Polynomial.Degree + 7) / 8)])
                .ShouldBe(item.GetProperty("sha256").GetString(), $"t^{n}");
            seen++;
        }

        Golden.ShouldHaveSeen(seen, 17);
    }

    [Fact]
    public void EnteringGivesTheSameWordsByAWalkByAJumpAndFromWhatIsRemembered()
    {
        uint[] whole = Plain(new Mt19937Stream(5489).Enter(0), 30_000);
        UInt128[] positions = [0, 1, 623, 624, 625, 2047, 2048, 2049, 19_936, 19_937, 25_000];
        Mt19937Stream remembering = new(5489);
        foreach (UInt128 position in positions.Concat(positions.Reverse()).Concat(positions))
        {
            uint[] expected = whole[(int)position..((int)position + 1000)];
            Plain(new Mt19937Stream(5489).Enter(position), 1000).ShouldBe(expected);
            Plain(remembering.Enter(position), 1000).ShouldBe(expected);
            Plain(remembering.Jump(position, Dispatch.Best), 1000).ShouldBe(expected);
        }
    }

    [Fact]
    public void ManyThreadsEnterOneStream()
    {
        Mt19937Stream stream = new(7);
        uint[] whole = Plain(new Mt19937Stream(7).Enter(0), 200_700);
        Parallel.For(
            0,
            200,
            i => Plain(stream.Enter((UInt128)i * 1000), 700).ShouldBe(whole[(i * 1000)..(i * 1000 + 700)])
        );
    }
}
