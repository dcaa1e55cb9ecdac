using Fanwise.Draws;
using Fanwise.Generations;

namespace Fanwise.TensorFlow;

/// <summary>What a <see cref="DrawRequest"/> made: the calls' operations, and a page about the first one.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Initializer">The initializer that was called.</param>
/// <param name="Notes">What reading it dropped or changed in meaning.</param>
/// <param name="Operations">One for each call.</param>
public sealed record DrawResult(
    DrawRequest Request,
    ConfiguredInitializer Initializer,
    IReadOnlyList<string> Notes,
    IReadOnlyList<Operation> Operations
)
{
    /// <summary>A readable summary: fans, what is drawn, seeds used, mean, deviation, extremes, first values, a
    /// histogram in text.</summary>
    public string Summary
    {
        get
        {
            Values values = Operations[0].Values;
            List<(string Name, string Text)> lines =
            [
                ("initializer", Initializer.ToString()),
                ("shape", $"{values.Shape} of {values.ElementType.Name()}, {values.Shape.Elements} elements"),
            ];
            if (Initializer.Distribution is not null)
            {
                Fans fans = Initializer.FansOf(
                    Initializer.Generation.Columns.PartsHaveFansOfWhole
                        ? Request.FullShape ?? Request.Shape
                        : Request.Shape
                );
                lines.Add(
                    Request.Layer is { } layer
                        ? ("fans", $"in {layer.Of(values.Shape).In}, out {layer.Of(values.Shape).Out} by {layer}")
                        : ("fans", $"in {fans.In}, out {fans.Out}")
                );
            }

            if (Initializer.Class.IsRandom)
            {
                lines.Add(
                    (
                        "drawn",
                        Described(Operations[0].Draw!.Value)
                            + (Initializer.Class.Rule == Rule.Orthogonal ? ", then the orthonormal factor of it" : "")
                    )
                );
                if (Request.Backend is { } backend)
                    lines.Add(("numbers", $"those of {backend.Name()}"));
                lines.Add(("seeds", string.Join(' ', Operations.Select(static operation => operation.Seeds))));
            }

            int width = lines.Max(static line => line.Name.Length);
            return string.Concat(lines.Select(line => $"{line.Name.PadRight(width)}  {line.Text}\n"))
                + ValuesSummary.Of(values);
        }
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
