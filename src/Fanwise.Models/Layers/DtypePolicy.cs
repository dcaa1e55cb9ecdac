using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>A layer's dtype policy: the type of its variables and, where its kernel is quantized, how. Read when a
/// weight is made, since layers without weights may name any type.</summary>
/// <param name="Variables">The name of the variables' type.</param>
/// <param name="Quantization">The quantization mode, or null.</param>
internal sealed record DtypePolicy(string Variables, string? Quantization = null)
{
    /// <summary>How many of the largest values float8 remembers, where a policy does not say.</summary>
    private const int DefaultHistoryLength = 1024;

    /// <summary>The name of the type that the layer computes in: <c>float16</c> of <c>mixed_float16</c>.</summary>
    public string Compute { get; init; } = Variables;

    /// <summary>How many of the largest values float8 remembers.</summary>
    public long HistoryLength { get; init; } = DefaultHistoryLength;

    public static readonly DtypePolicy Default = new("float32");

    /// <summary>The policy that a configuration's <c>dtype</c> names: a string, or an object of one of the policies'
    /// classes.</summary>
    /// <param name="value">The value under <c>dtype</c>; null for the default.</param>
    /// <param name="layer">The layer's name, which a map of policies is asked for.</param>
    /// <param name="config">The configuration, for messages.</param>
    public static DtypePolicy Read(JsonValue? value, string layer, Configuration config)
    {
        if (value is null or { IsNull: true })
            return Default;
        if (value.AsString is { } text)
            return Parse(text);
        JsonValue? inner = value["config"];
        switch (value["class_name"]?.AsString)
        {
            case "DTypePolicy"
            or "FloatDTypePolicy"
            or "Policy"
            or "PolicyV1" when (inner?["name"]?.AsString) is { } name:
                return Parse(name);
            case "QuantizedDTypePolicy"
            or "QuantizedFloat8DTypePolicy"
            or "Int4DTypePolicy" when (inner?["mode"]?.AsString) is { } mode:
                return Parse(inner!["source_name"]?.AsString ?? "float32") with
                {
                    Quantization = mode,
                    HistoryLength =
                        new Configuration(inner, config.Place).SizeOrNull("amax_history_length")
                        ?? DefaultHistoryLength,
                };
            case "DTypePolicyMap" when inner is not null:
                return Read(inner["policy_map"]?[layer] ?? inner["default_policy"], layer, config);
            default:
                throw config.Error("dtype", "must be a type's name or a dtype policy");
        }
    }

    /// <summary>The policy of a name: <c>float16</c>, <c>mixed_bfloat16</c>, <c>int8_from_float32</c>.</summary>
    private static DtypePolicy Parse(string name)
    {
        int from = name.IndexOf("_from_", StringComparison.Ordinal);
        if (from > 0)
            return Parse(name[(from + "_from_".Length)..]) with { Quantization = name[..from] };
        const string mixed = "mixed_";
        return name.StartsWith(mixed, StringComparison.Ordinal) ? new("float32") { Compute = name[mixed.Length..] }
            : name == Default.Variables ? Default
            : new(name);
    }
}
