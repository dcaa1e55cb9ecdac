namespace Fanwise.Rules;

/// <summary>How a start is judged.</summary>
public sealed record JudgeOptions
{
    /// <summary>The probability that a start which follows its rules is found wrong, all of its tensors and checks
    /// together; above 0, at most 0.5.</summary>
    public double FalseAlarms { get; init; } = 0.001;

    /// <summary>How many values of a tensor are read at most, in 64 stretches over the whole of it: 4,096 to 2^26.
    /// Smaller tensors are read whole.</summary>
    public int ValuesOfATensor { get; init; } = 1 << 18;
}

/// <summary>Something that is not as the rules have it.</summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Check">What was looked at: <c>missing</c>, <c>unexpected</c>, <c>shape</c>, <c>type</c>,
/// <c>constant</c>, <c>not finite</c>, <c>bounds</c>, <c>deviation</c>, <c>mean</c>, <c>kurtosis</c>, <c>extremes</c>,
/// <c>distribution</c>, <c>zeros</c>, <c>zero row</c>, <c>equal rows</c>, <c>equal shards</c>, <c>equal
/// tensors</c>.</param>
/// <param name="Sentence">What is wrong, with the rule and its place.</param>
/// <param name="Severity">How wrong; the larger, the worse.</param>
public sealed record StartFinding(string Tensor, string Check, string Sentence, double Severity);

/// <summary>What was found in a tensor.</summary>
/// <param name="Rule">What it should be.</param>
/// <param name="Read">How many of its values were read.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation.</param>
/// <param name="Kurtosis">Their fourth central moment over the squared variance: 3 for a normal, 1.8 for a
/// uniform.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="Distance">The largest distance between their distribution and the rule's (Kolmogorov and Smirnov's), 0
/// to 1; null where the rule has none.</param>
/// <param name="Findings">What is wrong with it.</param>
public sealed record JudgedTensor(
    RuledTensor Rule,
    long Read,
    double Mean,
    double Deviation,
    double Kurtosis,
    double Minimum,
    double Maximum,
    double? Distance,
    IReadOnlyList<StartFinding> Findings
);

/// <summary>A start held against its rules.</summary>
/// <param name="Tensors">Every tensor that is there and has a rule.</param>
/// <param name="Findings">What is wrong, the worst first.</param>
/// <param name="Read">How many values were read.</param>
/// <param name="Checks">How many checks could give a false alarm.</param>
/// <param name="FalseAlarms">The probability of one, all together.</param>
public sealed record StartReport(
    IReadOnlyList<JudgedTensor> Tensors,
    IReadOnlyList<StartFinding> Findings,
    long Read,
    int Checks,
    double FalseAlarms
)
{
    /// <summary>Whether everything is as the rules have it.</summary>
    public bool Holds => Findings.Count == 0;
}
