using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>A normal within bounds of its own: <c>destination[i] = z * deviation + mean</c>, z the first of the
/// element's normals that lies within the bounds.</summary>
/// <remarks>
/// The normal k of the element i is the stream's, at i, 2^56 k blocks on. So an element does not depend on others, and
/// a tensor of up to 2^58 elements meets no block twice.
/// </remarks>
public sealed record BoundedNormalValues : Values
{
    /// <summary>The least share of normals that must lie within the bounds: of 255 then at least one does, but once in
    /// 10^31.</summary>
    public const double LeastShare = 0.25;

    private const int AttemptShift = 56,
        Attempts = 255;

    private const long MaxElements = 1L << 58;

    private readonly Draw _standard,
        _scaled;

    /// <summary>Normals of a mean and deviation, each drawn again until it lies within the bounds.</summary>
    /// <param name="shape">The lengths.</param>
    /// <param name="type">float32 or float64.</param>
    /// <param name="mean">The mean before the cut.</param>
    /// <param name="deviation">The deviation before the cut.</param>
    /// <param name="lower">The lower bound, in deviations from the mean.</param>
    /// <param name="upper">The upper bound, in deviations from the mean.</param>
    /// <param name="stream">Whose numbers.</param>
    /// <exception cref="InitializerException">The type is another, the bounds hold too few normals, or the tensor has
    /// more than 2^58 elements.</exception>
    public BoundedNormalValues(
        Shape shape,
        ElementType type,
        double mean,
        double deviation,
        double lower,
        double upper,
        PhiloxStream stream
    )
        : base(shape, type)
    {
        if (type is not (ElementType.Float32 or ElementType.Float64))
            throw new InitializerException($"A bounded normal is float32 or float64; received {type.Name()}.");
        // The density is at most 0.4 and falls: half a deviation on each side of 0 holds 0.38, one of 0 to 0.7, 0.26.
        const double Half = 0.5,
            OneSided = 0.7;
        bool isWide =
            (lower <= -Half && upper >= Half)
            || (lower <= 0 && upper >= OneSided)
            || (lower <= -OneSided && upper >= 0);
        if (!isWide || shape.Elements > MaxElements)
            throw new InitializerException(
                "A normal's bounds must hold a quarter of it, such as -0.5 and 0.5 deviations, and its tensor at most "
                    + $"2^58 elements; received bounds at {PythonNumbers.Format(lower)} and "
                    + $"{PythonNumbers.Format(upper)} "
                    + $"deviations and the shape {shape}."
            );
        Lower = lower;
        Upper = upper;
        Stream = stream;
        _standard = Draw.Standard(DrawKind.Normal, type);
        _scaled = Draw.Normal(type, mean, deviation, ParameterRounding.Graph);
    }

    /// <summary>The lower bound, in deviations from the mean.</summary>
    public double Lower { get; }

    /// <summary>The upper bound, in deviations from the mean.</summary>
    public double Upper { get; }

    /// <summary>Whose numbers.</summary>
    public PhiloxStream Stream { get; }

    /// <summary>What each normal is multiplied by and added to.</summary>
    public Draw Draw => _scaled;

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("bounded-normal");
        writer.Write(_scaled);
        writer.Write(Lower);
        writer.Write(Upper);
        writer.Write(Stream);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        Sampler.Fill(_standard, Stream, start, destination);
        int size = ElementType.Size();
        for (int offset = 0; offset < destination.Length; offset += size)
        {
            Span<byte> element = destination.Slice(offset, size);
            double value = ElementType.Read(element);
            for (int attempt = 1; (value < Lower || value > Upper) && attempt <= Attempts; attempt++)
            {
                PhiloxStream stream = Stream.Skip((UInt128)attempt << AttemptShift);
                Sampler.Fill(_standard, stream, start + offset / size, element);
                value = ElementType.Read(element);
            }

            value = Math.Clamp(value, Lower, Upper);
            double product = Elements.Multiply(value, _scaled.Multiplier, ElementType);
            Elements.Store(Elements.Add(product, _scaled.Addend, ElementType), ElementType, element);
        }
    }
}
