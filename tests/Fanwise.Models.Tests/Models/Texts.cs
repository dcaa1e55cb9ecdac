using System.Text;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Small models as text.</summary>
internal static class Texts
{
    public const string Input =
        """{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4],"""
        + """ "name": "x"}, "name": "x", "inbound_nodes": []}""";

    public static Model Read(string text) => Model.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    public static WeightPlan Plan(string text, PlanOptions? options = null) => Read(text).Plan(42, options ?? new());

    public static string Layer(string className, string config) =>
        $$"""{"module": "keras.layers", "class_name": "{{className}}", "config": {{{config}}},"""
        + """ "registered_name": null}""";

    public static string Dense(string name, int units = 4) =>
        Layer("Dense", $"\"name\": \"{name}\", \"units\": {units}");

    public static string Sequential(params string[] layers) =>
        """{"module": "keras", "class_name": "Sequential", "config": {"name": "model","""
        + $$""" "layers": [{{string.Join(", ", layers)}}]}, "registered_name": null}""";

    /// <summary>A layer's entry in a Functional, called with tensors <c>name/node/output</c>.</summary>
    public static string Called(string layer, string name, params string[] inputs) =>
        layer[..^1]
        + $", \"name\": \"{name}\", \"inbound_nodes\": [{{\"args\": ["
        + $"{(inputs.Length == 1 ? Tensor(inputs[0]) : $"[{string.Join(", ", inputs.Select(Tensor))}]")}], "
        + $"\"kwargs\": {{}}}}]}}";

    public static string Functional(string output, params string[] entries) =>
        """{"module": "keras.src.models.functional", "class_name": "Functional","""
        + $$""" "config": {"name": "model", "layers": [{{string.Join(", ", entries)}}],"""
        + $$""" "input_layers": [["x", 0, 0]], "output_layers": [["{{output}}", 0, 0]]},"""
        + """ "registered_name": "Functional"}""";

    private static string Tensor(string name) =>
        """{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "dtype": "float32","""
        + $$""" "keras_history": ["{{name}}", 0, 0]} }""";
}
