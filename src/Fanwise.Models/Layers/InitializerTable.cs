using Fanwise.Models.Architectures;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Layers;

/// <summary>The initializers that a model's file may name, as Keras 3.15 reads them: a string, or an object with
/// <c>class_name</c> and <c>config</c>.</summary>
internal static class InitializerTable
{
    /// <summary>One class: its names, the keys of its configuration beside the seed, and its rule.</summary>
    private sealed record Row(
        string Name,
        string[] OtherNames,
        string Keys,
        bool IsRandom,
        Func<Configuration, Initializer?> Rule
    );

    private const string Axes = "input_axes output_axes";

    private static readonly Row[] Rows =
    [
        new(
            "GlorotUniform",
            ["glorot_uniform"],
            Axes,
            true,
            static c => Scaling(c, 1, FanMode.FanAverage, Distribution.Uniform)
        ),
        new(
            "GlorotNormal",
            ["glorot_normal"],
            Axes,
            true,
            static c => Scaling(c, 1, FanMode.FanAverage, Distribution.TruncatedNormal)
        ),
        new("HeUniform", ["he_uniform"], Axes, true, static c => Scaling(c, 2, FanMode.FanIn, Distribution.Uniform)),
        new(
            "HeNormal",
            ["he_normal"],
            Axes,
            true,
            static c => Scaling(c, 2, FanMode.FanIn, Distribution.TruncatedNormal)
        ),
        new(
            "LecunUniform",
            ["lecun_uniform"],
            Axes,
            true,
            static c => Scaling(c, 1, FanMode.FanIn, Distribution.Uniform)
        ),
        new(
            "LecunNormal",
            ["lecun_normal"],
            Axes,
            true,
            static c => Scaling(c, 1, FanMode.FanIn, Distribution.TruncatedNormal)
        ),
        new(
            "VarianceScaling",
            ["variance_scaling"],
            "scale mode distribution " + Axes,
            true,
            static c => Scaling(c, Scale(c), Mode(c), DistributionOf(c))
        ),
        new(
            "RandomUniform",
            ["random_uniform", "uniform"],
            "minval maxval",
            true,
            static c => new RandomUniform { Minimum = c.Number("minval", -0.05), Maximum = c.Number("maxval", 0.05) }
        ),
        new(
            "RandomNormal",
            ["random_normal", "normal"],
            "mean stddev",
            true,
            static c => new RandomNormal { Mean = c.Number("mean", 0), Deviation = c.Number("stddev", 0.05) }
        ),
        new(
            "TruncatedNormal",
            ["truncated_normal"],
            "mean stddev",
            true,
            static c => new TruncatedNormal { Mean = c.Number("mean", 0), Deviation = c.Number("stddev", 0.05) }
        ),
        new(
            "Orthogonal",
            ["orthogonal", "OrthogonalInitializer", "orthogonal_initializer"],
            "gain",
            true,
            static c => new Orthogonal { Gain = c.Number("gain", 1) }
        ),
        new("Zeros", ["zeros", "zero"], "", false, static _ => Initializers.Zeros),
        new("Ones", ["ones", "one"], "", false, static _ => Initializers.Ones),
        new("Constant", ["constant"], "value", false, static c => Constant(c)),
        new(
            "Identity",
            ["identity", "IdentityInitializer", "identity_initializer"],
            "gain",
            false,
            static c => new Identity(c.Number("gain", 1))
        ),
        new(
            "STFT",
            ["stft", "STFTInitializer", "stft_initializer"],
            "side window scaling periodic",
            false,
            static _ => null
        ),
    ];

    private static readonly Dictionary<string, Row> ByName = Rows.SelectMany(
            static row => row.OtherNames.Append(row.Name),
            static (row, name) => (name, row)
        )
        .ToDictionary(static pair => pair.name, static pair => pair.row);

    /// <summary>The class's own name of an initializer's name, or null where there is none.</summary>
    public static string? Find(string name) => ByName.GetValueOrDefault(name)?.Name;

