using System.Numerics.Tensors;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>README's programs.</summary>
public class ReadmeTests
{
    [Fact]
    public void FirstPrograms()
    {
        #region
        // The bits of Keras 3 on TensorFlow.
        Tensor<float> kernel = Initializers.HeNormal(seed: 42).Create<float>([3, 3, 64, 128]);

        // Into your own memory: rows 1000 to 1999 of a large table, equal to that slice of the whole.
        float[] rows = new float[1_000 * 4_096];
        Initializers.GlorotUniform(seed: 7).Fill<float>(rows, shape: [50_000, 4_096], region: Region.Rows(1_000, 1_000));
        #endregion

        kernel.Lengths.ToArray().ShouldBe([3, 3, 64, 128]);
        float[] first = new float[4_096];
        Initializers.GlorotUniform(seed: 7).Fill(first.AsSpan(), [50_000, 4_096], start: 1_000 * 4_096L);
        rows[..4_096].ShouldBe(first);
    }

    [Fact]
    public void AWholeModelIntoArrays()
    {
        string folder = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Golden.Root;
        try
        {
            #region
            Model model = Model.Read("samples/models/MobileNetV2.json");
            WeightPlan plan = model.Plan(seed: 42);

            Dictionary<string, float[]> weights = [];
            foreach (PlannedWeight weight in plan)
            {
                float[] values = new float[weight.Shape.Elements];
                weight.Fill<float>(values);
                weights[weight.Name] = values;
            }

            // One weight alone, and why it is what it is.
            PlannedWeight first = plan["Conv1/kernel"];
            string why = $"{first.Name} {first.Shape}: {first.InitializerName}, seed {first.Seeds[0]}, fans {first.Fans}";
            #endregion

            weights.Count.ShouldBe(262);
            BitConverter.SingleToUInt32Bits(weights["Conv1/kernel"][0]).ShouldBe(0x3dca7c24u); // as Keras has it
            why.ShouldStartWith("Conv1/kernel (3, 3, 3, 32): GlorotUniform, seed 686579304 (draw 1), fans ");
        }
        finally
        {
            Environment.CurrentDirectory = folder;
        }
    }
}
