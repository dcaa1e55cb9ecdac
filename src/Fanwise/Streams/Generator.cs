using System.Numerics;

namespace Fanwise.Streams;

/// <summary>TensorFlow's <c>tf.random.Generator</c> (Philox): a stream that moves on with every draw. Keeps state; not
/// thread-safe.</summary>
/// <remarks>Source: TensorFlow, python/ops/stateful_random_ops.py.</remarks>
public sealed class Generator
{
    private static readonly BigInteger State = BigInteger.One << 192,
        Word = BigInteger.One << 64;

    private Generator(PhiloxStream stream) => Stream = stream;

    /// <summary>Where the next draw begins.</summary>
    public PhiloxStream Stream { get; private set; }

    /// <summary><c>tf.random.Generator.from_seed(seed)</c>: the seed in two's complement, its lowest 192 bits: 128 of
    /// counter, 64 of key.</summary>
    public static Generator FromSeed(BigInteger seed)
    {
        BigInteger bits = ((seed % State) + State) % State;
        ulong low = (ulong)(bits % Word),
            high = (ulong)((bits >> 64) % Word);
        return new(new PhiloxStream((ulong)(bits >> 128), new UInt128(high, low)));
    }

    /// <summary>The stream of the next draw of this many elements; the generator moves on as TensorFlow's does, 256
    /// blocks for each element.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="elements"/> is negative.</exception>
    public PhiloxStream Next(long elements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elements);
        PhiloxStream stream = Stream;
        Stream = stream.AfterRun(elements);
        return stream;
    }
}
