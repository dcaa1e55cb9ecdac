namespace Fanwise.Docs;

/// <summary>Every C# block of the pages, as it stands there.</summary>
/// <remarks>The console and the current folder are the process's, so these tests run one after the other.</remarks>
public class ProgramsTests
{
    public static TheoryData<string> Places => [.. Programs.Select(static block => block.Place)];

    private static IEnumerable<Pages.Block> Programs =>
        Pages.All.SelectMany(Pages.Blocks).Where(static block => block.Language == "csharp");

    [Theory]
    [MemberData(nameof(Places))]
    public void EveryProgramOfThePagesCompilesAsPastedAndPrintsWhatItsCommentsSay(string place)
    {
        string text = Programs.First(block => block.Place == place).Text;
        string[] promised = PageProgram.Promised(text);
        promised.ShouldNotBeEmpty("A program that shows nothing proves nothing.");

        // A long line of output may stand on several lines of comments.
        string.Join(' ', PageProgram.Run(text)).ShouldBe(string.Join(' ', promised));
    }
}
