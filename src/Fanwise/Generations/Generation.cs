using System.Diagnostics.CodeAnalysis;
using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Generations;

/// <summary>One generation of the API: its classes, defaults, names, messages and meanings, as data.
/// Immutable.</summary>
/// <remarks>The tables themselves are in <c>ContribTable.cs</c>, <c>CompatV1Tables.cs</c>, <c>TfKerasTables.cs</c>,
/// <c>Keras3Tables.cs</c> and <c>TensorFlowJsTable.cs</c>.</remarks>
public sealed partial class Generation
{
    private readonly Dictionary<string, InitializerClass> _classes,
        _identifiers;

    internal Generation(
        string name,
        string title,
        InitializerClass[] classes,
        Dictionary<string, string> aliases,
        GenerationColumns columns,
        Messages messages
    )
    {
        Name = name;
        Title = title;
        Classes = classes;
        Columns = columns;
        Messages = messages;
        _classes = classes.ToDictionary(static row => row.Name, StringComparer.Ordinal);
        _identifiers = new(_classes, StringComparer.Ordinal);
        foreach ((string alias, string target) in aliases)
            _identifiers[alias] = _classes[target];
    }

    /// <summary>tf.contrib.keras.initializers of TensorFlow 1.2.</summary>
    public static Generation Contrib => ContribTable.Generation;

    /// <summary>tf.compat.v1.keras.initializers of TensorFlow 2.9.</summary>
    public static Generation CompatV1 => CompatV1Tables.Keras;

    /// <summary>tf.compat.v1.*_initializer of TensorFlow 2.9.</summary>
    public static Generation CompatV1Core => CompatV1Tables.Core;

    /// <summary>tf.keras.initializers of TensorFlow 2.6.</summary>
    public static Generation TfKeras26 => TfKerasTables.Release26;

    /// <summary>tf.keras.initializers of TensorFlow 2.7 to 2.9.</summary>
    public static Generation TfKeras29 => TfKerasTables.Release29;

    /// <summary>tf.keras.initializers of TensorFlow 2.10 to 2.15, and tf_keras.</summary>
    public static Generation TfKeras215 => TfKerasTables.Release215;

    /// <summary>keras.initializers up to Keras 3.14.</summary>
    public static Generation Keras314 => Keras3Tables.Release314;

    /// <summary>keras.initializers of Keras 3.15.</summary>
    public static Generation Keras => Keras3Tables.Release315;

    /// <summary>TensorFlow.js layers: configurations only; its numbers are not drawn here.</summary>
    public static Generation TensorFlowJs => TensorFlowJsTable.Generation;

    /// <summary>All of them, the oldest first.</summary>
    public static IReadOnlyList<Generation> All =>
        [Contrib, CompatV1Core, CompatV1, TfKeras26, TfKeras29, TfKeras215, Keras314, Keras, TensorFlowJs];

    /// <summary>The name that the tool's <c>--as</c> and <c>--to</c> take.</summary>
    public string Name { get; }

    /// <summary>What it is the table of.</summary>
    public string Title { get; }

    /// <summary>Its classes and functions.</summary>
    public IReadOnlyList<InitializerClass> Classes { get; }

    /// <summary>What a seed means.</summary>
    public SeedRule Seeds => Columns.Seeds;

    /// <summary>Its row of columns: what it means and allows.</summary>
    internal GenerationColumns Columns { get; }

    /// <summary>Its sentences.</summary>
    internal Messages Messages { get; }

    /// <summary>The generation of this name.</summary>
    /// <exception cref="InitializerException">None has it.</exception>
    public static Generation Parse(string name) =>
        TryParse(name, out Generation? generation)
            ? generation
            : throw new InitializerException(
                $"A generation is one of {string.Join(", ", All.Select(static generation => generation.Name))}; "
                    + $"received '{name}'{Nearest.End(name, All.Select(static generation => generation.Name))}"
            );

