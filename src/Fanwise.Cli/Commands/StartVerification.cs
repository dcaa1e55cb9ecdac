using System.Globalization;
using System.Text.Json;
using Fanwise.Models.Reports;
using Fanwise.Rules;

namespace Fanwise.Cli.Commands;

/// <summary>What <c>fanwise verify --rules</c> prints.</summary>
internal static class StartVerification
{
    private const int MostShown = 20,
        NameLength = 200,
        SentenceLength = 2000;

    /// <summary>The findings, the worst first, on stdout; the sum on stderr.</summary>
    /// <returns>The exit code.</returns>
    public static int Tell(string target, StartReport report, TimeSpan time)
    {
        int number = 0;
        foreach (StartFinding finding in report.Findings.Take(MostShown))
        {
            Console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{++number, 3}  {VisibleText.Of(finding.Tensor, NameLength)}"
                )
            );
            Console.Out.WriteLine($"     {VisibleText.Of(finding.Sentence, SentenceLength)}.");
        }

        if (report.Findings.Count > MostShown)
            Console.Out.WriteLine($"     {report.Findings.Count - MostShown} more; --json lists all.");
        int wrong = report.Findings.Select(static finding => finding.Tensor).Distinct(StringComparer.Ordinal).Count();
        string told =
            wrong == 0 ? "all as the rules have them"
            : wrong == 1 ? "1 of them is not as the rules have it"
            : $"{Terminal.Count(wrong)} of them are not as the rules have them";
        Terminal.Say(
            $"{target}: {Terminal.Count(report.Tensors.Count, "tensor")}, {Terminal.Count(report.Read, "value")} "
                + $"read, {told}; "
                + $"of {Terminal.Count((long)Math.Round(1 / report.FalseAlarms))} right starts one is found wrong, "
                + Terminal.Seconds(time)
        );
        return report.Holds ? Invocation.Done : Invocation.CouldNotBeDone;
    }

    /// <summary>All of it for programs.</summary>
    public static void Write(Utf8JsonWriter writer, StartReport report)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("holds", report.Holds);
        writer.WriteNumber("values_read", report.Read);
        writer.WriteNumber("checks", report.Checks);
        writer.WriteNumber("false_alarms", report.FalseAlarms);
        Write(writer, report.Findings);
        writer.WriteStartArray("tensors");
        foreach (JudgedTensor tensor in report.Tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tensor.Rule.Tensor.Name);
            writer.WriteString("type", tensor.Rule.Tensor.ElementType.Name());
            writer.WriteNumbers("shape", tensor.Rule.Tensor.Shape.Lengths.ToArray());
            writer.WriteString("rule", tensor.Rule.Draw.Words);
            writer.WriteString("place", tensor.Rule.Place.ToString());
            writer.WriteNumber("read", tensor.Read);
            writer.WriteFiniteOrNull("mean", tensor.Mean);
            writer.WriteFiniteOrNull("deviation", tensor.Deviation);
            writer.WriteFiniteOrNull("kurtosis", tensor.Kurtosis);
            writer.WriteFiniteOrNull("minimum", tensor.Minimum);
            writer.WriteFiniteOrNull("maximum", tensor.Maximum);
            writer.WriteFiniteOrNull("distance", tensor.Distance ?? double.NaN);
            Write(writer, tensor.Findings);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<StartFinding> findings)
    {
        writer.WriteStartArray("findings");
        foreach (StartFinding finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("tensor", finding.Tensor);
            writer.WriteString("check", finding.Check);
            writer.WriteString("sentence", finding.Sentence);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
