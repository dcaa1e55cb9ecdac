using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Fanwise.Draws.Twister;

/// <summary>Two operations on a tensor: <c>destination[i] = inner[i] * factor + addend</c>, each rounded to the element
/// type. Of 16-bit tensors the factor is a float32 and the addend is first rounded to the type.</summary>
internal sealed record TorchScaledValues(Values Inner, double Factor, double Addend)
    : Values(Inner.Shape, Inner.ElementType)
{
    internal override DeclaredDistribution? Declared =>
        Inner switch
        {
            TorchUniformValues => new UniformDistribution(
                Math.Min(Addend, Addend + Factor),
                Math.Max(Addend, Addend + Factor)
            ),
            TorchFirstWithin => FirstWithinDistribution.Of(Addend, Factor),
            _ => null,
        };

    internal override int LeastTaken => Inner.LeastTaken;

    internal override Values? Reseeded(long seed) =>
        Inner.Reseeded(seed) is { } inner ? new TorchScaledValues(inner, Factor, Addend) : null;

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-scaled");
        writer.Write(Inner);
        writer.Write(Factor);
        writer.Write(Addend);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        FillSlice(Inner, start, destination);
        switch (ElementType)
        {
            case ElementType.Float32:
                Span<float> singles = MemoryMarshal.Cast<byte, float>(destination);
                TensorPrimitives.Multiply(singles, (float)Factor, singles);
                TensorPrimitives.Add(singles, (float)Addend, singles);
                break;
            case ElementType.Float64:
                Span<double> doubles = MemoryMarshal.Cast<byte, double>(destination);
                TensorPrimitives.Multiply(doubles, Factor, doubles);
                TensorPrimitives.Add(doubles, Addend, doubles);
                break;
            default:
                double factor = (float)Factor,
                    addend = TorchRounding.Round(Addend, ElementType);
                for (int i = 0; i < destination.Length; i += ElementType.Size())
                {
                    double value = TorchRounding.Round(ElementType.Read(destination[i..]) * factor, ElementType);
                    Elements.Store(TorchRounding.Round(value + addend, ElementType), ElementType, destination[i..]);
                }

                break;
        }
    }
}

/// <summary>Keras' truncated normal on PyTorch: of four normals beside one another the first x with -2 &lt; x &lt; 2;
/// the first of all where none lies there, which happens to 4 elements of a million.</summary>
/// <param name="Shape">The lengths, without the four.</param>
/// <param name="Normals">The normals, four to an element.</param>
internal sealed record TorchFirstWithin(Shape Shape, Values Normals) : Values(Shape, Normals.ElementType)
{
    /// <summary>The normals that Keras draws for an element.</summary>
    public const int Candidates = 4;

    /// <summary>Elements at a time: their candidates stay in a core's own cache.</summary>
    private const int Batch = 4096;

    internal override int LeastTaken => Normals.LeastTaken;

    internal override Values? Reseeded(long seed) =>
        Normals.Reseeded(seed) is { } normals ? new TorchFirstWithin(Shape, normals) : null;

    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("torch-first-within");
        writer.Write(Normals);
    }

    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        byte[] candidates = new byte[Math.Min(Batch * size, destination.Length) * Candidates];
        while (destination.Length > 0)
        {
            int length = Math.Min(Batch * size, destination.Length);
            Span<byte> drawn = candidates.AsSpan(0, length * Candidates);
            FillSlice(Normals, start * Candidates, drawn);
            if (ElementType == ElementType.Float64)
                Choose(
                    MemoryMarshal.Cast<byte, double>(drawn),
                    MemoryMarshal.Cast<byte, double>(destination[..length]),
                    2
                );
            else if (ElementType == ElementType.Float32)
                Choose(
                    MemoryMarshal.Cast<byte, float>(drawn),
                    MemoryMarshal.Cast<byte, float>(destination[..length]),
                    2
                );
            else if (ElementType == ElementType.Float16)
                Choose(
                    MemoryMarshal.Cast<byte, Half>(drawn),
                    MemoryMarshal.Cast<byte, Half>(destination[..length]),
                    (Half)2
                );
            else
                for (int i = 0; i < length; i += size)
                {
                    int chosen = 0;
                    while (
                        chosen < Candidates
                        && !(Math.Abs(ElementType.Read(drawn[(Candidates * i + chosen * size)..])) < 2)
                    )
                        chosen++;
                    drawn
                        .Slice(Candidates * i + (chosen == Candidates ? 0 : chosen * size), size)
                        .CopyTo(destination[i..]);
                }

            destination = destination[length..];
            start += length / size;
        }
    }

    private static void Choose<T>(ReadOnlySpan<T> drawn, Span<T> destination, T two)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (int i = 0; i < destination.Length; i++)
        {
            ReadOnlySpan<T> candidates = drawn.Slice(Candidates * i, Candidates);
            destination[i] = candidates[0];
            foreach (T candidate in candidates)
            {
                if (!(T.Abs(candidate) < two))
                    continue;
                destination[i] = candidate;
                break;
            }
        }
    }
}
