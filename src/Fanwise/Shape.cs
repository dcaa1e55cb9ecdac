using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Fanwise;

/// <summary>The lengths of a tensor's dimensions, outermost first; immutable, compared by value. Rank 0 is a
/// scalar.</summary>
/// <remarks>Lengths may be zero. Elements are counted in 64 bits: a shape of 2^40 elements can be described and drawn
/// slice by slice.</remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<long>
{
    /// <summary>The most dimensions that a shape can have.</summary>
    public const int MaxRank = 32;

    private readonly long[]? _lengths;

    private Shape(long[] lengths, long count)
    {
        _lengths = lengths;
        Elements = count;
    }

    /// <summary>A shape of these lengths.</summary>
    /// <exception cref="InitializerException">A length is negative, there are more than 32, or the product of those
    /// that are not zero is 2^63 or more.</exception>
    public static Shape Create(ReadOnlySpan<long> lengths)
    {
        if (lengths.Length > MaxRank)
            throw new InitializerException($"A shape has at most {MaxRank} dimensions; received {lengths.Length}.");
        UInt128 product = 1; // of the lengths that are not zero, so that no partial product overflows later
        bool empty = false;
        foreach (long length in lengths)
        {
            if (length < 0)
                throw new InitializerException(
                    $"A shape's dimensions must not be negative; received {Format(lengths)}."
                );
            empty |= length == 0;
            product *= (UInt128)Math.Max(1, length);
            if (product > long.MaxValue)
                throw new InitializerException(
                    $"A shape must have fewer than 2^63 elements; received {Format(lengths)}."
                );
        }

        return new Shape(lengths.ToArray(), empty ? 0 : (long)product);
    }

    /// <summary>A shape of these lengths, as <see cref="System.Numerics.Tensors.Tensor{T}"/> has them.</summary>
    /// <inheritdoc cref="Create(ReadOnlySpan{long})"/>
    public static Shape Create(ReadOnlySpan<nint> lengths)
    {
        long[] copy = new long[lengths.Length];
        for (int i = 0; i < copy.Length; i++)
            copy[i] = lengths[i];
        return Create(copy);
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank => Lengths.Length;

    /// <summary>The number of elements: the product of the lengths, 1 for a scalar.</summary>
    public long Elements => _lengths is null ? 1 : field;

    /// <summary>The lengths, outermost first.</summary>
    public ReadOnlySpan<long> Lengths => _lengths;

    /// <summary>The length of one dimension.</summary>
    public long this[int dimension] => Lengths[dimension];

    int IReadOnlyCollection<long>.Count => Rank;

    /// <summary>The shape of lengths as <see cref="System.Numerics.Tensors.Tensor{T}"/> takes them; a scalar becomes
    /// [1], since that type has no rank 0.</summary>
    public nint[] ToTensorLengths() =>
        Rank == 0 ? [1] : Array.ConvertAll(_lengths!, static length => checked((nint)length));

    /// <summary>A shape of these lengths.</summary>
    public static implicit operator Shape(long[] lengths) => Create(lengths);

    /// <summary>A shape of these lengths.</summary>
    public static implicit operator Shape(int[] lengths) =>
        Create(Array.ConvertAll(lengths, static length => (long)length));

    /// <summary>A shape of these lengths.</summary>
    public static implicit operator Shape(ReadOnlySpan<nint> lengths) => Create(lengths);

    /// <summary>Whether two shapes have the same lengths.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Shape other) => Lengths.SequenceEqual(other.Lengths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (long length in Lengths)
            hash.Add(length);
        return hash.ToHashCode();
    }

    /// <summary>The lengths as Python prints a tuple: <c>()</c>, <c>(3,)</c>, <c>(3, 5)</c>.</summary>
    public override string ToString() => Format(Lengths);

    /// <inheritdoc/>
    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)(_lengths ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Format(ReadOnlySpan<long> lengths) =>
        lengths.Length == 1 ? string.Create(CultureInfo.InvariantCulture, $"({lengths[0]},)") : $"({List(lengths)})";

    /// <summary>Numbers with commas between, the same in every culture.</summary>
    internal static string List(ReadOnlySpan<long> numbers) =>
        string.Join(
            ", ",
            Array.ConvertAll(numbers.ToArray(), static number => number.ToString(CultureInfo.InvariantCulture))
        );
}
