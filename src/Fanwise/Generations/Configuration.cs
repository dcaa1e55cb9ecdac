using Fanwise.Streams;

namespace Fanwise.Generations;

/// <summary>Initializers from text, of whatever generation wrote it: names, configurations of TensorFlow 1, tf.keras,
/// Keras 3 and TensorFlow.js.</summary>
/// <remarks>More patient than the reference's own <c>get</c> (see <see cref="Generation.Get"/>): it takes every form
/// that was ever written, and says what it dropped.</remarks>
public static class Configuration
{
    private static readonly string[] Prefixes =
    [
        "tf.compat.v1.keras.initializers.",
        "tf.compat.v1.initializers.",
        "tf.contrib.keras.initializers.",
        "tf.keras.initializers.",
        "tf.initializers.",
        "keras.initializers.",
        "keras.src.initializers.",
        "initializers.",
    ];
    private static readonly string[] Envelope =
    [
        "class_name",
        "className",
        "config",
        "module",
        "registered_name",
        "shared_object_id",
    ];

    /// <summary>Reads a name (<c>he_normal</c>) or JSON (<c>{"class_name": ..., "config": ...}</c>).</summary>
    /// <param name="text">The name or the JSON.</param>
    /// <param name="generation">As whose it is read; null to tell by its form: a <c>dtype</c> is TensorFlow 1's,
    /// camel-case values are TensorFlow.js', all else is read as Keras 3's.</param>
    /// <param name="random">Where a missing seed is drawn from, for Keras 3 and tf.keras 2.10 to 2.15.</param>
    /// <exception cref="InitializerException">The text is neither, or the generation does not know the class or refuses
    /// its configuration.</exception>
    public static Conversion Read(string text, Generation? generation = null, PythonRandom? random = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        return Read(
            trimmed.StartsWith('{') || trimmed.StartsWith('"') ? PythonValue.Parse(trimmed) : trimmed,
            generation,
            random
        );
    }

    /// <summary>Reads a name or a dict with <c>class_name</c> and <c>config</c>.</summary>
    /// <inheritdoc cref="Read(string, Generation?, PythonRandom?)"/>
    public static Conversion Read(PythonValue identifier, Generation? generation = null, PythonRandom? random = null)
    {
        if (identifier.Text is { } name)
            return new(Named(name, generation, [], random), []);
        if (identifier.Entries is null)
            throw new InitializerException(
                $"An initializer is a name or a dict with class_name and config; received {identifier.Representation}."
            );
        PythonValue classValue = identifier["class_name"].IsGiven ? identifier["class_name"] : identifier["className"];
        if (classValue.Text is not { } className)
            throw new InitializerException(
                $"An initializer's configuration needs a class_name; received {identifier.Representation}."
            );
        PythonValue config = identifier["config"];
        if (!config.IsGiven || config.IsNone)
            config = PythonValue.Dictionary();
        if (config.Entries is null)
            throw new InitializerException(
                $"An initializer's config must be a dict; received {config.Representation}."
            );

        List<string> notes =
        [
            .. identifier
                .Entries.Where(static entry => Array.IndexOf(Envelope, entry.Key) < 0)
                .Select(static entry => $"`{entry.Key}` was dropped: it is no part of an initializer's configuration."),
        ];
        if (identifier["shared_object_id"].IsGiven)
            notes.Add("`shared_object_id` was dropped: only within a model does it mean anything.");
        Generation source = generation ?? Detect(className, config, notes);
        if (config["dtype"].IsGiven && Row(className, source) is { } row && !row.Has("dtype"))
        {
            notes.Add($"`dtype` was dropped: it is not a key of {row.Name} in {source.Title}.");
            config = PythonValue.Dictionary([
                .. config
                    .Entries.Where(static entry => entry.Key != "dtype")
                    .Select(static entry => (entry.Key, entry.Value)),
            ]);
        }

        (string, PythonValue)[] keywords =
        [
            .. config.Entries!.Select(static entry =>
                (
                    Names.Snake(entry.Key),
                    entry.Key is "mode" or "distribution" && IsCamel(entry.Value)
                        ? Names.Snake(entry.Value.Text!)
                        : entry.Value
                )
            ),
        ];
        ConfiguredInitializer initializer = Named(className, source, keywords, random);
        notes.AddRange(Meaning(initializer, config));
        return new(initializer, notes);
    }

