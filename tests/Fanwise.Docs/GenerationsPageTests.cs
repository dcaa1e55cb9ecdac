using Fanwise.Generations;
using Fanwise.TensorFlow;

namespace Fanwise.Docs;

/// <summary>The programs of docs/generations.md and docs/determinism.md.</summary>
[Collection(Printed.Collection)]
public class GenerationsPageTests
{
    [Fact]
    public void Forward() =>
        Prints(
            static () =>
            {
                #region forward
                CompatV1.VarianceScaling before = new(
                    scale: 2.0,
                    distribution: "normal",
                    seed: 7,
                    dtype: ElementType.Float32
                );
                ConfiguredInitializer after = Converter.Convert(before, Generation.Keras).Initializer;

                Graph graph = new(seed: 1234);
                Operation old = before.Call([784, 256], graph),
                    newer = after.Call([784, 256], dtype: ElementType.Float32);
                Console.WriteLine(old.Seeds); // (1234, 7)
                Console.WriteLine(newer.Seeds); // (7, 0)
                Console.WriteLine(old.Draw == newer.Draw); // True
                #endregion
            },
            "(1234, 7)",
            "(7, 0)",
            "True"
        );

    [Fact]
    public void Backward() =>
        Prints(
            static () =>
            {
                #region backward
                Conversion back = Converter.Convert(Generation.Keras.Construct("LecunNormal"), Generation.Contrib);
                Console.WriteLine(back.Initializer.GetConfig().ToJson());
                // {"scale": 1.0, "mode": "fan_in", "distribution": "normal", "seed": null, "dtype": "float32"}

                ConfiguredInitializer untruncated = Generation.Keras.Construct(
                    "VarianceScaling",
                    1.0,
                    "fan_in",
                    "untruncated_normal"
                );
                try
                {
                    Converter.Convert(untruncated, Generation.Contrib);
                }
                catch (InitializerException error)
                {
                    Console.WriteLine(error.Message);
                    // tf.contrib.keras.initializers of TensorFlow 1.2 cannot hold this initializer: its `normal` is
                    // truncated, and it has no untruncated one.
                }
                #endregion
            },
            """{"scale": 1.0, "mode": "fan_in", "distribution": "normal", "seed": null, "dtype": "float32"}""",
            "tf.contrib.keras.initializers of TensorFlow 1.2 cannot hold this initializer: its `normal` is "
                + "truncated, and it has no untruncated one."
        );

    [Fact]
    public void GraphsOf1X() =>
        Prints(
            static () =>
            {
                #region graph
                Graph graph = new(seed: 42, GraphRelease.TensorFlow12);
                graph.AddOperations(2); // two placeholders, made elsewhere
                Variable kernel = graph.GetVariable("kernel", [784, 256], new ContribKeras.VarianceScaling());
                Variable bias = graph.GetVariable("bias", [256], new ContribKeras.Zeros());
                Console.WriteLine(kernel.InitialValue.Seeds); // (42, 5)
                Console.WriteLine(graph.Operations); // 15
                #endregion
                bias.Name.ShouldBe("bias");
            },
            "(42, 5)",
            "15"
        );

    [Fact]
    public void Roundings() =>
        Prints(
            static () =>
            {
                #region roundings
                CompatV1.RandomNormal initializer = new(
                    mean: 0.0,
                    stddev: 1.0004882812509095,
                    seed: 1,
                    dtype: "float16"
                );
                Console.WriteLine(initializer.Call([3], new Graph(seed: 1)).Draw!.Value.Multiplier); // 1.0009765625: rounded once
                Console.WriteLine(initializer.Call([3], new EagerContext(seed: 1)).Draw!.Value.Multiplier); // 1: rounded twice
                #endregion
            },
            "1.0009765625",
            "1"
        );

    private static void Prints(Action program, params string[] lines) => Printed.Run(program).ShouldBe(lines);
}
