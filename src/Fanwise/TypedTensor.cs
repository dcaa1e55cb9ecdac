using System.Runtime.InteropServices;

namespace Fanwise;

/// <summary>A tensor whose element type is known at run time: its shape and bytes (little-endian, row-major).</summary>
public sealed class TypedTensor
{
    private readonly byte[] _bytes;

    internal TypedTensor(Shape shape, ElementType type, byte[] bytes)
    {
        Shape = shape;
        ElementType = type;
        _bytes = bytes;
    }

    /// <summary>The lengths.</summary>
    public Shape Shape { get; }

    /// <summary>The element type.</summary>
    public ElementType ElementType { get; }

    /// <summary>All elements' bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The elements.</summary>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not the element type.</exception>
    public ReadOnlySpan<T> As<T>()
        where T : unmanaged =>
        ElementTypes.Of<T>() == ElementType
            ? MemoryMarshal.Cast<byte, T>(_bytes)
            : throw new InitializerException(
                $"The tensor's elements are {ElementType.Name()}; received {ElementTypes.Of<T>().Name()}."
            );
}
