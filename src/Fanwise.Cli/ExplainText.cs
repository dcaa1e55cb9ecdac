using System.Globalization;
using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Rules;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fanwise.Cli;

/// <summary>What <c>fanwise explain</c> prints for people.</summary>
/// <param name="details">Whether every weight and every warning of a model is told on a terminal, too.</param>
internal sealed class ExplainText(bool details)
{
    /// <summary>So wide is the table where stdout is no terminal and $COLUMNS gives no width.</summary>
    private const int WidthOfFiles = 320;

    /// <summary>No narrower is what $COLUMNS gives: below it no block is readable.</summary>
    private const int LeastWidth = 20;

    /// <summary>Of up to so many weights a table that does not fit is broken by its cells, and a line by its words; of
    /// more, each weight has a block, and long lines are the terminal's to break.</summary>
    private const int MostLaidOut = 10_000;

    private const int NameLength = 48,
        SentenceLength = 400,
        Indent = 4;

    private static readonly string[] Columns =
    [
        "weight",
        "layer",
        "initializer",
        "shape",
        "fans",
        "variance asked",
        "drawn",
        "deviation, values",
        "seed",
        "bytes",
    ];

    private readonly IAnsiConsole _console = Console();

    /// <summary>What a row has of an explanation that other weights share.</summary>
    private readonly Dictionary<Explanation, string[]> _cells = new(ReferenceEqualityComparer.Instance);

    private bool _isLarge;

    /// <summary>An initializer, a line for each thing that is known of it.</summary>
    public void Show(Explanation e)
    {
        Grid grid = new();
        grid.AddColumn().AddColumn();
        void Row(string name, string? value)
        {
            if (value is not null)
                grid.AddRow(Cell(name), Cell(value));
        }

        Row("initializer", e.Initializer);
        Row(
            "shape",
            $"{e.Shape} {e.ElementType.Name()}, {Terminal.Count(e.Shape.Elements, "element")}, {Terminal.Size(e.Bytes)}"
        );
        if (e.Fans is { } fans)
            Row(
                "fans",
                $"in {Number(fans.In)}, out {Number(fans.Out)}, by the rule {e.Rule}; {(e.Mode?.Name() ?? "")} divides "
                    + "the variance"
            );
        if (e.LayerFans is { } real)
            Row("layer's fans", $"in {Number(real.In)}, out {Number(real.Out)}, by the rule {e.LayerRule}");
        Row("variance asked", e.VarianceAsked is { } asked ? Number(asked) : null);
        Row("variance drawn", e.VarianceDrawn is { } variance ? Number(variance) : null);
        if (e.Drawn is { } drawn)
        {
            Row("deviation", Number(drawn.Deviation));
            Row("values", Limits(drawn));
        }

        Row("seed", e.Seed?.ToString(CultureInfo.InvariantCulture) ?? "none given");
        _console.Write(grid);
        foreach (ExplanationWarning warning in e.Warnings)
            Warn(warning, "");
        if (e.LayerFans is not null && e.Warnings.Any(IsOfFans))
            Line("draw --layer draws with the layer's fans, init --layer-fans a whole model.");
    }

    /// <summary>A framework's function, and what surprises those who come from Keras.</summary>
    public void Show((Explanation Explanation, string About) function)
    {
        Show(function.Explanation);
        if (function.About.Length > 0)
            Line(function.About);
    }

    /// <summary>A model: the sum first; then every weight, in a table where it is wide enough and in blocks where not;
    /// or, on a terminal that asked for no details, each kind of warning once.</summary>
    public void Show(PlanExplanation explained)
    {
        int warnings = explained.Sum(static weight => weight.Warnings.Count);
        Line(
            $"{Terminal.Count(explained.Count, "weight")}, {Terminal.Short(explained.Plan.Parameters)} "
                + $"{(explained.Plan.Parameters == 1 ? "parameter" : "parameters")}, "
                + Terminal.Count(warnings, "warning")
        );
        if (!details && !System.Console.IsOutputRedirected)
        {
            Facts(explained, "");
            Kinds(explained);
            Advise(explained);
            Line("--details shows every weight, --json is for programs.");
            return;
        }

        _isLarge = explained.Count > MostLaidOut;
        PlainTable table = new(Columns);
        foreach (WeightExplanation weight in explained)
            table.Measure(Row(weight));
        bool isWide = table.Width - 1 <= _console.Profile.Width || _console.Profile.Width >= WidthOfFiles && !_isLarge;
        if (isWide && table.Fits(_console))
            table.Write(_console, explained.Select(Row));
        else if (isWide)
            _console.Write(TableOf(explained));
        else
            foreach (WeightExplanation weight in explained)
                Block(weight);
        Facts(explained, Terminal.Count(explained.Count, "weight") + ", ");
        if (warnings == 0)
            Line("No warnings.");
        else if (isWide)
            foreach (WeightExplanation weight in explained)
            foreach (ExplanationWarning warning in weight.Warnings)
                Warn(warning, weight.Weight.Name + ": ");
        Advise(explained);
    }

