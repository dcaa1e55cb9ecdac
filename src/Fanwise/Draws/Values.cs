using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>What every element of one tensor is: a function of its index, with a shape and an element type. Immutable
/// and thread-safe.</summary>
/// <remarks>Nothing that decides an element can be set after construction.</remarks>
public abstract record Values
{
    /// <summary>Values of this shape and type.</summary>
    /// <param name="shape">The lengths of the whole tensor.</param>
    /// <param name="elementType">The type of its elements.</param>
    protected Values(Shape shape, ElementType elementType)
    {
        Shape = shape;
        ElementType = elementType;
    }

    /// <summary>The lengths of the whole tensor.</summary>
    public Shape Shape { get; }

    /// <summary>The type of its elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>What they are distributed as, the element type's grain aside; null where that is not one
    /// distribution.</summary>
    internal virtual DeclaredDistribution? Declared => null;

    /// <summary>The same draw at the same place where its generator was seeded with another integer, as its framework
    /// seeds one; null where there is no such integer.</summary>
    internal virtual Values? Reseeded(long seed) => null;

    /// <summary>Whether a slice costs as much as the whole (and a writer had better ask for all at once).</summary>
    public virtual bool NeedsWhole => false;

    /// <summary>A thread takes at least so many bytes of another thread's: where entering the generator at a place
    /// costs something, as many as are drawn meanwhile.</summary>
    internal virtual int LeastTaken => 1;

    /// <summary>The size of the whole tensor in bytes.</summary>
    /// <exception cref="InitializerException">It is 2^63 or more.</exception>
    public long Bytes =>
        Shape.Elements <= long.MaxValue / ElementType.Size()
            ? Shape.Elements * ElementType.Size()
            : throw new InitializerException(
                $"A tensor must have fewer than 2^63 bytes; the shape {Shape} in {ElementType.Name()} has more."
            );

    /// <summary>Fills <paramref name="destination"/> with the elements from <paramref name="start"/> on, as bytes
    /// (little-endian, row-major).</summary>
    /// <exception cref="InitializerException">The slice does not lie within the tensor, or the destination cuts an
    /// element.</exception>
    /// <remarks>A large fill is cut over the machine's cores; <see cref="FillOptions"/> says otherwise.</remarks>
    public void Fill(long start, Span<byte> destination) => Fill(start, destination, FillOptions.Default);

