using System.Numerics;
using Fanwise.Streams;

namespace Fanwise;

/// <summary><c>numpy.random.default_rng(seed)</c>: PCG64. Every draw goes on where the last one ended. For one thread
/// at a time.</summary>
public sealed class NumPyGenerator
{
    private Func<Pcg64> _state;

    /// <summary>A generator at its beginning.</summary>
    /// <param name="entropy">The seed: an integer of any size that is not negative, or several.</param>
    /// <exception cref="InitializerException">An integer is negative.</exception>
    public NumPyGenerator(params ReadOnlySpan<BigInteger> entropy)
    {
        Pcg64 state = Pcg64.Of(SeedSequence.Words(entropy));
        _state = () => state;
    }

    /// <summary>Where it stands; known only once what was drawn last has been made, where that takes a varying number
    /// of words.</summary>
    internal Pcg64 State
    {
        get
        {
            Pcg64 state = _state();
            _state = () => state;
            return state;
        }
    }

    /// <summary>Gives values and moves behind them.</summary>
    internal TValues Take<TValues>(TValues values, Func<Pcg64> after)
    {
        _state = after;
        return values;
    }
}

/// <summary><c>numpy.random.RandomState(seed)</c>: MT19937. Every draw goes on where the last one ended, the normal
/// that waits in it included. For one thread at a time.</summary>
public sealed class NumPyRandomState
{
    private Func<Draws.Pcg.LegacyState> _state = static () => default;

    /// <summary>A generator at its beginning.</summary>
    /// <param name="seed">An integer.</param>
    public NumPyRandomState(uint seed) => Stream = new(seed);

    /// <summary>A generator whose seed is a sequence.</summary>
    /// <param name="seed">At least one integer.</param>
    /// <exception cref="InitializerException">It is empty.</exception>
    public NumPyRandomState(ReadOnlySpan<uint> seed) =>
        Stream = seed.IsEmpty
            ? throw new InitializerException("A RandomState's seed must not be empty.")
            : new Mt19937Stream(0, seed.ToArray());

    internal Mt19937Stream Stream { get; }

    internal Draws.Pcg.LegacyState State
    {
        get
        {
            Draws.Pcg.LegacyState state = _state();
            _state = () => state;
            return state;
        }
    }

    /// <summary>Gives values and moves behind them.</summary>
    internal TValues Take<TValues>(TValues values, Func<Draws.Pcg.LegacyState> after)
    {
        _state = after;
        return values;
    }
}
