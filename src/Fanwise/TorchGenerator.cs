using System.Numerics;
using Fanwise.Draws.Twister;

namespace Fanwise;

/// <summary>PyTorch's CPU generator after <c>torch.manual_seed(seed)</c>: every draw goes on where the last one ended,
/// the normal that waits in it included. For one thread at a time.</summary>
public sealed class TorchGenerator
{
    /// <summary>A generator at its beginning.</summary>
    /// <param name="seed">Any integer; as in PyTorch, its low 32 bits count.</param>
    public TorchGenerator(BigInteger seed)
        : this(TorchState.Seeded((uint)(seed & uint.MaxValue))) { }

    internal TorchGenerator(TorchState state) => State = state;

    internal TorchState State { get; private set; }

    /// <summary>How many words of 32 bits have been drawn.</summary>
    public UInt128 WordsDrawn => State.Word;

    /// <summary>Another generator that stands where this one does.</summary>
    public TorchGenerator Clone() => new(State);

    /// <summary>Makes values and moves on.</summary>
    internal TValues Take<TValues>(TValues values, TorchState after)
    {
        State = after;
        return values;
    }
}
