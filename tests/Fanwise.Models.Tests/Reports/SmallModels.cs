using System.Text;
using System.Text.Json.Nodes;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Tests.Reports;

/// <summary>Sequential models in Keras 3's JSON, written where they are tested.</summary>
internal static class SmallModels
{
    /// <summary>A layer's entry.</summary>
    /// <param name="type">The class.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="config">The configuration beside the name, as JSON members.</param>
    public static string Layer(string type, string name, string config = "")
    {
        string members = $"\"name\": {JsonValue.Create(name).ToJsonString()}";
        if (config.Length > 0)
            members += ", " + config;
        return $$"""{"module": "keras.layers", "class_name": "{{type}}", "config": {{{members}}},"""
            + """ "registered_name": null}""";
    }

    /// <summary>An initializer as a member of a configuration: <c>"kernel_initializer": {...}</c>.</summary>
    public static string Initializer(string key, string type, string config) =>
        $$"""
            "{{key}}": {"module": "keras.initializers", "class_name": "{{type}}", "config": { {{config}} },
             "registered_name": null}
            """;

    /// <summary>The model's file.</summary>
    public static string Text(string input, params string[] layers) =>
        $$"""
            {"module": "keras", "class_name": "Sequential", "config": {"name": "model", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": {{input}},
             "dtype": "float32", "name": "input"}, "registered_name": null},
            {{string.Join(",\n", layers)}}]}, "registered_name": null}
            """;

    public static Model Model(string input, params string[] layers) =>
        Models.Model.Read(new MemoryStream(Encoding.UTF8.GetBytes(Text(input, layers))));

    public static WeightPlan Plan(string input, params string[] layers) => Model(input, layers).Plan(42);
}
