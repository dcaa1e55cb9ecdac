using System.Text;
using System.Text.Json;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Declared classes that hold layers, their initializers, and declarations that ask for too much.</summary>
public class DeclaredLayersTests
{
    private const string Mine =
        """{"module": "my.layers", "class_name": "Mine", "config": {"name": "mine", "units": 6, "count": 3},"""
        + """ "registered_name": "my>Mine"}""";

    [Fact]
    public void AGroupIsRepeatedInOrder() =>
        Plan(
                """
                {"Mine": {"layers": {"blocks": {"repeat": "$count", "layers": {
                  "dense": {"class_name": "Dense", "config": {"units": "$units + index", "name": "d${index}"},
                   "call": "previous"},
                  "norm": {"class_name": "LayerNormalization", "config": {"name": "n${index}"}, "call": "previous"}}}},
                 "output": "previous"}}
                """
            )
            .Where(static weight => weight.Variable is "kernel" or "gamma")
            .Select(static weight => $"{weight.Name} {weight.Shape}")
            .ShouldBe([
                "mine/d0/kernel (4, 6)",
                "mine/n0/gamma (6,)",
                "mine/d1/kernel (6, 7)",
                "mine/n1/gamma (7,)",
                "mine/d2/kernel (7, 8)",
                "mine/n2/gamma (8,)",
                "after/kernel (8, 4)",
            ]);

