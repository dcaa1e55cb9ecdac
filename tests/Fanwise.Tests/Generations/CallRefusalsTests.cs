using System.Numerics;
using Fanwise.Generations;
using Fanwise.TensorFlow;

namespace Fanwise.Tests.Generations;

/// <summary>What a call refuses, word by word: numbers that the element type does not hold, types without a
/// distribution.</summary>
public class CallRefusalsTests
{
    /// <summary>Python's own sentence, on the way from an integer to a float.</summary>
    [Theory]
    [InlineData("RandomNormal", "mean")]
    [InlineData("RandomNormal", "stddev")]
    [InlineData("TruncatedNormal", "stddev")]
    [InlineData("RandomUniform", "maxval")]
    [InlineData("Orthogonal", "gain")]
    [InlineData("VarianceScaling", "scale")]
    public void AnIntegerBeyondEveryFloatIsRefused(string className, string name) =>
        Refusal(Generation.Keras, className, [2, 2], default, (name, BigInteger.Pow(10, 400)), ("seed", 1))
            .ShouldBe("int too large to convert to float");

    [Theory]
    [InlineData("RandomNormal", "mean")]
    [InlineData("TruncatedNormal", "stddev")]
    [InlineData("Orthogonal", "gain")]
    public void NoneIsNoNumber(string className, string name) =>
        Refusal(Generation.Keras, className, [2, 2], default, (name, PythonValue.None), ("seed", 1))
            .ShouldBe("None values not supported.");

    [Theory]
    [InlineData("tf-keras-2.15", "RandomUniform", "bool", "Expected float or integer dtype, got <dtype: 'bool'>.")]
    [InlineData("tf-keras-2.15", "RandomUniform", "string", "Expected float or integer dtype, got <dtype: 'string'>.")]
    [InlineData("tf-keras-2.15", "Zeros", "string", "Expected numeric or boolean dtype, got <dtype: 'string'>.")]
    [InlineData("tf-keras-2.15", "Ones", "string", "Expected numeric or boolean dtype, got <dtype: 'string'>.")]
    [InlineData("tf-keras-2.15", "RandomNormal", "int32", "Expected floating point type, got <dtype: 'int32'>.")]
    [InlineData("tf-keras-2.15", "Orthogonal", "int32", "Expected floating point type, got <dtype: 'int32'>.")]
    [InlineData("tf-keras-2.15", "Identity", "int32", "Expected floating point type, got <dtype: 'int32'>.")]
    public void ATypeThatAClassDoesNotTakeIsRefused(string generation, string className, string type, string message) =>
        Refusal(Generation.Parse(generation), className, [2, 2], type).ShouldBe(message);

    [Theory]
    [InlineData("int8", -128, 127)]
    [InlineData("int32", int.MinValue, int.MaxValue)]
    [InlineData("int64", long.MinValue, long.MaxValue)]
    public void AnIntegerBeyondItsTypeIsRefusedAndTheLastOneTaken(string type, long low, long high)
    {
        foreach (long within in (long[])[low, high])
            Constant(within).ShouldBe((double)within);
        foreach (BigInteger beyond in (BigInteger[])[(BigInteger)low - 1, (BigInteger)high + 1])
            Should
                .Throw<InitializerException>(() => Constant(beyond))
                .Message.ShouldBe($"A value of {type} must be between {low} and {high}; received {beyond}.");

        double Constant(BigInteger value)
        {
            TypedTensor tensor = new CompatV1.Constant(value, dtype: type).Call([1], new Graph()).Values.ToTensor();
            return tensor.ElementType.Read(tensor.Bytes);
        }
    }

    [Fact]
    public void IntegersOfARangeNeedOne()
    {
        Refusal(Generation.CompatV1, "RandomUniform", [3], "int32", ("minval", 0), ("maxval", PythonValue.None))
            .ShouldBe("Must specify maxval for integer dtype tf.int32");
        foreach (int high in (int[])[4, 5])
            Refusal(Generation.CompatV1, "RandomUniform", [3], "int32", ("minval", 5), ("maxval", high))
                .ShouldBe($"Need minval < maxval, got 5 >= {high}");
        Called(Generation.CompatV1, "RandomUniform", [3], "int32", ("minval", 5), ("maxval", 6))
            .ToTensor<int>()
            .ToArray()
            .ShouldBe([5, 5, 5]);
    }

    [Fact]
    public void IntegersOfARangeHaveIntegersForBounds() =>
        Refusal(Generation.CompatV1, "RandomUniform", [3], "int32", ("minval", 0.5), ("maxval", 6))
            .ShouldBe("Cannot convert 0.5 to EagerTensor of dtype int32");

    [Fact]
    public void TheBaseClassDrawsNothing() =>
        Refusal(Generation.Keras, "Initializer", [3], default)
            .ShouldBe("The base class Initializer draws nothing: call one of the classes that derive from it.");

    /// <summary>TensorFlow.js' configurations are read and checked, though its numbers are not drawn.</summary>
    [Theory]
    [InlineData("scale", "0", "scale must be a positive float. Got: 0")]
    [InlineData("scale", "-1.5", "scale must be a positive float. Got: -1.5")]
    [InlineData("mode", "\"fanSum\"", "fan_sum is not a valid FanMode.")]
    [InlineData("distribution", "\"gamma\"", "gamma is not a valid Distribution.")]
    public void TensorFlowJsRefusesArguments(string name, string value, string message) =>
        Should
            .Throw<InitializerException>(() =>
                Generation.TensorFlowJs.ConstructWith(
                    "VarianceScaling",
                    PythonValue.Dictionary((name, PythonValue.Parse(value)))
                )
            )
            .Message.ShouldBe(message);

    [Theory]
    [InlineData("VarianceScaling", "VarianceScaling has no key 'gain'.")]
    [InlineData("Zeros", "Zeros has no key 'gain'.")]
    public void TensorFlowJsRefusesKeysThatItDoesNotKnow(string className, string message) =>
        Should
            .Throw<InitializerException>(() =>
                Generation.TensorFlowJs.ConstructWith(className, PythonValue.Dictionary(("gain", 1)))
            )
            .Message.ShouldBe(message);

    private static Operation Called(
        Generation generation,
        string className,
        Shape shape,
        PythonValue type,
        params (string, PythonValue)[] arguments
    ) =>
        generation
            .ConstructWith(className, PythonValue.Dictionary(arguments))
            .Call(shape, new EagerContext(1), type, null);

    private static string Refusal(
        Generation generation,
        string className,
        Shape shape,
        PythonValue type,
        params (string, PythonValue)[] arguments
    ) =>
        Should
            .Throw<InitializerException>(() => _ = Called(generation, className, shape, type, arguments).Values)
            .Message;
}
