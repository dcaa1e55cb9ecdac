using Fanwise.Models.Configurations;
using Fanwise.Models.Layers;
using Fanwise.Models.Layers.Families;
using Fanwise.Python;

namespace Fanwise.Models.Architectures;

/// <summary>Rewrites models of Keras 2, tf.keras and TensorFlow.js into the Keras 3 form, with the meaning that Keras 3
/// gives them, or would, were they as it wants them.</summary>
/// <remarks>
/// Where Python Keras 3 refuses such a file, a note says what is read otherwise. Sources: keras/src/legacy/saving, and
/// what tf.keras 2.x and tfjs-layers write.
/// This file has models and layers, <c>Keras2.Nodes.cs</c> the calls.
/// </remarks>
internal sealed partial class Keras2
{
    /// <summary>Classes that stand for TensorFlow operations in a graph.</summary>
    private static readonly string[] Operations =
    [
        "TFOpLambda",
        "SlicingOpLambda",
        "TensorFlowOpLayer",
        "ClassMethod",
        "InstanceMethod",
        "InstanceProperty",
    ];

    /// <summary>Keys that say how to compute or what is said elsewhere, not what: dropped without a note.</summary>
    private static readonly string[] Silent = ["implementation", "batch_input_shape", "input_dtype", "dtype_policy"];

    /// <summary>Keys that only Keras 1 wrote.</summary>
    private static readonly string[] Keras1Keys =
    [
        "W_regularizer",
        "b_regularizer",
        "nb_filter",
        "nb_row",
        "subsample",
        "border_mode",
        "inner_init",
        "init",
    ];

    /// <summary>Keys of configurations of initializers that TensorFlow 1 wrote and that say nothing more.</summary>
    private static readonly string[] InitializerKeys = ["dtype", "verify_shape", "partition_shape"];

    private readonly List<string> _notes = [];
    private readonly HashSet<string> _noted = new(StringComparer.Ordinal);
    private readonly bool _countsFromZero,
        _asTfKeras;

    private Keras2(string version, bool asTfKeras) =>
        (_countsFromZero, _asTfKeras) = (version.StartsWith('3'), asTfKeras);

    /// <summary>Whether a model's file is not in the Keras 3 form: it names no module, or an old version.</summary>
    public static bool IsOld(JsonValue model) =>
        model["module"] is null || model["keras_version"]?.AsString is { } version && !version.StartsWith('3');

    /// <summary>The same model as tf.keras reads it: what Keras 3 reads otherwise keeps its own meaning.</summary>
    public static Architecture ForTfKeras(Architecture architecture)
    {
        if (architecture.Source is null)
            return architecture;
        Architecture rewritten = Rewrite(architecture.Source, architecture.Form, asTfKeras: true);
        return architecture with { Root = rewritten.Root, Notes = rewritten.Notes };
    }

    /// <summary>The architecture of an old model.</summary>
    /// <exception cref="ModelException">It is of Keras 1, or no model.</exception>
    public static Architecture Rewrite(JsonValue model, ModelForm form, bool asTfKeras = false)
    {
        string version = model["keras_version"]?.AsString ?? "";
        if (version.StartsWith("1.", StringComparison.Ordinal) || version.StartsWith("0.", StringComparison.Ordinal))
            throw new ModelException(
                "A model of Keras 1 has another form, which is not read: load and save it with Keras 2 first; "
                    + $"received keras_version \"{version}\"."
            );
        Keras2 rewriter = new(version, asTfKeras);
        JsonValue root = rewriter.Entry(WithoutTuples(model), isInner: true);
        return new(root, form)
        {
            IsOld = true,
            Source = model,
            Notes = rewriter._notes,
        };
    }

    /// <summary>The same value with <c>{"class_name": "__tuple__", "items": […]}</c>, as HDF5 attributes and
    /// SavedModels have it, as a list.</summary>
    private static JsonValue WithoutTuples(JsonValue value)
    {
        if (value["class_name"]?.AsString == "__tuple__" && value["items"] is { IsArray: true } items)
            value = items;
        if (value.IsArray)
        {
            JsonValue[] decoded = Array.ConvertAll(value.Items.ToArray(), WithoutTuples);
            return decoded.AsSpan().SequenceEqual(value.Items) ? value : JsonValue.Array(decoded);
        }

        if (!value.IsObject)
            return value;
        JsonMember[] members = Array.ConvertAll(
            value.Members.ToArray(),
            static member => member with { Value = WithoutTuples(member.Value) }
        );
        return members.AsSpan().SequenceEqual(value.Members) ? value : JsonValue.Object(members);
    }

