using System.Numerics.Tensors;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;

namespace Fanwise.Docs;

/// <summary>The programs of docs/first-program.md.</summary>
[Collection(Printed.Collection)]
public class FirstProgramTests
{
    [Fact]
    public void OneKernel() =>
        Printed.AsItSays(static () =>
        {
            #region first
            // A dense kernel, 784 inputs and 256 units, as keras.initializers.HeNormal(seed=42)((784, 256)) draws it.
            Tensor<float> kernel = Initializers.HeNormal(seed: 42).Create<float>([784, 256]);
            Console.WriteLine($"{kernel[0, 0]} {kernel[0, 1]}"); // 0.0009082079 -0.091301925
            Console.WriteLine($"{Tensor.StdDev<float>(kernel):0.000}"); // 0.051
            #endregion
        });

    [Fact]
    public void AModel() =>
        Printed.AsItSays(static () =>
        {
            #region model
            WeightPlan plan = Model.Read("samples/models/autoencoder.json").Plan(seed: 42);
            Console.WriteLine($"{plan.Count} weights, {plan.Parameters} parameters"); // 14 weights, 1431 parameters

            PlannedWeight weight = plan["code/kernel"];
            float[] values = new float[weight.Shape.Elements]; // row-major, shape (64, 6)
            weight.Fill<float>(values);
            Console.WriteLine($"{weight.InitializerName}, seed {weight.Seeds[0]}, first value {values[0]}"); // GlorotUniform, seed 26855093 (draw 3), first value 0.20075169

            CheckpointFormat.Of("start.safetensors").Write(plan, "start.safetensors");
            #endregion
            File.Exists("start.safetensors").ShouldBeTrue();
        });
}
