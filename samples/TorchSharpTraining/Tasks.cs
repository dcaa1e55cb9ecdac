using Fanwise;
using static TorchSharp.torch;

namespace TorchSharpTraining;

/// <summary>What the networks learn: examples that a number makes, so that every beginning sees the same.</summary>
internal static class Tasks
{
    public const int Side = 16,
        Length = 12,
        Words = 10;

    private const float Noise = 0.5f;

    /// <summary>Images of stripes in one of four directions, in noise; the direction is to be told.</summary>
    public static (Tensor Inputs, Tensor Classes) Stripes(int first)
    {
        int batch = Training.BatchSize;
        float[] pixels = new float[batch * Side * Side];
        long[] classes = new long[batch];
        Initializers.RandomNormal(mean: 0, deviation: Noise, seed: first + 1).Fill<float>([pixels.Length], pixels);
        Random dice = new(first);
        for (int i = 0; i < batch; i++)
        {
            int direction = dice.Next(4);
            classes[i] = direction;
            (float across, float down) = direction switch
            {
                0 => (1f, 0f),
                1 => (0f, 1f),
                2 => (0.7f, 0.7f),
                _ => (0.7f, -0.7f),
            };
            float phase = dice.NextSingle() * MathF.Tau;
            for (int y = 0; y < Side; y++)
            for (int x = 0; x < Side; x++)
                pixels[(i * Side + y) * Side + x] += MathF.Sin(1.3f * (across * x + down * y) + phase);
        }

        return (tensor(pixels).reshape(batch, 1, Side, Side), tensor(classes));
    }

    /// <summary>Sequences of digits, of which the first says which of the others is to be told.</summary>
    public static (Tensor Inputs, Tensor Classes) Lookup(int first)
    {
        int batch = Training.BatchSize;
        long[] words = new long[batch * Length],
            classes = new long[batch];
        Random dice = new(first);
        for (int i = 0; i < batch; i++)
        {
            Span<long> sequence = words.AsSpan(i * Length, Length);
            for (int j = 0; j < Length; j++)
                sequence[j] = dice.Next(Words);
            // Three places only, so that a minute is enough to learn it.
            sequence[0] %= 3;
            classes[i] = sequence[1 + (int)sequence[0]];
        }

        return (tensor(words).reshape(batch, Length), tensor(classes));
    }
}
