using System.Globalization;
using System.Text;
using Fanwise.Draws;

namespace Fanwise.Cli;

/// <summary>Numbers and a histogram in text about values, drawn slice by slice.</summary>
internal static class ValuesSummary
{
    /// <summary>Larger tensors are summed up by as many of their first elements.</summary>
    private const long MaxElements = 1 << 24;

    private const int Slice = 1 << 16,
        Bins = 15,
        BarWidth = 50,
        FirstValues = 8;

    public static string Of(Values values)
    {
        values = values.Materialize();
        long count = Math.Min(values.Shape.Elements, MaxElements);
        if (count == 0)
            return "values       none\n";
        double least = double.PositiveInfinity,
            greatest = double.NegativeInfinity,
            sum = 0;
        bool isNumber = true;
        Each(
            values,
            count,
            value =>
            {
                least = Math.Min(least, value);
                greatest = Math.Max(greatest, value);
                sum += value;
                isNumber &= double.IsFinite(value);
            }
        );
        double mean = sum / count,
            squares = 0;
        int[] bins = new int[Bins];
        double range = greatest - least;
        Each(
            values,
            count,
            value =>
            {
                squares += (value - mean) * (value - mean);
                if (isNumber)
                    bins[range > 0 ? Math.Min(Bins - 1, (int)((value - least) / range * Bins)) : 0]++;
            }
        );

        StringBuilder text = new();
        if (count < values.Shape.Elements)
            text.Append(CultureInfo.InvariantCulture, $"of the first  {count} elements\n");
        Line("mean", Short(mean));
        Line("deviation", Short(Math.Sqrt(squares / count)));
        Line("least", Short(least));
        Line("greatest", Short(greatest));
        List<string> first = [];
        Each(values, Math.Min(count, FirstValues), value => first.Add(Shortest(value, values.ElementType)));
        Line("first", string.Join(' ', first) + (values.Shape.Elements > FirstValues ? " ..." : ""));
        if (!isNumber || range == 0)
            return text.ToString();
        int highest = bins.Max();
        for (int bin = 0; bin < Bins; bin++)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{least + range * bin / Bins, 12:0.0000e+00}  "
                    + $"{new string('#', (int)Math.Round((double)bins[bin] / highest * BarWidth)), -BarWidth}  "
                    + $"{bins[bin]}\n"
            );
        return text.ToString();

        void Line(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name, -11}  {value}\n");
    }

    private static string Short(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>The shortest digits that read back in the element type.</summary>
    private static string Shortest(double value, ElementType type) =>
        type switch
        {
            ElementType.Float64 => PythonNumbers.Format(value),
            ElementType.Float16 => ((Half)value).ToString(CultureInfo.InvariantCulture),
            _ => ((float)value).ToString("R", CultureInfo.InvariantCulture),
        };

    private static void Each(Values values, long count, Action<double> visit)
    {
        int size = values.ElementType.Size();
        byte[] slice = new byte[Math.Min(count, Slice) * size];
        for (long start = 0; start < count; start += Slice)
        {
            Span<byte> part = slice.AsSpan(0, (int)Math.Min(Slice, count - start) * size);
            values.Fill(start, part);
            for (int at = 0; at < part.Length; at += size)
                visit(values.ElementType.Read(part[at..]));
        }
    }
}
