using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Fanwise.Draws;

namespace Fanwise;

/// <summary>How a weight begins: immutable data that, with a shape and an element type, says what every element
/// is.</summary>
/// <remarks>
/// The initializers of this namespace follow Keras 3.15 on TensorFlow, bit for bit.
/// All are thread-safe. The same call gives the same bytes on every machine, for every cut into slices.
/// </remarks>
public abstract record Initializer
{
    /// <summary>What every element of a tensor of this shape and type is.</summary>
    /// <exception cref="InitializerException">The initializer cannot make such a tensor (rank, element type), or it is
    /// random and has no seed.</exception>
    public abstract Values ValuesFor(Shape shape, ElementType type);

    /// <summary>Fills <paramref name="destination"/> with the elements <paramref name="start"/> to
    /// <paramref name="start"/> + Length - 1, in row-major order, of the tensor of this shape.</summary>
    /// <param name="shape">The shape of the whole tensor, from which the fans are taken, in Keras' order: <c>[receptive
    /// field..., in, out]</c>. PyTorch's <c>[out, in, receptive field...]</c> needs <see cref="InLayout"/>.</param>
    /// <param name="start">The index of the first element in the whole tensor.</param>
    /// <param name="destination">Memory of the caller's; its length says how many elements.</param>
    /// <exception cref="InitializerException">The slice does not lie within the shape, or the initializer cannot make
    /// such a tensor.</exception>
    /// <remarks><c>destination[i] = value[start + i]</c>. A slice costs what its own elements cost, but for
    /// <see cref="Orthogonal"/>, which needs the whole.</remarks>
    public void Fill<T>(Shape shape, long start, Span<T> destination)
        where T : unmanaged => Fill(shape, start, destination, FillOptions.Default);

    /// <inheritdoc cref="Fill{T}(Shape, long, Span{T})"/>
    /// <param name="shape">The shape of the whole tensor, from which the fans are taken.</param>
    /// <param name="start">The index of the first element in the whole tensor.</param>
    /// <param name="destination">Memory of the caller's; its length says how many elements.</param>
    /// <param name="options">On how many threads, with what to watch and to stop it.</param>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled; the destination is partly
    /// filled.</exception>
    public void Fill<T>(Shape shape, long start, Span<T> destination, FillOptions options)
        where T : unmanaged => Fill(shape, ElementTypes.Of<T>(), start, MemoryMarshal.AsBytes(destination), options);

    /// <summary>Fills <paramref name="destination"/> with the whole tensor of this shape, in row-major order.</summary>
    /// <param name="shape">Lengths in Keras' order, <c>[receptive field..., in, out]</c>; in PyTorch's order the fans
    /// would be counted wrongly: pass a <see cref="KernelLayout"/>.</param>
    /// <param name="destination">Memory of the caller's, as long as the tensor.</param>
    /// <exception cref="InitializerException">The lengths differ, or the initializer cannot make such a
    /// tensor.</exception>
    public void Fill<T>(Shape shape, Span<T> destination)
        where T : unmanaged
    {
        if (destination.Length != shape.Elements)
            throw new InitializerException(
                $"The destination must have the {shape.Elements} elements of the shape {shape}; received "
                    + $"{destination.Length}."
            );
        Fill(shape, 0, destination);
    }

    /// <summary>Fills <paramref name="destination"/> with the whole tensor of this shape, whose order is
    /// <paramref name="layout"/>'s.</summary>
    /// <param name="layout">Where the shape has its in and out.</param>
    /// <param name="shape">Lengths in the layout's order.</param>
    /// <param name="destination">Memory of the caller's, as long as the tensor.</param>
    /// <exception cref="InitializerException">The lengths differ, or the initializer cannot make such a
    /// tensor.</exception>
    public void Fill<T>(KernelLayout layout, Shape shape, Span<T> destination)
        where T : unmanaged => InLayout(layout).Fill(shape, destination);

    /// <summary>Fills <paramref name="destination"/> with one region of the tensor of this shape: equal to that block
    /// of the whole.</summary>
    /// <exception cref="InitializerException">The lengths differ, the region does not lie within the shape, or the
    /// initializer cannot make such a tensor.</exception>
    public void Fill<T>(Shape shape, Region region, Span<T> destination)
        where T : unmanaged => ValuesFor(shape, ElementTypes.Of<T>()).Fill(region, destination);

    /// <summary>Fills a tensor of the caller's, whose lengths are the shape, in Keras' order: <c>[receptive field...,
    /// in, out]</c>. It may be a part of another one: its elements need not lie side by side.</summary>
    /// <param name="destination">The tensor; <c>destination[i, j, ...] = value[i, j, ...]</c>.</param>
    /// <exception cref="InitializerException">The initializer cannot make such a tensor.</exception>
    public void Fill<T>(in TensorSpan<T> destination)
        where T : unmanaged => ValuesFor(destination.Lengths, ElementTypes.Of<T>()).Fill(destination);

