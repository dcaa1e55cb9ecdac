using Fanwise.Streams;

namespace Fanwise.Generations;

/// <content>The module's <c>get</c>, <c>deserialize</c> and <c>serialize</c>, as strict as the reference's; the
/// configuration reader has more patience.</content>
public sealed partial class Generation
{
    /// <summary><c>get(identifier)</c> of a name or of a dict with class_name and config; null for None, but in r1.2,
    /// which refuses it.</summary>
    /// <param name="identifier">A name or a dict.</param>
    /// <param name="random">Where Keras 3 draws a missing seed from at construction.</param>
    /// <exception cref="InitializerException">The identifier is neither, or the generation does not know the name or
    /// refuses the configuration.</exception>
    public ConfiguredInitializer? Get(PythonValue identifier, PythonRandom? random = null)
    {
        if (identifier.IsNone && this != Contrib)
            return null;
        if (identifier.Entries is not null)
            return Deserialize(identifier, random);
        if (identifier.Text is not { } name)
            throw new InitializerException(string.Format(Messages.NotAnIdentifier, identifier.Representation));
        return new(this, FindIdentifier(name) ?? throw Unknown(name), [], random);
    }

    /// <summary><c>deserialize(config)</c> of a dict with class_name and config; its other keys are ignored.</summary>
    /// <param name="serialized">The dict.</param>
    /// <param name="random">Where Keras 3 draws a missing seed from at construction.</param>
    /// <exception cref="InitializerException">A key is missing, or the generation does not know the class or refuses
    /// the configuration.</exception>
    public ConfiguredInitializer Deserialize(PythonValue serialized, PythonRandom? random = null)
    {
        if (serialized["class_name"].Text is not { } name || serialized["config"].Entries is null)
            throw new InitializerException($"Improper config format: {serialized.Representation}");
        InitializerClass row = FindIdentifier(name) ?? throw Unknown(name);
        return new(this, row, Bind(row, Kept(serialized["config"])), random);
    }

    /// <summary><c>deserialize(name)</c> of r1.2: the class of this name, not an instance of it.</summary>
    /// <exception cref="InitializerException">There is none.</exception>
    public InitializerClass DeserializeName(string name) =>
        FindIdentifier(name) ?? throw new InitializerException($"('Unknown initializer', ':{name}')");

    /// <summary><c>serialize(initializer)</c>: None stays None.</summary>
    public static PythonValue Serialize(ConfiguredInitializer? initializer) =>
        initializer?.Serialize() ?? PythonValue.None;
}
