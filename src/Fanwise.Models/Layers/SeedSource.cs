using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>The seeds of a model's initializers, layers and generators: given, shared, or drawn where Keras draws
/// them.</summary>
internal sealed class SeedSource(Architecture architecture, ModelGeneration generation, long seed)
{
    private readonly Dictionary<string, SeedState> _sharedGenerators = [];
    private readonly SeedStream _stream = new(seed);

    /// <summary>How many were drawn.</summary>
    public int Draws => _stream.Draws;

    /// <summary>Draws the next one.</summary>
    public WeightSeed Next() => _stream.Next();

    /// <summary>The seed that a value is: given, or drawn now where it is null; null where tf.keras draws it at first
    /// use.</summary>
    public WeightSeed? Of(JsonValue value, Configuration config)
    {
        if (value.IsNull)
            return generation.DrawsAtFirstUse ? null : Next();
        if (value.Kind is JsonKind.True or JsonKind.False)
            return new(value.IsTrue ? 1 : 0);
        return new(value.AsInteger ?? throw config.Error("seed", "must be an integer of 64 bits or null"));
    }

    /// <summary>The seed of an initializer; in some generations 0 is none.</summary>
    public WeightSeed? OfInitializer(JsonValue value, Configuration config) =>
        value.Kind is JsonKind.True or JsonKind.False
            ? throw config.Error("seed", "must be an integer of 64 bits or null")
            : Of(generation.ZeroSeedIsNone && value.AsInteger == 0 ? JsonValue.Null : value, config);

    /// <summary>The generator that a serialised SeedGenerator is: one of its own for each place, but where an archive
    /// shares it.</summary>
    public SeedState Generator(JsonValue value, Configuration config, bool clone)
    {
        if (value["class_name"]?.AsString != "SeedGenerator" || value["config"] is not { IsObject: true } inner)
            throw config.Error("seed", "must be an integer, null or a SeedGenerator");
        string? id =
            architecture.SharesObjects && !clone && value["shared_object_id"] is { Kind: JsonKind.Number } number
                ? number.ToString()
                : null;
        if (id is not null && _sharedGenerators.TryGetValue(id, out SeedState? shared))
            return shared;
        SeedState generator = new(
            Of(inner["seed"] ?? JsonValue.Null, new(inner, $"SeedGenerator of {config.Place}")) ?? Next()
        );
        if (id is not null)
            _sharedGenerators[id] = generator;
        return generator;
    }
}