    /// <summary>The initializer that a value under a layer's key is; draws its seed, where it is random and has
    /// none.</summary>
    /// <param name="value">A string or an object; null values are the caller's matter.</param>
    /// <param name="place">The layer, for messages.</param>
    /// <param name="key">The key, for messages.</param>
    /// <param name="reviver">Draws the seed.</param>
    /// <param name="clone">Whether it is read again as a clone, which shares no generator.</param>
    public static BoundInitializer Read(JsonValue value, string place, string key, Reviver reviver, bool clone)
    {
        string where = $"\"{key}\" of {place}";
        JsonValue name = value.IsObject ? value["class_name"] ?? JsonValue.Null : value;
        bool isForeign =
            name.AsString is { } called && !ByName.ContainsKey(called) || value["module"] is { IsNull: true };
        if (isForeign && name.AsString is { } own && reviver.Custom.FindInitializer(own) is { } declared)
        {
            JsonValue ownConfig = value["config"] is { IsObject: true } inner ? inner : JsonValue.EmptyObject;
            JsonValue told = Template.Fill(declared, new(ownConfig, where), null, reviver);
            if ((told["class_name"] ?? told).AsString is not { } kerasName || !ByName.ContainsKey(kerasName))
                throw new ModelException(
                    $"The declaration of the initializer '{JsonValue.Printable(own)}' must "
                        + "name one of "
                        + "Keras'; received "
                        + $"{told}."
                );
            return Read(told, place, key, reviver, clone);
        }

        if (value["module"] is { IsNull: true })
            throw new ModelException(
                $"An initializer of a class of one's own cannot be read ({where}); received {value}."
            );
        if (name.AsString is not { } text)
            throw new ModelException(
                $"{where} must be an initializer: a name, or an object with class_name and config; received {value}."
            );
        if (!ByName.TryGetValue(text, out Row? row))
            throw new ModelException(
                $"{where} must name an initializer of Keras; received "
                    + $"'{JsonValue.Printable(text)}'{Nearest.End(text, ByName.Keys)}"
            );
        JsonValue json = value["config"] is { IsNull: false } given ? given : JsonValue.EmptyObject;
        if (!json.IsObject)
            throw new ModelException($"The config of {where} must be an object; received {json}.");
        Configuration config = new(json, $"{row.Name} ({where})");
        string[] keys = row.Keys.Split(' ');
        foreach (JsonMember member in json.Members)
            if (Array.IndexOf(keys, member.Key) < 0 && !(row.IsRandom && member.Key == "seed"))
                throw new ModelException(
                    $"{row.Name} ({where}) has no key "
                        + $"\"{JsonValue.Printable(member.Key)}\"{Nearest.End(member.Key, keys)}"
                );
        foreach (JsonMember member in json.Members)
            if (
                member.Value.IsNull
                && member.Key is not ("seed" or "input_axes" or "output_axes" or "window" or "scaling")
            )
            {
                if (!reviver.IsOld)
                    throw config.Error(member.Key, "must not be null");
                // tf.keras draws to 1.0 where it is told no maximum; TensorFlow.js means its own default by null.
                if (member.Key == "maxval" && reviver.Generation.ReadsKeras2)
                    config = config with { Json = json.With(member.Key, JsonValue.Number(1)) };
                else
                    reviver.Notes.Add($"{row.Name} ({where}) has null for \"{member.Key}\": the default is taken");
            }

        if (!reviver.Generation.FansByEquation && (config.Has("input_axes") || config.Has("output_axes")))
            throw new ModelException(
                $"{row.Name} ({where}) takes \"input_axes\" and \"output_axes\" from Keras 3.15 on; the "
                    + $"generation is {reviver.Generation}."
            );
        return Bind(row, config, value, reviver, clone);
    }

    private static BoundInitializer Bind(Row row, Configuration config, JsonValue source, Reviver reviver, bool clone)
    {
        if (
            row.Name == "Constant"
            && ConstantArrayValues.Read(config["value"] ?? JsonValue.Null, config, reviver) is { } array
        )
            return new(row.Name, null, source) { Other = array };
        Initializer? rule;
        try
        {
            rule = row.Rule(config);
        }
        catch (InitializerException error)
        {
            throw new ModelException($"{config.Place} cannot be made: {error.Message}", error);
        }

        if (rule is null)
            return new(row.Name, null, source) { Other = StftValues.Read(config) };
        if (!row.IsRandom)
            return new(row.Name, rule, source);
        JsonValue seed = config["seed"] ?? JsonValue.Null;
        if (seed.IsObject)
            return new(row.Name, rule, source) { Generator = reviver.Generator(seed, config, clone) };
        return new(row.Name, rule, source) { Seed = reviver.InitializerSeed(seed, config) };
    }

    private static VarianceScaling Scaling(
        Configuration config,
        double scale,
        FanMode mode,
        Distribution distribution
    ) =>
        new()
        {
            Scale = scale,
            Mode = mode,
            Distribution = distribution,
            // Keras takes the axes only where both are given.
            Axes =
                config.Has("input_axes") && config.Has("output_axes")
                    ? new(config.Axes("input_axes"), config.Axes("output_axes"))
                    : null,
        };

    private static double Scale(Configuration config)
    {
        double scale = config.Number("scale", 1);
        return scale > 0 && double.IsFinite(scale) ? scale : throw config.Error("scale", "must be positive and finite");
    }

    private static FanMode Mode(Configuration config) =>
        (config.Text("mode") ?? "fan_in") switch
        {
            "fan_in" => FanMode.FanIn,
            "fan_out" => FanMode.FanOut,
            "fan_avg" => FanMode.FanAverage,
            _ => throw config.Error("mode", "must be \"fan_in\", \"fan_out\" or \"fan_avg\""),
        };

    private static Distribution DistributionOf(Configuration config) =>
        (config.Text("distribution") ?? "truncated_normal").ToLowerInvariant() switch
        {
            "truncated_normal" or "normal" => Distribution.TruncatedNormal, // Keras' "normal" is the truncated one
            "untruncated_normal" => Distribution.UntruncatedNormal,
            "uniform" => Distribution.Uniform,
            _ => throw config.Error(
                "distribution",
                "must be \"truncated_normal\", \"untruncated_normal\" or \"uniform\""
            ),
        };

    private static Constant Constant(Configuration config)
    {
        JsonValue value = config["value"] ?? throw config.Error("value", "must be given");
        if (value.Kind is JsonKind.True or JsonKind.False)
            return new(value.IsTrue ? 1 : 0);
        if (value.IsInteger)
            return value.AsInteger is { } integer && integer is >= -(1L << 53) and <= 1L << 53
                ? Fanwise.Constant.OfInteger(integer)
                : throw config.Error("value", "must be an integer up to 2^53 or a number with a fraction");
        return new(value.AsNumber ?? throw config.Error("value", "must be a number"));
    }
}