    /// <inheritdoc cref="Fill(long, Span{byte})"/>
    /// <param name="start">The index of the first element.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="options">On how many threads, with what to watch and to stop it.</param>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled; the destination is partly
    /// filled.</exception>
    public void Fill(long start, Span<byte> destination, FillOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Check(Shape, ElementType, start, destination.Length, options) == 0)
            return;
        if (NeedsWhole || ParallelFill.IsPlain(destination.Length, options))
            FillSlice(start, destination);
        else
            FillParts(start, destination, options);
    }

    /// <summary>Fills <paramref name="destination"/> with the elements from <paramref name="start"/> on.</summary>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not the element type, or the slice does not
    /// lie within the tensor.</exception>
    public void Fill<T>(long start, Span<T> destination)
        where T : unmanaged
    {
        Fill(start, destination, FillOptions.Default);
    }

    /// <inheritdoc cref="Fill{T}(long, Span{T})"/>
    /// <inheritdoc cref="Fill(long, Span{byte}, FillOptions)"/>
    public void Fill<T>(long start, Span<T> destination, FillOptions options)
        where T : unmanaged
    {
        Check<T>();
        Fill(start, MemoryMarshal.AsBytes(destination), options);
    }

    /// <summary>Fills <paramref name="destination"/> with a region of the tensor, row by row.</summary>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not the element type, the region does not lie
    /// within the tensor, or the lengths differ.</exception>
    public void Fill<T>(Region region, Span<T> destination)
        where T : unmanaged
    {
        Check<T>();
        long elements = region.ElementsIn(Shape);
        if (destination.Length != elements)
            throw new InitializerException(
                $"The destination must have the {elements} elements of the region ({region}); received "
                    + $"{destination.Length}."
            );
        Values values = NeedsWhole && elements < Shape.Elements ? Materialize() : this;
        (IEnumerable<long> starts, long length) = region.RunsIn(Shape);
        foreach (long start in starts)
        {
            values.Fill(start, destination[..(int)length]);
            destination = destination[(int)length..];
        }
    }

    /// <summary>Fills a tensor of the caller's with all elements; its own elements need not lie side by side.</summary>
    /// <param name="destination">The tensor; <c>destination[i, j, ...] = value[i, j, ...]</c>.</param>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not the element type, or the lengths are not
    /// those of <see cref="Shape"/>; a scalar has lengths [1].</exception>
    public void Fill<T>(in TensorSpan<T> destination)
        where T : unmanaged
    {
        Check<T>();
        if (!destination.Lengths.SequenceEqual(Shape.ToTensorLengths()))
            throw new InitializerException(
                $"The tensor must have the shape {Shape}; received one of {(Shape)destination.Lengths}."
            );
        TensorDestination.Fill(this, destination);
    }

    /// <inheritdoc cref="Fill{T}(in TensorSpan{T})"/>
    /// <exception cref="ArgumentNullException"><paramref name="destination"/> is null.</exception>
    public void Fill<T>(Tensor<T> destination)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(destination);
        Fill(destination.AsTensorSpan());
    }

    /// <summary>The same values, held in memory where that saves work.</summary>
    /// <exception cref="InitializerException">They need memory, and the tensor has 2^31 bytes or more.</exception>
    public Values Materialize()
    {
        if (!NeedsWhole)
            return this;
        return new StoredValues(Shape, ElementType, ToTensor());
    }

    /// <summary>A new tensor with all elements; a scalar has lengths [1].</summary>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not the element type, or the tensor has 2^31
    /// elements or more.</exception>
    public Tensor<T> ToTensor<T>()
        where T : unmanaged
    {
        Check<T>();
        T[] elements = FreshMemory.Advise(GC.AllocateUninitializedArray<T>(Length(Shape.Elements)));
        Fill(0, elements.AsSpan());
        return Tensor.Create(elements, Shape.ToTensorLengths());
    }

    /// <summary>A new tensor with all elements, its type known at run time.</summary>
    /// <exception cref="InitializerException">The tensor has 2^31 bytes or more.</exception>
    public TypedTensor ToTensor()
    {
        byte[] bytes = FreshMemory.Advise(GC.AllocateUninitializedArray<byte>(Length(Bytes)));
        Fill(0, bytes.AsSpan());
        return new(Shape, ElementType, bytes);
    }

    /// <summary>The number of elements in so many bytes, once it is clear that they are whole, that the slice lies
    /// within the tensor and that nobody has cancelled.</summary>
    internal static int Check(Shape shape, ElementType type, long start, int bytes, FillOptions options)
    {
        (int elements, int rest) = Math.DivRem(bytes, type.Size());
        if (rest != 0)
            throw new InitializerException(
                $"The destination must hold whole elements of {type.Size()} bytes; received {bytes} bytes."
            );
        if (start < 0 || start > shape.Elements - elements)
            throw new InitializerException(
                $"A slice must lie within the {shape.Elements} elements of the shape {shape}; received start "
                    + $"{start}, length {elements}."
            );
        options.CancellationToken.ThrowIfCancellationRequested();
        return elements;
    }

    /// <summary>Writes down the kind of values, and after it every number that decides an element but shape and element
    /// type, which are written already.</summary>
    /// <remarks>A kind's name is part of what files hold: it stays when a class is renamed.</remarks>
    protected abstract void WriteIdentity(IdentityWriter writer);

    /// <summary>Lets the writer write down values within values.</summary>
    internal static void WriteIdentity(Values values, IdentityWriter writer) => values.WriteIdentity(writer);

    /// <summary>Fills a slice whose bounds have been checked and that is not empty.</summary>
    protected abstract void FillSlice(long start, Span<byte> destination);

    /// <summary>Lets composed values fill a part of another's slice.</summary>
    protected static void FillSlice(Values values, long start, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(values);
        values.FillSlice(start, destination);
    }

    /// <summary>A method of its own, so that a small fill makes no closure.</summary>
    private void FillParts(long start, Span<byte> destination, FillOptions options)
    {
        int size = ElementType.Size();
        ParallelFill.Run(
            destination,
            (int)(start % (ParallelFill.PartBytes / size)) * size,
            size,
            options,
            LeastTaken,
            (offset, part) => FillSlice(start + offset / size, part)
        );
    }

    private int Length(long length) =>
        length <= Array.MaxLength
            ? (int)length
            : throw new InitializerException(
                $"A tensor in memory must have fewer than 2^31 elements; the shape {Shape} "
                    + $"{(NeedsWhole ? "has more, and cannot be made by parts" : "is filled by region")}."
            );

    private void Check<T>()
        where T : unmanaged
    {
        if (ElementTypes.Of<T>() != ElementType)
            throw new InitializerException(
                $"The tensor's elements are {ElementType.Name()}; received {ElementTypes.Of<T>().Name()}."
            );
    }
}

