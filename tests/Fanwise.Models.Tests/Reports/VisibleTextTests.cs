using Fanwise.Models.Reports;

namespace Fanwise.Models.Tests.Reports;

public class VisibleTextTests
{
    [Theory]
    [InlineData("block_1/conv/kernel", "block_1/conv/kernel")]
    [InlineData("größe/重み/😀", "größe/重み/😀")]
    [InlineData("a\u001b[31mb", "a\\u001B[31mb")]
    [InlineData("a\u202Eb\u200Fc\u2066d", "a\\u202Eb\\u200Fc\\u2066d")]
    [InlineData("a\nb\u2028c\0", "a\\u000Ab\\u2028c\\u0000")]
    [InlineData("</script>[red]", "</script>[red]")] // harmless as text, which it stays
    [InlineData("", "")]
    public void WritesOutWhatIsNotSeen(string text, string expected) => VisibleText.Of(text).ShouldBe(expected);

    [Fact]
    public void HalfAPairIsWrittenOut() => VisibleText.Of("a\ud800b\udc00").ShouldBe("a\\uD800b\\uDC00");

    [Fact]
    public void ShortensInTheMiddle()
    {
        VisibleText.Of(new string('a', 5_000) + new string('b', 5_000), 9).ShouldBe("aaaa…bbbb");
        VisibleText.Of(new string('\u202E', 10_000)).Length.ShouldBeLessThan(1_000);
    }
}
