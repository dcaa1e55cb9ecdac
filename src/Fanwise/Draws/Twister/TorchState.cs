using Fanwise.Streams;

namespace Fanwise.Draws.Twister;

/// <summary>Where PyTorch's CPU generator stands: a place in MT19937's words, and where the pair of words lies whose
/// second normal waits to be used. A draw gives values and the state after it; nothing is generated for that.</summary>
/// <param name="Stream">The words.</param>
/// <param name="Word">The next word.</param>
/// <param name="Cached">The first of the four words whose second normal the next single normal takes; null where none
/// is cached.</param>
/// <remarks>Source: PyTorch 2.13, ATen/CPUGeneratorImpl.cpp, ATen/native/cpu/DistributionTemplates.h and
/// ATen/core/DistributionsHelper.h.</remarks>
internal readonly record struct TorchState(Mt19937Stream Stream, UInt128 Word, UInt128? Cached)
{
    /// <summary>From so many elements on, a contiguous tensor's normals are made in blocks of as many.</summary>
    public const int Block = 16;

    /// <summary>The words of two single normals: two doubles.</summary>
    public const int PairWords = 4;

    /// <summary>The state after <c>manual_seed</c>: the low 32 bits of the seed count.</summary>
    public static TorchState Seeded(uint seed) => new(new(seed), 0, null);

    /// <summary>The words of a uniform draw.</summary>
    public static UInt128 UniformWords(long elements, ElementType type) =>
        (UInt128)elements * (type == ElementType.Float64 ? 2u : 1u);

    /// <summary>The words of a normal draw in blocks, with the 16 that the end is drawn again from.</summary>
    public static UInt128 BlockWords(long elements, ElementType type)
    {
        UInt128 tail = elements % Block == 0 ? (UInt128)0 : Block;
        return (BlockTail(elements, type) + tail) * (type == ElementType.Float64 ? 2u : 1u);
    }

    /// <summary>The elements that are drawn before the last 16 are drawn again: all, but whole blocks alone in the
    /// types of 16 bits.</summary>
    public static UInt128 BlockTail(long elements, ElementType type) =>
        (UInt128)(type is ElementType.Float32 or ElementType.Float64 ? elements : elements / Block * Block);

    /// <summary>The same generator, words later.</summary>
    public TorchState Skip(UInt128 words) => this with { Word = Word + words };

    /// <summary>The state after a uniform draw of so many elements.</summary>
    public TorchState AfterUniform(long elements, ElementType type) => Skip(UniformWords(elements, type));

    /// <summary>The state after a normal draw of so many elements into a contiguous tensor.</summary>
    public TorchState AfterNormal(long elements, ElementType type) =>
        elements < Block ? AfterSingles(elements) : Skip(BlockWords(elements, type));

    /// <summary>The state after so many single normals.</summary>
    public TorchState AfterSingles(long elements)
    {
        if (elements == 0)
            return this;
        long fresh = Cached is null ? elements : elements - 1,
            pairs = (fresh + 1) / 2;
        return this with
        {
            Word = Word + (UInt128)pairs * PairWords,
            Cached = fresh % 2 == 1 ? Word + (UInt128)(pairs - 1) * PairWords : null,
        };
    }

    /// <summary><c>tensor.uniform_(from, to)</c>: <c>destination[i] = fma(u, to - from, from)</c>.</summary>
    public Values Uniform(Shape shape, ElementType type, double from, double to) =>
        new TorchUniformValues(shape, Floating(type), from, to, Stream, Word);

    /// <summary><c>tensor.normal_(mean, std)</c> of a contiguous tensor: <c>destination[i] = fma(z, std,
    /// mean)</c>.</summary>
    public Values Normal(Shape shape, ElementType type, double mean, double deviation) =>
        shape.Elements < Block
            ? Singles(shape, type, mean, deviation)
            : new TorchBlockNormals(shape, Floating(type), mean, deviation, Stream, Word);

    /// <summary>The same one by one: of fewer than 16 elements, or of a tensor that is not contiguous.</summary>
    public Values Singles(Shape shape, ElementType type, double mean, double deviation) =>
        new TorchSingleNormals(shape, Floating(type), mean, deviation, this);

    private static ElementType Floating(ElementType type) =>
        type.IsFloating()
            ? type
            : throw new InitializerException(
                $"PyTorch draws float32, float64, float16 and bfloat16; received {type.Name()}."
            );
}