    [Fact]
    public void ALayerIsMadeOnlyWhereItsConditionHolds()
    {
        const string form =
            """{"Mine": {"layers": {"skip": {"class_name": "Dense", "config": {"units": 2}, "when": "WHEN","""
            + """ "made": "build", "build": "input"}}}}""";
        Plan(form.Replace("WHEN", "input[-1] != units", StringComparison.Ordinal)).Count.ShouldBe(4);
        Plan(form.Replace("WHEN", "input[-1] >= units", StringComparison.Ordinal)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("\"he_normal\"", "HeNormal")]
    [InlineData("""{"class_name": "Constant", "config": {"value": "$level"}}""", "Constant")]
    public void AnInitializerOfOnesOwnIsWhatItIsDeclaredAs(string declared, string name)
    {
        string layer = """
            {"module": "keras.layers", "class_name": "Dense", "config": {"name": "mine", "units": 3,
             "kernel_initializer":
              {"module": null, "class_name": "Own", "config": {"level": 0.5}, "registered_name": "my>Own"}}}
            """;
        PlannedWeight kernel = Plan($$$"""{"Own": {"initializer": {{{declared}}}}}""", layer)["mine/kernel"];
        kernel.InitializerName.ShouldBe(name);
        if (name == "Constant")
            kernel.Values.ToTensor().As<float>().ToArray().ShouldAllBe(static value => value == 0.5f);
    }

    [Theory]
    [InlineData("""{"Mine": {"layers": {"a": {"class_name": "Mine", "config": {"units": 1}}}}}""", "32")]
    [InlineData(
        """{"Mine": {"layers": {"a": {"class_name": "Mine", "repeat": 9999, "config": {"units": 1}}}}}""",
        "32"
    )]
    [InlineData(
        """{"Mine": {"layers": {"a": {"repeat": 9999, "layers": {"b": {"repeat": 9999, "class_name": "ReLU"}}}}}}""",
        "250000"
    )]
    [InlineData(
        """{"Mine": {"layers": {"a": {"repeat": 9223372036854775807, "class_name": "ReLU"}}}}""",
        "10000 times; received 9223372036854775807"
    )]
    [InlineData("""{"Mine": {"layers": {"a": {"repeat": "$none", "class_name": "ReLU"}}}}""", "none")]
    [InlineData("""{"Mine": {"layers": {"a": {"class_name": "Dense", "config": {"units": "$input[-1]"}}}}}""", "input")]
    [InlineData("""{"Mine": {"layers": {"a": {"class_name": "ReLU", "call": "b"}}}}""", "received \"b\"")]
    [InlineData("""{"Mine": {"layers": {"a": {"class_name": "ReLU", "cal": "b"}}}}""", "cal")]
    [InlineData("""{"Mine": {"layers": {"a": {"class_name": "Relu"}}}}""", "Relu")]
    [InlineData("""{"Mine": {"layers": {"a": {}}}}""", "class_name")]
    [InlineData("""{"Mine": {"layers": {"a": {"class_name": "ReLU", "config": {"name": "${units"}}}}}""", "not closed")]
    [InlineData("""{"Mine": {"layers": {"a": {"class_name": "ReLU"}}, "calls": ["b"]}}""", "calls")]
    [InlineData("""{"Mine": {"layers": {"a": {"class_name": "ReLU"}}, "output": "a"}}""", "not called")]
    [InlineData("""{"Mine": {"like": "Sequential"}}""", "Sequential")]
    public void ADeclarationThatCannotBeMadeIsRefusedInOneSentence(string declarations, string part) =>
        Should.Throw<ModelException>(() => Plan(declarations)).Message.ShouldContain(part);

    [Theory]
    [InlineData("keras_core.layers", "before its release")]
    [InlineData("tf_keras.layers", "Keras 2")]
    [InlineData("keras_hub.layers", "a package beside Keras")]
    [InlineData("keras_nlp.layers", "a package beside Keras")]
    public void AModuleBesideKerasIsRefusedWithItsReason(string module, string reason)
    {
        string layer = Mine.Replace("my.layers", module, StringComparison.Ordinal);
        Should.Throw<ModelException>(() => Plan("{}", layer)).Message.ShouldContain(reason);
        Plan("""{"Mine": "none"}""", layer).Count.ShouldBe(2);
    }

    [Fact]
    public void ATemplateNamesEveryUnknownClassAndIsItselfADeclaration()
    {
        string layer = """
            {"module": "my", "class_name": "Mine", "registered_name": "my>Mine",
             "build_config": {"input_shape": [null, 4]},
             "config": {"name": "mine", "units": 6,
              "inner": {"module": "my", "class_name": "Within", "config": {"name": "deep"}},
              "kernel_initializer": {"module": null, "class_name": "Own", "config": {"level": 0.5},
               "registered_name": "my>Own"}}}
            """;
        using MemoryStream text = new(
            Encoding.UTF8.GetBytes(Texts.Sequential(Texts.Input, layer, Texts.Dense("after")))
        );
        Model model = Model.Read(text);
        using MemoryStream template = new();
        using (Utf8JsonWriter json = new(template))
            CustomLayers.None.WriteTemplate(model, [], json);
        template.Position = 0;
        JsonElement written = JsonDocument.Parse(template).RootElement;
        written.EnumerateObject().Select(static row => row.Name).ShouldBe(["Mine", "Within", "Own"]);
        JsonElement about = written.GetProperty("Mine").GetProperty("about");
        about.GetProperty("config").GetProperty("units").GetString().ShouldBe("6");
        about.GetProperty("input").GetString().ShouldBe("[null, 4]");
        written
            .GetProperty("Within")
            .GetProperty("about")
            .GetProperty("places")[0]
            .GetString()!
            .ShouldEndWith("mine/deep");
        template.Position = 0;
        CustomLayers declared = CustomLayers.Read(template);
        model.Plan(1, new() { Custom = declared }).Count.ShouldBe(2);
        using MemoryStream empty = new();
        using (Utf8JsonWriter json = new(empty))
            declared.WriteTemplate(model, [], json);
        Encoding.UTF8.GetString(empty.ToArray()).ShouldBe("{}");
    }

    private static WeightPlan Plan(string declarations, string layer = Mine) =>
        Texts.Plan(
            Texts.Sequential(Texts.Input, layer, Texts.Dense("after")),
            new() { Custom = CustomLayers.Read(new MemoryStream(Encoding.UTF8.GetBytes(declarations))) }
        );
}
