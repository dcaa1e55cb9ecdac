using System.Globalization;

namespace Fanwise.Generations;

/// <summary>A release of Keras 3 (<c>keras-3.4.1</c>) or of tf.keras and tf-keras (<c>tf-keras-2.15</c>).</summary>
/// <param name="Family"><c>keras</c> or <c>tf-keras</c>.</param>
/// <param name="Version">Two or three numbers; a missing third one stands for the last of its series.</param>
public readonly record struct Release(string Family, Version Version)
{
    /// <summary>What a third number that is not given counts as: more than any release has.</summary>
    private const int LastPatch = 9999;

    private static readonly string[] Families = ["tf-keras", "keras"];

    /// <summary>The release of a name: a family, a hyphen, and two or three numbers.</summary>
    /// <param name="name">The name, such as <c>keras-3.4</c> or <c>tf-keras-2.16.0</c>.</param>
    /// <param name="release">The release; default where the name is none.</param>
    public static bool TryParse(string? name, out Release release)
    {
        release = default;
        if (Array.Find(Families, family => HasFamily(name, family)) is not { } found)
            return false;
        string[] numbers = name![(found.Length + 1)..].Split('.');
        if (numbers.Length is not (2 or 3) || !Array.TrueForAll(numbers, IsNumber))
            return false;
        int patch = numbers.Length == 3 ? Number(numbers[2]) : LastPatch;
        release = new(found, new Version(Number(numbers[0]), Number(numbers[1]), patch));
        return true;
    }

    /// <summary>The release whose files name this <c>keras_version</c>: Keras 3, or before it tf.keras.</summary>
    /// <param name="kerasVersion">The version as files name it, such as <c>3.4.1</c> or <c>2.13.1-tf</c>.</param>
    /// <param name="release">The release; default where the text is no version.</param>
    public static bool TryParseFile(string? kerasVersion, out Release release)
    {
        string plain = (kerasVersion ?? "").Split('-', '+')[0];
        string[] numbers = plain.Split('.');
        if (numbers.Length > 3)
            plain = string.Join('.', numbers[..3]);
        return TryParse((plain.StartsWith('3') ? "keras-" : "tf-keras-") + plain, out release);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Version.Build == LastPatch
            ? $"{Family}-{Version.Major}.{Version.Minor}"
            : $"{Family}-{Version.Major}.{Version.Minor}.{Version.Build}";

    private static bool HasFamily(string? name, string family) =>
        name is not null && name.StartsWith(family + "-", StringComparison.Ordinal);

    /// <summary>At most four digits: no release has more, and any four fit an integer.</summary>
    private static bool IsNumber(string text) =>
        text.Length is > 0 and <= 4 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>The releases that one row of a table of generations stands for: from the first to the last, both
/// included.</summary>
/// <param name="Family"><c>keras</c> or <c>tf-keras</c>.</param>
/// <param name="First">The first version.</param>
/// <param name="Last">The last version; one of two numbers includes all of its series.</param>
public sealed record ReleaseRange(string Family, string First, string Last)
{
    /// <summary>Whether a release is one of these.</summary>
    public bool Contains(Release release) =>
        release.Family == Family && release.Version >= Bound(First) && release.Version <= Bound(Last);

    /// <summary>The versions in words: <c>3.5.0 to 3.14</c>.</summary>
    public override string ToString() => First == Last ? First : $"{First} to {Last}";

    private Version Bound(string version) =>
        Release.TryParse($"{Family}-{version}", out Release bound)
            ? bound.Version
            : throw new InitializerException($"A version has two or three numbers; received {version}.");
}
