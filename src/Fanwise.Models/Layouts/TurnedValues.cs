using System.Runtime.InteropServices;
using Fanwise.Draws;

namespace Fanwise.Models.Layouts;

/// <summary>Another tensor with its axes in another order: with the source read as one of the lengths
/// <c>split</c>, <c>destination[j, ...] = source[i, ...]</c>, where axis n of the destination is axis
/// <c>axes[n]</c> of the source, and along the destination's first axis <c>j</c> stands what is at
/// <c>order[j]</c>.</summary>
internal sealed record TurnedValues : Values
{
    private const int PieceBytes = 1 << 24;

    /// <summary>Slices of fewer elements are read one by one, where the source's elements can be.</summary>
    private const int FewElements = 1024;

    private readonly Values _source;
    private readonly long[] _split;
    private readonly int[] _axes,
        _order;

    /// <summary>A turned tensor.</summary>
    /// <param name="source">What is turned.</param>
    /// <param name="shape">The result's lengths, of as many elements.</param>
    /// <param name="split">The lengths that the source is read with.</param>
    /// <param name="axes">Which axis of these comes first, second and so on.</param>
    /// <param name="order">Which parts of the axis that comes first are taken, in order; empty for all as they
    /// are.</param>
    public TurnedValues(Values source, Shape shape, long[] split, int[] axes, params int[] order)
        : base(shape, source.ElementType)
    {
        Shape read = split;
        if (read.Elements != source.Shape.Elements || shape.Elements != source.Shape.Elements)
            throw new InitializerException(
                $"A turned tensor must have the {source.Shape.Elements} elements of its source; received {shape}."
            );
        _source = source;
        _split = split;
        _axes = axes;
        _order = order;
    }

    /// <summary>What is turned.</summary>
    public Values Source => _source;

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    internal override DeclaredDistribution? Declared => DeclaredDistribution.Of(_source);

    /// <summary>A tensor that is turned as this one is, turned back.</summary>
    /// <param name="turned">It has this tensor's shape, and any values.</param>
    public Values Undo(Values turned)
    {
        long[] lengths = Array.ConvertAll(_axes, axis => _split[axis]);
        if (_order.Length > 0)
        {
            int[] order = [.. Enumerable.Range(0, _order.Length).Select(part => Array.IndexOf(_order, part))];
            turned = new TurnedValues(
                turned,
                turned.Shape,
                [lengths[0], lengths[0] == 0 ? 0 : turned.Shape.Elements / lengths[0]],
                [0, 1],
                order
            );
        }

        int[] axes = [.. Enumerable.Range(0, _axes.Length).Select(axis => Array.IndexOf(_axes, axis))];
        return new TurnedValues(turned, _source.Shape, lengths, axes);
    }