    private static ConfiguredInitializer Named(
        string name,
        Generation? generation,
        (string, PythonValue)[] keywords,
        PythonRandom? random
    )
    {
        // Without a generation a name is Keras 3's, or else of the newest generation that has it.
        IEnumerable<Generation> candidates = generation is not null
            ? [generation]
            : [Generation.Keras, Generation.CompatV1Core];
        foreach (Generation candidate in candidates)
            if (Row(name, candidate) is { } row)
                return new(candidate, row, candidate.Bind(row, PythonValue.Dictionary(keywords)), random);
        throw (generation ?? Generation.Keras).Unknown(name);
    }

    /// <summary>The class of a name in any of its spellings: qualified, with the V2 of early releases, in camel or
    /// snake case.</summary>
    private static InitializerClass? Row(string name, Generation generation)
    {
        string plain = name;
        foreach (string prefix in Prefixes)
        {
            if (!plain.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            plain = plain[prefix.Length..];
            break;
        }

        if (plain.EndsWith("V2", StringComparison.Ordinal))
            plain = plain[..^2];
        return generation.FindIdentifier(plain)
            ?? generation.FindIdentifier(Names.Snake(plain))
            ?? generation.Classes.FirstOrDefault(row => Names.Snake(row.Name) == Names.Snake(plain));
    }

    private static Generation Detect(string className, PythonValue config, List<string> notes)
    {
        if (
            IsCamel(config["mode"])
            || IsCamel(config["distribution"])
            || className.StartsWith("LeCun", StringComparison.Ordinal)
        )
            return Noted(Generation.TensorFlowJs, "its values are in camel case");
        bool isCore =
            className.Contains("UniformUnitScaling", StringComparison.OrdinalIgnoreCase)
            || className.Contains("uniform_unit_scaling", StringComparison.Ordinal)
            || config["maxval"].IsNone && config["minval"].IsGiven;
        if (isCore)
            return Noted(Generation.CompatV1Core, "only the core of TensorFlow 1 writes it so");
        return config["dtype"].IsGiven && !config["input_axes"].IsGiven && !config["output_axes"].IsGiven
            ? Noted(Generation.CompatV1, "it has a `dtype`")
            : Generation.Keras;

        Generation Noted(Generation generation, string reason)
        {
            notes.Add($"Read as {generation.Name}: {reason}.");
            return generation;
        }
    }

    /// <summary>fanIn, truncatedNormal; not FAN_IN, which Python refuses.</summary>
    private static bool IsCamel(PythonValue value) =>
        value.Text is { Length: > 0 } text
        && char.IsAsciiLetterLower(text[0])
        && text != Names.Snake(text)
        && !text.Contains('_');

    /// <summary>Where a word means something else than a reader may think.</summary>
    private static IEnumerable<string> Meaning(ConfiguredInitializer initializer, PythonValue config)
    {
        Generation generation = initializer.Generation;
        if (
            initializer.Class.Rule == Rule.VarianceScaling
            && !generation.Columns.IsCorrected
            && initializer.Distribution == Fanwise.Distribution.TruncatedNormal
        )
            yield return "`normal` means truncated and uncorrected here: the variance of what is drawn is "
                + "0.7737 of what "
                + "the formula says.";
        if (generation.Columns.RewritesNormal && config["distribution"].Text?.ToLowerInvariant() == "normal")
            yield return "`normal` becomes `truncated_normal`, truncated and corrected.";
        if (initializer.Class.DropsDtype && config["dtype"].Text is { } dtype && dtype != "float32")
            yield return $"`dtype` is forgotten by {initializer.Class.Name} of {generation.Name}: it "
                + "draws float32, "
                + $"not {dtype}.";
        if (initializer["verify_shape"] == true)
            yield return "`verify_shape` is no part of a written configuration.";
    }
}
