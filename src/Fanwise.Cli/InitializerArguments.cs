using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Fanwise.Cli;

/// <summary>Arguments and options of the commands that take one initializer.</summary>
internal static class InitializerArguments
{
    /// <summary>No configuration of an initializer is longer.</summary>
    private const int MaxBytes = 1 << 20;

    public static Argument<string> Initializer() =>
        new("INITIALIZER")
        {
            Description = "A name (he_normal), a JSON configuration ({...}), or a file that holds one.",
        };

    /// <summary>The name or the JSON: what an existing file of this name holds, or the word itself.</summary>
    public static string Text(string initializer)
    {
        if (initializer.TrimStart().StartsWith('{') || !File.Exists(initializer))
            return initializer;
        // A pipe or a device has no length: what comes out of it is counted.
        using FileStream file = File.OpenRead(initializer);
        byte[] bytes = new byte[MaxBytes + 1];
        int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaxBytes)
            throw new InitializerException(
                $"{initializer}: an initializer's configuration has at most {MaxBytes} bytes."
            );
        using StreamReader text = new(new MemoryStream(bytes, 0, length));
        return text.ReadToEnd();
    }

    public static Option<string> Generation(string name, string description, bool isRequired) =>
        new Option<string>(name)
        {
            Description =
                $"{description}: "
                + $"{string.Join(", ", Generations.Generation.All.Select(static generation => generation.Name))}.",
            HelpName = "GENERATION",
            Required = isRequired,
        }.OneOf([.. Generations.Generation.All.Select(static generation => generation.Name)]);

    public static Option<BigInteger?> Integer(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
                BigInteger.TryParse(
                    Value(result),
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out BigInteger value
                )
                    ? value
                    : Refuse<BigInteger?>(result, $"{name} is an integer; received '{Value(result)}'."),
        };

    public static Option<Shape> Shape(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "LENGTHS",
            CustomParser = result => Lengths(name, result) ?? default,
        };

    public static Option<Shape?> OptionalShape(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "LENGTHS",
            CustomParser = result => Lengths(name, result),
        };

    /// <summary>The rule by which a layer counts its fans.</summary>
    public static Option<FanRule?> Layer(string description)
    {
        Option<FanRule?> option = new("--layer")
        {
            Description =
                $"{description} dense, convolution:groups=4, depthwise, transposed:strides=2,2, einsum:abc,cde->abde, "
                + "embedding.",
            HelpName = "RULE",
            CustomParser = static result => Arguments.Parsed(result, FanRule.Parse),
        };
        option.CompletionSources.Add([.. FanRule.Names]);
        return option;
    }

    private static Shape? Lengths(string name, ArgumentResult result)
    {
        string[] words = Value(result).Length == 0 ? [] : Value(result).Split(',', StringSplitOptions.TrimEntries);
        long[] lengths = new long[words.Length];
        for (int i = 0; i < words.Length; i++)
            if (!long.TryParse(words[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out lengths[i]))
                return Refuse<Shape?>(
                    result,
                    $"{name} is a list of lengths such as 3,3,64,128; received '{Value(result)}'."
                );
        try
        {
            return Fanwise.Shape.Create(lengths);
        }
        catch (InitializerException error)
        {
            return Refuse<Shape?>(result, error.Message);
        }
    }

    private static string Value(ArgumentResult result) => result.Tokens[0].Value;

    private static T? Refuse<T>(ArgumentResult result, string sentence)
    {
        result.AddError(sentence);
        return default;
    }
}
