using System.Text.Json;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Programs;

/// <summary>What <c>torch.manual_seed(seed); AutoModel….from_config(config)</c> of Hugging Face's transformers gives on
/// PyTorch 2.13's CPU with AVX2: the same bytes, any tensor or slice of it alone, without building the model.</summary>
/// <remarks>
/// Building a model draws every parameter at least twice and throws the first draw away; where each surviving draw lies
/// in MT19937's words follows from the configuration. Families: llama, mistral, qwen2, qwen3, gemma, gemma2,
/// gemma3_text, olmo2, phi3, gpt2, gpt_neox, opt, distilbert, and nanoGPT. Checked against 33 releases, each listed;
/// others are refused.
/// </remarks>
public static class TransformersPrograms
{
    /// <summary>The releases that the programs were checked against.</summary>
    public static IReadOnlyList<string> Releases { get; } =
    [
        "4.46.3",
        "4.49.0",
        "4.50.3",
        "4.51.3",
        "4.52.4",
        "4.53.3",
        "4.54.1",
        "4.55.4",
        "4.56.2",
        "4.57.1",
        "4.57.6",
        "5.0.0",
        "5.1.0",
        "5.2.0",
        "5.3.0",
        "5.4.0",
        "5.5.4",
        "5.6.2",
        "5.7.0",
        "5.8.0",
        "5.8.1",
        "5.9.0",
        "5.10.4",
        "5.11.0",
        "5.12.1",
        "5.13.1",
        "5.14.1",
        "5.15.0",
        "5.16.1",
        "5.17.0",
        "5.18.0",
        "5.21.1",
        "5.24.0",
    ];

    private static readonly Dictionary<string, Func<Version, IProgramFamily>> Families = new()
    {
        ["llama"] = static _ => LlamaLike.Llama,
        ["mistral"] = static _ => LlamaLike.Mistral,
        ["qwen2"] = static _ => LlamaLike.Qwen2,
        ["qwen3"] = static _ => LlamaLike.Qwen3,
        ["gemma"] = static version => LlamaLike.Gemma with { NormValue = GemmaNorm(version) },
        ["gemma2"] = static version => LlamaLike.Gemma2 with { NormValue = GemmaNorm(version) },
        ["gemma3_text"] = static version => LlamaLike.Gemma3 with { NormValue = GemmaNorm(version) },
        ["olmo2"] = static _ => LlamaLike.Olmo2,
        ["phi3"] = static _ => LlamaLike.Phi3,
        ["gpt2"] = static version => new Gpt2(Rescales: version.Major == 4 || version.Minor >= 15),
        ["gpt_neox"] = static _ => new GptNeoX(),
        ["opt"] = static _ => new Opt(),
        ["distilbert"] = static _ => new DistilBert(),
    };

    /// <summary>The start of a model.</summary>
    /// <param name="config">The text of its <c>config.json</c>.</param>
    /// <param name="release">A release of transformers, <c>5.18.0</c>; with two numbers the latest of it that is
    /// listed.</param>
    /// <param name="seed">That of <c>torch.manual_seed</c>, of which the low 32 bits count.</param>
    /// <param name="options">Which class is built, and in which type.</param>
    /// <returns>The weights by their names in the file.</returns>
    /// <exception cref="ModelException">The release, the family or the architecture is not known, or the configuration
    /// lacks what the family needs.</exception>
    public static WeightPlan Plan(string config, string release, uint seed, ProgramOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string listed = ReleaseOf(release);
        Version version = Version.Parse(listed);
        using JsonDocument document = Parse(config);
        ProgramConfig values = new(document.RootElement);
        string family = values.Text("model_type") ?? "";
        if (!Families.TryGetValue(family, out Func<Version, IProgramFamily>? make))
            throw new ModelException(
                $"Exact programs are known of {string.Join(", ", Families.Keys)}; others start by rules. Received "
                    + $"model_type '{family}'{Nearest(family, Families.Keys)}"
            );
        IProgramFamily program = make(version);
        string architecture =
            options.Architecture
            ?? values.FirstOf("architectures")
            ?? throw new ModelException("The configuration must name its architectures; received none.");
        if (!program.Architectures.Contains(architecture))
            throw new ModelException(
                $"The architecture of a {family} is one of {string.Join(", ", program.Architectures)}; received "
                    + $"'{architecture}'{Nearest(architecture, program.Architectures)}"
            );
        ElementType type = TypeOf(values, version, options);
        bool isHalf = type is ElementType.Float16 or ElementType.BFloat16;
        if (isHalf && version.Major == 5 && version.Minor == 8 && family != "gpt2")
            throw new ModelException(
                $"transformers {listed} loses the initialization of linear layers in {type.Name()}: they keep the "
                    + "constructor's values, whose deviation is wrong. Choose 5.7.0 or 5.9.0, or float32."
            );
        DrawProgram draws = new(type, DeviationOf(values, program, version));
        program.Build(draws, new(document.RootElement, program.Defaults), architecture);
        return Plan(draws, seed, architecture, $"transformers-{listed}", options);
    }

