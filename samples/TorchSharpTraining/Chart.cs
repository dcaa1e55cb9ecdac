namespace TorchSharpTraining;

/// <summary>Loss curves as pixels: a colour for each beginning, the losses from zero upwards.</summary>
internal static class Chart
{
    private const int Width = 640,
        Height = 360,
        Margin = 16;

    // Of Okabe and Ito's colours, which people with any colour vision tell apart.
    private static readonly int[] Colours = [0x0072B2, 0xD55E00, 0x009E73];

    private const int White = 0xFFFFFF,
        Grey = 0xDDDDDD;

    public static int[,] Draw(IReadOnlyList<(string Name, double[] Losses)> curves)
    {
        int[,] pixels = new int[Height, Width];
        for (int y = 0; y < Height; y++)
        for (int x = 0; x < Width; x++)
            pixels[y, x] = (y - Margin) % ((Height - 2 * Margin) / 8) == 0 ? Grey : White;
        int columns = Width - 2 * Margin,
            rows = Height - 2 * Margin;
        double[][] smooth = [.. curves.Select(curve => Smooth(curve.Losses, columns))];
        double top = smooth.Max(static curve => curve.Max());
        for (int curve = 0; curve < smooth.Length; curve++)
        {
            int before = -1;
            for (int x = 0; x < columns; x++)
            {
                int y = Margin + (int)((1 - smooth[curve][x] / top) * (rows - 1));
                for (int at = Math.Min(y, before < 0 ? y : before); at <= Math.Max(y, before); at++)
                {
                    pixels[at, Margin + x] = Colours[curve];
                    pixels[at + 1, Margin + x] = Colours[curve];
                }

                before = y;
            }
        }

        return pixels;
    }

    /// <summary>The curve in so many columns, each the mean of its steps and of those beside it.</summary>
    public static double[] Smooth(double[] losses, int columns)
    {
        double[] smooth = new double[columns];
        int reach = Math.Max(1, losses.Length / 40);
        for (int column = 0; column < columns; column++)
        {
            int middle = column * (losses.Length - 1) / Math.Max(1, columns - 1),
                from = Math.Max(0, middle - reach),
                to = Math.Min(losses.Length - 1, middle + reach);
            smooth[column] = losses.AsSpan(from, to - from + 1).ToArray().Average();
        }

        return smooth;
    }
}
