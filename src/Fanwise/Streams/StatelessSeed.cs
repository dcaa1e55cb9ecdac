namespace Fanwise.Streams;

/// <summary>The seed pair of TensorFlow's stateless operations; immutable.</summary>
/// <remarks>Source: TensorFlow, python/ops/random_ops_util.py and stateless_random_ops.py (<c>fold_in</c>,
/// <c>split</c>).</remarks>
public readonly record struct StatelessSeed
{
    /// <summary>A pair of 64-bit integers.</summary>
    public StatelessSeed(long first, long second)
    {
        First = first;
        Second = second;
        IsWide = true;
    }

    /// <summary>A pair of 32-bit integers: it draws as the 64-bit pair of the same numbers does, but
    /// <see cref="Split"/> gives 32-bit pairs.</summary>
    public StatelessSeed(int first, int second) => (First, Second) = (first, second);

    /// <summary>The first number.</summary>
    public long First { get; }

    /// <summary>The second number.</summary>
    public long Second { get; }

    /// <summary>Whether the pair is of int64, not of int32.</summary>
    public bool IsWide { get; }

    /// <summary>The stream of a stateless operation with this seed.</summary>
    public PhiloxStream Stream => PhiloxStream.FromStatelessSeed(First, Second);

    /// <summary><c>stateless_fold_in(seed, data)</c> with data of int32: a new seed that depends on both, [a word of
    /// this seed's stream, data].</summary>
    public StatelessSeed FoldIn(int data) => new((int)FullRange(0, wide: false), data);

    /// <summary><c>stateless_fold_in(seed, data)</c> with data of int64.</summary>
    public StatelessSeed FoldIn(long data) => new(FullRange(0, wide: true), data);

    /// <summary><c>stateless_split(seed, count)</c>: independent seeds of this one's width.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public StatelessSeed[] Split(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        StatelessSeed[] seeds = new StatelessSeed[count];
        for (int i = 0; i < count; i++)
        {
            (long first, long second) = (FullRange(2L * i, IsWide), FullRange(2L * i + 1, IsWide));
            seeds[i] = IsWide ? new(first, second) : new((int)first, (int)second);
        }

        return seeds;
    }

    /// <summary>Element <paramref name="index"/> of the full-range integers that this seed draws.</summary>
    private long FullRange(long index, bool wide)
    {
        PhiloxStream stream = Stream;
        (uint x0, uint x1, uint x2, uint x3) = Philox4x32.Block(
            stream.Skip((UInt128)(wide ? index >> 1 : index >> 2)).Counter,
            stream.Key
        );
        if (wide)
            return (long)((index & 1) == 0 ? x0 | (ulong)x1 << 32 : x2 | (ulong)x3 << 32);
        return (int)(
            (index & 3) switch
            {
                0 => x0,
                1 => x1,
                2 => x2,
                _ => x3,
            }
        );
    }
}
