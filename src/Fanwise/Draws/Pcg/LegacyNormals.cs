using System.Runtime.InteropServices;
using Fanwise.Functions;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws.Pcg;

/// <summary>Where a <c>RandomState</c> stands: a place in MT19937's words, and the normal that waits.</summary>
/// <param name="Word">The next word.</param>
/// <param name="Cached">The second normal of the last pair; null where none waits.</param>
internal readonly record struct LegacyState(UInt128 Word, double? Cached);

/// <summary><c>RandomState.uniform(low, high)</c>: <c>destination[i] = low + (high - low) * u</c>, u of two
/// words.</summary>
internal sealed record LegacyUniforms(Shape Shape, double Low, double Range, Mt19937Stream Stream, UInt128 Position)
    : Values(Shape, ElementType.Float64)
{
    internal override DeclaredDistribution? Declared =>
        Range == 0 ? new PointDistribution(Low) : new UniformDistribution(Low, Low + Range);

    /// <summary>The words of an element.</summary>
    public const int WordsPerElement = 2;

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("mt19937-uniform");
        writer.Write(Low);
        writer.Write(Range);
        writer.Write(Stream);
        writer.Write(Position);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        LegacyWords words = new(Stream, Position + WordsPerElement * (UInt128)start);
        foreach (ref double value in MemoryMarshal.Cast<byte, double>(destination))
            value = Low + Range * words.Double();
        words.Leave();
    }

    public override string ToString() => $"LegacyUniforms {Shape} {Low:R} {Range:R} {Stream.Seed} {Position}";
}

/// <summary><c>RandomState.normal(mean, deviation)</c>: Marsaglia's polar method, which takes pairs until one lies in
/// the circle and keeps its second normal.</summary>
/// <remarks>Source: numpy/random/src/legacy/legacy-distributions.c.</remarks>
internal sealed record LegacyNormals(
    Shape Shape,
    double Mean,
    double Deviation,
    Mt19937Stream Stream,
    LegacyState Begin
) : SequentialValues<LegacyState>(Shape, ElementType.Float64, Begin)
{
    internal override DeclaredDistribution? Declared => NormalDistribution.Of(Mean, Deviation);

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("mt19937-polar-normal");
        writer.Write(Mean);
        writer.Write(Deviation);
        writer.Write(Stream);
        writer.Write(Begin.Word);
        writer.Write(Begin.Cached is not null);
        writer.Write(Begin.Cached ?? 0);
    }

    protected override LegacyState Make(LegacyState state, Span<byte> destination)
    {
        LegacyWords words = new(Stream, state.Word);
        double? cached = state.Cached;
        foreach (ref double value in MemoryMarshal.Cast<byte, double>(destination))
        {
            if (cached is { } waiting)
            {
                (value, cached) = (Mean + Deviation * waiting, null);
                continue;
            }

            double x1,
                x2,
                square;
            do
            {
                x1 = 2.0 * words.Double() - 1.0;
                x2 = 2.0 * words.Double() - 1.0;
                square = x1 * x1 + x2 * x2;
            } while (square >= 1.0 || square == 0.0);

            double factor = Math.Sqrt(-2.0 * DoubleFunctions<ScalarLanes, ulong, double>.Log(square) / square);
            cached = factor * x1;
            value = Mean + Deviation * (factor * x2);
        }

        words.Leave();
        return new(words.Position, cached);
    }

    public override string ToString() =>
        $"LegacyNormals {Shape} {Mean:R} {Deviation:R} {Stream.Seed} {Begin.Word} {Begin.Cached:R}";
}

/// <summary>MT19937's words one after the other.</summary>
internal unsafe ref struct LegacyWords
{
    /// <summary>The words that are made at a time.</summary>
    private const int Batch = 624;

    private readonly Mt19937Stream _stream;
    private readonly uint[] _room = new uint[Mt19937.Size + Batch + 16];
    private UInt128 _position;
    private int _next = Batch;

    public LegacyWords(Mt19937Stream stream, UInt128 position)
    {
        (_stream, _position) = (stream, position);
        stream.Enter(position).CopyTo(_room, Batch);
    }

    /// <summary>The next word's place.</summary>
    public readonly UInt128 Position => _position;

    /// <summary>53 bits of two words.</summary>
    public double Double()
    {
        uint a = Next() >> 5,
            b = Next() >> 6;
        return (a * 67108864.0 + b) / 9007199254740992.0;
    }

    /// <summary>Remembers where this ended, so that who goes on from there need not jump.</summary>
    public readonly void Leave() => _stream.Remember(_position, _room.AsSpan(_next, Mt19937.Size).ToArray());

    private uint Next()
    {
        if (_next == Batch)
        {
            _room.AsSpan(Batch, Mt19937.Size).CopyTo(_room);
            fixed (uint* window = _room)
                for (int i = 0; i < Batch; i++)
                    window[Mt19937.Size + i] = Mt19937.Next(window + i);
            _next = 0;
        }

        _position++;
        return Mt19937.Temper(_room[Mt19937.Size + _next++]);
    }
}
