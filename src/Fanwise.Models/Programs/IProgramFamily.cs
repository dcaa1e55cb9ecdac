namespace Fanwise.Models.Programs;

/// <summary>A family of models: how its configuration becomes a program.</summary>
internal interface IProgramFamily
{
    /// <summary>The classes that the program is known of.</summary>
    public IReadOnlyList<string> Architectures { get; }

    /// <summary>The sizes that its configuration's class has where a file says nothing.</summary>
    public IReadOnlyDictionary<string, long> Defaults { get; }

    /// <summary>The key of the deviation.</summary>
    public string DeviationKey => "initializer_range";

    /// <summary>Adds the draws of building the model, in order.</summary>
    public void Build(DrawProgram program, ProgramConfig config, string architecture);
}

/// <summary>What families share.</summary>
internal static class ProgramHeads
{
    /// <summary>What the configurations' classes take for the deviation where a file says nothing.</summary>
    public const double DeviationByDefault = 0.02;

    /// <summary>The head that an architecture's name ends in: a language model's, classes of a sequence or of each
    /// token; none of a bare model.</summary>
    public static void Head(
        this DrawProgram program,
        ProgramConfig config,
        string architecture,
        long vocabulary,
        long hidden,
        bool tiesByDefault
    )
    {
        if (architecture.EndsWith("ForCausalLM", StringComparison.Ordinal))
        {
            program.Linear("lm_head", [vocabulary, hidden], false);
            if (config.Flag("tie_word_embeddings", tiesByDefault))
                program.Tie("lm_head.weight");
        }
        else if (architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal))
        {
            program.Linear("score", [config.Labels, hidden], false);
        }
        else if (architecture.EndsWith("ForTokenClassification", StringComparison.Ordinal))
        {
            program.Linear("score", [config.Labels, hidden], true);
        }

        program.EndGroup();
    }
}