    /// <summary>What mends fans that are not the layers'.</summary>
    private void Advise(PlanExplanation explained)
    {
        if (explained.Any(static weight => weight.Warnings.Any(IsOfFans)))
            Line("--layer-fans counts fans as the layers connect: init, explain, report and verify take it.");
    }

    private static bool IsOfFans(ExplanationWarning warning) =>
        warning.Kind
            is WarningKind.DepthwiseFans
                or WarningKind.GroupedFans
                or WarningKind.TransposedFans
                or WarningKind.ContractionFans
                or WarningKind.EmbeddingFans
                or WarningKind.OtherFans;

    /// <summary>How the variance grows from layer to layer.</summary>
    public void Show(ResidualStream stream)
    {
        double least = stream.Layers.Min(),
            most = stream.Layers.Max();
        string added = least == most ? Number(most) : $"{Number(least)} to {Number(most)}";
        Line(
            $"Residual stream: the embedding's variance is {Number(stream.Embedding)}; each of "
                + $"{Terminal.Count(stream.Layers.Count, "layer")} adds {added} at most (projections that read values "
                + $"of variance 1); behind the last it is {Number(stream.Last)} at most."
        );
    }

    private void Line(string text) => _console.Write(new Text(text + "\n"));

    private void Facts(PlanExplanation explained, string begin) =>
        Line(
            VisibleText.Of(
                begin
                    + $"{Terminal.Count(explained.Plan.Parameters, "parameter")}, "
                    + $"{Terminal.Size(explained.Plan.Bytes)}; "
                    + string.Join(
                        ", ",
                        explained
                            .Plan.Metadata.Where(static pair => pair.Key != "digest")
                            .Select(static pair => $"{pair.Key} {pair.Value}")
                    ),
                SentenceLength
            )
        );

    /// <summary>Each kind of warning with its number and its first weight.</summary>
    private void Kinds(PlanExplanation explained)
    {
        foreach (
            var kind in explained
                .SelectMany(static weight => weight.Warnings.Select(warning => (weight.Weight.Name, Warning: warning)))
                .GroupBy(static pair => pair.Warning.Code, StringComparer.Ordinal)
        )
            Warn(
                kind.First().Warning,
                $"{(kind.Count() == 1 ? "" : $"{Terminal.Count(kind.Count(), "weight")}, such as ")}"
                    + $"{VisibleText.Of(kind.First().Name, NameLength)}: "
            );
    }

    private string[] Row(WeightExplanation weight)
    {
        Explanation e = weight.Explanation;
        if (!_cells.TryGetValue(e, out string[]? cells))
            _cells[e] = cells = [
                Shown(e.Initializer),
                Shown($"{e.Shape} {e.ElementType.Name()}"),
                Shown(Fans(e)),
                Number(e.VarianceAsked),
                Number(e.VarianceDrawn),
                Drawn(e),
                Terminal.Size(e.Bytes),
            ];
        return
        [
            Shown(weight.Weight.Name),
            Shown(weight.Weight.LayerClass + weight.Weight.RulePlace),
            .. cells.AsSpan(..^1),
            string.Join(", ", weight.Weight.Seeds),
            cells[^1],
        ];
    }

    private static string Fans(Explanation e) =>
        e.Fans is { } fans ? $"{Number(fans.In)}, {Number(fans.Out)} {(e.Mode?.Name() ?? "")} by {e.Rule}" : "";

    private static string Drawn(Explanation e) =>
        e.Drawn is not { } drawn ? ""
        : drawn.Variance == 0 ? Limits(drawn)
        : $"{Number(drawn.Deviation)}, {Limits(drawn)}";

