namespace Fanwise.Models.Programs;

/// <summary>OPT. Zhang et al. 2022: embeddings may be narrower than the model; positions begin at 2.</summary>
/// <remarks>Checked against transformers 4.46.3 to 5.24.0.</remarks>
internal sealed record Opt : IProgramFamily
{
    private const int FirstPosition = 2,
        PaddingByDefault = 1;

    public IReadOnlyList<string> Architectures { get; } = ["OPTForCausalLM"];

    public string DeviationKey => "init_std";

    public IReadOnlyDictionary<string, long> Defaults { get; } =
        new Dictionary<string, long>
        {
            ["vocab_size"] = 50_272,
            ["hidden_size"] = 768,
            ["num_hidden_layers"] = 12,
            ["ffn_dim"] = 3072,
            ["max_position_embeddings"] = 2048,
        };

    public void Build(DrawProgram program, ProgramConfig config, string architecture)
    {
        const string body = "model.decoder.";
        long vocabulary = config.Size("vocab_size"),
            hidden = config.Size("hidden_size"),
            inner = config.Size("ffn_dim"),
            width = config.OptionalSize("word_embed_proj_dim") ?? hidden;
        bool hasBias = config.Flag("enable_bias", true);

        program.Embedding(
            $"{body}embed_tokens",
            vocabulary,
            width,
            config.Row("pad_token_id", vocabulary, PaddingByDefault)
        );
        program.Embedding(
            $"{body}embed_positions",
            config.Size("max_position_embeddings") + FirstPosition,
            hidden,
            null
        );
        if (width != hidden)
        {
            program.Linear($"{body}project_out", [width, hidden], false);
            program.Linear($"{body}project_in", [hidden, width], false);
        }

        if (config.Flag("do_layer_norm_before", true) && !config.Flag("_remove_final_layer_norm", false))
            program.Norm($"{body}final_layer_norm", hidden, 1, true);
        for (long layer = 0; layer < config.Size("num_hidden_layers"); layer++)
        {
            string at = $"{body}layers.{layer}.";
            foreach (string projection in (ReadOnlySpan<string>)["k", "v", "q", "out"])
                program.Linear($"{at}self_attn.{projection}_proj", [hidden, hidden], hasBias);
            program.Norm($"{at}self_attn_layer_norm", hidden, 1, true);
            program.Linear($"{at}fc1", [inner, hidden], hasBias);
            program.Linear($"{at}fc2", [hidden, inner], hasBias);
            program.Norm($"{at}final_layer_norm", hidden, 1, true);
        }

        program.EndGroup();
        program.Linear("lm_head", [vocabulary, width], false);
        if (config.Flag("tie_word_embeddings", true))
            program.Tie("lm_head.weight");
        program.EndGroup();
    }
}
