using System.Globalization;
using System.Text;

namespace TinyNetwork;

/// <summary>Loss curves as an SVG picture.</summary>
internal static class Curves
{
    private const int Width = 640,
        Height = 360,
        Margin = 48;
    private static readonly string[] Colours = ["#1b6ca8", "#d1495b", "#8d6a9f", "#66a182"];

    public static string Draw(IReadOnlyList<(string Name, double[] Losses)> curves)
    {
        // Half above what guessing among three classes costs; beyond it the curve is cut.
        double highest = 1.5 * Math.Log(3);
        StringBuilder svg = new();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" "
                + $"font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<path d=\"M{Margin} {Margin / 2}V{Height - Margin}H{Width - Margin / 2}\" fill=\"none\" "
                + $"stroke=\"#444\"/>\n"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Width / 2}\" y=\"{Height - 14}\" text-anchor=\"middle\">step</text>\n<text x=\"16\" "
                + $"y=\"{Height / 2}\" transform=\"rotate(-90 16 {Height / 2})\" "
                + $"text-anchor=\"middle\">cross-entropy</text>\n"
        );
        for (int i = 0; i < curves.Count; i++)
        {
            (string name, double[] losses) = curves[i];
            IEnumerable<string> points = losses.Select(
                (loss, step) =>
                {
                    double cut = Math.Clamp(double.IsNaN(loss) ? highest : loss, 0, highest);
                    double x = Margin + (Width - 1.5 * Margin) * step / (losses.Length - 1);
                    double y = Height - Margin - (Height - 1.5 * Margin) * cut / highest;
                    return string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#}");
                }
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"{Colours[i]}\" "
                    + $"stroke-width=\"2\"/>\n"
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Width - 210}\" y=\"{Margin + 18 * i}\" fill=\"{Colours[i]}\">{name}</text>\n"
            );
        }

        return svg.Append("</svg>\n").ToString();
    }
}
