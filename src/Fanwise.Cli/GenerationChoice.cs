using Fanwise.Models;
using Fanwise.Models.Plans;

namespace Fanwise.Cli;

/// <summary>What <c>--as</c> says of a Keras model: a generation, or <c>file</c> for that of the release which wrote
/// the model's file.</summary>
/// <param name="Named">The generation; null for the file's.</param>
internal readonly record struct GenerationChoice(ModelGeneration? Named)
{
    /// <summary>The word for the file's own.</summary>
    public const string FileWord = "file";

    /// <summary>Every word that is completed.</summary>
    public static IEnumerable<string> Words =>
        [.. ModelGeneration.All.Select(static generation => generation.Name), FileWord];

    /// <summary>Reads what stands behind <c>--as</c>.</summary>
    /// <exception cref="ModelException">It is no generation, and not <c>file</c>.</exception>
    public static GenerationChoice Parse(string text) => text == FileWord ? default : new(ModelGeneration.Parse(text));

    /// <summary>The generation for a model.</summary>
    /// <exception cref="ModelException">The file's is asked for, and it does not say which release wrote it, or how
    /// that release starts models is not known.</exception>
    public ModelGeneration Of(Model model) =>
        Named
        ?? model.Generation
        ?? throw new ModelException(
            model.KerasVersion is { } version
                ? $"--as {FileWord} takes the starts of the release that wrote the file; received keras_version "
                    + $"{version}, "
                    + $"whose starts are not known: name a generation ({string.Join(", ", ModelGeneration.All)})."
                : $"--as {FileWord} needs a file that says which release wrote it, and this one has no keras_version; "
                    + $"name a generation ({string.Join(", ", ModelGeneration.All)})."
        );
}
