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
    /// <param name="destination">Memory of the caller's; its length says how many elements.</param>
    /// <param name="shape">The shape of the whole tensor, from which the fans are taken, in Keras' order: <c>[receptive
    /// field..., in, out]</c>. PyTorch's <c>[out, in, receptive field...]</c> needs <see cref="InLayout"/>.</param>
    /// <param name="start">The index of the first element in the whole tensor.</param>
    /// <exception cref="InitializerException">The slice does not lie within the shape, or the initializer cannot make
    /// such a tensor.</exception>
    /// <remarks><c>destination[i] = value[start + i]</c>. A slice costs what its own elements cost, but for
    /// <see cref="Orthogonal"/>, which needs the whole.</remarks>
    public void Fill<T>(Span<T> destination, Shape shape, long start)
        where T : unmanaged => Fill(destination, shape, start, FillOptions.Default);

    /// <inheritdoc cref="Fill{T}(Span{T}, Shape, long)"/>
    /// <param name="destination">Memory of the caller's; its length says how many elements.</param>
    /// <param name="shape">The shape of the whole tensor, from which the fans are taken.</param>
    /// <param name="start">The index of the first element in the whole tensor.</param>
    /// <param name="options">On how many threads, with what to watch and to stop it.</param>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled; the destination is partly
    /// filled.</exception>
    public void Fill<T>(Span<T> destination, Shape shape, long start, FillOptions options)
        where T : unmanaged => Fill(MemoryMarshal.AsBytes(destination), shape, ElementTypes.Of<T>(), start, options);

    /// <summary>Fills <paramref name="destination"/> with the whole tensor of this shape, in row-major order.</summary>
    /// <param name="destination">Memory of the caller's, as long as the tensor.</param>
    /// <param name="shape">Lengths in Keras' order, <c>[receptive field..., in, out]</c>; in PyTorch's order the fans
    /// would be counted wrongly: pass a <see cref="KernelLayout"/>.</param>
    /// <exception cref="InitializerException">The lengths differ, or the initializer cannot make such a
    /// tensor.</exception>
    public void Fill<T>(Span<T> destination, Shape shape)
        where T : unmanaged
    {
        if (destination.Length != shape.Elements)
            throw new InitializerException(
                $"The destination must have the {shape.Elements} elements of the shape {shape}; received "
                    + $"{destination.Length}."
            );
        Fill(destination, shape, 0);
    }

    /// <summary>Fills <paramref name="destination"/> with the whole tensor of this shape, whose order is
    /// <paramref name="layout"/>'s.</summary>
    /// <param name="destination">Memory of the caller's, as long as the tensor.</param>
    /// <param name="layout">Where the shape has its in and out.</param>
    /// <param name="shape">Lengths in the layout's order.</param>
    /// <exception cref="InitializerException">The lengths differ, or the initializer cannot make such a
    /// tensor.</exception>
    public void Fill<T>(Span<T> destination, KernelLayout layout, Shape shape)
        where T : unmanaged => InLayout(layout).Fill(destination, shape);

    /// <summary>Fills <paramref name="destination"/> with one region of the tensor of this shape: equal to that block
    /// of the whole.</summary>
    /// <exception cref="InitializerException">The lengths differ, the region does not lie within the shape, or the
    /// initializer cannot make such a tensor.</exception>
    public void Fill<T>(Span<T> destination, Shape shape, Region region)
        where T : unmanaged => ValuesFor(shape, ElementTypes.Of<T>()).Fill(region, destination);

    /// <summary>Fills whole elements of this type.</summary>
    private protected virtual void Fill(
        Span<byte> destination,
        Shape shape,
        ElementType type,
        long start,
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
