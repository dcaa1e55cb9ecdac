using Fanwise.Streams;

namespace Fanwise.Tests.Streams;

public class Philox4x32Tests
{
    /// <summary>The known answers of random123, philox4x32-10: counter and key, word 0 first, and the block.</summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers =>
        new()
        {
            { [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
            {
                [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
                [0xffffffff, 0xffffffff],
                [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
            },
            {
                [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
                [0xa4093822, 0x299f31d0],
                [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
            },
        };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void GivesTheKnownAnswers(uint[] counter, uint[] key, uint[] block)
    {
        UInt128 count = new((ulong)counter[3] << 32 | counter[2], (ulong)counter[1] << 32 | counter[0]);
        (uint x0, uint x1, uint x2, uint x3) = Philox4x32.Block(count, (ulong)key[1] << 32 | key[0]);
        uint[] words = [x0, x1, x2, x3];
        words.ShouldBe(block);
    }

    [Fact]
    public void AStreamSkipsBlocksThroughAllWordsOfItsCounter()
    {
        PhiloxStream stream = new(7, UInt128.MaxValue - 1);
        stream.Skip(1).Counter.ShouldBe(UInt128.MaxValue);
        stream.Skip(3).Counter.ShouldBe((UInt128)1);
        new PhiloxStream(7, ulong.MaxValue).Skip(1).Counter.ShouldBe(UInt128.One << 64);
    }

    [Fact]
    public void AStatefulRunReserves256BlocksForEachElement() =>
        PhiloxStream.FromOperationSeeds(1, 2).AfterRun(3).Counter.ShouldBe(((UInt128)2 << 64) + 768);
}
