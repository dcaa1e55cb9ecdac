namespace Fanwise.Rules;

/// <summary>Helpers that read parts of a file of rules.</summary>
internal static class RuleFile
{
    public static YamlText Text(YamlNode node) =>
        node as YamlText ?? throw new RuleException(node.Place, "a text is expected here; received a list or mapping.");

    public static YamlMap Map(YamlNode node) =>
        node as YamlMap ?? throw new RuleException(node.Place, "a mapping is expected here.");

    public static YamlList List(YamlNode node) =>
        node as YamlList ?? throw new RuleException(node.Place, "a list is expected here.");

    /// <summary>Refuses a key that is none of those.</summary>
    public static void CheckKeys(YamlMap map, IReadOnlyCollection<string> known)
    {
        foreach ((YamlText key, _) in map.Entries)
            if (!known.Contains(key.Text))
                throw new RuleException(
                    key.Place,
                    $"a key is one of {string.Join(", ", known)}; received '{key.Text}'."
                );
    }
}