/// <summary>A draw from a stream.</summary>
public sealed record DrawnValues : Values
{
    /// <summary>A draw of this shape.</summary>
    public DrawnValues(Shape shape, Draw draw, PhiloxStream stream)
        : base(shape, draw.ElementType)
    {
        Draw = draw;
        Stream = stream;
    }

    /// <summary>What is drawn.</summary>
    public Draw Draw { get; }

    /// <summary>Whose numbers.</summary>
    public PhiloxStream Stream { get; }

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("philox");
        writer.Write(Draw);
        writer.Write(Stream);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination) =>
        Sampler.Fill(Draw, Stream, start, destination);
}

/// <summary>One value everywhere.</summary>
public sealed record ConstantValues : Values
{
    /// <summary>This value everywhere.</summary>
    /// <param name="shape">The lengths of the whole tensor.</param>
    /// <param name="elementType">The type of its elements.</param>
    /// <param name="value">The value, which is stored as an element of that type.</param>
    public ConstantValues(Shape shape, ElementType elementType, double value)
        : base(shape, elementType) => Value = value;

    /// <summary>The value.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("constant");
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        Elements.Store(Value, ElementType, element);
        writer.Write(element[..ElementType.Size()]);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        Span<byte> element = destination[..ElementType.Size()];
        Elements.Store(Value, ElementType, element);
        switch (element.Length)
        {
            case 1:
                destination.Fill(element[0]);
                break;
            case 2:
                MemoryMarshal.Cast<byte, ushort>(destination).Fill(MemoryMarshal.Read<ushort>(element));
                break;
            case 4:
                MemoryMarshal.Cast<byte, uint>(destination).Fill(MemoryMarshal.Read<uint>(element));
                break;
            default:
                MemoryMarshal.Cast<byte, ulong>(destination).Fill(MemoryMarshal.Read<ulong>(element));
                break;
        }
    }
}

/// <summary>A gain on the diagonal of a matrix and zeros elsewhere: <c>destination[i, j] = gain * (i == j ? 1 : 0)</c>,
/// so the zeros have the gain's sign.</summary>
public sealed record IdentityValues : Values
{
    /// <summary>A matrix of this gain.</summary>
    /// <exception cref="InitializerException">The shape is not a matrix's.</exception>
    public IdentityValues(Shape shape, ElementType type, double gain)
        : base(shape, type)
    {
        if (shape.Rank != 2)
            throw new InitializerException($"An identity initializer needs a shape of rank 2; received {shape}.");
        Gain = Elements.Round(gain, type, ParameterRounding.Keras3);
    }

    /// <summary>The value on the diagonal.</summary>
    public double Gain { get; }

    /// <inheritdoc/>
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("identity");
        writer.Write(Gain);
    }

    /// <inheritdoc/>
    protected override void FillSlice(long start, Span<byte> destination)
    {
        int size = ElementType.Size();
        long columns = Shape[1],
            end = start + destination.Length / size;
        FillSlice(new ConstantValues(Shape, ElementType, Elements.Multiply(Gain, 0, ElementType)), start, destination);
        double one = Elements.Multiply(Gain, 1, ElementType);
        // The diagonal's elements are columns + 1 apart.
        for (long row = (start + columns) / (columns + 1); row < Math.Min(Shape[0], columns); row++)
        {
            long index = row * (columns + 1);
            if (index >= end)
                break;
            Elements.Store(one, ElementType, destination[(int)((index - start) * size)..]);
        }
    }
}

/// <summary>Values that are in memory.</summary>
internal sealed record StoredValues(Shape Shape, ElementType ElementType, TypedTensor Tensor)
    : Values(Shape, ElementType)
{
    protected override void WriteIdentity(IdentityWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("stored");
        writer.Write(Tensor.Bytes);
    }

    protected override void FillSlice(long start, Span<byte> destination) =>
        Tensor.Bytes.Slice((int)(start * ElementType.Size()), destination.Length).CopyTo(destination);
}
