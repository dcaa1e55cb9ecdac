namespace Fanwise.Models.Programs;

/// <summary>nanoGPT's GPT, from its GPTConfig. The head's tensor takes the embedding's place before all is initialized,
/// so it is drawn as both; the projections that end a residual branch are drawn once more.</summary>
/// <remarks>Checked against karpathy/nanoGPT 3adf61e1.</remarks>
internal sealed record NanoGpt : IProgramFamily
{
    /// <summary>The deviation that nanoGPT has in its code.</summary>
    public const double Deviation = 0.02;

    public IReadOnlyList<string> Architectures { get; } = ["GPT"];

    public IReadOnlyDictionary<string, long> Defaults { get; } =
        new Dictionary<string, long>
        {
            ["vocab_size"] = 50_304,
            ["block_size"] = 1024,
            ["n_layer"] = 12,
            ["n_embd"] = 768,
        };

    public void Build(DrawProgram program, ProgramConfig config, string architecture)
    {
        const string body = "transformer.";
        long vocabulary = config.Size("vocab_size"),
            width = config.Size("n_embd"),
            layers = config.Size("n_layer");
        bool hasBias = config.Flag("bias", true);
        List<(string Name, Shape Shape)> projections = [];

        program.Embedding($"{body}wte", vocabulary, width, null, survives: false);
        program.Embedding($"{body}wpe", config.Size("block_size"), width, null);
        for (long layer = 0; layer < layers; layer++)
        {
            string at = $"{body}h.{layer}.";
            program.Norm($"{at}ln_1", width, 1, hasBias);
            program.Linear($"{at}attn.c_attn", [3 * width, width], hasBias);
            Projection($"{at}attn.c_proj", [width, width]);
            program.Norm($"{at}ln_2", width, 1, hasBias);
            program.Linear($"{at}mlp.c_fc", [4 * width, width], hasBias);
            Projection($"{at}mlp.c_proj", [width, 4 * width]);
        }

        program.Norm($"{body}ln_f", width, 1, hasBias);
        program.Linear($"{body}wte", [vocabulary, width], false);
        foreach ((string name, Shape shape) in projections)
            program.Again(name, shape, Deviation / Math.Sqrt(2 * layers));
        program.EndGroup();

        void Projection(string name, Shape shape)
        {
            program.Linear(name, shape, hasBias, survives: false);
            projections.Add((name, shape));
        }
    }
}
