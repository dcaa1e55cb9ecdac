using System.Globalization;

namespace Fanwise.Benchmarks;

/// <summary>The ratios that processors have reached: lines of processor, row and ratio, with tabs between.</summary>
internal static class Ratios
{
    /// <summary>What Linux calls the processor: its name, family and model.</summary>
    public static string Processor()
    {
        if (!File.Exists("/proc/cpuinfo"))
            return "a processor without a name";
        Dictionary<string, string> facts = [];
        foreach (string line in File.ReadLines("/proc/cpuinfo"))
            if (line.Split(':', 2) is [string name, string value])
                facts.TryAdd(name.Trim(), value.Trim());
        return $"{Of("model name")}, family {Of("cpu family")}, model {Of("model")}";

        string Of(string name) => facts.GetValueOrDefault(name, "?");
    }

    /// <summary>Those of one processor.</summary>
    public static Dictionary<string, double> Read(string processor) =>
        Lines()
            .Where(line => line[0] == processor)
            .ToDictionary(
                static line => line[1],
                static line => double.Parse(line[2], CultureInfo.InvariantCulture),
                StringComparer.Ordinal
            );

    /// <summary>Puts these in the place of what was known of the processor.</summary>
    public static void Write(string processor, Dictionary<string, double> reached) =>
        File.WriteAllLines(
            Place(),
            Lines()
                .Where(line => line[0] != processor)
                .Concat(reached.Select(row => new[] { processor, row.Key, Text(row.Value) }))
                .Select(static line => string.Join('\t', line))
        );

    private static List<string[]> Lines() =>
        File.Exists(Place()) ? [.. File.ReadLines(Place()).Select(static line => line.Split('\t'))] : [];

    private static string Text(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Place()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "bench", "twin")))
                return Path.Combine(folder.FullName, "bench", "ratios.tsv");
        throw new DirectoryNotFoundException("The ratios are in the folder bench of the source.");
    }
}
