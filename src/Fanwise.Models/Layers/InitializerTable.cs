using Fanwise.Generations;
using Fanwise.Models.Plans;
using Fanwise.Python;
using Configuration = Fanwise.Models.Configurations.Configuration;

namespace Fanwise.Models.Layers;

/// <summary>The initializers that a model's file may name: a string, or an object with <c>class_name</c> and
/// <c>config</c>. What they are stands in the generation's table (<see cref="Generation"/>).</summary>
/// <remarks>A model says the same for thousands of weights, and says it in one object (<see cref="JsonReader"/>): what
/// was read of it without a note is kept as a <see cref="PlainInitializer"/>.</remarks>
internal static class InitializerTable
{
    /// <summary>The one initializer of Keras 3 that is no row of a generation, for it has no shape of its own: its
    /// keys are read here (window and scaling may be null), its values by <see cref="StftValues"/>.</summary>
    private static readonly InitializerClass Stft = new(
        "STFT",
        Rule.Base,
        "side='real', window=None, scaling=None, periodic=False"
    );

    private static readonly string[] StftNames = ["STFT", "stft", "STFTInitializer", "stft_initializer"];

    /// <summary>The class of an initializer's name, in any of its spellings, or null where there is none.</summary>
    public static InitializerClass? Find(string name) =>
        Array.IndexOf(StftNames, name) >= 0 ? Stft
        : Generation.Keras.FindIdentifier(name) is { Rule: not Rule.Base } row ? row
        : null;

    /// <summary>The initializer that a value under a layer's key is; draws its seed, where it is random and has
    /// none.</summary>
    /// <param name="value">A string or an object; null values are the caller's matter.</param>
    /// <param name="place">The layer, for messages.</param>
    /// <param name="key">The key, for messages.</param>
    /// <param name="reviver">Draws the seed.</param>
    /// <param name="clone">Whether it is read again as a clone, which shares no generator.</param>
    public static BoundInitializer Read(JsonValue value, string place, string key, Reviver reviver, bool clone)
    {
        if (reviver.Initializers.Plain.TryGetValue(value, out PlainInitializer? plain))
            return plain.Bind(value, reviver);
        int notes = reviver.Notes.Count;
        string where = $"\"{key}\" of {place}";
        JsonValue name = value.IsObject ? value["class_name"] ?? JsonValue.Null : value;
        bool isForeign = name.AsString is { } called && Find(called) is null || value["module"] is { IsNull: true };
        if (isForeign && name.AsString is { } own && reviver.Custom.FindInitializer(own) is { } declared)
            return Read(Declared(declared, own, value, where, reviver), place, key, reviver, clone);
        if (value["module"] is { IsNull: true })
            throw new ModelException(
                $"An initializer of a class of one's own cannot be read ({where}); received {value}."
            );
        if (name.AsString is not { } text)
            throw new ModelException(
                $"{where} must be an initializer: a name, or an object with class_name and config; received {value}."
            );
        if (Find(text) is not { } row)
            throw new ModelException(
                $"{where} must name an initializer of Keras; received "
                    + $"'{JsonValue.Printable(text)}'{Nearest.End(text, Generation.Keras.Identifiers)}"
            );
        JsonValue json = value["config"] is { IsNull: false } given ? given : JsonValue.EmptyObject;
        if (!json.IsObject)
            throw new ModelException($"The config of {where} must be an object; received {json}.");
        Configuration config = new(json, $"{row.Name} ({where})");
        // The generation's own row has its own parameters.
        row = reviver.Generation.Initializers.FindClass(row.Name) ?? row;
        config = Checked(row, config, reviver);
        BoundInitializer bound = Bind(row, config, value, reviver, clone);
        if (bound is { Rule: { } rule, Generator: null } && reviver.Notes.Count == notes)
            reviver.Initializers.Plain[value] = new(row, rule, config);
        return bound;
    }

    /// <summary>What a declaration says of an initializer of a class of one's own: one of Keras'.</summary>
    private static JsonValue Declared(JsonValue declared, string own, JsonValue value, string where, Reviver reviver)
    {
        JsonValue config = value["config"] is { IsObject: true } given ? given : JsonValue.EmptyObject;
        JsonValue told = Template.Fill(declared, new(config, where), null, reviver);
        if ((told["class_name"] ?? told).AsString is { } name && Find(name) is not null)
            return told;
        throw new ModelException(
            $"The declaration of the initializer '{JsonValue.Printable(own)}' must name one of Keras'; received {told}."
        );
    }

