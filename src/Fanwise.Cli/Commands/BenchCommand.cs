using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fanwise.Measuring;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise bench: how fast this machine draws.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        Option<double> seconds = new("--seconds")
        {
            Description = "How long to measure.",
            HelpName = "N",
            DefaultValueFactory = static _ => 10,
            CustomParser = static result =>
            {
                string text = result.Tokens[0].Value;
                if (
                    !double.TryParse(
                        text,
                        NumberStyles.AllowDecimalPoint,
                        CultureInfo.InvariantCulture,
                        out double value
                    ) || value is not (> 0 and <= 3600)
                )
                    result.AddError($"--seconds is a number above 0, at most 3600; received '{text}'.");
                return value;
            },
        };
        Option<bool> json = JsonOutput.Option("a table");
        ToolCommand command = new(
            "bench",
            "How fast this machine draws: elements per second of each draw, at each vector width, on one core "
                + "and on all, beside Span.Fill.",
            "fanwise bench --seconds 2"
        )
        {
            seconds,
            json,
        };
        command.SetAction(parsed =>
        {
            // As many rows as Measure gives on this machine share the time.
            int count = Throughput.Measure(TimeSpan.FromTicks(1)).Count();
            IEnumerable<ThroughputRow> rows = Throughput.Measure(
                TimeSpan.FromSeconds(parsed.GetValue(seconds) / count)
            );
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(writer => Write(writer, rows));
                return Invocation.Done;
            }

            Console.Out.WriteLine(
                $"{"draw", -26} {"width", -9} {"threads", 7} {"elements/s", 12} {"ns/element", 11} {"GB/s", 8}"
            );
            foreach (ThroughputRow row in rows)
                Console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{row.Draw, -26} {row.Width, -9} {row.Threads, 7} {row.ElementsPerSecond, 12:0.00e+0} "
                            + $"{1e9 / row.ElementsPerSecond, 11:0.000} {row.BytesPerSecond / 1e9, 8:0.00}"
                    )
                );
            Terminal.Say(
                $"Draws use {Throughput.Width} here. ns/element is the wall clock's, whatever the number of threads."
            );
            return Invocation.Done;
        });
        return command;
    }

    private static void Write(Utf8JsonWriter writer, IEnumerable<ThroughputRow> rows)
    {
        writer.WriteStartObject();
        writer.WriteString("width_in_use", Throughput.Width);
        writer.WriteNumber("cores", Environment.ProcessorCount);
        writer.WriteStartArray("rows");
        foreach (ThroughputRow row in rows)
        {
            writer.WriteStartObject();
            writer.WriteString("draw", row.Draw);
            writer.WriteString("width", row.Width);
            writer.WriteNumber("threads", row.Threads);
            writer.WriteNumber("elements_per_second", row.ElementsPerSecond);
            writer.WriteNumber("bytes_per_second", row.BytesPerSecond);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
