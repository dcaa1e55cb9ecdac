using System.Runtime.CompilerServices;
using Fanwise.Streams;

namespace Fanwise.Draws.Pcg;

/// <summary>Words of a generator that are made some hundred at a time and taken one by one; and where the generator
/// stands once so many were taken.</summary>
/// <remarks>Who takes words of 64 bits takes no others, as with NumPy: a half that waits then goes on
/// waiting.</remarks>
internal unsafe struct PcgReader
{
    /// <summary>The words that memory must have room for.</summary>
    public const int Room = 512;

    /// <summary>The fewest that are made at a time.</summary>
    private const int Fewest = 8;

    private readonly ulong* _room;
    private uint* _next,
        _end;
    private Pcg64 _atRoom,
        _atEnd;
    private int _alreadyTaken;
    private long _expected;

    /// <summary>Words of 64 bits.</summary>
    /// <param name="generator">Where they begin.</param>
    /// <param name="room">Room for <see cref="Room"/> words.</param>
    /// <param name="expected">About how many will be taken.</param>
    public PcgReader(Pcg64 generator, ulong* room, long expected)
    {
        _room = room;
        _next = _end = (uint*)room;
        _atRoom = _atEnd = generator;
        _expected = expected;
    }

    /// <summary>Words of 32 bits: a half that waits, then the low half of each word of 64 and the high one.</summary>
    /// <inheritdoc cref="PcgReader(Pcg64, ulong*, long)"/>
    public static PcgReader OfHalves(Pcg64 generator, ulong* room, long expected)
    {
        PcgReader reader = new(generator, room, expected / 2 + 1);
        if (generator.HasHalf)
        {
            *room = (ulong)generator.Half << 32;
            reader._next = (uint*)room + 1;
            reader._end = (uint*)room + 2;
            reader._alreadyTaken = 1;
        }

        return reader;
    }

    /// <summary>The words of 64 bits that are there.</summary>
    public readonly ReadOnlySpan<ulong> Ready => new(_next, (int)(_end - _next) / 2);

    /// <summary>The words of 32 bits that are there.</summary>
    public readonly ReadOnlySpan<uint> ReadyHalves => new(_next, (int)(_end - _next));

    /// <summary>Where the generator stands after the words of 64 bits that were taken.</summary>
    public readonly Pcg64 After => _atRoom.Skip((UInt128)((_next - (uint*)_room) / 2));

    /// <summary>Where the generator stands after the words of 32 bits that were taken.</summary>
    public readonly Pcg64 AfterHalves
    {
        get
        {
            int halves = (int)(_next - (uint*)_room);
            if (halves == 0)
                return _atRoom;
            int words = (halves + 1) / 2;
            Pcg64 after = _atRoom.Skip((UInt128)(words - _alreadyTaken));
            (after.HasHalf, after.Half) = (halves % 2 == 1, (uint)(_room[words - 1] >> 32));
            return after;
        }
    }

    /// <summary>Makes words where none are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ensure()
    {
        if (_next == _end)
            Refill();
    }

    /// <summary>Takes so many words of 64 bits of those that are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(int words) => _next += 2 * words;

    /// <summary>Takes so many words of 32 bits of those that are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TakeHalves(int halves) => _next += halves;

    /// <summary>The next 64 bits.</summary>
    public ulong Next64()
    {
        Ensure();
        ulong word = *(ulong*)_next;
        _next += 2;
        return word;
    }

    /// <summary>The next 32 bits.</summary>
    public uint Next32()
    {
        Ensure();
        return *_next++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refill()
    {
        int count = (int)Math.Clamp(_expected, Fewest, Room);
        _expected -= count;
        _atRoom = _atEnd;
        _alreadyTaken = 0;
        _atEnd.Fill(_room, count);
        _next = (uint*)_room;
        _end = _next + 2 * count;
    }
}
