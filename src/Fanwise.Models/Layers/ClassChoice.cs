using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>Which class an entry of a file is of: Keras' own, a declared one, or one that is not known.</summary>
/// <remarks>Source: keras/src/saving/serialization_lib.py (<c>_retrieve_class_or_fn</c>).</remarks>
internal sealed class ClassChoice(Architecture architecture, LayerTable classes, Declarations custom)
{
    private static readonly string[] SequentialKeys = ["name", "trainable", "dtype", "layers", "build_input_shape"];

    /// <summary>Whether an entry names a class that can be revived: Keras' own, or a declared one.</summary>
    public bool Knows(JsonValue entry) =>
        entry["class_name"]?.AsString is { } name && (classes.Find(name) is not null || custom.Find(name) is not null);

    /// <summary>Why Keras 3 does not have what a known package beside it has.</summary>
    /// <remarks>Source: keras/src/saving/serialization_lib.py (<c>_retrieve_class_or_fn</c>).</remarks>
    private static string Reason(string module) =>
        module.Split('.')[0] switch
        {
            "keras_core" => ", the name of Keras 3 before its release, which Keras 3 does not import: write \"keras\"",
            "tf_keras" => ", Keras 2, whose modules Keras 3 does not import",
            "keras_hub" or "keras_cv" or "keras_nlp" => ", a package beside Keras, whose layers are not read",
            _ => "",
        };

    /// <summary>Whether an entry says that its class is one of one's own, and not Keras'.</summary>
    public static bool IsOwnClass(JsonValue entry, Architecture architecture) =>
        entry["registered_name"]?.AsString?.Contains('>') == true
        || !IsKeras(entry["module"]?.AsString) && !(entry["module"]?.AsString is null && architecture.IsOld);

    private static bool IsKeras(string? module) =>
        module is not null && (module == "keras" || module.StartsWith("keras.", StringComparison.Ordinal));

    /// <summary>The class of an entry; null where it is not known.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="className">Its class_name.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="notes">Takes a sentence where the class is read as another one.</param>
    public LayerClass? Find(JsonValue entry, string className, JsonValue config, List<string> notes)
    {
        if (config["name"]?.AsString is { } named && custom.Find(named) is { } byName)
            return byName;
        if (IsOperation(entry["module"]?.AsString))
            return custom.Find(className) ?? classes.Operation;
        if (!IsOwnClass(entry, architecture) && classes.Find(className) is { } builtIn)
            return builtIn.IsOpen && custom.Find(className) is { } told ? told : builtIn;
        if (ModelOf(config) is not { } model)
            return custom.Find(className);
        notes.Add(
            $"'{JsonValue.Printable(className)}', a class of one's own, is read as the {model} that its configuration "
                + "describes"
        );
        return classes[model];
    }

    /// <summary>Says that the class of an entry is not known, and what helps.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="className">Its class_name.</param>
    /// <param name="place">How the sentence calls it.</param>
    public ModelException Unknown(JsonValue entry, string className, string place)
    {
        string? module = entry["module"]?.AsString,
            registered = entry["registered_name"]?.AsString;
        bool isCustom = IsOwnClass(entry, architecture);
        string from = module is null || !isCustom ? "" : $" (module '{JsonValue.Printable(module)}'{Reason(module)})";
        string? nearest = Nearest.Of(className, classes.Names);
        string kind =
            $"The {place} is of the class '{JsonValue.Printable(registered ?? className)}'{from}, which is not one "
            + "of Keras'";
        return !isCustom && nearest is not null
            ? new($"{kind}{Nearest.End(nearest)}")
            : new($"{kind}: a declaration of its weights has it read{Nearest.End(nearest)}")
            {
                Code = FanwiseError.MissingDeclaration,
            };
    }

    private static bool IsOperation(string? module) =>
        IsKeras(module)
        && (
            module!.StartsWith("keras.src.ops", StringComparison.Ordinal)
            || module.StartsWith("keras.ops", StringComparison.Ordinal)
        );

    /// <summary>Which model a configuration describes in full, whatever class has inherited it:
    /// <c>Model.from_config</c> of Keras reads it so; null where it is none.</summary>
    public static string? ModelOf(JsonValue config)
    {
        if (config["layers"] is not { IsArray: true } layers)
            return null;
        if (config["name"] is not null && config["input_layers"] is not null && config["output_layers"] is not null)
            return LayerNames.Functional;
        foreach (JsonValue entry in layers.Items)
            if (entry["class_name"]?.AsString is null || entry["config"] is not { IsObject: true })
                return null;
        foreach (JsonMember member in config.Members)
            if (Array.IndexOf(SequentialKeys, member.Key) < 0)
                return null;
        return LayerNames.Sequential;
    }
}