    /// <summary>The generation of this name; false where none has it.</summary>
    public static bool TryParse(string? name, [NotNullWhen(true)] out Generation? generation)
    {
        generation = All.FirstOrDefault(row => row.Name == name);
        return generation is not null;
    }

    /// <summary>The class or function of exactly this name; null where there is none.</summary>
    public InitializerClass? FindClass(string name) => _classes.GetValueOrDefault(name);

    /// <summary>The class that <c>get</c> knows by this name, which may be an alias; null where there is
    /// none.</summary>
    public InitializerClass? FindIdentifier(string name) => _identifiers.GetValueOrDefault(name);

    /// <summary>Every name that <see cref="FindIdentifier"/> knows.</summary>
    internal IEnumerable<string> Identifiers => _identifiers.Keys;

    /// <summary>An instance of a class, its arguments by position; those missing or not given take their
    /// defaults.</summary>
    /// <param name="name">The class's name.</param>
    /// <param name="arguments">What the constructor gets.</param>
    /// <exception cref="InitializerException">The generation has no such class, or refuses the arguments.</exception>
    public ConfiguredInitializer Construct(string name, params ReadOnlySpan<PythonValue> arguments) =>
        new(this, FindClass(name) ?? throw Unknown(name), arguments);

    /// <summary><c>cls(**keywords)</c>.</summary>
    /// <param name="name">The class's name.</param>
    /// <param name="keywords">A dict of arguments.</param>
    /// <param name="random">Where Keras 3 draws a missing seed from at construction.</param>
    /// <exception cref="InitializerException">The generation has no such class, or refuses the arguments.</exception>
    public ConfiguredInitializer ConstructWith(string name, PythonValue keywords, PythonRandom? random = null)
    {
        InitializerClass row = FindClass(name) ?? throw Unknown(name);
        return new(this, row, Bind(row, keywords), random);
    }

    /// <summary><c>cls.from_config(config)</c>.</summary>
    /// <inheritdoc cref="ConstructWith"/>
    public ConfiguredInitializer FromConfig(string name, PythonValue config, PythonRandom? random = null) =>
        ConstructWith(name, Kept(config), random);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>How parameters get into the element type in a context, or without one.</summary>
    internal ParameterRounding RoundingIn(DrawingContext? context) =>
        Columns.Rounding
        ?? context?.Rounding
        ?? (Columns.IsOfTensorFlow2 ? ParameterRounding.Eager : ParameterRounding.Graph);

    /// <summary>A configuration without what from_config leaves out.</summary>
    internal PythonValue Kept(PythonValue config) =>
        Columns.ConfigurationDropsDtype && config["dtype"].IsGiven
            ? PythonValue.Dictionary([
                .. config
                    .Entries!.Where(static entry => entry.Key != "dtype")
                    .Select(static entry => (entry.Key, entry.Value)),
            ])
            : config;

    /// <summary>A dict of keyword arguments in the order of the parameters.</summary>
    internal PythonValue[] Bind(InitializerClass row, PythonValue keywords)
    {
        PythonValue[] arguments = new PythonValue[row.Parameters.Length];
        foreach (
            (string key, PythonValue value) in keywords.Entries
                ?? throw new InitializerException(
                    $"A configuration must be a dict; received {keywords.Representation}."
                )
        )
        {
            int index = row.IndexOf(key);
            if (index < 0)
                throw new InitializerException(
                    string.Format(
                        row.Makes is null ? Messages.UnexpectedKeyword : Messages.UnexpectedFunctionKeyword,
                        row.Name,
                        key
                    )
                );
            arguments[index] = value;
        }

        return arguments;
    }

    internal InitializerException Unknown(string name)
    {
        string? known = InitializerNames.Other(name) is { } other ? Names.Snake(other) : null;
        return new(string.Format(Messages.UnknownInitializer, name))
        {
            Code = FanwiseError.UnknownName,
            Suggestion =
                known is not null && _identifiers.ContainsKey(known) ? known : Nearest.Of(name, _identifiers.Keys),
        };
    }
}