    protected override void WriteIdentity(IdentityWriter writer)
    {
        writer.Write("turned");
        writer.Write(_source);
        writer.Write((long)_split.Length);
        foreach (long length in _split)
            writer.Write(length);
        foreach (int axis in _axes)
            writer.Write((long)axis);
        writer.Write((long)_order.Length);
        foreach (int part in _order)
            writer.Write((long)part);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        if (destination.Length < FewElements * size && !_source.NeedsWhole && destination.Length < Bytes / 2)
        {
            for (int i = 0; i < destination.Length; i += size)
                _source.Fill(SourceOf(start + (i / size)), destination.Slice(i, size));
            return;
        }

        switch (size)
        {
            case sizeof(byte):
                Scatter(start, destination);
                break;
            case sizeof(ushort):
                Scatter(start, MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case sizeof(uint):
                Scatter(start, MemoryMarshal.Cast<byte, uint>(destination));
                break;
            default:
                Scatter(start, MemoryMarshal.Cast<byte, ulong>(destination));
                break;
        }
    }

    /// <summary>Reads the source from its beginning to its end, a piece at a time, and puts every element that lies in
    /// the slice where it belongs.</summary>
    private void Scatter<TElement>(long start, Span<TElement> destination)
        where TElement : unmanaged
    {
        Values source = _source.NeedsWhole ? _source.Materialize() : _source;
        long[] strides = Strides();
        int last = _split.Length - 1;
        long row = _split[last],
            elements = source.Shape.Elements;
        TElement[] piece = new TElement[Math.Min(elements, PieceBytes / ElementType.Size())];
        long[] place = new long[_split.Length];
        for (long read = 0; read < elements; read += piece.Length)
        {
            Span<TElement> part = piece.AsSpan(0, (int)Math.Min(piece.Length, elements - read));
            source.Fill(read, MemoryMarshal.AsBytes(part));
            for (int i = 0; i < part.Length; )
            {
                int run = (int)Math.Min(row - place[last], part.Length - i);
                long target = -start;
                for (int axis = 0; axis < last; axis++)
                    target += At(axis, place[axis], strides);
                for (int k = 0; k < run; k++)
                {
                    long index = target + At(last, place[last] + k, strides);
                    if ((ulong)index < (ulong)destination.Length)
                        destination[(int)index] = part[i + k];
                }

                i += run;
                Advance(place, run);
            }
        }
    }

    /// <summary>The index in the source of an element of the destination.</summary>
    private long SourceOf(long index)
    {
        long[] place = new long[_split.Length];
        for (int n = _axes.Length - 1; n >= 0; n--)
        {
            (index, long along) = Math.DivRem(index, _split[_axes[n]]);
            place[_axes[n]] = n == 0 && _order.Length > 0 ? _order[along] : along;
        }

        long source = 0;
        for (int axis = 0; axis < place.Length; axis++)
            source = (source * _split[axis]) + place[axis];
        return source;
    }

    private long At(int axis, long place, long[] strides) =>
        (_order.Length > 0 && axis == _axes[0] ? Array.IndexOf(_order, (int)place) : place) * strides[axis];

    private void Advance(long[] place, int run)
    {
        place[^1] += run;
        for (int axis = place.Length - 1; axis > 0 && place[axis] == _split[axis]; axis--)
        {
            place[axis] = 0;
            place[axis - 1]++;
        }
    }

    /// <summary>How far apart in the destination neighbours along each axis of the source are.</summary>
    private long[] Strides()
    {
        long[] strides = new long[_split.Length];
        long stride = 1;
        for (int n = _axes.Length - 1; n >= 0; n--)
        {
            strides[_axes[n]] = stride;
            stride *= _split[_axes[n]];
        }

        return strides;
    }
}

/// <summary>The elements of another tensor from a place on: <c>destination[i] = source[start + i]</c>.</summary>
internal sealed record PartValues(Values Source, long Start, Shape Shape) : Values(Shape, Source.ElementType)
{
    public override bool NeedsWhole => Source.NeedsWhole;

    internal override DeclaredDistribution? Declared => DeclaredDistribution.Of(Source);

    protected override void WriteIdentity(IdentityWriter writer)
    {
        writer.Write("part");
        writer.Write(Start);
        writer.Write(Source);
    }

    protected override void FillSlice(long start, Span<byte> destination) =>
        FillSlice(Source, Start + start, destination);
}

/// <summary>The same elements under other lengths.</summary>
internal sealed record ReshapedValues(Values Source, Shape Shape) : Values(Shape, Source.ElementType)
{
    public override bool NeedsWhole => Source.NeedsWhole;

    internal override DeclaredDistribution? Declared => DeclaredDistribution.Of(Source);

    protected override void WriteIdentity(IdentityWriter writer) => WriteIdentity(Source, writer);

    protected override void FillSlice(long start, Span<byte> destination) => FillSlice(Source, start, destination);
}

/// <summary>The same values, held in memory once more than a few elements were asked for; for tensors of files that are
/// compared piece by piece.</summary>
internal sealed record HeldValues(Values Source) : Values(Source.Shape, Source.ElementType)
{
    private const int FewBytes = 1 << 12;

    /// <summary>So that the memory can be taken back.</summary>
    private readonly WeakReference<Values?> _held = new(null);

    internal override DeclaredDistribution? Declared => DeclaredDistribution.Of(Source);

    protected override void WriteIdentity(IdentityWriter writer) => WriteIdentity(Source, writer);

    protected override void FillSlice(long start, Span<byte> destination)
    {
        if (!_held.TryGetTarget(out Values? held))
        {
            if (destination.Length <= FewBytes)
            {
                Source.Fill(start, destination);
                return;
            }

            held = Source.Materialize();
            _held.SetTarget(held);
        }

        held.Fill(start, destination);
    }
}
