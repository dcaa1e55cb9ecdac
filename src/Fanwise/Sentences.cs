namespace Fanwise;

/// <summary>What every refusal's sentence keeps to.</summary>
internal static class Sentences
{
    private const int Most = 2000,
        Beginning = 1500,
        Ending = 300;

    /// <summary>A sentence that a person can read: of one that quotes a long value the beginning and the end.</summary>
    public static string Bounded(string sentence) =>
        sentence.Length <= Most
            ? sentence
            : $"{sentence.AsSpan(0, Beginning)} [...] {sentence.AsSpan(sentence.Length - Ending)}";
}
