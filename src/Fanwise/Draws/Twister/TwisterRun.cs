using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws.Twister;

/// <summary>Makes elements of MT19937's words, some hundred at a time.</summary>
internal unsafe interface ITwisterSink
{
    /// <summary>What the loop that feeds it is called in the library of wider kernels.</summary>
    public static abstract WideCall Wide { get; }

    /// <summary>The words that an element takes.</summary>
    public int WordsPerElement { get; }

    /// <summary>The bytes of an element.</summary>
    public int ElementSize { get; }

    /// <summary>Makes the elements of so many words.</summary>
    /// <param name="words">Words of the recurrence, not tempered yet.</param>
    /// <param name="count">A multiple of <see cref="TwisterRun.Granule"/>.</param>
    /// <param name="room">Memory for as many singles as there are words.</param>
    /// <param name="destination">Where they go.</param>
    public void Take<TLanes, TWords, TDoubles, TSingles>(uint* words, int count, float* room, byte* destination)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged;
}

/// <summary>The one loop over MT19937's words, whose sinks the draws are.</summary>
internal static unsafe class TwisterRun
{
    /// <summary>What a sink takes is a multiple of so many words: two blocks of 16, so that a register of 16 takes half
    /// of each.</summary>
    public const int Granule = 32;

    /// <summary>The words of a tile, small enough that all of it stays in a core's nearest cache.</summary>
    private const int Tile = 2048;

    /// <summary>Fills elements whose first word is <paramref name="position"/>, without the first
    /// <paramref name="skip"/> of them.</summary>
    [SkipLocalsInit]
    public static void Fill<TSink>(
        Mt19937Stream stream,
        UInt128 position,
        int skip,
        Span<byte> destination,
        TSink sink,
        VectorWidth width
    )
        where TSink : struct, ITwisterSink
    {
        uint* window = stackalloc uint[Mt19937.Size];
        stream.Enter(position).CopyTo(new Span<uint>(window, Mt19937.Size));
        fixed (byte* first = destination)
            Dispatch.Run(new Loop<TSink>(window, skip, first, destination.Length, sink), width);
        UInt128 words = (UInt128)sink.WordsPerElement * (UInt128)(skip + destination.Length / sink.ElementSize);
        if (words >= Tile)
            stream.Remember(position + words, new Span<uint>(window, Mt19937.Size).ToArray());
    }

    /// <summary>The elements behind a window, which is left where they end.</summary>
    internal readonly struct Loop<TSink>(uint* begin, int skip, byte* destination, int bytes, TSink sink) : IVectorized
        where TSink : struct, ITwisterSink
    {
        public static WideCall Wide => TSink.Wide;

        [SkipLocalsInit]
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            ulong* memory = stackalloc ulong[(Mt19937.Size + 3 * Tile) / 2 + 3 * Scratch.Slack];
            uint* window = (uint*)Scratch.Align(memory),
                words = window + Mt19937.Size;
            float* room = (float*)(words + Tile);
            byte* aside = (byte*)(room + Tile);
            new Span<uint>(begin, Mt19937.Size).CopyTo(new Span<uint>(window, Mt19937.Size));

            int perTile = Tile / sink.WordsPerElement,
                elements = bytes / sink.ElementSize,
                omitted = skip;
            byte* next = destination;
            while (elements > 0)
            {
                int taken = Math.Min(omitted + elements, perTile),
                    used = taken * sink.WordsPerElement,
                    count = (used + Granule - 1) / Granule * Granule,
                    wanted = taken - omitted;
                Mt19937Lanes<TLanes, TWords>.Extend(window, count);
                if (wanted == perTile)
                {
                    sink.Take<TLanes, TWords, TDoubles, TSingles>(words, count, room, next);
                }
                else
                {
                    sink.Take<TLanes, TWords, TDoubles, TSingles>(words, count, room, aside);
                    new Span<byte>(aside + omitted * sink.ElementSize, wanted * sink.ElementSize).CopyTo(
                        new Span<byte>(next, wanted * sink.ElementSize)
                    );
                }

                new Span<uint>(window + used, Mt19937.Size).CopyTo(new Span<uint>(window, Mt19937.Size));
                next += wanted * sink.ElementSize;
                elements -= wanted;
                omitted = 0;
            }

            new Span<uint>(window, Mt19937.Size).CopyTo(new Span<uint>(begin, Mt19937.Size));
        }
    }
}
