using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;
using Fanwise.TensorFlow;

namespace Fanwise.Docs;

/// <summary>The programs of docs/cookbook.md.</summary>
[Collection(Printed.Collection)]
public class CookbookTests
{
    [Fact]
    public void WeightsForTorchSharpAndOnnx() =>
        Printed.AsItSays(static () =>
        {
            #region torch
            Shape shape = [128, 64, 3, 3];
            VarianceScaling initializer = Initializers.HeNormal(seed: 42) with
            {
                Rule = FanRule.Convolution().InPyTorchLayout(),
            };
            Console.WriteLine(
                $"fan in {Initializers.HeNormal(seed: 42).FansOf(shape).In} becomes {initializer.FansOf(shape).In}"
            ); // fan in 24576 becomes 576

            float[] values = new float[shape.Elements]; // for torch.tensor(values, [128, 64, 3, 3])
            initializer.Fill<float>(values, shape);

            // Keras' own numbers in that layout, as Tensor<float> and as the little-endian bytes of an ONNX raw_data.
            Tensor<float> keras = Initializers.HeNormal(seed: 42).Create<float>([3, 3, 64, 128]);
            Tensor<float> torch = Tensor.PermuteDimensions<float>(keras, [3, 2, 0, 1]);
            float[] dense = new float[torch.FlattenedLength];
            torch.FlattenTo(dense);
            byte[] raw = MemoryMarshal.AsBytes<float>(dense).ToArray();
            Console.WriteLine($"{keras[0, 0, 5, 7]} {torch[7, 5, 0, 0]} {raw.Length} bytes"); // 0.11027369 0.11027369 294912 bytes
            #endregion
        });

    [Fact]
    public void AGraphOf1X() =>
        Printed.AsItSays(static () =>
        {
            #region graph
            Graph graph = new(seed: 1234, GraphRelease.TensorFlow12);
            Variable seeded = graph.GetVariable(
                "seeded",
                [784, 256],
                new ContribKeras.VarianceScaling(mode: "fan_avg", distribution: "uniform", seed: 7)
            );
            graph.AddOperations(2); // two placeholders
            Variable counted = graph.GetVariable("counted", [256, 10], new ContribKeras.VarianceScaling());
            Console.WriteLine($"{seeded.InitialValue.Seeds} {seeded.InitialValue.ToTensor<float>()[0, 0]}"); // (1234, 7) 0.045121513
            Console.WriteLine(counted.InitialValue.Seeds); // (1234, 15)
            #endregion
        });

    [Fact]
    public void ATableLargerThanMemory() =>
        Printed.AsItSays(static () =>
        {
            #region table
            Shape table = [1L << 31, 512]; // 4 TiB in float32
            float[] rows = new float[2 * 512];
            Initializers.RandomUniform(seed: 7).Fill<float>(rows, table, Region.Rows(2_000_000_000, 2));
            Console.WriteLine($"{rows[0]} {rows[512]}"); // -0.012718309 -0.029876495
            #endregion
        });

    [Fact]
    public void AModelInBFloat16() =>
        Printed.AsItSays(static () =>
        {
            #region bfloat16
            string json = File.ReadAllText("samples/models/autoencoder.json")
                .Replace("\"name\": \"float32\"", "\"name\": \"bfloat16\"");
            WeightPlan plan = Model.Read(new MemoryStream(Encoding.UTF8.GetBytes(json))).Plan(seed: 42);
            Console.WriteLine($"{plan["code/kernel"].ElementType}, {plan.Bytes} bytes"); // BFloat16, 2862 bytes

            Tensor<BFloat16> one = Initializers.HeNormal(seed: 42).Create<BFloat16>([4096, 1024]);
            Console.WriteLine((float)one[0, 0]); // 0.00039863586
            #endregion
        });

    [Fact]
    public void ARuleOfOnesOwn() =>
        Printed.AsItSays(static () =>
        {
            #region residual
            WeightPlan plan = Model.Read("samples/models/MobileNetV2.json").Plan(seed: 42);
            int branches = plan.Count(EndsBranch);
            WeightPlan residual = new(plan.Select(weight => EndsBranch(weight) ? Weaker(weight) : weight))
            {
                Metadata = plan.Metadata,
            };
            CheckpointFormat.Of("residual.safetensors").Write(residual, "residual.safetensors");
            Console.WriteLine(
                $"{branches} kernels, one of them with {residual["block_2_project/kernel"].Fans?.In} inputs"
            ); // 17 kernels, one of them with 144 inputs

            static bool EndsBranch(PlannedWeight weight) =>
                weight.Name.EndsWith("_project/kernel", StringComparison.Ordinal);

            PlannedWeight Weaker(PlannedWeight weight)
            {
                FanRule rule = FanRule.Along(new FanAxes(input: [0, 1, 2], output: [3]));
                VarianceScaling initializer = Initializers.VarianceScaling(
                    2.0 / branches,
                    FanMode.FanIn,
                    Distribution.TruncatedNormal,
                    weight.Seeds[0].Seed
                ) with
                {
                    Rule = rule,
                };
                return weight with
                {
                    Initializer = initializer,
                    InitializerName = "weaker",
                    Values = initializer.ValuesFor(weight.Shape, weight.ElementType),
                };
            }
            #endregion
        });
}
