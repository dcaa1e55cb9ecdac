namespace Fanwise.Generations;

/// <summary>By which rule a class makes its values; what a rule does in a generation is in
/// <see cref="Rules"/>.</summary>
internal enum Rule
{
    /// <summary>Nothing: the base class.</summary>
    Base,

    Zeros,
    Ones,
    Constant,
    RandomUniform,
    RandomNormal,
    TruncatedNormal,
    VarianceScaling,
    UniformUnitScaling,
    Orthogonal,
    Identity,
}
