using System.Text.RegularExpressions;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>Every command of the pages runs: the lines of sh blocks that call the tool, in order, in one scratch folder
/// a page.</summary>
/// <remarks>
/// A text block right behind a command's block is what it prints; an ellipsis in it stands for anything.
/// A console block is a recording: lines behind a <c>$</c> run, the lines below each are what it prints, its errors
/// too.
/// Blocks that begin with <c>python run</c> run in the same folder, where NumPy is installed.
/// </remarks>
public class CommandsTests
{
    private const string FromSource = "dotnet run -c Release --project src/Fanwise.Cli -- ";

    public static TheoryData<string> PagesWithCommands =>
        [.. Pages.All.Where(static page => Pages.Blocks(page).SelectMany(Commands).Any())];

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public void EveryCommandOfThePageRunsAndPrintsWhatThePageShows(string page)
    {
        using ScratchFolder folder = new();
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "samples"), Path.Combine(Golden.Root, "samples"));
        Tool.Result? last = null;
        foreach (Pages.Block block in Pages.Blocks(page))
        {
            if (block.Language == "text" && last is not null)
                Shows(block, block.Text, last);
            if (block.Language == "console")
                foreach (string step in block.Text.Split("$ fanwise ", StringSplitOptions.RemoveEmptyEntries))
                    Shows(block, step[(step.IndexOf('\n') + 1)..], Tool.Run(folder.Path, step[..step.IndexOf('\n')]));

            last = null;
            if (block.Language == "python run" && Clients.MissingReason("numpy") is null)
            {
                (int code, string output, string errors) = Clients.Start(
                    "sh",
                    "-c",
                    "cd \"$1\" && \"$2\" -c \"$3\"",
                    "sh",
                    folder.Path,
                    Clients.PythonProgram,
                    block.Text
                );
                last = new(code, output, errors);
                code.ShouldBe(0, $"{block.Place}: {errors}");
            }

            foreach (string arguments in Commands(block))
            {
                last = Tool.Run(folder.Path, arguments);
                last.ExitCode.ShouldBe(0, $"{block.Place}: {arguments}\n{last.Error}");
            }
        }
    }

    private static void Shows(Pages.Block block, string shown, Tool.Result result) =>
        Regex
            .IsMatch(
                result.Output + result.Error,
                Pattern(shown),
                RegexOptions.Singleline | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(10)
            )
            .ShouldBeTrue($"{block.Place} shows\n{shown}\nbut the command printed\n{result.Output}{result.Error}");

    private static IEnumerable<string> Commands(Pages.Block block) =>
        block.Language != "sh"
            ? []
            : block
                .Text.Replace("\\\n", " ", StringComparison.Ordinal)
                .Split('\n')
                .Select(static line =>
                    line.StartsWith(FromSource, StringComparison.Ordinal) ? line[FromSource.Length..]
                    : line.StartsWith("fanwise ", StringComparison.Ordinal) ? line["fanwise ".Length..]
                    : ""
                )
                .Where(static arguments => arguments.Length > 0);

    private static string Pattern(string shown) =>
        string.Join(
            @"\s+",
            Regex
                .Split(shown.Trim(), @"\s+", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10))
                .Select(static word => Regex.Escape(word).Replace("…", ".*?", StringComparison.Ordinal))
        );
}
