using Fanwise.Draws;
using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Plans;

/// <summary>One side of a short-time Fourier transform as a kernel [frame, 1, bins]: cos or sin of -2 pi t k / length,
/// times a window, over its norm.</summary>
/// <remarks>
/// Each step is rounded to the element type in Keras' order, by our own sine. TensorFlow's own sine and sums differ in
/// last bits: within 1e-5 in float32, not bit for bit.
/// Source: keras/src/initializers/constant_initializers.py (<c>STFT</c>); windows: scipy.signal.windows.
/// </remarks>
internal sealed record StftValues : Values
{
    private readonly double[]? _window;
    private readonly double _norm;
    private readonly bool _real;

    private StftValues(Shape shape, ElementType type, bool real, double[]? window, string? scaling)
        : base(shape, type)
    {
        _real = real;
        _window = window is null ? null : Array.ConvertAll(window, value => Round(value));
        _norm = _window is null
            ? 1
            : scaling switch
            {
                "density" => Round(
                    Math.Sqrt(_window.Aggregate(0.0, (sum, value) => Round(sum + Round(value * value))))
                ),
                "spectrum" => _window.Aggregate(0.0, (sum, value) => Round(sum + Math.Abs(value))),
                _ => 1,
            };
    }

    /// <summary>The values that a configuration of the STFT initializer gives for a shape.</summary>
    public static Func<Shape, ElementType, Values> Read(Configuration config)
    {
        string side = config.Text("side") ?? "real";
        if (side is not ("real" or "imag"))
            throw config.Error("side", "must be \"real\" or \"imag\"");
        string? scaling = config["scaling"] is null ? "density" : config.Text("scaling");
        if (scaling is not (null or "density" or "spectrum"))
            throw config.Error("scaling", "must be \"density\", \"spectrum\" or null");
        JsonValue window = config["window"] ?? JsonValue.String("hann");
        bool periodic = config.Flag("periodic", false);
        if (window.AsString is { } name && !SpectralWindow.IsKnown(name))
            throw config.Error(
                "window",
                $"must be one of {string.Join(", ", SpectralWindow.Names)}, a list of numbers or null"
            );
        if (!window.IsNull && window.AsString is null && !window.IsArray)
            throw config.Error("window", "must be a window's name, a list of numbers or null");
        double[]? given = window.IsArray
            ?
            [
                .. window
                    .Items.ToArray()
                    .Select(item => item.AsNumber ?? throw config.Error("window", "must hold numbers")),
            ]
            : null;
        return (shape, type) =>
        {
            if (shape.Rank != 3)
                throw new InitializerException($"An STFT initializer needs a shape of rank 3; received {shape}.");
            if (!type.IsFloating())
                throw new InitializerException($"An STFT initializer needs floating elements; received {type.Name()}.");
            if (shape[0] > SpectralWindow.MaxLength)
                throw new InitializerException(
                    $"An STFT initializer has at most {SpectralWindow.MaxLength} samples in a frame; received "
                        + $"{shape[0]}."
                );
            if (given is not null && given.Length != shape[0])
                throw new InitializerException(
                    $"A window must have the {shape[0]} samples of a frame; received {given.Length}."
                );
            return new StftValues(
                shape,
                type,
                side == "real",
                given ?? (window.AsString is { } known ? SpectralWindow.Create(known, (int)shape[0], periodic) : null),
                scaling
            );
        };
    }

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("stft");
        writer.Write(_real);
        writer.Write(_norm);
        writer.Write((long)(_window?.Length ?? -1));
        foreach (double value in _window ?? [])
            writer.Write(value);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        long bins = Shape[2],
            channels = Shape[1],
            length = (bins - 1) * 2;
        for (int i = 0; i < destination.Length / size; i++)
        {
            (long row, long bin) = Math.DivRem(start + i, bins);
            long time = row / channels;
            double angle = Round(Round(Round(-2.0 * time) * Round((double)bin / length)) * Round(Math.PI));
            (double sine, double cosine) = Turn.SinCos(angle);
            double value = Round(_real ? cosine : sine);
            if (_window is not null)
                value = Round(Round(value * _window[time]) / _norm);
            Elements.Store(value, ElementType, destination[(i * size)..]);
        }
    }

    private double Round(double value) => Elements.Round(value, ElementType, ParameterRounding.Eager);
}
