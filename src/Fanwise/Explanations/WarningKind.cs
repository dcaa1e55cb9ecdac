namespace Fanwise;

/// <summary>What a warning of an explanation is about.</summary>
public enum WarningKind
{
    /// <summary>A depthwise kernel whose fans are not those used.</summary>
    DepthwiseFans,

    /// <summary>A grouped convolution's kernel whose fans are not those used.</summary>
    GroupedFans,

    /// <summary>A transposed convolution's kernel whose fans are not those used.</summary>
    TransposedFans,

    /// <summary>A kernel of an attention or einsum layer whose fans are not those used.</summary>
    ContractionFans,

    /// <summary>A table of embeddings whose variance is divided by the fans of a kernel.</summary>
    EmbeddingFans,

    /// <summary>Another kernel whose fans are not those used.</summary>
    OtherFans,

    /// <summary>Two weights that hold the same values.</summary>
    EqualValues,

    /// <summary>A truncated normal that is not widened: its variance is 0.7737 of the one asked for.</summary>
    NarrowedVariance,

    /// <summary>A gain or deviation of zero: nothing is passed on.</summary>
    ZeroGain,

    /// <summary>Values too small for the element type.</summary>
    Underflow,

    /// <summary>A shape that is probably in the other layout.</summary>
    OtherLayout,
}

/// <summary>Something that a person would want to know before training.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Sentence">What it is, in one sentence.</param>
/// <param name="Factor">By what the variance drawn has to be multiplied to be right; null where that is not the
/// point.</param>
public sealed record ExplanationWarning(WarningKind Kind, string Sentence, double? Factor)
{
    /// <summary>The kind as programs read it: <c>depthwise-fans</c>.</summary>
    public string Code =>
        Kind switch
        {
            WarningKind.DepthwiseFans => "depthwise-fans",
            WarningKind.GroupedFans => "grouped-fans",
            WarningKind.TransposedFans => "transposed-fans",
            WarningKind.ContractionFans => "contraction-fans",
            WarningKind.EmbeddingFans => "embedding-fans",
            WarningKind.OtherFans => "other-fans",
            WarningKind.EqualValues => "equal-values",
            WarningKind.NarrowedVariance => "narrowed-variance",
            WarningKind.ZeroGain => "zero-gain",
            WarningKind.OtherLayout => "other-layout",
            _ => "underflow",
        };
}
