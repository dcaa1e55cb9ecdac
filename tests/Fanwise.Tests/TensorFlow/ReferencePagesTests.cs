using Fanwise.Generations;
using Fanwise.TensorFlow;
using Contrib = Fanwise.TensorFlow.ContribKeras;
using V1 = Fanwise.TensorFlow.CompatV1;

namespace Fanwise.Tests.TensorFlow;

/// <summary>The examples of the two reference pages.</summary>
public class ReferencePagesTests
{
    [Fact]
    public void GetConfigAndFromConfigOfRandomUniformInR12()
    {
        Contrib.RandomUniform initializer = new(-1, 1);
        PythonValue config = initializer.GetConfig();
        initializer = Contrib.RandomUniform.FromConfig(config);
        config.ToJson().ShouldBe("""{"minval": -1, "maxval": 1, "seed": null, "dtype": "float32"}""");
        initializer.GetConfig().ShouldBe(config);
    }

    [Fact]
    public void GetConfigAndFromConfigOfRandomUniformInCompatV1()
    {
        V1.RandomUniform initializer = new(-1, 1);
        PythonValue config = initializer.GetConfig();
        initializer = V1.RandomUniform.FromConfig(config);
        initializer.GetConfig().ShouldBe(config);
        config.ToJson().ShouldBe("""{"minval": -1, "maxval": 1, "seed": null, "dtype": "float32"}""");
    }

    [Fact]
    public void TheFirstProgramOfThePage()
    {
        Graph graph = new(seed: 1234);
        V1.VarianceScaling initializer = new(scale: 2.0, distribution: "normal", dtype: ElementType.Float64);
        var one = initializer.Create<double>([784, 256], graph);
        var two = initializer.Create<double>([256, 10], graph);
        (one.FlattenedLength, two.FlattenedLength).ShouldBe((784 * 256, 2560));
        Should
            .Throw<InitializerException>(() => initializer.Create<float>([2, 2], graph))
            .Message.ShouldBe("The tensor's elements are float64; received float32.");
        initializer.Create([2, 2], graph).ElementType.ShouldBe(ElementType.Float64);
        initializer.Create<float>([2, 2], graph, dtype: "float32").FlattenedLength.ShouldBe(4);
    }

    /// <summary>The page's migration text: the dtype goes from the constructor to the call, the rest stays.</summary>
    [Fact]
    public void BeforeAndAfterTheMigration()
    {
        V1.VarianceScaling before = new(
            scale: 2.0,
            mode: "fan_in",
            distribution: "normal",
            seed: 7,
            dtype: ElementType.Float32
        );
        TfKeras.VarianceScaling after = new(scale: 2.0, mode: "fan_in", distribution: "normal", seed: 7);
        Conversion migrated = Converter.Convert(before, Generation.TfKeras215);
        migrated.Initializer.GetConfig().ShouldBe(after.GetConfig());
        migrated.Notes.ShouldBe([
            "`normal` becomes `truncated_normal`.",
            "The seed 7 gives other numbers in tf-keras-2.15 than in compat-v1.",
            "`dtype` was dropped: it is not a key of VarianceScaling in tf.keras.initializers of TensorFlow 2.10 "
                + "to 2.15; float32 is for the call to say.",
        ]);
        before.Create<float>([3, 5], new Graph(1)).ToArray().ShouldNotBe(after.Create<float>([3, 5]).ToArray());
        before.Call([3, 5], new Graph(1)).Draw.ShouldBe(after.Call([3, 5]).Draw); // the same draw of other numbers
    }
}