    /// <summary>A layer's or model's entry in the Keras 3 form.</summary>
    /// <param name="entry">The entry as it stands.</param>
    /// <param name="isInner">Whether a wrapper holds it: Keras 3 then reads it as if it had a module.</param>
    private JsonValue Entry(JsonValue entry, bool isInner)
    {
        if (!entry.IsObject || entry["class_name"]?.AsString is not { } className)
            return entry; // refused where it is read
        JsonValue config = entry["config"] ?? JsonValue.Null;
        bool isBare = entry["module"] is null && !isInner;
        if (Array.IndexOf(Operations, className) >= 0)
        {
            Note($"a {className} is taken for an operation without weights");
            return entry.With("module", JsonValue.String("keras.src.ops")).With("config", Operation(config, entry));
        }

        bool isOperation =
            _countsFromZero
            && entry["module"] is null
            && LayerClasses.Find(className) is null
            && KerasOperations.Contains(className);
        if (isOperation)
            return entry.With("module", JsonValue.String("keras.src.ops"));
        bool isCustom =
            entry["registered_name"]?.AsString?.Contains('>') == true
            || entry["module"]?.AsString is { } module && !IsKeras(module);
        // A class of one's own may have inherited a model's configuration.
        if ((isCustom || LayerClasses.Find(className) is null) && ClassChoice.ModelOf(config) is { } inherited)
            config = inherited == LayerNames.Sequential ? Sequential(config) : Functional(config);
        if (isCustom)
            return entry.With("config", config);
        if (className == "Model")
            entry = entry.With("class_name", JsonValue.String(className = LayerNames.Functional));
        if (className is LayerNames.Functional or LayerNames.Sequential)
        {
            config = className == LayerNames.Sequential ? Sequential(config) : Functional(config);
            return entry.With("config", config).With("module", JsonValue.String("keras"));
        }

        string name = className switch
        {
            "BatchNormalizationV1" or "BatchNormalizationV2" or "SyncBatchNormalization" => "BatchNormalization",
            "LSTMV2" => "LSTM",
            "GRUV2" => "GRU",
            "DenseV2" => "Dense",
            _ => className,
        };
        if (name != className)
            Note($"{className} is read as {name}");
        if (entry["module"] is null && isInner)
            Note($"\"module\" is taken to be there for an inner {name}");
        if (config.IsObject)
            config = Layer(name, config, isBare);
        entry = entry
            .With("class_name", JsonValue.String(name))
            .With("config", config)
            .With("module", JsonValue.String("keras.layers"));
        if (name == "MultiHeadAttention" && entry["build_config"]?["input_shape"] is not null)
        {
            Note("dropped the build_config of MultiHeadAttention");
            entry = entry.Without("build_config");
        }

        return entry;
    }

    private static bool IsKeras(string module) => module.Split('.')[0] is "keras" or "tf_keras" or "tensorflow";

    private JsonValue Layer(string className, JsonValue config, bool isBare)
    {
        foreach (string key in Keras1Keys)
            if (config[key] is not null)
                throw new ModelException(
                    "A model of Keras 1 has another form, which is not read: load and save it with Keras 2 "
                        + $"first; received the key \"{key}\" of a {className}."
                );
        if (
            className is "Dense" or "Merge"
            && config["units"] is null
            && (config["output_dim"] is not null || className == "Merge" && config["mode"] is not null)
        )
            throw new ModelException(
                "A model of Keras 1 has another form, which is not read: load and save it with Keras 2 first; "
                    + $"received a {className} without \"units\"."
            );

        if (
            className == LayerNames.InputLayer
            && config["batch_shape"] is null
            && config["batch_input_shape"] is { } shape
        )
            config = config.With("batch_shape", shape).Without("batch_input_shape");
        if (className == "Embedding" && config["dtype"]?.AsString?.Contains("int", StringComparison.Ordinal) == true)
        {
            // Keras 2.0.0 to 2.0.5 put the type of the indices here; the weights were of floats.
            Note("dropped Embedding.dtype, which was the indices' before Keras 2.0.6");
            config = config.Without("dtype");
        }

        if (
            className == LayerNames.InputLayer
            && config["batch_shape"] is null
            && config["input_shape"] is { IsArray: true } inner
        )
            config = config
                .With("batch_shape", JsonValue.Array([config["batch_size"] ?? JsonValue.Null, .. inner.Items]))
                .Without("input_shape");

        if (LayerClasses.Find(className) is { } found)
        {
            List<JsonMember> taken = new(config.Members.Length);
            foreach (JsonMember member in config.Members)
            {
                if (found.Takes(member.Key))
                    taken.Add(member);
                else if (Array.IndexOf(Silent, member.Key) < 0 || member.Key == "batch_input_shape" && !isBare)
                    Note($"dropped {className}.{member.Key}");
            }

            if (taken.Count < config.Members.Length)
                config = JsonValue.Object([.. taken]);
        }

        if (!_asTfKeras && className is "GRU" or "GRUCell" && config["reset_after"] is null)
        {
            Note($"{className} has no reset_after, which was false before TensorFlow 2");
            config = config.With("reset_after", JsonValue.False);
        }

        config = Axis(className, config, isBare);
        return JsonValue.Object(Array.ConvertAll(config.Members.ToArray(), Member));
    }