    /// <inheritdoc cref="Fill{T}(in TensorSpan{T})"/>
    /// <exception cref="ArgumentNullException"><paramref name="destination"/> is null.</exception>
    public void Fill<T>(Tensor<T> destination)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(destination);
        Fill(destination.AsTensorSpan());
    }

    /// <summary>Fills a tensor of the caller's, whose lengths are the shape in <paramref name="layout"/>'s
    /// order.</summary>
    /// <inheritdoc cref="Fill{T}(in TensorSpan{T})"/>
    /// <param name="layout">Where the tensor has its in and out.</param>
    /// <param name="destination">The tensor.</param>
    public void Fill<T>(KernelLayout layout, in TensorSpan<T> destination)
        where T : unmanaged => InLayout(layout).Fill(destination);

    /// <summary>Fills <paramref name="destination"/> with the whole tensor of this shape and type, as bytes
    /// (little-endian, row-major).</summary>
    /// <param name="shape">Lengths in Keras' order, <c>[receptive field..., in, out]</c>.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="destination">Memory of the caller's, as long as the tensor.</param>
    /// <exception cref="InitializerException">The lengths differ, or the initializer cannot make such a
    /// tensor.</exception>
    public void Fill(Shape shape, ElementType type, Span<byte> destination)
    {
        Int128 bytes = (Int128)shape.Elements * type.Size();
        if (destination.Length != bytes)
            throw new InitializerException(
                $"The destination must have the {bytes} bytes of the shape {shape} in {type.Name()}; received "
                    + $"{destination.Length}."
            );
        Fill(shape, type, 0, destination, FillOptions.Default);
    }

    /// <summary>Fills <paramref name="destination"/> with the elements from <paramref name="start"/> on, of the tensor
    /// of this shape and type, as bytes (little-endian, row-major).</summary>
    /// <param name="shape">The shape of the whole tensor, from which the fans are taken.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="start">The index of the first element in the whole tensor.</param>
    /// <param name="destination">Memory of the caller's, whole elements; its length says how many.</param>
    /// <param name="options">On how many threads, with what to watch and to stop it.</param>
    /// <exception cref="InitializerException">The slice does not lie within the shape, the destination cuts an element,
    /// or the initializer cannot make such a tensor.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled; the destination is partly
    /// filled.</exception>
    public void Fill(Shape shape, ElementType type, long start, Span<byte> destination, FillOptions options) =>
        FillSlice(shape, type, start, destination, options);

    /// <summary>Fills whole elements of this type.</summary>
    private protected virtual void FillSlice(
        Shape shape,
        ElementType type,
        long start,
        Span<byte> destination,
        FillOptions options
    ) => ValuesFor(shape, type).Fill(start, destination, options);

    /// <summary>A new tensor of this shape.</summary>
    /// <param name="shape">Its lengths in Keras' order, <c>[receptive field..., in, out]</c>; a scalar (rank 0) comes
    /// as lengths [1].</param>
    /// <exception cref="InitializerException">The shape has 2^31 elements or more (fill it by region), or the
    /// initializer cannot make such a tensor.</exception>
    public Tensor<T> Create<T>(Shape shape)
        where T : unmanaged => ValuesFor(shape, ElementTypes.Of<T>()).ToTensor<T>();

    /// <summary>A new tensor of this shape, whose order is <paramref name="layout"/>'s.</summary>
    /// <param name="layout">Where the shape has its in and out.</param>
    /// <param name="shape">Lengths in the layout's order.</param>
    /// <exception cref="InitializerException">The shape has 2^31 elements or more, or the initializer cannot make such
    /// a tensor.</exception>
    public Tensor<T> Create<T>(KernelLayout layout, Shape shape)
        where T : unmanaged => InLayout(layout).Create<T>(shape);

    /// <summary>The same initializer for shapes in this layout: the fans, and the matrix whose columns are orthonormal,
    /// are taken from the dimensions where the layout has them. A value stays at its index; nothing is
    /// turned.</summary>
    /// <remarks>What depends on no layout, or says itself how fans are counted, stays what it is.</remarks>
    public virtual Initializer InLayout(KernelLayout layout) => this;

    /// <summary>A new tensor of this shape whose element type is only known at run time.</summary>
    /// <inheritdoc cref="Create{T}(Shape)"/>
    public TypedTensor Create(Shape shape, ElementType type) => ValuesFor(shape, type).ToTensor();
}
