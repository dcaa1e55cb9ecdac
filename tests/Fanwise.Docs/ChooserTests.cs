using System.Text.RegularExpressions;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>The page of whose numbers and the page of errors say what is so.</summary>
public partial class ChooserTests
{
    private const string Chooser = "docs/whose-numbers.md",
        Errors = "docs/errors.md";

    [Fact]
    public void EveryCommandOfTheChooserRuns()
    {
        using ScratchFolder folder = WithSamples();
        string[] commands = [.. InlineCommand().Matches(Text(Chooser)).Select(static match => match.Groups[1].Value)];
        commands.Length.ShouldBeGreaterThan(20);
        foreach (string command in commands)
        {
            Tool.Result result = Tool.Run(folder.Path, command);
            result.ExitCode.ShouldBe(0, $"{command}\n{result.Error}");
        }
    }

    [Theory]
    [InlineData("Keras 3 on tensorflow, and tf.keras 2.10 to 2.15", "--backend tensorflow")]
    [InlineData("Keras 3 on tensorflow, and tf.keras 2.10 to 2.15", "--as tf-keras-2.15")]
    [InlineData("Keras 3 on jax", "--backend jax")]
    [InlineData("Keras 3 on torch", "--backend torch")]
    [InlineData("Keras 3 on numpy", "--backend numpy")]
    [InlineData("tf.keras 2.7 to 2.9, and `tf.compat.v1.keras` without a graph's seed", "--as tf-keras-2.9")]
    [InlineData("tf.keras 2.7 to 2.9, and `tf.compat.v1.keras` without a graph's seed", "--as compat-v1")]
    [InlineData("`tf.contrib.keras`", "--as contrib")]
    public void TheFirstValuesSideBySideAreThoseThatAreDrawn(string row, string options)
    {
        string values = Text(Chooser).Split($"| {row} | ")[1].Split(" |")[0];
        string drawn = Tool.Run(Golden.Root, $"draw he_normal --shape 784,256 --seed 42 {options}").Output;
        drawn.ShouldContain($"first        {values} ");
    }

    /// <summary>What is shown is compared by <see cref="CommandsTests"/>; here, that an entry is one failure, with its
    /// exit code, cause or cure.</summary>
    [Fact]
    public void EveryEntryOfTheErrorsFailsAsItSays()
    {
        using ScratchFolder folder = WithSamples();
        string[] entries = Text(Errors).Split("\n### ")[1..];
        entries.Length.ShouldBeGreaterThan(15);
        foreach (string entry in entries)
        {
            string title = entry[..entry.IndexOf('\n')];
            string[] commands = [.. Step().Matches(entry).Select(static match => match.Groups[1].Value)];
            int stated = int.Parse(
                ExitCode().Match(entry).Groups[1].ValueSpan,
                System.Globalization.CultureInfo.InvariantCulture
            );
            entry.ShouldContain(" Cure: ", Case.Sensitive, title);
            foreach (string command in commands[..^1])
                Tool.Run(folder.Path, command).ExitCode.ShouldBe(0, $"{title}: {command}");
            Tool.Result result = Tool.Run(folder.Path, commands[^1]);
            result.ExitCode.ShouldBe(stated, title);
            result
                .Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Count(static line => line.StartsWith("fanwise: ", StringComparison.Ordinal))
                .ShouldBe(1, title);
        }
    }

    /// <summary>A reader knows at once whether a page is for him.</summary>
    [Fact]
    public void EveryPageBeginsWithWhatOneCanDoAfterIt()
    {
        string[] without =
        [
            .. Pages.All.Where(static page =>
                page != "README.md"
                && !Text(page).Split("\n\n")[1].StartsWith("After this page you ", StringComparison.Ordinal)
            ),
        ];
        without.ShouldBeEmpty();
    }

    private static ScratchFolder WithSamples()
    {
        ScratchFolder folder = new();
        Directory.CreateSymbolicLink(folder.File("samples"), Path.Combine(Golden.Root, "samples"));
        return folder;
    }

    private static string Text(string page) => File.ReadAllText(Path.Combine(Golden.Root, page));

    [GeneratedRegex("`fanwise (?<command>[^`]+)`")]
    private static partial Regex InlineCommand();

    [GeneratedRegex(@"^\$ fanwise (?<command>.+)$", RegexOptions.Multiline)]
    private static partial Regex Step();

    [GeneratedRegex(@"^Exit code (?<code>\d)\.", RegexOptions.Multiline)]
    private static partial Regex ExitCode();
}
