using System.Globalization;

namespace Fanwise;

/// <summary>How the fans of a kernel are counted: the reference's guess by shape, or what the layer really connects.
/// Immutable; compared by name.</summary>
/// <remarks>
/// Fan in is the number of products that one output sums; fan out is the number of outputs that one input reaches (He
/// et al. 2015, sections 2.2.1 and 2.2.2).
/// Only <see cref="Heuristic"/> and axes are what TensorFlow and Keras do; the others give other bytes than these, and
/// are a choice.
/// </remarks>
public sealed partial class FanRule : IEquatable<FanRule>
{
    private readonly Func<Shape, Fans> _fans;

    private FanRule(string name, Func<Shape, Fans> fans) => (Name, _fans) = (name, fans);

    /// <summary>The rule in a form that <see cref="Parse"/> reads: <c>heuristic</c>, <c>convolution:groups=4</c>,
    /// <c>dense;batch=0</c>.</summary>
    public string Name { get; }

    /// <summary>The guess of TensorFlow and Keras from the shape alone; see <see cref="Fans.Of(Shape)"/>.</summary>
    public static FanRule Heuristic { get; } = new("heuristic", Fans.Of);

    /// <summary>A dense kernel <c>[in, out]</c>.</summary>
    public static FanRule Dense { get; } =
        new(
            "dense",
            static shape =>
            {
                Require(shape, shape.Rank == 2, "A dense kernel has the rank 2, [in, out]");
                return new(shape[0], shape[1]);
            }
        );

    /// <summary>A depthwise kernel <c>[receptive field..., channels, multiplier]</c>: in = r, out = multiplier * r.
    /// Every channel is filtered alone.</summary>
    public static FanRule Depthwise { get; } =
        new(
            "depthwise",
            static shape =>
            {
                double receptiveField = ReceptiveField(shape, "depthwise", "channels, multiplier");
                return new(receptiveField, shape.Lengths[^1] * receptiveField);
            }
        );

    /// <summary>A table <c>[entries, size...]</c> of which one row is looked up: in = 1, out = the size.</summary>
    public static FanRule Embedding { get; } =
        new(
            "embedding",
            static shape =>
            {
                Require(shape, shape.Rank >= 2, "A table of embeddings has the rank 2 or more, [entries, size...]");
                return new(1, Product(shape.Lengths[1..]));
            }
        );

    /// <summary>An attention layer's projection of queries, keys or values <c>[in, heads, size]</c>: in = the first
    /// dimension, out = heads * size.</summary>
    public static FanRule AttentionInput { get; } =
        new(
            "attention-input",
            static shape =>
            {
                Require(
                    shape,
                    shape.Rank == 3,
                    "An attention layer's input projection has the rank 3, [in, heads, size]"
                );
                return new(shape[0], Product(shape.Lengths[1..]));
            }
        );

    /// <summary>An attention layer's output projection <c>[heads, size, out...]</c>: in = heads * size.</summary>
    public static FanRule AttentionOutput { get; } =
        new(
            "attention-output",
            static shape =>
            {
                Require(
                    shape,
                    shape.Rank >= 3,
                    "An attention layer's output projection has the rank 3 or more, [heads, size, out...]"
                );
                return new(Product(shape.Lengths[..2]), Product(shape.Lengths[2..]));
            }
        );

    /// <summary>The plain products along named axes; see
    /// <see cref="Fans.Of(Shape, ReadOnlySpan{int}, ReadOnlySpan{int})"/>.</summary>
    public static FanRule Along(FanAxes axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        return new(
            $"axes:in={List(axes.Input)}/out={List(axes.Output)}",
            shape => Fans.Of(shape, axes.Input, axes.Output)
        );
    }

    /// <summary>A convolution's kernel <c>[receptive field..., in, out]</c>.</summary>
    /// <inheritdoc cref="Convolution(int)"/>
    public static FanRule Convolution() => Convolution(1);

