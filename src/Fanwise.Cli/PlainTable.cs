using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fanwise.Cli;

/// <summary>A table whose rows are one line each, written as Spectre.Console writes it where nothing is broken, but
/// row by row: a model has a hundred thousand weights, and a table of objects for each cell takes a minute and a
/// gigabyte.</summary>
/// <param name="headers">The columns' titles.</param>
internal sealed class PlainTable(string[] headers)
{
    /// <summary>What stands beside every cell, and the line's own end.</summary>
    private const int Padding = 3,
        Border = 1;

    private const int Chunk = 1 << 15;

    private readonly int[] _widths = Array.ConvertAll(headers, static header => header.Length);
    private bool _isPlain = true;

    /// <summary>How wide the table is with no cell broken.</summary>
    public int Width => _widths.Sum() + Padding * _widths.Length + Border;

    /// <summary>Makes room for a row.</summary>
    public void Measure(string[] cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], cells[i].Length);
            // Beyond these the width of a character is the terminal's.
            _isPlain &= !cells[i].AsSpan().ContainsAnyExceptInRange(' ', '\u02ff');
        }
    }

    /// <summary>Whether this is how a console would show it: it is wide enough, and every character has one
    /// column.</summary>
    public bool Fits(IAnsiConsole console) => _isPlain && Width <= console.Profile.Width;

    /// <summary>Writes the rows, which have been measured.</summary>
    public void Write(IAnsiConsole console, IEnumerable<string[]> rows)
    {
        TableBorder border = TableBorder.Simple.GetSafeBorder(safe: !console.Profile.Capabilities.Unicode);
        TableColumn[] columns = Array.ConvertAll(headers, static header => new TableColumn(header));
        string left = border.GetPart(TableBorderPart.CellLeft),
            between = border.GetPart(TableBorderPart.CellSeparator),
            right = border.GetPart(TableBorderPart.CellRight);
        TextWriter output = console.Profile.Out.Writer;
        StringBuilder text = new();
        Rule(TablePart.Top);
        Row(headers);
        Rule(TablePart.HeaderSeparator);
        foreach (string[] row in rows)
            Row(row);
        Rule(TablePart.Bottom);
        output.Write(text);
        output.Flush();

        void Rule(TablePart part) => text.Append(border.GetColumnRow(part, _widths, columns)).Append('\n');

        void Row(string[] cells)
        {
            for (int i = 0; i < cells.Length; i++)
                text.Append(i == 0 ? left : between)
                    .Append(' ')
                    .Append(cells[i])
                    .Append(' ', _widths[i] - cells[i].Length + 1);
            text.Append(right).Append('\n');
            if (text.Length < Chunk)
                return;
            output.Write(text);
            text.Clear();
        }
    }
}
