namespace Fanwise.Generations;

/// <summary>A dtype of TensorFlow by its name. Configurations may hold any; we draw those that have an
/// <see cref="Fanwise.ElementType"/>.</summary>
internal sealed record TensorFlowType(string Name, bool IsFloating, bool IsInteger)
{
    private static readonly string[] Others =
    [
        "bool",
        "string",
        "complex64",
        "complex128",
        "qint8",
        "qint16",
        "qint32",
        "quint8",
        "quint16",
        "resource",
        "variant",
    ];

    private static readonly Dictionary<string, TensorFlowType> ByName = new TensorFlowType[][]
    {
        [
            .. new[] { "float16", "float32", "float64", "bfloat16" }.Select(static name => new TensorFlowType(
                name,
                true,
                false
            )),
        ],
        [
            .. new[] { "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64" }.Select(
                static name => new TensorFlowType(name, false, true)
            ),
        ],
        [.. Others.Select(static name => new TensorFlowType(name, false, false))],
    }
        .SelectMany(static types => types)
        .ToDictionary(static type => type.Name, StringComparer.Ordinal);

    public static TensorFlowType Float32 { get; } = ByName["float32"];

    public static TensorFlowType Float64 { get; } = ByName["float64"];

    /// <summary>Ours; null where we have none.</summary>
    public ElementType? ElementType { get; } = ElementTypes.TryParse(Name, out ElementType type) ? type : null;

    public static TensorFlowType Of(ElementType type) => ByName[type.Name()];

    /// <summary>What <c>tf.as_dtype</c> makes of a name; null where it refuses.</summary>
    public static TensorFlowType? Parse(string? name) =>
        name is null
            ? null
            : ByName.GetValueOrDefault(
                name switch
                {
                    "half" => "float16",
                    "float" => "float32",
                    "double" => "float64",
                    _ => name,
                }
            );

    /// <summary>As Python prints it: <c>&lt;dtype: 'int32'&gt;</c>.</summary>
    public override string ToString() => $"<dtype: '{Name}'>";
}
