using System.Globalization;

namespace Fanwise.Rules;

/// <summary>What was found so far, and the words that findings share.</summary>
internal sealed class FindingList
{
    private readonly List<StartFinding> _findings = [];

    public IReadOnlyList<StartFinding> All => _findings;

    public void Add(RuledTensor rule, string check, string sentence, double severity) =>
        Add(rule.Tensor.Name, check, sentence, severity);

    public void Add(string tensor, string check, string sentence, double severity) =>
        _findings.Add(new(tensor, check, sentence, severity));

    /// <summary>What a rule says, and where.</summary>
    public static string Said(RuledTensor rule) => $"the rule at {rule.Place} says {rule.Draw.Words}";

    public static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
