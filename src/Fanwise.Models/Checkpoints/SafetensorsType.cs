namespace Fanwise.Models.Checkpoints;

/// <summary>An element type of a safetensors file. The order of <see cref="All"/> is the reference's: files hold the
/// last type's tensors first.</summary>
/// <param name="Name">As headers write it.</param>
/// <param name="Bits">The size of an element.</param>
/// <param name="ElementType">Ours, where there is one.</param>
public sealed record SafetensorsType(string Name, int Bits, ElementType? ElementType = null)
{
    /// <summary>Every type that the format knows (huggingface/safetensors, <c>Dtype</c> in tensor.rs), in the order by
    /// which files are sorted, descending.</summary>
    public static IReadOnlyList<SafetensorsType> All { get; } =
    [
        new("BOOL", 8, Fanwise.ElementType.Bool),
        new("F4", 4),
        new("F6_E2M3", 6),
        new("F6_E3M2", 6),
        new("U8", 8),
        new("I8", 8, Fanwise.ElementType.Int8),
        new("F8_E5M2", 8),
        new("F8_E4M3", 8),
        new("F8_E8M0", 8),
        new("F8_E4M3FNUZ", 8),
        new("F8_E5M2FNUZ", 8),
        new("I16", 16),
        new("U16", 16),
        new("F16", 16, Fanwise.ElementType.Float16),
        new("BF16", 16, Fanwise.ElementType.BFloat16),
        new("I32", 32, Fanwise.ElementType.Int32),
        new("U32", 32),
        new("F32", 32, Fanwise.ElementType.Float32),
        new("C64", 64),
        new("F64", 64, Fanwise.ElementType.Float64),
        new("I64", 64, Fanwise.ElementType.Int64),
        new("U64", 64),
    ];

    private static readonly Dictionary<string, SafetensorsType> ByName = All.ToDictionary(
        static type => type.Name,
        StringComparer.Ordinal
    );
    private static readonly Dictionary<ElementType, int> Ranks = All.Index()
        .Where(static row => row.Item.ElementType is not null)
        .ToDictionary(static row => row.Item.ElementType!.Value, static row => row.Index);

    /// <summary>The type of this name, exactly; null where there is none.</summary>
    public static SafetensorsType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The format's type for one of ours; every one has its own.</summary>
    public static SafetensorsType Of(ElementType type) => All[RankOf(type)];

    /// <summary>The type's place in <see cref="All"/>.</summary>
    internal static int RankOf(ElementType type) => Ranks[type];
}
