namespace Fanwise;

/// <summary>The names of initializers beside those of Keras' classes.</summary>
internal static class InitializerNames
{
    private const string Ending = "initializer";

    /// <summary>Keras' short names, which every generation from compat.v1 on has.</summary>
    public static IReadOnlyDictionary<string, string> Short { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["zero"] = "Zeros",
            ["one"] = "Ones",
            ["normal"] = "RandomNormal",
            ["uniform"] = "RandomUniform",
        };

    /// <summary>PyTorch's names for what Keras has under another: <c>torch.nn.init</c>.</summary>
    private static readonly Dictionary<string, string> PyTorch = new(StringComparer.Ordinal)
    {
        ["kaiming_normal"] = "HeNormal",
        ["kaiming_uniform"] = "HeUniform",
        ["xavier_normal"] = "GlorotNormal",
        ["xavier_uniform"] = "GlorotUniform",
        ["trunc_normal"] = "TruncatedNormal",
        ["eye"] = "Identity",
    };

    /// <summary>The class of Keras' that another name means: a short one, or one of PyTorch's; null where it means
    /// none.</summary>
    public static string? Other(string name)
    {
        string plain = name.TrimEnd('_'); // PyTorch's functions that change their argument
        return Short.GetValueOrDefault(plain) ?? PyTorch.GetValueOrDefault(plain);
    }

    /// <summary>A name without what spellings differ in: case, underscores, and the word "initializer" at its
    /// end.</summary>
    public static string Plain(string name)
    {
        string plain = name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        return plain.EndsWith(Ending, StringComparison.Ordinal) ? plain[..^Ending.Length] : plain;
    }

    /// <summary>Whether two names are spellings of one, or the first is another name of the second.</summary>
    public static bool IsName(string name, string className)
    {
        string plain = Plain(name),
            known = Plain(className);
        return plain == known
            || Short.Concat(PyTorch).Any(other => Plain(other.Key) == plain && Plain(other.Value) == known);
    }
}
