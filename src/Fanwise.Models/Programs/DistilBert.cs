namespace Fanwise.Models.Programs;

/// <summary>DistilBERT. Sanh et al. 2019.</summary>
/// <remarks>Checked against transformers 4.46.3 to 5.24.0.</remarks>
internal sealed record DistilBert : IProgramFamily
{
    public IReadOnlyList<string> Architectures { get; } =
    ["DistilBertModel", "DistilBertForMaskedLM", "DistilBertForSequenceClassification"];

    public IReadOnlyDictionary<string, long> Defaults { get; } =
        new Dictionary<string, long>
        {
            ["vocab_size"] = 30_522,
            ["max_position_embeddings"] = 512,
            ["n_layers"] = 6,
            ["dim"] = 768,
            ["hidden_dim"] = 3072,
        };

    public void Build(DrawProgram program, ProgramConfig config, string architecture)
    {
        long vocabulary = config.Size("vocab_size"),
            width = config.Size("dim"),
            inner = config.Size("hidden_dim");
        string body = architecture == "DistilBertModel" ? "" : "distilbert.";
        if (config.Flag("sinusoidal_pos_embds", false))
            throw new ModelException(
                "A DistilBERT with sinusoidal_pos_embds has a table of NumPy's sines, of which no bits are promised: "
                    + "set it to false."
            );

        program.Embedding(
            $"{body}embeddings.word_embeddings",
            vocabulary,
            width,
            config.Row("pad_token_id", vocabulary, 0)
        );
        program.Embedding($"{body}embeddings.position_embeddings", config.Size("max_position_embeddings"), width, null);
        program.Norm($"{body}embeddings.LayerNorm", width, 1, true);
        for (long layer = 0; layer < config.Size("n_layers"); layer++)
        {
            string at = $"{body}transformer.layer.{layer}.";
            foreach (string projection in (ReadOnlySpan<string>)["q_lin", "k_lin", "v_lin", "out_lin"])
                program.Linear($"{at}attention.{projection}", [width, width], true);
            program.Norm($"{at}sa_layer_norm", width, 1, true);
            program.Linear($"{at}ffn.lin1", [inner, width], true);
            program.Linear($"{at}ffn.lin2", [width, inner], true);
            program.Norm($"{at}output_layer_norm", width, 1, true);
        }

        program.EndGroup();
        switch (architecture)
        {
            case "DistilBertForMaskedLM":
                program.Linear("vocab_transform", [width, width], true);
                program.Norm("vocab_layer_norm", width, 1, true);
                program.Linear("vocab_projector", [vocabulary, width], true);
                program.Tie("vocab_projector.weight");
                break;
            case "DistilBertForSequenceClassification":
                program.Linear("pre_classifier", [width, width], true);
                program.Linear("classifier", [config.Labels, width], true);
                break;
        }

        program.EndGroup();
    }
}
