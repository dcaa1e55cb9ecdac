using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.Streams;

namespace Fanwise.Tests.Generations;

/// <summary>The digest of values that only the older generations make: it tells apart whatever differs in a byte, and
/// is the same for the same values.</summary>
public class DigestsTests
{
    [Fact]
    public void ElementsThatAreGivenHaveADigestOfTheirOwn() =>
        AllDiffer(
            static () => new RepeatedValues([4], ElementType.Int8, [1, 2]),
            static () => new RepeatedValues([4], ElementType.Int8, [1, 3]),
            static () => new RepeatedValues([4], ElementType.Int8, [1]),
            static () => new RepeatedValues([5], ElementType.Int8, [1, 2])
        );

    [Fact]
    public void ABlockHasTheDigestOfItsWholeAndItsPlace() =>
        AllDiffer(
            static () => new BlockValues(Matrix(1), [0, 0], [2, 2]),
            static () => new BlockValues(Matrix(1), [0, 1], [2, 2]),
            static () => new BlockValues(Matrix(1), [1, 0], [2, 2]),
            static () => new BlockValues(Matrix(1), [0, 0], [2, 1]),
            static () => new BlockValues(Matrix(2), [0, 0], [2, 2])
        );

    [Fact]
    public void AnOrthogonalMatrixOfContribHasTheDigestOfItsSeedAndGain() =>
        AllDiffer(
            static () => Orthogonal([4, 3], ElementType.Float32, 1, 1),
            static () => Orthogonal([4, 3], ElementType.Float32, 1, 2),
            static () => Orthogonal([4, 3], ElementType.Float32, 2, 1),
            static () => Orthogonal([4, 3], ElementType.Float64, 1, 1),
            static () => Orthogonal([3, 4], ElementType.Float32, 1, 1)
        );

    /// <summary>A block, a list and a matrix of one shape and type never have one digest by accident of their
    /// numbers.</summary>
    [Fact]
    public void TheKindOfValuesIsInTheDigest()
    {
        Values repeated = new RepeatedValues([3, 3], ElementType.Float32, new byte[4]);
        Values constant = new ConstantValues([3, 3], ElementType.Float32, 0);
        AllDiffer(() => repeated, () => constant, () => new BlockValues(repeated, [0, 0], [3, 3]));
    }

    private static void AllDiffer(params Func<Values>[] values)
    {
        string[] digests = [.. values.Select(static make => Digest(make()))];
        digests.ShouldBeUnique();
        digests.ShouldBe(values.Select(static make => Digest(make())));
    }

    private static string Digest(Values values)
    {
        IdentityWriter writer = new();
        writer.Write(values);
        return writer.Digest();
    }

    private static IdentityValues Matrix(double gain) => new([3, 3], ElementType.Float32, gain);

    private static Values Orthogonal(Shape shape, ElementType type, double gain, ulong key) =>
        ContribOrthogonalValues.PlanFor(shape, type, gain).Values(new PhiloxStream(key, 0));
}
