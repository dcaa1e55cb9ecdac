using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fanwise.Models;
using Fanwise.Models.Plans;

namespace Fanwise.Cli;

/// <summary>Arguments and options that several commands have: one name, one meaning, one message.</summary>
internal static class Arguments
{
    public static Argument<string> Model() => new("MODEL") { Description = "A Keras 3 JSON, a .keras archive, a Keras 2 JSON or a TensorFlow.js model.json." };

    public static Option<uint?> Seed() => new("--seed")
    {
        Description = "That of keras.utils.set_random_seed, 0 to 4294967295. Without it one is drawn, printed and recorded in the file.",
        HelpName = "N",
        CustomParser = static result => uint.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out uint seed)
            ? seed
            : Refuse<uint?>(result, $"--seed is an integer from 0 to 4294967295; received '{Text(result)}'."),
    };

    public static Option<string?> Output(string description) => new("--output", "-o") { Description = description, HelpName = "PATH" };

    public static Option<bool> Overwrite() => new("--overwrite") { Description = "Replace an existing file." };

    public static Option<bool> NoSync() => new("--no-sync") { Description = "Do not wait until the file is on the disk: for scratch work." };

    public static Option<int?> Threads() => new("--threads")
    {
        Description = "How many threads draw; all processors by default. The bytes do not depend on it.",
        HelpName = "N",
        CustomParser = static result => int.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads is >= 1 and <= 1024
            ? threads
            : Refuse<int?>(result, $"--threads is an integer from 1 to 1024; received '{Text(result)}'."),
    };

    public static Option<ModelGeneration> ModelGeneration() => new("--as")
    {
        Description = $"Whose weights: {string.Join(", ", Models.Plans.ModelGeneration.All)}.",
        HelpName = "GENERATION",
        DefaultValueFactory = static _ => Models.Plans.ModelGeneration.Keras,
        CustomParser = static result => Models.Plans.ModelGeneration.Parse(Text(result)),
    };

    public static Option<CustomLayers> CustomLayers() => new("--custom")
    {
        Description = "A JSON file that declares the weights of layer classes that are not Keras' own.",
        HelpName = "FILE",
        DefaultValueFactory = static _ => Models.CustomLayers.None,
        CustomParser = static result => Models.CustomLayers.Read(Text(result)),
    };

    private static string Text(ArgumentResult result) => result.Tokens[0].Value;

    private static T? Refuse<T>(ArgumentResult result, string sentence)
    {
        result.AddError(sentence);
        return default;
    }
}
