using System.Buffers;

namespace Fanwise.Draws;

/// <summary>Values that take a varying number of words each, so that an element is reached by those before it. States
/// at every 2^16 elements are remembered as they are passed, and where the last slices ended: a slice costs little
/// more than its own elements once somebody has been there.</summary>
/// <typeparam name="TState">Where a generator stands; immutable.</typeparam>
internal abstract record SequentialValues<TState>(Shape Shape, ElementType ElementType, TState Start)
    : Values(Shape, ElementType)
{
    private const int Interval = 1 << 16,
        SkippedAtATime = 4096;

    /// <summary>Tensors up to so many bytes are made at once rather than by parts, which would each begin before
    /// their beginning.</summary>
    private const long WholeBytes = 1 << 26;

    private readonly Passed _passed = new();

    /// <inheritdoc/>
    public override bool NeedsWhole => Bytes <= WholeBytes;

    /// <summary>The state after the last element, for which all are made.</summary>
    public TState End => Reach(Shape.Elements);

    /// <summary>Makes the next elements.</summary>
    /// <param name="state">Where the generator stands.</param>
    /// <param name="destination">Whole elements.</param>
    /// <returns>Where it stands afterwards.</returns>
    protected abstract TState Make(TState state, Span<byte> destination);

    /// <inheritdoc/>
    protected sealed override void FillSlice(long start, Span<byte> destination)
    {
        TState state = Reach(start);
        int size = ElementType.Size();
        for (long position = start; destination.Length > 0; )
        {
            int count = (int)Math.Min(destination.Length / size, Interval - position % Interval);
            state = Make(state, destination[..(count * size)]);
            destination = destination[(count * size)..];
            position += count;
            _passed.Add(position, state);
        }
    }

    private TState Reach(long element)
    {
        (long position, TState state) = _passed.Nearest(element, Start);
        if (position == element)
            return state;
        int size = ElementType.Size();
        byte[] room = ArrayPool<byte>.Shared.Rent(SkippedAtATime * size);
        while (position < element)
        {
            int count = (int)Math.Min(element - position, SkippedAtATime - position % SkippedAtATime);
            state = Make(state, room.AsSpan(0, count * size));
            position += count;
            if (position % Interval == 0 || position == element)
                _passed.Add(position, state);
        }

        ArrayPool<byte>.Shared.Return(room);
        return state;
    }

    /// <summary>The states that are remembered; no part of what the values are.</summary>
    private sealed class Passed : IEquatable<Passed>
    {
        private const int Ends = 16;

        private readonly Lock _lock = new();
        private readonly List<TState> _grid = [];
        private readonly Queue<(long Position, TState State)> _ends = new(Ends);

        public void Add(long position, TState state)
        {
            lock (_lock)
            {
                if (position % Interval != 0)
                {
                    if (_ends.Count == Ends)
                        _ = _ends.Dequeue();
                    _ends.Enqueue((position, state));
                }
                else if (position / Interval == _grid.Count + 1)
                {
                    _grid.Add(state);
                }
            }
        }

        public (long Position, TState State) Nearest(long element, TState first)
        {
            lock (_lock)
            {
                int known = (int)Math.Min(element / Interval, _grid.Count);
                (long Position, TState State) nearest =
                    known == 0 ? (0, first) : ((long)known * Interval, _grid[known - 1]);
                foreach ((long Position, TState State) end in _ends)
                    if (end.Position <= element && end.Position > nearest.Position)
                        nearest = end;
                return nearest;
            }
        }

        public bool Equals(Passed? other) => true;

        public override bool Equals(object? other) => other is Passed;

        public override int GetHashCode() => 0;
    }
}
