using System.Numerics.Tensors;

namespace Fanwise.Models.Signals;

/// <summary>Activations at one place of a network: for each of a few samples (a position of an example) the value of
/// every channel, sample after sample.</summary>
/// <param name="Samples">How many samples.</param>
/// <param name="Channels">How many channels.</param>
/// <param name="Values">Samples times channels.</param>
internal sealed record Cloud(int Samples, int Channels, float[] Values)
{
    public Cloud(int samples, int channels)
        : this(samples, channels, new float[(long)samples * channels]) { }

    public Span<float> this[int sample] => Values.AsSpan(sample * Channels, Channels);

    public double MeanSquare => Values.Length == 0 ? 0 : Products.Dot(Values, Values) / Values.Length;

    public double Variance
    {
        get
        {
            double sum = 0,
                squares = 0;
            foreach (float value in Values)
            {
                sum += value;
                squares += (double)value * value;
            }

            return Values.Length == 0
                ? 0
                : Math.Max(0, squares / Values.Length - sum / Values.Length * (sum / Values.Length));
        }
    }

    /// <summary>Normal values of variance 1.</summary>
    public static Cloud Noise(int samples, int channels, Random random)
    {
        Cloud cloud = new(samples, channels);
        for (int i = 0; i < cloud.Values.Length; i++)
            cloud.Values[i] = (float)(
                Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())
            );
        return cloud;
    }

    /// <summary>Every value by itself.</summary>
    public Cloud Map(Func<float, float> function) =>
        new(Samples, Channels, Array.ConvertAll(Values, value => function(value)));

    /// <summary>Other numbers of channels: those of several samples joined (a map laid flat), or a part of each
    /// sample's (one taken apart).</summary>
    public Cloud Regroup(int channels, Random random)
    {
        if (channels == Channels)
            return this;
        Cloud result = new(Samples, channels);
        for (int sample = 0; sample < Samples; sample++)
        {
            Span<float> rest = result[sample];
            for (bool first = true; rest.Length > 0; first = false)
            {
                ReadOnlySpan<float> source = this[first ? sample : random.Next(Samples)];
                if (rest.Length < Channels && first)
                    source = source[(random.Next(Channels / rest.Length) * rest.Length)..];
                source = source[..Math.Min(source.Length, rest.Length)];
                source.CopyTo(rest);
                rest = rest[source.Length..];
            }
        }

        return result;
    }

    /// <summary>Several samples made one by a function of two: what a pooling window does.</summary>
    public Cloud Pool(int window, Func<float, float, float> join, bool average, Random random)
    {
        Cloud result = new(Samples, Channels, [.. Values]);
        for (int sample = 0; sample < Samples; sample++)
        {
            Span<float> values = result[sample];
            for (int i = 1; i < window; i++)
            {
                ReadOnlySpan<float> other = this[random.Next(Samples)];
                for (int channel = 0; channel < Channels; channel++)
                    values[channel] = join(values[channel], other[channel]);
            }

            if (average)
                TensorPrimitives.Divide(values, window, values);
        }

        return result;
    }

    /// <summary>Mean 0 and variance 1 within groups of values; then a gain and an offset for each channel.</summary>
    /// <param name="acrossSamples">Whether a channel is normalised over the samples (a batch), or a sample over its
    /// channels (a layer).</param>
    /// <param name="groups">Into how many groups the channels fall, where they are normalised together.</param>
    /// <param name="centred">Whether the mean is taken away.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="gamma">The gains; null for 1.</param>
    /// <param name="beta">The offsets; null for 0.</param>
    public Cloud Normalise(bool acrossSamples, int groups, bool centred, double epsilon, float[]? gamma, float[]? beta)
    {
        Cloud result = new(Samples, Channels);
        int size = acrossSamples ? 1 : Channels / groups,
            rows = acrossSamples ? 1 : Samples;
        for (int row = 0; row < rows; row++)
        for (int start = 0; start < Channels; start += size)
        {
            (int from, int to) = acrossSamples ? (0, Samples) : (row, row + 1);
            double sum = 0,
                squares = 0;
            for (int sample = from; sample < to; sample++)
                foreach (float value in this[sample].Slice(start, size))
                {
                    sum += value;
                    squares += (double)value * value;
                }

            int count = (to - from) * size;
            double mean = centred ? sum / count : 0,
                scale = 1 / Math.Sqrt(Math.Max(0, squares / count - mean * mean) + epsilon);
            for (int sample = from; sample < to; sample++)
            for (int channel = start; channel < start + size; channel++)
                result[sample][channel] = (float)(
                    (this[sample][channel] - mean) * scale * (gamma?[channel % gamma.Length] ?? 1)
                    + (beta?[channel % beta.Length] ?? 0)
                );
        }

        return result;
    }

    /// <summary>One value from each of several places, joined channel by channel; one channel stands for all.</summary>
    public static Cloud? Join(IReadOnlyList<Cloud> clouds, Func<float, float, float> join)
    {
        int channels = clouds.Max(static cloud => cloud.Channels);
        if (clouds.Any(cloud => cloud.Channels != channels && cloud.Channels != 1))
            return null;
        Cloud result = new(clouds[0].Samples, channels);
        for (int sample = 0; sample < result.Samples; sample++)
        for (int channel = 0; channel < channels; channel++)
        {
            float value = clouds[0][sample][clouds[0].Channels == 1 ? 0 : channel];
            for (int i = 1; i < clouds.Count; i++)
                value = join(value, clouds[i][sample][clouds[i].Channels == 1 ? 0 : channel]);
            result[sample][channel] = value;
        }

        return result;
    }

    /// <summary>Channels beside each other.</summary>
    public static Cloud Concatenate(IReadOnlyList<Cloud> clouds)
    {
        Cloud result = new(clouds[0].Samples, clouds.Sum(static cloud => cloud.Channels));
        for (int sample = 0; sample < result.Samples; sample++)
        {
            Span<float> rest = result[sample];
            foreach (Cloud cloud in clouds)
            {
                cloud[sample].CopyTo(rest);
                rest = rest[cloud.Channels..];
            }
        }

        return result;
    }
}