    /// <summary>The start of nanoGPT's GPT.</summary>
    /// <param name="config">Its GPTConfig as JSON: block_size, vocab_size, n_layer, n_embd, bias.</param>
    /// <param name="seed">That of <c>torch.manual_seed</c>, of which the low 32 bits count.</param>
    /// <exception cref="ModelException">The configuration is not one.</exception>
    public static WeightPlan PlanNanoGpt(string config, uint seed)
    {
        using JsonDocument document = Parse(config);
        NanoGpt program = new();
        DrawProgram draws = new(ElementType.Float32, NanoGpt.Deviation);
        program.Build(draws, new(document.RootElement, program.Defaults), program.Architectures[0]);
        return Plan(draws, seed, program.Architectures[0], "nanogpt", new());
    }

    private static WeightPlan Plan(
        DrawProgram draws,
        uint seed,
        string architecture,
        string source,
        ProgramOptions options
    ) =>
        new(draws.Run(seed).Weights)
        {
            Metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["architecture"] = architecture,
                ["as"] = source,
                ["by"] = options.ByClass ? "class" : "from_config",
                ["format"] = "pt",
                ["seed"] = seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };

    /// <summary>Releases 4.52 to 4.56 began the norms of gemma, which add 1, at 1.</summary>
    private static double GemmaNorm(Version version) =>
        version >= new Version(4, 52) && version < new Version(4, 57) ? 1 : 0;

    /// <summary>From 4.49 on the configuration's type; before it float32. The class itself builds float32.</summary>
    private static ElementType TypeOf(ProgramConfig config, Version version, ProgramOptions options)
    {
        if (options.ElementType is { } chosen)
            return chosen;
        string? name = config.Text("dtype") ?? config.Text("torch_dtype");
        if (options.ByClass || name is null || version < new Version(4, 49))
            return ElementType.Float32;
        return ElementTypes.TryParse(name, out ElementType type) && type.IsFloating()
            ? type
            : throw new ModelException($"The configuration's dtype must be a floating type; received '{name}'.");
    }

    /// <summary>From 5.0 on a deviation of 0 means 0.02.</summary>
    private static double DeviationOf(ProgramConfig config, IProgramFamily family, Version version)
    {
        double deviation = config.Number(family.DeviationKey, ProgramHeads.DeviationByDefault);
        return deviation == 0 && version.Major >= 5 ? ProgramHeads.DeviationByDefault : deviation;
    }

    private static string ReleaseOf(string release)
    {
        ArgumentNullException.ThrowIfNull(release);
        string? listed = Releases.LastOrDefault(known =>
            known == release
            || (release.Count(static c => c == '.') == 1 && known.StartsWith($"{release}.", StringComparison.Ordinal))
        );
        return listed
            ?? throw new ModelException(
                "The programs were checked against transformers "
                    + $"{string.Join(", ", Releases)}; received "
                    + $"'{release}'{Nearest(release, Releases)}"
            );
    }

    private static string Nearest(string name, IEnumerable<string> known) => global::Fanwise.Nearest.End(name, known);

    private static JsonDocument Parse(string config)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(config);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            throw new ModelException("A configuration must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw new ModelException($"A configuration must be JSON: {error.Message}", error);
        }
    }
}
