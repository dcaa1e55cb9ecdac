using System.Numerics.Tensors;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>README's programs and figures.</summary>
[Collection(Printed.Collection)]
public class ReadmeTests
{
    [Fact]
    public void FirstPrograms() =>
        Printed.AsItSays(static () =>
        {
            #region first
            // As keras.initializers.HeNormal(seed=42)((3, 3, 64, 128)) draws it.
            Tensor<float> kernel = Initializers.HeNormal(seed: 42).Create<float>([3, 3, 64, 128]);
            Console.WriteLine(kernel[0, 0, 0, 0]); // 0.0010595758

            // Into your own memory: rows 1000 to 1999 of a large table, equal to that slice of the whole.
            float[] rows = new float[1_000 * 4_096];
            Initializers
                .GlorotUniform(seed: 7)
                .Fill<float>(rows, shape: [50_000, 4_096], region: Region.Rows(1_000, 1_000));
            Console.WriteLine(rows[0]); // -0.007032393
            #endregion

            float[] first = new float[4_096];
            Initializers.GlorotUniform(seed: 7).Fill(first.AsSpan(), [50_000, 4_096], start: 1_000 * 4_096L);
            rows[..4_096].ShouldBe(first);
        });

    [Fact]
    public void AWholeModelIntoArrays() =>
        Printed.AsItSays(static () =>
        {
            #region model
            WeightPlan plan = Model.Read("samples/models/MobileNetV2.json").Plan(seed: 42);
            Dictionary<string, float[]> weights = [];
            foreach (PlannedWeight weight in plan)
            {
                weights[weight.Name] = new float[weight.Shape.Elements];
                weight.Fill<float>(weights[weight.Name]);
            }

            PlannedWeight first = plan["Conv1/kernel"];
            Console.WriteLine(
                $"{first.Name} {first.Shape}: {first.InitializerName}, seed {first.Seeds[0]}, "
                    + $"{weights[first.Name][0]} ..."
            );
            // Conv1/kernel (3, 3, 3, 32): GlorotUniform, seed 686579304 (draw 1), 0.09886959 ...
            #endregion

            weights.Count.ShouldBe(262);
            BitConverter.SingleToUInt32Bits(weights["Conv1/kernel"][0]).ShouldBe(0x3dca7c24u); // as Keras has it
        });

    [Fact]
    public void TheFiguresAreTheFirstOfThePerformancePage()
    {
        const int Rows = 2 + 3; // the header, the line below it, three rows
        string path = Path.Combine(Golden.Root, "README.md");
        string measured = Table(File.ReadAllLines(Path.Combine(Golden.Root, "docs", "performance.md")), Rows),
            shown = Table([.. File.ReadLines(path).SkipWhile(static line => line != "## Performance")], Rows);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, File.ReadAllText(path).Replace(shown, measured, StringComparison.Ordinal));
        else
            shown.ShouldBe(measured, "UPDATE_DOCS=1 writes the figures anew.");
    }

    /// <summary>The first lines of the first table.</summary>
    private static string Table(string[] lines, int rows) =>
        string.Join('\n', lines.Where(static line => line.StartsWith('|')).Take(rows));
}
