using Fanwise.Generations;

namespace Fanwise.Tests.Generations;

/// <summary>The names that each generation's <c>get</c> knows, and what is said of one that it does not.</summary>
public class TablesTests
{
    private const string Named =
        "glorot_uniform=GlorotUniform glorot_normal=GlorotNormal he_uniform=HeUniform he_normal=HeNormal "
        + "lecun_uniform=LecunUniform lecun_normal=LecunNormal";

    /// <summary>The names in snake case, and the short ones, of the classes that tf.keras and Keras 3 share.</summary>
    private const string Snake =
        "initializer=Initializer zeros=Zeros ones=Ones constant=Constant random_uniform=RandomUniform "
        + "random_normal=RandomNormal truncated_normal=TruncatedNormal variance_scaling=VarianceScaling "
        + "orthogonal=Orthogonal identity=Identity zero=Zeros one=Ones normal=RandomNormal uniform=RandomUniform "
        + Named;

    [Theory]
    [InlineData(
        "contrib",
        "zero=Zeros zeros=Zeros one=Ones ones=Ones constant=Constant uniform=RandomUniform "
            + "random_uniform=RandomUniform normal=RandomNormal random_normal=RandomNormal "
            + "truncated_normal=TruncatedNormal identity=Identity orthogonal=Orthogonal"
    )]
    [InlineData("tf-keras-2.6", Snake)]
    [InlineData("tf-keras-2.9", Snake)]
    [InlineData("tf-keras-2.15", Snake)]
    [InlineData(
        "keras-3.14",
        Snake
            + " IdentityInitializer=Identity identity_initializer=Identity OrthogonalInitializer=Orthogonal "
            + "orthogonal_initializer=Orthogonal"
    )]
    [InlineData(
        "keras",
        Snake
            + " IdentityInitializer=Identity identity_initializer=Identity OrthogonalInitializer=Orthogonal "
            + "orthogonal_initializer=Orthogonal"
    )]
    [InlineData("compat-v1", Snake + " ENDINGS")]
    [InlineData(
        "compat-v1-core",
        "initializer=Initializer zeros=Zeros ones=Ones constant=Constant random_uniform=RandomUniform "
            + "random_normal=RandomNormal truncated_normal=TruncatedNormal variance_scaling=VarianceScaling "
            + "uniform_unit_scaling=UniformUnitScaling orthogonal=Orthogonal identity=Identity zero=Zeros one=Ones "
            + "normal=RandomNormal uniform=RandomUniform glorot_uniform=GlorotUniform glorot_normal=GlorotNormal "
            + "he_uniform=he_uniform he_normal=he_normal lecun_uniform=lecun_uniform lecun_normal=lecun_normal ENDINGS"
    )]
    public void TheOtherNamesOfAGenerationsClasses(string name, string names)
    {
        Generation generation = Generation.Parse(name);
        List<string> expected = [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        if (expected.Remove("ENDINGS")) // of compat.v1: each once more, with the ending of the core's functions
            expected.AddRange([
                .. expected.Select(static pair => pair.Replace("=", "_initializer=", StringComparison.Ordinal)),
            ]);
        if (name.StartsWith("tf-keras", StringComparison.Ordinal))
            expected.AddRange(generation.Classes.Select(static row => $"{row.Name}V2={row.Name}"));
        generation
            .Identifiers.Where(alias => generation.FindClass(alias) is null)
            .Select(alias => $"{alias}={generation.FindIdentifier(alias)!.Name}")
            .Order(StringComparer.Ordinal)
            .ShouldBe(
                expected.Where(pair => generation.FindClass(pair.Split('=')[0]) is null).Order(StringComparer.Ordinal)
            );
    }

    [Fact]
    public void TensorFlowJsKnowsItsNamesInBothCases()
    {
        foreach (InitializerClass row in Generation.TensorFlowJs.Classes)
        {
            Generation.TensorFlowJs.FindIdentifier(Names.Snake(row.Name)).ShouldBe(row);
            Generation.TensorFlowJs.FindIdentifier(char.ToLowerInvariant(row.Name[0]) + row.Name[1..]).ShouldBe(row);
        }

        Generation.TensorFlowJs.FindIdentifier("leCunNormal")!.Name.ShouldBe("LeCunNormal");
        Generation.TensorFlowJs.FindIdentifier("lecun_normal")!.Name.ShouldBe("LeCunNormal");
    }

    [Theory]
    [InlineData("""{"scale": -1}""", "scale must be a positive float. Got: -1")]
    [InlineData("""{"mode": "x"}""", "x is not a valid FanMode.")]
    [InlineData("""{"distribution": "x"}""", "x is not a valid Distribution.")]
    [InlineData("""{"gain": 1}""", "VarianceScaling has no key 'gain'.")]
    public void TensorFlowJsRefusesInItsOwnWords(string config, string message) =>
        Should
            .Throw<InitializerException>(() =>
                Generation.TensorFlowJs.ConstructWith("VarianceScaling", PythonValue.Parse(config))
            )
            .Message.ShouldBe(message);

    [Fact]
    public void TitlesSayOfWhatATableIs() =>
        Generation
            .All.Select(static generation => $"{generation}: {generation.Title}")
            .ShouldBe([
                "contrib: tf.contrib.keras.initializers of TensorFlow 1.2",
                "compat-v1-core: tf.compat.v1.*_initializer of TensorFlow 2.9",
                "compat-v1: tf.compat.v1.keras.initializers of TensorFlow 2.9",
                "tf-keras-2.6: tf.keras.initializers of TensorFlow 2.6",
                "tf-keras-2.9: tf.keras.initializers of TensorFlow 2.7 to 2.9",
                "tf-keras-2.15: tf.keras.initializers of TensorFlow 2.10 to 2.15",
                "keras-3.14: keras.initializers of Keras 3 up to 3.14",
                "keras: keras.initializers of Keras 3.15",
                "tensorflowjs: TensorFlow.js layers 4",
            ]);

    [Fact]
    public void AnUnknownGenerationIsAnsweredWithAll() =>
        Should
            .Throw<InitializerException>(static () => Generation.Parse("kera"))
            .Message.ShouldBe(
                "A generation is one of contrib, compat-v1-core, compat-v1, tf-keras-2.6, tf-keras-2.9, "
                    + "tf-keras-2.15, keras-3.14, keras, tensorflowjs; received 'kera'; did you mean 'keras'?"
            );

    [Theory]
    [InlineData("kaiming_normal_", "he_normal")]
    [InlineData("kaiming_uniform_", "he_uniform")]
    [InlineData("xavier_normal_", "glorot_normal")]
    [InlineData("xavier_uniform", "glorot_uniform")]
    [InlineData("trunc_normal_", "truncated_normal")]
    [InlineData("normal_", "random_normal")]
    [InlineData("uniform_", "random_uniform")]
    [InlineData("eye_", "identity")]
    [InlineData("he_norml", "he_normal")]
    [InlineData("zzzzzzzzzzzz", null)]
    public void PyTorchsNameIsAnsweredWithKeras(string name, string? known) =>
        Should.Throw<InitializerException>(() => Generation.Keras.Get(name)).Suggestion.ShouldBe(known);

    [Theory]
    [InlineData("contrib", "Unknown initializer: x")]
    [InlineData("compat-v1", SaveAndSerialize)]
    [InlineData("compat-v1-core", SaveAndSerialize)]
    [InlineData("tf-keras-2.6", SaveAndSerialize)]
    [InlineData("tf-keras-2.15", SaveAndSerialize)]
    [InlineData("keras", "Could not interpret initializer identifier: x")]
    [InlineData("tensorflowjs", "Unknown initializer: x")]
    public void AnUnknownNameIsRefusedInTheReferencesWords(string generation, string message) =>
        Should.Throw<InitializerException>(() => Generation.Parse(generation).Get("x")).Message.ShouldBe(message);

    private const string SaveAndSerialize =
        "Unknown initializer: x. Please ensure this object is passed to the `custom_objects` argument. "
        + "See https://www.tensorflow.org/guide/keras/save_and_serialize#registering_the_custom_object for details.";

    [Theory]
    [InlineData("contrib", "('Could not interpret initializer identifier:', 7)")]
    [InlineData("compat-v1", "Could not interpret initializer identifier: 7")]
    [InlineData("tf-keras-2.9", "Could not interpret initializer identifier: 7")]
    [InlineData("keras", "Could not interpret initializer identifier: 7")]
    [InlineData("tensorflowjs", "Could not interpret initializer identifier: 7")]
    public void WhatIsNoIdentifierIsRefusedInTheReferencesWords(string generation, string message) =>
        Should.Throw<InitializerException>(() => Generation.Parse(generation).Get(7)).Message.ShouldBe(message);

    [Theory]
    [InlineData("GlorotUniform", "glorot_uniform")]
    [InlineData("LeCunNormal", "lecun_normal")]
    [InlineData("fanIn", "fan_in")]
    [InlineData("fan_in", "fan_in")]
    [InlineData("FAN_IN", "fan_in")]
    [InlineData("TFKeras", "tf_keras")]
    [InlineData("ABC", "abc")]
    [InlineData("A", "a")]
    public void NamesInSnakeCase(string name, string snake) => Names.Snake(name).ShouldBe(snake);

    [Theory]
    [InlineData("fan_in", "fanIn")]
    [InlineData("truncated_normal", "truncatedNormal")]
    [InlineData("a__b", "aB")]
    [InlineData("a_", "a")]
    public void NamesInCamelCase(string name, string camel) => Names.Camel(name).ShouldBe(camel);

    [Fact]
    public void WhatDrawsIsRandom() =>
        Generation
            .CompatV1Core.Classes.Where(static row => row.IsRandom)
            .Select(static row => row.Name)
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "GlorotNormal",
                "GlorotUniform",
                "Orthogonal",
                "RandomNormal",
                "RandomUniform",
                "TruncatedNormal",
                "UniformUnitScaling",
                "VarianceScaling",
                "he_normal",
                "he_uniform",
                "lecun_normal",
                "lecun_uniform",
            ]);
}
