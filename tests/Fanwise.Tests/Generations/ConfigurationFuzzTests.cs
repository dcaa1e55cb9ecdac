using System.Text;
using Fanwise.Generations;
using Fanwise.Streams;

namespace Fanwise.Tests.Generations;

/// <summary>Random and mutated configurations: an error of ours or a valid initializer, never another exception, in
/// bounded time.</summary>
public class ConfigurationFuzzTests
{
    private const int Rounds = 5_000;

    private static readonly string[] Corpus =
    [
        """{"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_in","""
            + """ "distribution": "normal", "seed": null, "dtype": "float32"}}""",
        """{"module": "keras.initializers", "class_name": "HeNormal","""
            + """ "config": {"seed": {"module": "keras.random", "class_name": "SeedGenerator","""
            + """ "config": {"seed": 5, "name": "g"}, "registered_name": null}, "input_axes": [0],"""
            + """ "output_axes": [1, 2]}, "registered_name": null}""",
        """{"class_name": "VarianceScaling", "config": {"scale": 1, "mode": "fanAvg","""
            + """ "distribution": "truncatedNormal", "seed": -1e3}}""",
        """{"class_name": "Constant", "config": {"value": [1, [2, 3.5], NaN, -Infinity, true, "x", {}],"""
            + """ "dtype": "int64", "verify_shape": true}}""",
        """{"class_name": "RandomUniform", "config": {"minval": -0.05, "maxval": null,"""
            + """ "seed": 1267650600228229401496703205376}, "shared_object_id": 3}""",
        """{"class_name": "Identity", "config": {"gain": 1e999}}""",
        "he_normal",
    ];

    private static readonly string[] Words =
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "null",
        "NaN",
        "-Infinity",
        "1e400",
        "-0",
        "0.0",
        "\\ud800",
        "\\u0000",
        "\"class_name\"",
        "\"config\"",
        "\"seed\"",
        "\"scale\"",
        "99999999999999999999",
        "\"Orthogonal\"",
        "\ue000",
        "V2",
    ];

    [Fact]
    public void MutatedConfigurationsAreReadOrRefused()
    {
        PythonRandom random = new(20261);
        for (int round = 0; round < Rounds; round++)
        {
            StringBuilder text = new(Corpus[Next(random, Corpus.Length)]);
            for (int mutations = Next(random, 6); mutations >= 0; mutations--)
            {
                int at = Next(random, text.Length + 1);
                switch (Next(random, 5))
                {
                    case 0:
                        text.Insert(at, Words[Next(random, Words.Length)]);
                        break;
                    case 1:
                        text.Remove(at, Math.Min(text.Length - at, Next(random, 12)));
                        break;
                    case 2 when at < text.Length:
                        text[at] = (char)Next(random, 128);
                        break;
                    case 3 when at < text.Length:
                        text[at] = (char)Next(random, 65536);
                        break;
                    default:
                        string other = Corpus[Next(random, Corpus.Length)];
                        text.Insert(at, other.AsSpan(Next(random, other.Length)));
                        break;
                }
            }

            ReadsOrRefuses(text.ToString());
        }
    }

    [Fact]
    public void RandomWordsAreReadOrRefused()
    {
        PythonRandom random = new(20262);
        for (int round = 0; round < Rounds; round++)
            ReadsOrRefuses(
                string.Concat(Enumerable.Range(0, Next(random, 40)).Select(_ => Words[Next(random, Words.Length)]))
            );
    }

    [Fact]
    public void DeepAndLongTextsAreRefused()
    {
        ReadsOrRefuses(new string('[', 1_000_000));
        ReadsOrRefuses(
            "{\"class_name\": \"Constant\", \"config\": {\"value\": "
                + new string('[', 200)
                + new string(']', 200)
                + "}}"
        );
        ReadsOrRefuses(new string('A', 1_000_000));
        ReadsOrRefuses("{" + string.Concat(Enumerable.Repeat("\"a\": NaN, ", 100_000)) + "\"class_name\": \"Zeros\"}");
    }

    private static void ReadsOrRefuses(string text)
    {
        foreach (
            Generation? generation in new[]
            {
                null,
                Generation.Contrib,
                Generation.CompatV1,
                Generation.TfKeras29,
                Generation.Keras,
                Generation.TensorFlowJs,
            }
        )
        {
            try
            {
                ConfiguredInitializer initializer = Configuration.Read(text, generation).Initializer;
                initializer.GetConfig().ToJson().ShouldNotBeNull();
                Converter.Convert(initializer, Generation.Keras);
            }
            catch (InitializerException error)
            {
                error.Message.ShouldNotBeEmpty();
            }
        }
    }

    private static int Next(PythonRandom random, int count) => (int)random.NextInteger(0, count - 1);
}
