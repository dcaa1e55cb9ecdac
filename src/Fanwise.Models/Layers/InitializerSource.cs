using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>The initializers of a model, each read once where Keras has one object, and else as often as it stands in
/// the file.</summary>
internal sealed class InitializerSource(Architecture architecture, ModelGeneration generation, Backend backend)
{
    private Dictionary<string, BoundInitializer>? _shared = architecture.SharesInitializers ? [] : null;
    private bool _madeZero;

    /// <summary>Those that were read already, by the very object that they stand in.</summary>
    public Dictionary<JsonValue, PlainInitializer> Plain { get; } = [];

    /// <summary>tf.keras shares initializers within a Functional.</summary>
    public void BeginSharing() => _shared = [];

    /// <summary>The end of a Functional within another ends the sharing of the outer one, too.</summary>
    public void EndSharing() => _shared = null;

    /// <summary>The initializer that a value under a layer's key is.</summary>
    /// <param name="value">A string or an object.</param>
    /// <param name="place">The layer, for messages.</param>
    /// <param name="key">The key, for messages.</param>
    /// <param name="reviver">Draws the seed.</param>
    /// <param name="shares">Whether it may be one that was read before.</param>
    public BoundInitializer Read(JsonValue value, string place, string key, Reviver reviver, bool shares)
    {
        // tf.keras has one object for one id, where its legacy reader reads: entries without a module, and all of an
        // HDF5 file. Keras 3 drops the id, so that each draws for itself.
        string? id =
            generation.ReadsKeras2
            && shares
            && (value["module"] is null || architecture.SharesInitializers)
            && value["shared_object_id"] is { Kind: JsonKind.Number } number
                ? number.ToString()
                : null;
        if (id is not null && _shared?.TryGetValue(id, out BoundInitializer? shared) == true)
            return shared;
        BoundInitializer initializer = InitializerTable.Read(value, place, key, reviver, clone: false);
        if (id is not null && _shared is not null)
            _shared[id] = initializer;
        return initializer;
    }

    /// <summary>A constant as TensorFlow's cache of scalars gives it: a negative zero after a zero is that
    /// zero.</summary>
    public Constant AsEager(Constant constant)
    {
        if (constant.Given != 0 || backend != Backend.TensorFlow)
            return constant;
        bool isNegative = double.IsNegative(constant.Given);
        if (isNegative && _madeZero)
            return new Constant(0.0);
        _madeZero |= !isNegative;
        return constant;
    }
}
