using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fanwise.Models;

namespace Fanwise.Cli;

/// <summary>Arguments and options that several commands have: one name, one meaning, one message.</summary>
internal static class Arguments
{
    public static Argument<string> Model() =>
        new Argument<string>("MODEL")
        {
            Description =
                "A Keras 3 JSON, a .keras or .h5 file, a Keras 2 JSON or a TensorFlow.js model.json; with --as or "
                + "--rules also a PyTorch model's config.json.",
        }.NotEmpty();

    public static Option<uint?> Seed() =>
        new("--seed")
        {
            Description = "That of keras.utils.set_random_seed, 0 to 4294967295. Without it one is drawn and printed.",
            HelpName = "N",
            CustomParser = static result =>
                uint.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out uint seed)
                    ? seed
                    : Refuse<uint?>(result, $"--seed is an integer from 0 to 4294967295; received '{Text(result)}'."),
        };

    public static Option<string?> Output(string description) =>
        new("--output", "-o") { Description = description, HelpName = "PATH" };

    public static Option<bool> Overwrite() => new("--overwrite") { Description = "Replace an existing file." };

    public static Option<bool> NoSync() =>
        new("--no-sync") { Description = "Do not wait until the file is on the disk: for scratch work." };

    public static Option<int?> Threads() =>
        Count(
            "--threads",
            1024,
            "How many threads work; all processors by default. What comes out does not depend on it."
        );

    public static Option<int?> Count(string name, int most, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
                int.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                && count >= 1
                && count <= most
                    ? count
                    : Refuse<int?>(result, $"{name} is an integer from 1 to {most}; received '{Text(result)}'."),
        };

    public static Option<GenerationChoice> ModelGeneration()
    {
        Option<GenerationChoice> option = new("--as")
        {
            Description =
                $"Whose weights: {string.Join(", ", Models.Plans.ModelGeneration.All)}, or "
                + $"{GenerationChoice.FileWord} for those of the release that wrote the file.",
            HelpName = "GENERATION",
            DefaultValueFactory = static _ => new(Models.Plans.ModelGeneration.Keras),
            CustomParser = static result => Parsed(result, GenerationChoice.Parse),
        };
        option.CompletionSources.Add([.. GenerationChoice.Words]);
        return option;
    }

    public static Option<string> Backend() =>
        new Option<string>("--backend")
        {
            Description = $"Whose numbers Keras draws: {string.Join(", ", Backends.Names)}; tensorflow by default.",
            HelpName = "BACKEND",
        }.OneOf([.. Backends.Names]);

    /// <summary>The backend that the option names; null where it is not given.</summary>
    public static Backend? GivenBackend(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option) is { } name ? Backends.Parse(name) : null;

    public static Option<CustomLayers> CustomLayers() =>
        new("--custom")
        {
            Description = "A JSON file that declares the weights of layer classes that are not Keras' own.",
            HelpName = "FILE",
            CustomParser = static result =>
                Text(result).Length > 0
                    ? Parsed(result, Models.CustomLayers.Read)
                    : Refuse<CustomLayers>(result, "--custom needs a path; received ''."),
        };

    /// <summary>A path, which an empty word is not.</summary>
    public static Argument<string> NotEmpty(this Argument<string> argument)
    {
        argument.Validators.Add(result => CheckNotEmpty(result, argument.Name));
        return argument;
    }

    /// <inheritdoc cref="NotEmpty(Argument{string})"/>
    public static Option<string?> NotEmpty(this Option<string?> option)
    {
        option.Validators.Add(result => CheckNotEmpty(result, option.Name));
        return option;
    }

    /// <summary>Refuses to write over what is read, whatever may be overwritten.</summary>
    /// <exception cref="CheckpointException">Both are one file.</exception>
    public static void CheckIsOther(string output, string input)
    {
        if (output.Length > 0 && Path.GetFullPath(output) == Path.GetFullPath(input))
            throw new CheckpointException(FanwiseError.Request, $"'{output}' is what is read and is not written over.");
    }

    /// <summary>What the options --as, --backend and --custom say of a model.</summary>
    public static PlanOptions PlanOptions(
        ParseResult parsed,
        GenerationChoice generation,
        Option<string> backend,
        Option<CustomLayers> custom,
        Model model
    ) =>
        new()
        {
            Generation = generation.Of(model),
            Backend = GivenBackend(parsed, backend) ?? default,
            Custom = parsed.GetValue(custom) ?? Models.CustomLayers.None,
        };

    /// <summary>The same options with the generation of the release which wrote the model's file, where none is
    /// given: for weights that are there already.</summary>
    public static PlanOptions ForWritten(PlanOptions options, bool isGiven, Model model)
    {
        if (isGiven || model.Generation is not { } written || written == options.Generation)
            return options;
        Terminal.Say(
            $"note: the weights are taken for those of {written}, as the file has keras_version {model.KerasVersion}"
        );
        return options with { Generation = written };
    }

    public static Option<bool> LayerFans() =>
        new("--layer-fans")
        {
            Description =
                "Count fans by what each layer really connects, not by the shape of its kernel as Keras does; "
                + "other bytes than Keras'.",
        };

    /// <summary>A word that is one of these names: shells complete them, another word is refused with the
    /// nearest.</summary>
    public static Option<string> OneOf(this Option<string> option, IReadOnlyCollection<string> names)
    {
        option.CompletionSources.Add([.. names]);
        option.Validators.Add(result => Check(result, option.Name, names));
        return option;
    }

    /// <inheritdoc cref="OneOf(Option{string}, IReadOnlyCollection{string})"/>
    public static Argument<string> OneOf(this Argument<string> argument, IReadOnlyCollection<string> names)
    {
        argument.CompletionSources.Add([.. names]);
        argument.Validators.Add(result => Check(result, argument.Name, names));
        return argument;
    }

    /// <summary>What the library makes of a word; what it refuses is an error of the command line, and not an exception
    /// while a shell asks for completions.</summary>
    public static T? Parsed<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return parse(Text(result));
        }
        catch (FanwiseException exception)
        {
            return Refuse<T>(result, exception.Message);
        }
    }

    private static void CheckNotEmpty(SymbolResult result, string what)
    {
        if (result.Tokens is [{ Value.Length: 0 }])
            result.AddError($"{what} needs a path; received ''.");
    }

    private static void Check(SymbolResult result, string what, IReadOnlyCollection<string> names)
    {
        if (result.Tokens is [{ Value: string word }] && !names.Contains(word))
            result.AddError(
                $"{what} is one of {string.Join(", ", names)}; received '{word}'{Nearest.End(word, names)}"
            );
    }

    private static string Text(ArgumentResult result) => result.Tokens[0].Value;

    public static T? Refuse<T>(ArgumentResult result, string sentence)
    {
        result.AddError(sentence);
        return default;
    }

    /// <summary>A seed where none was given. No cryptography is needed: it is printed, not kept secret.</summary>
    public static uint DrawnSeed() => (uint)Random.Shared.NextInt64(1L << 32);
}
