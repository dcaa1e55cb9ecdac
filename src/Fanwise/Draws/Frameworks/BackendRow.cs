using Fanwise.Streams;

namespace Fanwise.Draws.Frameworks;

/// <summary>A seed as Keras gives it to a backend.</summary>
/// <param name="Seed">The integer seed, or a generator's.</param>
/// <param name="Use">How often the generator was used before; 0 for an integer seed.</param>
internal readonly record struct SeedPair(long Seed, long Use);

/// <summary>One backend: all that Keras asks of it, and all in which it differs from the others. Above it nobody knows
/// which one it is.</summary>
/// <remarks>
/// Keras asks three functions of (shape, parameters, element type, seed pair): a uniform, a normal and a normal that is
/// truncated at two deviations. An orthogonal matrix is made of normals, by the backend's decomposition.
/// The other members are columns: which seeds it takes, which type an array has that was declared in another, what it
/// refuses.
/// </remarks>
internal abstract class BackendRow(Backend backend, string name)
{
    /// <summary>All rows, in the order of the enumeration.</summary>
    public static IReadOnlyList<BackendRow> All { get; } =
    [new TensorFlowRow(), new JaxRow(), new TorchRow(), new NumPyRow()];

    /// <summary>The row of a backend.</summary>
    /// <exception cref="InitializerException">There is none.</exception>
    public static BackendRow Of(Backend backend) =>
        (uint)backend < All.Count
            ? All[(int)backend]
            : throw new InitializerException(
                $"A backend is one of {string.Join(", ", All.Select(static row => row.Name))}; received {(int)backend}."
            );

    public Backend Backend => backend;

    /// <summary>What <c>KERAS_BACKEND</c> takes.</summary>
    public string Name => name;

    /// <summary>The lowest and the highest seed that it takes.</summary>
    public virtual (long Lowest, long Highest) Seeds => (long.MinValue, long.MaxValue);

    /// <summary>The type that an array really has where a variable is declared in this one.</summary>
    public virtual ElementType ArrayType(ElementType declared) => declared;

    /// <summary>Whether layers may be used that Keras has on TensorFlow alone: strings, synchronized batch
    /// normalization.</summary>
    public virtual bool HasTensorFlow => false;

    /// <summary>Whether the path of a weight may hold a point.</summary>
    public virtual bool AllowsPoints => true;

    /// <summary><c>keras.random.uniform(shape, minimum, maximum)</c>.</summary>
    public abstract Values Uniform(Shape shape, ElementType type, double minimum, double maximum, SeedPair pair);

    /// <summary><c>keras.random.normal(shape, mean, stddev)</c>.</summary>
    public abstract Values Normal(Shape shape, ElementType type, double mean, double deviation, SeedPair pair);

    /// <summary><c>keras.random.truncated_normal(shape, mean, stddev)</c>.</summary>
    public abstract Values TruncatedNormal(Shape shape, ElementType type, double mean, double deviation, SeedPair pair);

    /// <summary>Keras' <c>Orthogonal</c>.</summary>
    public abstract Values Orthogonal(Shape shape, ElementType type, double gain, SeedPair pair);

    /// <summary>What a constant's number becomes in an element type.</summary>
    /// <param name="value">The number as Python holds it.</param>
    /// <param name="isInteger">Whether it is an integer there.</param>
    /// <param name="type">The type of the array.</param>
    public abstract double Constant(double value, bool isInteger, ElementType type);

    /// <summary>What the root of a negative number is: x86's answer, but for PyTorch's library of vectors.</summary>
    public virtual double RootOfNegative => Elements.InvalidNaN;

    /// <summary>The Philox stream of a seed pair; null where the numbers are not Philox'.</summary>
    public virtual PhiloxStream? Philox(SeedPair pair) => null;

    /// <summary>Refuses a seed that Keras refuses.</summary>
    /// <exception cref="InitializerException">It is out of range.</exception>
    public SeedPair Checked(SeedPair pair)
    {
        if (pair.Seed < Seeds.Lowest || pair.Seed > Seeds.Highest)
            throw new InitializerException(
                $"A seed on Keras' {Name} backend must be an integer from {Seeds.Lowest} to {Seeds.Highest}; received "
                    + $"{pair.Seed}."
            );
        return pair;
    }
}
