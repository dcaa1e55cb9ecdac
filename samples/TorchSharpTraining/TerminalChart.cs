using System.Globalization;
using System.Text;

namespace TorchSharpTraining;

/// <summary>Loss curves in characters: a letter for each beginning.</summary>
internal static class TerminalChart
{
    private const int Width = 72,
        Height = 14;

    public static string Draw(IReadOnlyList<(string Name, double[] Losses)> curves)
    {
        double[][] smooth = [.. curves.Select(static curve => Chart.Smooth(curve.Losses, Width))];
        double top = smooth.Max(static curve => curve.Max());
        StringBuilder text = new();
        for (int row = 0; row < Height; row++)
        {
            char[] line = new string(' ', Width).ToCharArray();
            for (int curve = 0; curve < smooth.Length; curve++)
            for (int column = 0; column < Width; column++)
                if ((int)((1 - smooth[curve][column] / top) * (Height - 1) + 0.5) == row)
                    line[column] = (char)('A' + curve);
            string scale = (top * (Height - 1 - row) / (Height - 1)).ToString("0.00", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{scale, 6} |{new string(line).TrimEnd()}\n");
        }

        text.Append(' ', 7).Append('+').Append('-', Width).Append('\n');
        for (int curve = 0; curve < curves.Count; curve++)
            text.Append(CultureInfo.InvariantCulture, $"        {(char)('A' + curve)}: {curves[curve].Name}\n");
        return text.ToString();
    }
}
