using System.Numerics;
using Fanwise.Generations;
using Fanwise.TensorFlow;
using V1 = Fanwise.TensorFlow.CompatV1;

namespace Fanwise.Tests.TensorFlow;

/// <summary>Facts that the references' own tests assert.</summary>
public class PeersFactsTests
{
    [Theory]
    [InlineData("normal")]
    [InlineData("uniform")]
    [InlineData("truncated_normal")]
    [InlineData("untruncated_normal")]
    public void MeanIs0AndVarianceIs1By100(string distribution)
    {
        float[] values = new V1.VarianceScaling(distribution: distribution)
            .Create<float>([100, 100], new EagerContext(1))
            .ToArray();
        double mean = values.Average(static value => value);
        mean.ShouldBe(0, 1e-2);
        values.Average(value => (value - mean) * (value - mean)).ShouldBe(1.0 / 100, 1e-2);
        // the references' bound would pass a variance of 0
        values.Average(value => (value - mean) * (value - mean)).ShouldBe(1.0 / 100, 5e-4);
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("float64")]
    public void OneSeedGivesOneTensorInFreshGraphsAndTwoSeedsGiveTwo(string dtype)
    {
        byte[] Draw(int seed) =>
            new V1.VarianceScaling(seed: seed, dtype: dtype).Create([10, 20], new Graph(3)).Bytes.ToArray();
        Draw(1).ShouldBe(Draw(1));
        Draw(1).ShouldNotBe(Draw(2));
    }

    [Fact]
    public void AStringIsNoDtypeAndAnEmptyShapeWorks()
    {
        Should.Throw<InitializerException>(static () => new V1.VarianceScaling(dtype: "string"));
        new V1.VarianceScaling(seed: 1).Call([0, 2], new Graph()).Values.ToTensor().Bytes.Length.ShouldBe(0);
    }

    [Fact]
    public void APartTakesTheFansOfTheWhole()
    {
        float[] values = new V1.VarianceScaling(distribution: "untruncated_normal", seed: 1)
            .Create<float>([100, 100], new Graph(2), partition: new PartitionInfo([1000, 100], 0, 0))
            .ToArray();
        values.Average(static value => value * value).ShouldBe(1f / 1000, 2e-4);
    }

    [Theory]
    [InlineData("GlorotUniform")]
    [InlineData("HeUniform")]
    [InlineData("LecunUniform")]
    public void UniformKindsReachTheirLimits(string name)
    {
        Shape shape = [5, 6, 4, 2];
        Operation operation = Generation.Keras.ConstructWith(name, PythonValue.Dictionary(("seed", 123))).Call(shape);
        float[] values = operation.ToTensor<float>().ToArray();
        double limit = -operation.Draw!.Value.Addend;
        (values.Max() - limit).ShouldBe(0, 3e-2);
        (values.Min() + limit).ShouldBe(0, 3e-2);
    }

    [Theory]
    [InlineData("GlorotNormal")]
    [InlineData("HeNormal")]
    [InlineData("LecunNormal")]
    public void NormalKindsReachAboutTwoDeviations(string name)
    {
        Operation operation = Generation
            .Keras.ConstructWith(name, PythonValue.Dictionary(("seed", 123)))
            .Call([5, 6, 4, 2]);
        float[] values = operation.ToTensor<float>().ToArray();
        values
            .Max()
            .ShouldBeInRange(
                1.8f * (float)operation.Draw!.Value.Multiplier,
                2 * (float)operation.Draw!.Value.Multiplier
            );
    }

    [Fact]
    public void DeviationsOfKerasOwnTests()
    {
        double Deviation(string mode, Shape shape, PythonValue input = default, PythonValue output = default)
        {
            float[] values = Generation
                .Keras.Construct("VarianceScaling", 2, mode, "truncated_normal", 1234, input, output)
                .Create<float>(shape)
                .ToArray();
            return Math.Sqrt(values.Average(static value => (double)value * value));
        }

        Deviation("fan_in", [25, 20]).ShouldBe(Math.Sqrt(2.0 / 25), 0.02);
        Deviation("fan_out", [25, 20]).ShouldBe(Math.Sqrt(2.0 / 20), 0.02);
        Deviation("fan_in", [32, 4, 16], new[] { 0 }, new[] { 1, 2 }).ShouldBe(Math.Sqrt(2.0 / 32), 0.01);
        Deviation("fan_in", [32, 4, 16]).ShouldBe(Math.Sqrt(2.0 / 128), 0.01);
    }

    [Fact]
    public void FansAlongAxes()
    {
        Fans.Of([512, 8, 64], [0], [1, 2]).ShouldBe(new Fans(512, 512));
        Fans.Of([512, 8, 64], [0, 1], [2]).ShouldBe(new Fans(4096, 64));
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(10, 9, 8)]
    [InlineData(100, 5, 5)]
    [InlineData(50, 40)]
    [InlineData(40, 50)]
    public void OrthogonalMatricesAreOrthogonalAndGainsScaleThem(params int[] shape)
    {
        double gain = 3.14;
        double[] doubles = new V1.Orthogonal(gain, seed: 1, dtype: "float64")
            .Create<double>(shape, new Graph(1))
            .ToArray();
        IsOrthogonal(doubles, shape, gain, 1e-12);
        float[] singles = new V1.Orthogonal(seed: 1).Create<float>(shape, new Graph(1)).ToArray();
        IsOrthogonal(Array.ConvertAll(singles, static value => (double)value), shape, 1, 1e-5);
    }

    [Fact]
    public void OrthogonalNeedsTwoDimensions() =>
        Should.Throw<InitializerException>(static () => new V1.Orthogonal(seed: 1).Call([5], new Graph(1)));

    [Fact]
    public void GlobalSeeds345And2To100AndItsNegativeAreAccepted()
    {
        foreach (BigInteger seed in new[] { 345, BigInteger.Pow(2, 100), -BigInteger.Pow(2, 100) })
        {
            new Graph(seed)
                .RandomUniform([1])
                .Seeds!.Value.Seed.ShouldBe((long)((seed % int.MaxValue + int.MaxValue) % int.MaxValue));
            new EagerContext(seed).RandomUniform([1]).Seeds.ShouldNotBeNull();
        }
    }

    private static void IsOrthogonal(double[] values, int[] shape, double gain, double tolerance)
    {
        int columns = shape[^1],
            rows = values.Length / columns;
        bool isTall = rows >= columns;
        for (int a = 0; a < Math.Min(rows, columns); a++)
        for (int b = 0; b <= a; b++)
        {
            double product = 0;
            for (int i = 0; i < Math.Max(rows, columns); i++)
                product += isTall
                    ? values[i * columns + a] * values[i * columns + b]
                    : values[a * columns + i] * values[b * columns + i];
            (product / (gain * gain)).ShouldBe(a == b ? 1 : 0, tolerance);
        }
    }
}
