namespace Fanwise.Models.Programs;

/// <summary>llama and its kin: one program, driven by the configuration. Touvron et al. 2023.</summary>
/// <remarks>Checked against transformers 4.46.3 to 5.24.0: the 33 releases of <see
/// cref="TransformersPrograms"/>.</remarks>
internal sealed record LlamaLike(
    string Prefix,
    IReadOnlyDictionary<string, long> Defaults,
    bool HasHeadSize = false,
    long? HeadSizeByDefault = null,
    bool MayBias = false,
    bool BiasesQueries = false,
    bool MayBiasMlp = false,
    bool FusesProjections = false,
    bool TiesByDefault = false,
    double NormValue = 1,
    long? PaddingByDefault = null,
    params string[] Norms
) : IProgramFamily
{
    private static readonly string[] TwoNorms = ["input_layernorm", "post_attention_layernorm"];
    private static readonly string[] FourNorms =
    [
        .. TwoNorms,
        "pre_feedforward_layernorm",
        "post_feedforward_layernorm",
    ];
    private static readonly string[] QueryNorms = ["self_attn.q_norm", "self_attn.k_norm"];

    public static LlamaLike Llama { get; } =
        new(
            "Llama",
            Sizes(32_000, 4096, 11_008, 32, 32),
            HasHeadSize: true,
            MayBias: true,
            MayBiasMlp: true,
            Norms: TwoNorms
        );
    public static LlamaLike Mistral { get; } =
        new("Mistral", Sizes(32_000, 4096, 14_336, 32, 32, 8), HasHeadSize: true, Norms: TwoNorms);
    public static LlamaLike Qwen2 { get; } =
        new("Qwen2", Sizes(151_936, 4096, 22_016, 32, 32, 32), BiasesQueries: true, Norms: TwoNorms);
    public static LlamaLike Qwen3 { get; } =
        new(
            "Qwen3",
            Sizes(151_936, 4096, 22_016, 32, 32, 32),
            HasHeadSize: true,
            HeadSizeByDefault: 128,
            MayBias: true,
            Norms: [.. TwoNorms, .. QueryNorms]
        );
    public static LlamaLike Gemma { get; } =
        new(
            "Gemma",
            Sizes(256_000, 3072, 24_576, 28, 16, 16),
            HasHeadSize: true,
            HeadSizeByDefault: 256,
            MayBias: true,
            TiesByDefault: true,
            NormValue: 0,
            PaddingByDefault: 0,
            Norms: TwoNorms
        );
    public static LlamaLike Gemma2 { get; } =
        Gemma with
        {
            Prefix = "Gemma2",
            Defaults = Sizes(256_000, 2304, 9216, 26, 8, 4),
            Norms = FourNorms,
        };
    public static LlamaLike Gemma3 { get; } =
        Gemma with
        {
            Prefix = "Gemma3",
            Defaults = Sizes(262_208, 2304, 9216, 26, 8, 4),
            Norms = [.. FourNorms, .. QueryNorms],
        };
    public static LlamaLike Olmo2 { get; } =
        new(
            "Olmo2",
            Sizes(50_304, 4096, 11_008, 32, 32),
            MayBias: true,
            PaddingByDefault: 1,
            Norms: ["post_attention_layernorm", "post_feedforward_layernorm", .. QueryNorms]
        );
    public static LlamaLike Phi3 { get; } =
        new(
            "Phi3",
            Sizes(32_064, 3072, 8192, 32, 32),
            FusesProjections: true,
            PaddingByDefault: 32000,
            Norms: TwoNorms
        );

    public IReadOnlyList<string> Architectures =>
        Prefix == "Gemma3"
            ? ["Gemma3TextModel", "Gemma3ForCausalLM"]
            :
            [
                $"{Prefix}Model",
                $"{Prefix}ForCausalLM",
                $"{Prefix}ForSequenceClassification",
                $"{Prefix}ForTokenClassification",
            ];

    public void Build(DrawProgram program, ProgramConfig config, string architecture)
    {
        long vocabulary = config.Size("vocab_size"),
            hidden = config.Size("hidden_size"),
            inner = config.Size("intermediate_size"),
            heads = config.Size("num_attention_heads"),
            keyHeads = config.OptionalSize("num_key_value_heads") ?? heads;
        long headSize = (HasHeadSize ? config.OptionalSize("head_dim") ?? HeadSizeByDefault : null) ?? hidden / heads,
            queries = heads * headSize,
            keys = keyHeads * headSize;
        bool hasBias = MayBias && config.Flag("attention_bias", false),
            queryBias = BiasesQueries || hasBias,
            mlpBias = MayBiasMlp && config.Flag("mlp_bias", false);
        string body = architecture.EndsWith("Model", StringComparison.Ordinal) ? "" : "model.";

        program.Embedding(
            $"{body}embed_tokens",
            vocabulary,
            hidden,
            config.Row("pad_token_id", vocabulary, PaddingByDefault)
        );
        for (long layer = 0; layer < config.Size("num_hidden_layers"); layer++)
        {
            string at = $"{body}layers.{layer}.";
            if (FusesProjections)
            {
                program.Linear($"{at}self_attn.o_proj", [hidden, queries], false);
                program.Linear($"{at}self_attn.qkv_proj", [queries + 2 * keys, hidden], false);
                NormsOf(at, isOfAttention: true);
                program.Linear($"{at}mlp.gate_up_proj", [2 * inner, hidden], false);
                program.Linear($"{at}mlp.down_proj", [hidden, inner], false);
            }
            else
            {
                program.Linear($"{at}self_attn.q_proj", [queries, hidden], queryBias);
                program.Linear($"{at}self_attn.k_proj", [keys, hidden], queryBias);
                program.Linear($"{at}self_attn.v_proj", [keys, hidden], queryBias);
                program.Linear($"{at}self_attn.o_proj", [hidden, queries], hasBias);
                NormsOf(at, isOfAttention: true);
                program.Linear($"{at}mlp.gate_proj", [inner, hidden], mlpBias);
                program.Linear($"{at}mlp.up_proj", [inner, hidden], mlpBias);
                program.Linear($"{at}mlp.down_proj", [hidden, inner], mlpBias);
            }

            NormsOf(at, isOfAttention: false);
        }

        program.Norm($"{body}norm", hidden, NormValue, false);
        program.EndGroup();
        program.Head(config, architecture, vocabulary, hidden, TiesByDefault);

        void NormsOf(string at, bool isOfAttention)
        {
            foreach (string norm in Norms)
                if (norm.StartsWith("self_attn.", StringComparison.Ordinal) == isOfAttention)
                    program.Norm(at + norm, WidthOf(norm, hidden, headSize, queries, keys), NormValue, false);
        }
    }

    /// <summary>What the configuration's class has where a file says nothing; source: configuration_*.py.</summary>
    private static Dictionary<string, long> Sizes(
        long vocabulary,
        long hidden,
        long inner,
        long layers,
        long heads,
        long? keyHeads = null
    )
    {
        Dictionary<string, long> sizes = new()
        {
            ["vocab_size"] = vocabulary,
            ["hidden_size"] = hidden,
            ["intermediate_size"] = inner,
            ["num_hidden_layers"] = layers,
            ["num_attention_heads"] = heads,
        };
        if (keyHeads is { } given)
            sizes["num_key_value_heads"] = given;
        return sizes;
    }

    /// <summary>Norms of queries and keys are as wide as a head; OLMo 2's, which has no input norm, as all
    /// heads.</summary>
    private long WidthOf(string norm, long hidden, long headSize, long queries, long keys)
    {
        bool isPerHead = Norms.Contains("input_layernorm");
        return norm switch
        {
            "self_attn.q_norm" => isPerHead ? headSize : queries,
            "self_attn.k_norm" => isPerHead ? headSize : keys,
            _ => hidden,
        };
    }
}