    private Table TableOf(PlanExplanation explained)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string column in Columns)
            table.AddColumn(new TableColumn(Cell(column)));
        foreach (WeightExplanation weight in explained)
            table.AddRow(Row(weight).Select(static IRenderable (cell) => new Text(cell)));
        return table;
    }

    /// <summary>One weight, its warnings below it.</summary>
    private void Block(WeightExplanation weight)
    {
        Explanation e = weight.Explanation;
        Paragraph(VisibleText.Of(weight.Weight.Name, NameLength * 2), 0, new Style(Color.Blue));
        Indented(
            $"{weight.Weight.LayerClass}{weight.Weight.RulePlace} {e.Shape} {e.ElementType.Name()}, "
                + Terminal.Size(e.Bytes)
        );
        string seeds = string.Join(", ", weight.Weight.Seeds);
        if (seeds.Length > 0)
            seeds = $", seed {seeds}";
        string drawn = Drawn(e);
        if (drawn.Length > 0)
            drawn = e.Drawn is { Variance: not 0 } ? $": deviation {drawn}" : $": {drawn}";
        Indented($"{e.Initializer}{seeds}{drawn}");
        if (e.Fans is not null)
            Indented($"fans {Fans(e)}; variance {Number(e.VarianceAsked)} asked, {Number(e.VarianceDrawn)} drawn");
        foreach (ExplanationWarning warning in weight.Warnings)
            Indented($"{warning.Code}: {warning.Sentence}", new Style(Color.Red));
    }

    private void Indented(string text, Style? style = null) =>
        Paragraph(new string(' ', Indent) + VisibleText.Of(text, SentenceLength), Indent, style);

    /// <summary>A line, or several below each other where it is too long.</summary>
    private void Paragraph(string line, int indent, Style? style)
    {
        // What fits is written as it is: a model has a hundred thousand weights, and laying out each takes a minute.
        if (
            (style is null || _console.Profile.Capabilities.ColorSystem == ColorSystem.NoColors)
            && (line.Length <= _console.Profile.Width || _isLarge)
            && !line.AsSpan().ContainsAnyExceptInRange(' ', '\u02ff')
        )
            _console.Profile.Out.Writer.Write(line + "\n");
        else if (indent == 0)
            _console.Write(new Text(line + "\n", style));
        else
            _console.Write(new Padder(new Text(line[indent..], style), new Padding(indent, 0, 0, 0)));
    }

    private void Warn(ExplanationWarning warning, string place)
    {
        // One paragraph, so that the code's length counts where the line is broken.
        Paragraph paragraph = new($"{warning.Code} ", new Style(Color.Red));
        paragraph.Append(
            VisibleText.Of(place, NameLength * 2) + VisibleText.Of(warning.Sentence, SentenceLength) + "\n"
        );
        _console.Write(paragraph);
    }

    /// <summary>Text and never markup, whatever a model's names hold.</summary>
    private static Text Cell(string text) => new(Shown(text));

    private static string Shown(string text) =>
        VisibleText.Of(text, text.Length > NameLength * 4 ? NameLength * 2 : Math.Max(8, text.Length));

    private static string Limits(DeclaredDistribution drawn) =>
        drawn switch
        {
            PointDistribution => $"all {Number(drawn.Mean)}",
            { NearlyAll: var (lower, upper, share) } =>
                $"{(lower == -upper ? $"within ±{Number(upper)}" : $"{Number(lower)} to {Number(upper)}")} but for "
                    + $"{Number(share * 1e6)} in a million",
            _ when double.IsFinite(drawn.Lower) => drawn.Lower == -drawn.Upper
                ? $"within ±{Number(drawn.Upper)}"
                : $"{Number(drawn.Lower)} to {Number(drawn.Upper)}",
            _ => drawn.Mean == 0 ? "no limit" : $"around {Number(drawn.Mean)}, no limit",
        };

    private static string Number(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The terminal; without one, text alone, as wide as $COLUMNS says.</summary>
    private static IAnsiConsole Console()
    {
        if (!System.Console.IsOutputRedirected)
            return AnsiConsole.Create(new AnsiConsoleSettings());
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors }
        );
        console.Profile.Width =
            int.TryParse(
                Environment.GetEnvironmentVariable("COLUMNS"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out int width
            )
            && width >= LeastWidth
                ? width
                : WidthOfFiles;
        return console;
    }
}
