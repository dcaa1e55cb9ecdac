using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Fanwise;

/// <content>Rules by their names.</content>
public sealed partial class FanRule
{
    private const string Forms =
        "heuristic, dense, convolution[:groups=N], depthwise, transposed:strides=N,N[/groups=N], einsum:EQUATION, "
        + "attention-input, attention-output, embedding or "
        + "axes:in=N,N/out=N,N, each perhaps with ;layout=pytorch, ;parts=N and "
        + ";batch=N,N";

    /// <summary>What a rule's name begins with, in the order of <see cref="Parse"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "heuristic",
        "dense",
        "convolution",
        "depthwise",
        "transposed",
        "einsum",
        "attention-input",
        "attention-output",
        "embedding",
        "axes",
    ];

    /// <summary>The rule of this name.</summary>
    /// <param name="name">As <see cref="Name"/> gives it: <c>heuristic</c>, <c>dense</c>, <c>convolution</c>,
    /// <c>convolution:groups=4</c>, <c>depthwise</c>, <c>transposed:strides=2,2</c>,
    /// <c>transposed:strides=2,2/groups=4</c>,
    /// <c>einsum:abc,cd->abd</c>, <c>attention-input</c>, <c>attention-output</c>, <c>embedding</c>,
    /// <c>axes:in=0/out=1,2</c>; then perhaps <c>;layout=pytorch</c>, <c>;parts=4</c> and <c>;batch=0</c>.</param>
    /// <exception cref="InitializerException">No rule has this name, or its numbers are not possible.</exception>
    public static FanRule Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split(';'),
            head = parts[0].Split(':', 2);
        string argument = head.Length == 2 ? head[1] : "";
        FanRule rule = (head[0], argument) switch
        {
            ("heuristic", "") => Heuristic,
            ("dense", "") => Dense,
            ("convolution", "") => Convolution(),
            ("convolution", _) when Numbers(argument, "groups=") is [int groups] => Convolution(groups),
            ("depthwise", "") => Depthwise,
            ("transposed", _) when Numbers(argument, "strides=") is { } strides => Transposed(strides),
            ("transposed", _)
                when argument.Split('/') is [string steps, string grouped]
                    && Numbers(steps, "strides=") is { } strides
                    && Numbers(grouped, "groups=") is [int groups] => Transposed(strides, groups),
            ("einsum", not "") => Einsum(argument),
            ("attention-input", "") => AttentionInput,
            ("attention-output", "") => AttentionOutput,
            ("embedding", "") => Embedding,
            ("axes", _)
                when argument.Split('/') is [string input, string output]
                    && Numbers(input, "in=") is { } inputs
                    && Numbers(output, "out=") is { } outputs => Along(new(inputs, outputs)),
            _ => throw Unknown(name),
        };
        foreach (string suffix in parts.AsSpan(1))
            rule =
                suffix == "layout=pytorch" ? rule.InPyTorchLayout()
                : Numbers(suffix, "parts=") is [int count] ? rule.InParts(count)
                : Numbers(suffix, "batch=") is { } axes ? rule.WithBatchAxes(axes)
                : throw Unknown(name);
        return rule;
    }

    /// <summary>The rule of this name; false where none has it, or its numbers are not possible.</summary>
    /// <param name="name">As <see cref="Parse"/> takes it.</param>
    /// <param name="rule">The rule; null where there is none.</param>
    public static bool TryParse(string? name, [NotNullWhen(true)] out FanRule? rule)
    {
        try
        {
            rule = name is null ? null : Parse(name);
        }
        catch (InitializerException)
        {
            rule = null;
        }

        return rule is not null;
    }

    /// <summary>The numbers after <paramref name="key"/>, or null where the text is not of that form.</summary>
    private static int[]? Numbers(string text, string key)
    {
        if (!text.StartsWith(key, StringComparison.Ordinal))
            return null;
        if (text.Length == key.Length)
            return [];
        string[] parts = text[key.Length..].Split(',');
        int[] numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        return numbers;
    }

    private static InitializerException Unknown(string name) =>
        new($"A fan rule is {Forms}; received '{name}'{Nearest.End(name.Split(':', ';')[0], Names)}");
}
