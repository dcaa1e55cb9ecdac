using System.Globalization;
using System.Runtime.InteropServices;
using Fanwise.Draws;

namespace Fanwise.Playground;

/// <summary>What a page shows of a tensor's values: its first ones, their mean and deviation, a histogram.</summary>
internal sealed record SampleNumbers(
    double Mean,
    double Deviation,
    double Least,
    double Greatest,
    int[] Bins,
    string[] First
)
{
    /// <summary>Reads all values.</summary>
    /// <param name="values">The tensor.</param>
    /// <param name="first">How many of the first ones are written out.</param>
    /// <param name="bins">How many bars the histogram has.</param>
    public static SampleNumbers Of(Values values, int first, int bins)
    {
        double[] numbers = Read(values);
        int[] counts = new int[bins];
        if (numbers.Length == 0)
            return new(0, 0, 0, 0, counts, []);
        double mean = numbers.Average(),
            least = numbers.Min(),
            greatest = numbers.Max(),
            range = greatest - least,
            squares = 0;
        foreach (double number in numbers)
        {
            squares += (number - mean) * (number - mean);
            counts[range > 0 ? Math.Min(bins - 1, (int)((number - least) / range * bins)) : bins / 2]++;
        }

        return new(
            mean,
            Math.Sqrt(squares / numbers.Length),
            least,
            greatest,
            counts,
            [.. numbers.Take(first).Select(number => Shortest(number, values.ElementType))]
        );
    }

    private static double[] Read(Values values)
    {
        byte[] bytes = new byte[values.Shape.Elements * values.ElementType.Size()];
        values.Fill(0, bytes);
        return values.ElementType switch
        {
            ElementType.Float64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            ElementType.Float16 => Widened<Half>(bytes, static value => (double)value),
            ElementType.BFloat16 => Widened<BFloat16>(bytes, static value => (float)value),
            _ => Widened<float>(bytes, static value => value),
        };
    }

    private static double[] Widened<TElement>(byte[] bytes, Func<TElement, double> widen)
        where TElement : unmanaged
    {
        ReadOnlySpan<TElement> elements = MemoryMarshal.Cast<byte, TElement>(bytes);
        double[] numbers = new double[elements.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = widen(elements[i]);
        return numbers;
    }

    /// <summary>The shortest digits that read back in the element type.</summary>
    private static string Shortest(double value, ElementType type) =>
        type switch
        {
            ElementType.Float64 => value.ToString("R", CultureInfo.InvariantCulture),
            ElementType.Float16 => ((Half)value).ToString(CultureInfo.InvariantCulture),
            _ => ((float)value).ToString("R", CultureInfo.InvariantCulture),
        };
}