    /// <summary>A grouped convolution's kernel <c>[receptive field..., in / groups, out]</c>: in = d[-2] * r, out =
    /// d[-1] / groups * r.</summary>
    /// <param name="groups">How many groups of channels are convolved apart; positive.</param>
    /// <exception cref="InitializerException"><paramref name="groups"/> is not positive; of a shape: they do not divide
    /// the outputs.</exception>
    public static FanRule Convolution(int groups)
    {
        CheckGroups(groups);
        return new(
            groups == 1 ? "convolution" : $"convolution:groups={groups}",
            shape =>
            {
                double receptiveField = ReceptiveField(shape, "convolution's", "in / groups, out");
                Require(
                    shape,
                    shape.Lengths[^1] % groups == 0,
                    $"A convolution's outputs must be a multiple of its {groups} groups"
                );
                return new(shape.Lengths[^2] * receptiveField, shape.Lengths[^1] / groups * receptiveField);
            }
        );
    }

    /// <summary>A transposed convolution's kernel <c>[receptive field..., out, in]</c>: in = d[-1] * r / the product of
    /// the strides, out = d[-2] * r.</summary>
    /// <inheritdoc cref="Transposed(ReadOnlySpan{int}, int)"/>
    public static FanRule Transposed(params ReadOnlySpan<int> strides) => Transposed(strides, 1);

    /// <summary>A grouped transposed convolution's kernel <c>[receptive field..., out / groups, in]</c>: in = d[-1] /
    /// groups * r / the product of the strides, out = d[-2] * r.</summary>
    /// <param name="strides">One per spatial dimension, positive.</param>
    /// <param name="groups">How many groups of channels are convolved apart; positive.</param>
    /// <remarks>An output sums every stride-th tap of the kernel: r / strides of them on average, exactly so where the
    /// strides divide the kernel.</remarks>
    /// <exception cref="InitializerException">A stride or <paramref name="groups"/> is not positive; of a shape: there
    /// are more or fewer spatial dimensions, or the groups do not divide the inputs.</exception>
    public static FanRule Transposed(ReadOnlySpan<int> strides, int groups)
    {
        int[] copy = strides.ToArray();
        if (Array.Exists(copy, static stride => stride < 1))
            throw new InitializerException($"A convolution's strides must be positive; received {List(copy)}.");
        CheckGroups(groups);
        double step = copy.Aggregate(1.0, static (product, stride) => product * stride);
        return new(
            $"transposed:strides={List(copy)}" + (groups == 1 ? "" : $"/groups={groups}"),
            shape =>
            {
                double receptiveField = ReceptiveField(shape, "transposed convolution's", "out / groups, in");
                Require(
                    shape,
                    shape.Rank - 2 == copy.Length,
                    $"A transposed convolution has one stride per spatial dimension, here {copy.Length}"
                );
                Require(
                    shape,
                    shape.Lengths[^1] % groups == 0,
                    $"A transposed convolution's inputs must be a multiple of its {groups} groups"
                );
                return new(shape.Lengths[^1] / groups * receptiveField / step, shape.Lengths[^2] * receptiveField);
            }
        );
    }

    /// <summary>The same rule, where the kernel is several of the rule's kernels one after the other along the first
    /// dimension, such as the gates of an LSTM or an attention's queries, keys and values in PyTorch's
    /// layout.</summary>
    /// <param name="parts">How many; positive. The rule sees the shape <c>[d[0] / parts, ...]</c>.</param>
    /// <exception cref="InitializerException"><paramref name="parts"/> is not positive; of a shape: they do not divide
    /// the first dimension.</exception>
    public FanRule InParts(int parts)
    {
        if (parts < 1)
            throw new InitializerException($"A kernel's parts must be positive; received {parts}.");
        return new(
            $"{Name};parts={parts}",
            shape =>
            {
                Require(
                    shape,
                    shape.Rank >= 1 && shape[0] % parts == 0,
                    $"The first dimension of a kernel in {parts} parts must be a multiple of them"
                );
                return Of(Shape.Create([shape[0] / parts, .. shape.Lengths[1..]]));
            }
        );
    }

