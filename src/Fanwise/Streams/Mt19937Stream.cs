using System.Numerics;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>All words of MT19937 under one seed, enterable at any of them. Immutable to those who use it; it remembers
/// some windows that it has been at, so that who goes on from there need not jump.</summary>
/// <param name="seed">The seed of <c>init_genrand</c>.</param>
/// <param name="key">The array of <c>init_by_array</c> in its place; null for none.</param>
internal sealed unsafe class Mt19937Stream(uint seed, uint[]? key) : IEquatable<Mt19937Stream>
{
    /// <summary>Up to so many words it is quicker to walk than to jump: a tenth of a nanosecond a word, half a
    /// millisecond a jump.</summary>
    private const int LongestWalk = 1 << 22;

    /// <summary>So many bytes of values are drawn while a jump is made, or a walk of that length.</summary>
    public const int BytesOfAJump = 4 << 20;

    /// <summary>The words that a walk makes at a time.</summary>
    private const int Stride = 2048;

    /// <summary>The windows that are remembered: where each thread began and ended last, and some more.</summary>
    private static readonly int Remembered = 16 + 2 * Environment.ProcessorCount;

    private readonly Lock _lock = new();
    private readonly Queue<(UInt128 Position, uint[] Window)> _windows = new(Remembered);
    private uint[]? _reachable;

    /// <summary>The words of an integer seed.</summary>
    public Mt19937Stream(uint seed)
        : this(seed, null) { }

    public uint Seed => seed;

    /// <summary>The words that make the first window where a sequence is the seed; none otherwise.</summary>
    public ReadOnlySpan<uint> Key => key;

    /// <summary>The window from which word <paramref name="position"/> is the next.</summary>
    public uint[] Enter(UInt128 position)
    {
        (UInt128 Position, uint[] Window) nearest = (0, []);
        lock (_lock)
        {
            foreach ((UInt128 Position, uint[] Window) known in _windows)
                if (known.Position <= position && (nearest.Window.Length == 0 || known.Position > nearest.Position))
                    nearest = known;
        }

        if (nearest.Window.Length == 0 && position <= LongestWalk)
            nearest = (0, Seeded());
        if (nearest.Window.Length != 0 && nearest.Position == position)
            return nearest.Window;
        uint[] window =
            nearest.Window.Length != 0 && position - nearest.Position <= LongestWalk
                ? Walk(nearest.Window, (int)(position - nearest.Position))
                : Jump(position, Dispatch.Best);
        Remember(position, window);
        return window;
    }

    /// <summary>Remembers a window that somebody may go on from.</summary>
    /// <param name="position">The word that is next.</param>
    /// <param name="window">Not written to any more.</param>
    public void Remember(UInt128 position, uint[] window)
    {
        lock (_lock)
        {
            if (_windows.Count == Remembered)
                _ = _windows.Dequeue();
            _windows.Enqueue((position, window));
        }
    }

    /// <summary>The window at any word, by the power of t that leads there.</summary>
    public uint[] Jump(BigInteger position, VectorWidth width)
    {
        uint[]? reachable = _reachable;
        if (reachable is null)
        {
            reachable = new uint[Mt19937Polynomial.ReachableWords];
            Seeded().CopyTo(reachable, 0);
            Dispatch.Run(new Extension(reachable, reachable.Length - Mt19937.Size), width);
            _reachable = reachable;
        }

        return Mt19937Polynomial.Apply(Mt19937Polynomial.PowerOfT(position, width), reachable, width);
    }

    public bool Equals(Mt19937Stream? other) => other is not null && other.Seed == seed && other.Key.SequenceEqual(key);

    public override bool Equals(object? obj) => Equals(obj as Mt19937Stream);

    public override int GetHashCode() => (int)seed;

    private uint[] Seeded()
    {
        uint[] window = new uint[Mt19937.Size];
        fixed (uint* words = window)
            if (key is null)
                Mt19937.Seed(seed, words);
            else
                Mt19937.Seed(key, words);
        return window;
    }

    private static uint[] Walk(uint[] window, int words)
    {
        uint[] room = new uint[Mt19937.Size + Stride];
        window.CopyTo(room, 0);
        while (words > 0)
        {
            int step = Math.Min(words, Stride);
            Dispatch.Run(new Extension(room, (step + 15) / 16 * 16), Dispatch.Best);
            room.AsSpan(step, Mt19937.Size).CopyTo(room);
            words -= step;
        }

        return room[..Mt19937.Size];
    }

    /// <summary>Words behind a window, at any width.</summary>
    private readonly struct Extension(uint[] words, int count) : IVectorized
    {
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            fixed (uint* window = words)
                Mt19937Lanes<TLanes, TWords>.Extend(window, count);
        }
    }
}
