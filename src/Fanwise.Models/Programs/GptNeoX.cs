namespace Fanwise.Models.Programs;

/// <summary>GPT-NeoX and Pythia. Black et al. 2022: one projection for queries, keys and values.</summary>
/// <remarks>Checked against transformers 4.46.3 to 5.24.0.</remarks>
internal sealed record GptNeoX : IProgramFamily
{
    /// <summary>The head's name in the file; in memory it is lm_head from 5.14 on.</summary>
    private const string Head = "embed_out";

    public IReadOnlyList<string> Architectures { get; } = ["GPTNeoXModel", "GPTNeoXForCausalLM"];

    public IReadOnlyDictionary<string, long> Defaults { get; } =
        new Dictionary<string, long>
        {
            ["vocab_size"] = 50_432,
            ["hidden_size"] = 6144,
            ["num_hidden_layers"] = 44,
            ["intermediate_size"] = 24_576,
        };

    public void Build(DrawProgram program, ProgramConfig config, string architecture)
    {
        long vocabulary = config.Size("vocab_size"),
            hidden = config.Size("hidden_size"),
            inner = config.Size("intermediate_size");
        bool hasBias = config.Flag("attention_bias", true),
            isBare = architecture == "GPTNeoXModel";
        string body = isBare ? "" : "gpt_neox.";

        program.Embedding($"{body}embed_in", vocabulary, hidden, null);
        for (long layer = 0; layer < config.Size("num_hidden_layers"); layer++)
        {
            string at = $"{body}layers.{layer}.";
            program.Norm($"{at}input_layernorm", hidden, 1, true);
            program.Norm($"{at}post_attention_layernorm", hidden, 1, true);
            program.Linear($"{at}attention.query_key_value", [3 * hidden, hidden], hasBias);
            program.Linear($"{at}attention.dense", [hidden, hidden], hasBias);
            program.Linear($"{at}mlp.dense_h_to_4h", [inner, hidden], true);
            program.Linear($"{at}mlp.dense_4h_to_h", [hidden, inner], true);
        }

        program.Norm($"{body}final_layer_norm", hidden, 1, true);
        program.EndGroup();
        if (isBare)
            return;
        program.Linear(Head, [vocabulary, hidden], false);
        if (config.Flag("tie_word_embeddings", false))
            program.Tie($"{Head}.weight");
        program.EndGroup();
    }
}
