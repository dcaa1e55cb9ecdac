using Fanwise.Models.Checkpoints;
using Fanwise.Models.Workers;

namespace Fanwise.Models.Tests.Workers;

/// <summary>Sizes as people write them.</summary>
public class ByteSizeTests
{
    [Theory]
    [InlineData("5GB", 5_000_000_000)]
    [InlineData("4GiB", 4_294_967_296)]
    [InlineData("50gb", 50_000_000_000)]
    [InlineData("500 MB", 500_000_000)]
    [InlineData("1.5KB", 1_500)]
    [InlineData("0.5KiB", 512)]
    [InlineData("2TB", 2_000_000_000_000)]
    [InlineData("1TiB", 1_099_511_627_776)]
    [InlineData("1MiB", 1_048_576)]
    [InlineData("12B", 12)]
    [InlineData("007", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void ASizeIsANumberAndAUnit(string text, long bytes) => ByteSize.Parse(text).ShouldBe(bytes);

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("0")]
    [InlineData("0GB")]
    [InlineData("-1GB")]
    [InlineData("+1GB")]
    [InlineData(" 5GB")]
    [InlineData("5GB ")]
    [InlineData("1e9")]
    [InlineData("5PB")]
    [InlineData("5Gb/s")]
    [InlineData("1,5GB")]
    [InlineData("1.B")]
    [InlineData(".5GB")]
    [InlineData("0.3B")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999TiB")]
    [InlineData("99999999999999999999TB")]
    [InlineData("٣GB")]
    public void AnythingElseIsRefused(string text)
    {
        CheckpointException error = Should.Throw<CheckpointException>(() => ByteSize.Parse(text));
        error.Error.ShouldBe(CheckpointError.Request);
        error.Message.ShouldContain($"'{text}'");
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_500, "1.5 KB")]
    [InlineData(13_600_000, "13.6 MB")]
    [InlineData(2_020_000_000_000, "2.02 TB")]
    public void SizesArePrintedWithADecimalUnit(long bytes, string text) => ByteSize.Format(bytes).ShouldBe(text);
}