    /// <summary>The same rule, where the kernel holds many of the rule's kernels along these axes (one per expert,
    /// say): they count in neither fan.</summary>
    /// <param name="axes">Dimensions of the whole kernel; negative ones count from the end. The rule sees the shape
    /// without them.</param>
    public FanRule WithBatchAxes(params ReadOnlySpan<int> axes)
    {
        int[] copy = axes.ToArray();
        return new(
            $"{Name};batch={List(copy)}",
            shape =>
            {
                foreach (int axis in copy)
                    Require(
                        shape,
                        axis >= -shape.Rank && axis < shape.Rank,
                        $"A batch axis must be a dimension of the kernel; {axis} is none"
                    );
                return Of(
                    Shape.Create([
                        .. shape.Where(
                            (_, dimension) =>
                                Array.IndexOf(copy, dimension) < 0 && Array.IndexOf(copy, dimension - shape.Rank) < 0
                        ),
                    ])
                );
            }
        );
    }

    /// <summary>The same rule for a kernel as PyTorch lays it out: <c>[out, in, receptive field...]</c> instead of
    /// <c>[receptive field..., in, out]</c>.</summary>
    /// <remarks>A transposed kernel is <c>[in, out, receptive field...]</c> there, which this turns as well. A table of
    /// embeddings is the same in both; an attention's projections are matrices <c>[out, in]</c> there.</remarks>
    /// <exception cref="InitializerException">The rule is depthwise (such a kernel is one of a convolution with groups
    /// there), names the dimensions itself, or has parts, batch axes or PyTorch's layout already; of a shape: its
    /// rank is below 2.</exception>
    public FanRule InPyTorchLayout()
    {
        if (this == Depthwise)
            throw new InitializerException(
                "A depthwise kernel is in PyTorch that of a convolution with groups: use the rule convolution "
                    + "with as many groups as channels."
            );
        if (this == Embedding)
            return new($"{Name};layout=pytorch", Embedding.Of);
        if (Name.Contains(';', StringComparison.Ordinal))
            throw new InitializerException(
                "PyTorch's layout is said of the single kernel, once and before its parts and batch axes, as in "
                    + $"dense;layout=pytorch;parts=4; received {Name}."
            );
        FanRule turned = this == AttentionInput || this == AttentionOutput ? Dense : this;
        if (
            turned != Heuristic
            && turned != Dense
            && !Name.StartsWith("convolution", StringComparison.Ordinal)
            && !Name.StartsWith("transposed", StringComparison.Ordinal)
        )
            throw new InitializerException(
                "PyTorch's layout is known for the rules heuristic, dense, convolution, transposed, embedding and "
                    + $"those of attention; {Name} names its dimensions itself."
            );
        return new(
            $"{Name};layout=pytorch",
            shape =>
            {
                Require(
                    shape,
                    shape.Rank >= 2,
                    "A kernel in PyTorch's layout has the rank 2 or more, [out, in, receptive field...]"
                );
                return turned.Of(Shape.Create([.. shape.Lengths[2..], shape[1], shape[0]]));
            }
        );
    }

    /// <summary>The fans of a kernel of this shape.</summary>
    /// <exception cref="InitializerException">The rule does not fit the shape.</exception>
    public Fans Of(Shape shape) => _fans(shape);

    /// <inheritdoc/>
    public bool Equals(FanRule? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FanRule);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Name);

    /// <summary>Whether two rules are the same.</summary>
    public static bool operator ==(FanRule? left, FanRule? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two rules differ.</summary>
    public static bool operator !=(FanRule? left, FanRule? right) => !(left == right);

    /// <summary>The rule's name.</summary>
    public override string ToString() => Name;

    private static void CheckGroups(int groups)
    {
        if (groups < 1)
            throw new InitializerException($"A convolution's groups must be positive; received {groups}.");
    }

    private static double ReceptiveField(Shape shape, string whose, string last)
    {
        Require(shape, shape.Rank >= 3, $"A {whose} kernel has the rank 3 or more, [receptive field..., {last}]");
        return Product(shape.Lengths[..^2]);
    }

    private static double Product(ReadOnlySpan<long> lengths)
    {
        double product = 1;
        foreach (long length in lengths)
            product *= length;
        return product;
    }

    internal static string List(ReadOnlySpan<int> numbers, string between = ",") =>
        string.Join(
            between,
            Array.ConvertAll(numbers.ToArray(), static number => number.ToString(CultureInfo.InvariantCulture))
        );

    private static void Require(Shape shape, bool condition, string rule)
    {
        if (!condition)
            throw new InitializerException($"{rule}; received the shape {shape}.");
    }
}