    /// <summary>A configuration whose keys are the row's parameters, and whose values are of their kinds.</summary>
    private static Configuration Checked(InitializerClass row, Configuration config, Reviver reviver)
    {
        JsonValue kept = config.Json;
        foreach (JsonMember member in config.Json.Members)
        {
            if (row.TryFind(member.Key, out int index))
            {
                PythonValue absent = row.Parameters[index].Default;
                if (member.Value.IsNull && !absent.IsNone)
                    kept = WithoutNull(kept, member.Key, config, reviver);
                else if (absent.Kind == PythonKind.Text && member.Value is { IsNull: false, AsString: null })
                    throw config.Error(member.Key, "must be a string");
                else if (
                    absent.Kind is PythonKind.Integer or PythonKind.Float
                    && row.Rule != Rule.Constant
                    && member.Value.Kind is not (JsonKind.Null or JsonKind.Number or JsonKind.True or JsonKind.False)
                )
                    throw config.Error(member.Key, "must be a number");
            }
            else if (Generation.Keras.FindClass(row.Name)?.Has(member.Key) != true)
                throw new ModelException(
                    $"{config.Place} has no key \"{JsonValue.Printable(member.Key)}\""
                        + Nearest.End(member.Key, row.Parameters.Select(static parameter => parameter.Name))
                );
            else if (member.Value.IsNull)
                kept = kept.Without(member.Key);
            else
                throw new ModelException(
                    $"{config.Place} takes \"{member.Key}\" from Keras 3.15 on; the generation is "
                        + $"{reviver.Generation}."
                );
        }

        return config with
        {
            Json = kept,
        };
    }

    private static JsonValue WithoutNull(JsonValue json, string key, Configuration config, Reviver reviver)
    {
        if (!reviver.IsOld)
            throw config.Error(key, "must not be null");
        // tf.keras draws to 1.0 where it is told no maximum; TensorFlow.js means its own default by null.
        if (key == "maxval" && reviver.Generation.ReadsKeras2)
            return json.With(key, JsonValue.Number(1));
        reviver.Notes.Add($"{config.Place} has null for \"{key}\": the default is taken");
        return json.Without(key);
    }

    private static BoundInitializer Bind(
        InitializerClass row,
        Configuration config,
        JsonValue source,
        Reviver reviver,
        bool clone
    )
    {
        if (row == Stft)
            return new(row.Name, null, source) { Other = StftValues.Read(config) };
        if (
            row.Rule == Rule.Constant
            && ConstantArrayValues.Read(config["value"] ?? JsonValue.Null, config, reviver.Generation, reviver.Backend)
                is { } array
        )
            return new(row.Name, null, source) { Other = array };
        Initializer rule = Record(row, config, reviver.Generation.Initializers);
        return row.IsRandom && config["seed"] is { IsObject: true } seed
            ? new(row.Name, rule, source) { Generator = reviver.Seeds.Generator(seed, config, clone) }
            : new PlainInitializer(row, rule, config).Bind(source, reviver);
    }

    /// <summary>The record of a configuration, without its seed: that is the model's matter.</summary>
    private static Initializer Record(InitializerClass row, Configuration config, Generation generation)
    {
        if (row.Rule == Rule.Constant && !config.Has("value"))
            throw config.Error("value", "must be given");
        try
        {
            return Keras3Records.Record(
                generation.ConstructWith(row.Name, PythonValue.Of(config.Json.Without("seed"))),
                seed: null
            )!;
        }
        catch (InitializerException error)
        {
            throw new ModelException($"{config.Place} cannot be made: {error.Message.TrimEnd('.')}.", error);
        }
    }
}

/// <summary>What a value says that names one of Keras' rules, and no generator: all but the seed that is
/// drawn.</summary>
/// <param name="Row">Its class.</param>
/// <param name="Rule">The rule without a seed.</param>
/// <param name="Config">Its configuration, which has been checked.</param>
internal sealed record PlainInitializer(InitializerClass Row, Initializer Rule, Configuration Config)
{
    /// <summary>An initializer of its own: a random one draws its seed now, where none is given.</summary>
    public BoundInitializer Bind(JsonValue source, Reviver reviver) =>
        Row.IsRandom
            ? new(Row.Name, Rule, source)
            {
                Seed = reviver.Seeds.OfInitializer(Config["seed"] ?? JsonValue.Null, Config),
            }
            : new(Row.Name, Rule, source);
}
