namespace Fanwise.Models.Programs;

/// <summary>GPT-2. Radford et al. 2019: the projections that end a residual branch are drawn once more, with a
/// deviation divided by the root of the number of branches.</summary>
/// <param name="Rescales">Whether the release does so: all but transformers 5.0 to 5.14.</param>
internal sealed record Gpt2(bool Rescales) : IProgramFamily
{
    public IReadOnlyList<string> Architectures { get; } =
    ["GPT2Model", "GPT2LMHeadModel", "GPT2ForSequenceClassification"];

    public IReadOnlyDictionary<string, long> Defaults { get; } =
        new Dictionary<string, long>
        {
            ["vocab_size"] = 50_257,
            ["n_positions"] = 1024,
            ["n_embd"] = 768,
            ["n_layer"] = 12,
        };

    public void Build(DrawProgram program, ProgramConfig config, string architecture)
    {
        long vocabulary = config.Size("vocab_size"),
            width = config.Size("n_embd"),
            layers = config.Size("n_layer"),
            inner = config.OptionalSize("n_inner") ?? 4 * width;
        double scaled = config.Number("initializer_range", ProgramHeads.DeviationByDefault) / Math.Sqrt(2 * layers);
        bool hasCross = config.Flag("add_cross_attention", false);
        string body = architecture == "GPT2Model" ? "" : "transformer.";

        program.Embedding($"{body}wte", vocabulary, width, null);
        program.Embedding($"{body}wpe", config.Size("n_positions"), width, null);
        for (long layer = 0; layer < layers; layer++)
        {
            string at = $"{body}h.{layer}.";
            program.Norm($"{at}ln_1", width, 1, true);
            program.Conv1D($"{at}attn.c_attn", width, 3 * width, true);
            Projection($"{at}attn.c_proj", width);
            program.Norm($"{at}ln_2", width, 1, true);
            if (hasCross)
            {
                program.Conv1D($"{at}crossattention.c_attn", width, 2 * width, true);
                program.Conv1D($"{at}crossattention.q_attn", width, width, true);
                Projection($"{at}crossattention.c_proj", width);
                program.Norm($"{at}ln_cross_attn", width, 1, true);
            }

            program.Conv1D($"{at}mlp.c_fc", width, inner, true);
            Projection($"{at}mlp.c_proj", inner);
        }

        program.Norm($"{body}ln_f", width, 1, true);
        program.EndGroup();
        if (architecture == "GPT2LMHeadModel")
        {
            program.Linear("lm_head", [vocabulary, width], false);
            if (config.Flag("tie_word_embeddings", true))
                program.Tie("lm_head.weight");
        }
        else if (architecture != "GPT2Model")
        {
            program.Linear("score", [config.Labels, width], false);
        }

        program.EndGroup();

        void Projection(string name, long inputs)
        {
            program.Conv1D(name, inputs, width, !Rescales);
            if (Rescales)
                program.Again(name, [inputs, width], scaled);
        }
    }
}