    /// <summary>A key of a layer's configuration, with the initializer or the layers that it holds rewritten.</summary>
    private JsonMember Member(JsonMember member)
    {
        JsonValue value = member.Value;
        bool isLayer =
            member.Key is "layer" or "backward_layer" or "cell" && value.IsObject
            || member.Key is "activation" or "recurrent_activation"
                && LayerClasses.Find(value["class_name"]?.AsString ?? "") is not null;
        if (member.Key.EndsWith("_initializer", StringComparison.Ordinal))
            return member with { Value = Initializer(value) };
        if (isLayer)
            return member with { Value = Entry(value, isInner: true) };
        if (member.Key != "cells" || !value.IsArray)
            return member;
        return member with
        {
            Value = JsonValue.Array(Array.ConvertAll(value.Items.ToArray(), cell => Entry(cell, isInner: true))),
        };
    }

    /// <summary>A list of one axis is that axis. Of a longer list, Keras 3 keeps nothing where the layer has no module:
    /// the default is meant.</summary>
    private JsonValue Axis(string className, JsonValue config, bool isBare)
    {
        if (config["axis"] is not { } axis)
            return config;
        if (axis is { IsArray: true, Items.Length: 1 })
        {
            if (!isBare)
                Note($"{className}.axis [n] is read as n");
            return config.With("axis", axis.Items[0]);
        }

        if (axis.AsInteger is null && axis.AsNumber is { } number && Math.Abs(number) < 64)
            return config.With("axis", JsonValue.Number((long)number));
        if (!isBare || !axis.IsArray || _asTfKeras)
            return config;
        Note($"{className}.axis {axis} is read as its default, as Keras 3 reads it in this form");
        return config.Without("axis");
    }

    private JsonValue Initializer(JsonValue value)
    {
        if (value.AsString is { } alias)
            return JsonValue.String(InitializerName(alias));
        if (!value.IsObject || value["class_name"]?.AsString is not { } name)
            return value;
        value = value.With("class_name", JsonValue.String(InitializerName(name)));
        if (value["module"] is { IsNull: true } && InitializerTable.Find(InitializerName(name)) is not null)
            value = value.Without("module");
        if (value["config"] is not { IsObject: true } config)
            return value;
        foreach (string key in InitializerKeys)
        {
            if (config[key] is null)
                continue;
            Note($"dropped {key} of initializers");
            config = config.Without(key);
        }

        return value.With("config", config);
    }

    /// <summary>TensorFlow.js writes LeCun with two capitals; some versions of TensorFlow add V1 or V2.</summary>
    private static string InitializerName(string name)
    {
        if (InitializerTable.Find(name) is not null)
            return name;
        string plain = name.Replace("LeCun", "Lecun", StringComparison.Ordinal)
            .Replace("leCun", "Lecun", StringComparison.Ordinal);
        if (plain.EndsWith("V1", StringComparison.Ordinal) || plain.EndsWith("V2", StringComparison.Ordinal))
            plain = plain[..^2];
        if (plain.Length > 0 && char.IsAsciiLetterLower(plain[0]) && InitializerTable.Find(plain) is null)
            plain = char.ToUpperInvariant(plain[0]) + plain[1..];
        return InitializerTable.Find(plain) is not null ? plain : name;
    }

    private JsonValue Sequential(JsonValue config)
    {
        if (config.IsArray)
        {
            Note("the list of layers is read as a Sequential's configuration");
            config = JsonValue.Object(("name", JsonValue.String("sequential")), ("layers", config));
        }

        if (config["layers"] is not { IsArray: true } layers)
            return config;
        List<JsonValue> entries = [];
        foreach (JsonValue entry in layers.Items)
        {
            if (
                entries.Count == 0
                && entry["class_name"]?.AsString is not (null or LayerNames.InputLayer)
                && FirstShape(entry) is { } shape
            )
            {
                Note("the first layer's batch_input_shape is read as an InputLayer");
                entries.Add(
                    JsonValue.Object(
                        ("module", JsonValue.String("keras.layers")),
                        ("class_name", JsonValue.String(LayerNames.InputLayer)),
                        ("config", JsonValue.Object(("batch_shape", shape), ("name", JsonValue.String("input_layer"))))
                    )
                );
            }

            entries.Add(Entry(entry, isInner: false));
        }

        return config.With("layers", JsonValue.Array([.. entries]));
    }

    private static JsonValue? FirstShape(JsonValue entry) =>
        entry["config"]?["batch_input_shape"] is { IsNull: false } shape ? shape
        : entry["config"]?["input_shape"] is { IsArray: true } inner ? JsonValue.Array([JsonValue.Null, .. inner.Items])
        : null;

    private void Note(string note)
    {
        if (_noted.Add(note))
            _notes.Add(note);
    }
}
