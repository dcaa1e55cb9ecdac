using Fanwise.Draws;
using Fanwise.TensorFlow;

namespace Fanwise.Cli;

/// <summary>What <c>fanwise draw</c> prints: fans, what is drawn, the seeds used, and the values summed up.</summary>
internal static class DrawSummary
{
    public static string Of(DrawResult result)
    {
        DrawRequest request = result.Request;
        Values values = result.Operations[0].Values;
        List<(string Name, string Text)> lines =
        [
            ("initializer", result.Initializer.ToString()),
            ("shape", $"{values.Shape} of {values.ElementType.Name()}, {values.Shape.Elements} elements"),
        ];
        if (result.Fans is { } fans)
            lines.Add(("fans", $"in {fans.In}, out {fans.Out}" + (request.Layer is { } layer ? $" by {layer}" : "")));
        if (result.Operations[0].Draw is { } draw)
        {
            lines.Add(("drawn", Described(draw) + (result.IsOrthogonal ? ", then the orthonormal factor of it" : "")));
            if (request.Backend is { } backend)
                lines.Add(("numbers", $"those of {backend.Name()}"));
            lines.Add(("seeds", string.Join(' ', result.Operations.Select(static operation => operation.Seeds))));
        }

        int width = lines.Max(static line => line.Name.Length);
        return string.Concat(lines.Select(line => $"{line.Name.PadRight(width)}  {line.Text}\n"))
            + ValuesSummary.Of(values);
    }

    private static string Described(Draw draw)
    {
        (string multiplier, string addend) = (PythonNumbers.Format(draw.Multiplier), PythonNumbers.Format(draw.Addend));
        return draw.Kind switch
        {
            DrawKind.Uniform => $"uniform: u * {multiplier} + {addend}, u on [0, 1)",
            DrawKind.Normal => $"normal: z * {multiplier} + {addend}",
            DrawKind.TruncatedNormal => $"truncated normal: z * {multiplier} + {addend}, |z| < 2",
            _ => draw.Range == 0
                ? "integers, all of the type's"
                : $"integers from {draw.Low} to {draw.Low + (Int128)draw.Range - 1}",
        };
    }
}
