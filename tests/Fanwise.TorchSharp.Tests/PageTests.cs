using Fanwise.Docs;

namespace FanwiseTorch.Tests;

/// <summary>The programs of the page on TorchSharp, as they stand there.</summary>
public sealed class PageTests
{
    [Fact]
    public void EveryProgramOfThePageCompilesAsPastedAndPrintsWhatItsCommentsSay()
    {
        int seen = 0;
        foreach (Pages.Block block in Pages.Blocks("docs/torchsharp.md").Where(static block => block.Language == "cs"))
        {
            string.Join(' ', PageProgram.Run(block.Text)).ShouldBe(string.Join(' ', PageProgram.Promised(block.Text)));
            seen++;
        }

        seen.ShouldBe(5);
    }
}
