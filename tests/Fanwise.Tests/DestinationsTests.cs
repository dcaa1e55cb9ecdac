using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Fanwise.Tests;

/// <summary>The same elements, whatever memory they are put into.</summary>
public class DestinationsTests
{
    private static readonly VarianceScaling Initializer = Initializers.HeNormal(42);

    private static float[] Whole(int rows, int columns) => Initializer.Create<float>([rows, columns]).ToArray();

    [Fact]
    public void ATensorIsFilledByItsOwnShape()
    {
        Tensor<float> tensor = Tensor.CreateFromShape<float>([20, 30]);
        Initializer.Fill(tensor);
        tensor.ToArray().ShouldBe(Whole(20, 30));

        float[] memory = new float[600];
        Initializer.Fill(new TensorSpan<float>(memory, [20, 30]));
        memory.ShouldBe(Whole(20, 30));
    }

    /// <summary>Columns 3, 4 and 5 of a matrix of 100 rows are a tensor of their own, of more than one tile where they
    /// are many.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(5000)]
    public void APartOfATensorIsFilledAndNothingBesideIt(int rows)
    {
        float[] memory = new float[rows * 8];
        memory.AsSpan().Fill(-1);
        TensorSpan<float> part = new TensorSpan<float>(memory, [rows, 8]).Slice(.., 3..6);
        Initializer.Fill(part);
        float[] expected = Whole(rows, 3);
        for (int row = 0; row < rows; row++)
        for (int column = 0; column < 8; column++)
            memory[row * 8 + column].ShouldBe(column is >= 3 and < 6 ? expected[row * 3 + column - 3] : -1);
    }

    [Fact]
    public void ATransposedTensorIsFilledByItsIndices()
    {
        float[] memory = new float[600];
        TensorSpan<float> turned = new(memory, [20, 30], [1, 20]);
        Initializer.Fill(turned);
        float[] expected = Whole(20, 30);
        for (int i = 0; i < 20; i++)
        for (int j = 0; j < 30; j++)
            memory[i + 20 * j].ShouldBe(expected[30 * i + j]);
    }

    /// <summary>An orthogonal matrix needs the whole: it is made once.</summary>
    [Fact]
    public void AnOrthogonalMatrixIsPutIntoAPartOfATensor()
    {
        float[] memory = new float[200 * 100];
        TensorSpan<float> part = new TensorSpan<float>(memory, [200, 100]).Slice(.., 10..90);
        Initializers.Orthogonal(3).Fill(part);
        float[] expected = Initializers.Orthogonal(3).Create<float>([200, 80]).ToArray();
        for (int i = 0; i < expected.Length; i++)
            memory[i / 80 * 100 + 10 + i % 80].ShouldBe(expected[i]);
    }

    [Fact]
    public void LayoutsTakeTensorsAndSpansAlike()
    {
        float[] span = new float[600],
            tensor = new float[600];
        Initializer.Fill<float>(KernelLayout.PyTorch, [20, 30], span);
        Initializer.Fill(KernelLayout.PyTorch, new TensorSpan<float>(tensor, [20, 30]));
        tensor.ShouldBe(span);
        span.ShouldBe(Initializer.Create<float>(KernelLayout.PyTorch, [20, 30]).ToArray());
        span.ShouldNotBe(Whole(20, 30));
    }

    [Fact]
    public void BytesAreFilledByAnElementTypeThatIsKnownAtRunTime()
    {
        byte[] whole = new byte[20 * 30 * sizeof(float)],
            slice = new byte[40];
        Initializer.Fill([20, 30], ElementType.Float32, whole);
        MemoryMarshal.Cast<byte, float>(whole.AsSpan()).ToArray().ShouldBe(Whole(20, 30));
        Initializer.Fill([20, 30], ElementType.Float32, 17, slice, FillOptions.Default);
        slice.ShouldBe(whole[68..108]);
        Should
            .Throw<InitializerException>(() => Initializer.Fill([20, 30], ElementType.Float32, new byte[2399]))
            .Message.ShouldBe(
                "The destination must have the 2400 bytes of the shape (20, 30) in float32; received 2399."
            );
        Should
            .Throw<InitializerException>(() =>
                Initializer.Fill([20, 30], ElementType.Float32, 0, new byte[5], FillOptions.Default)
            )
            .Message.ShouldBe("The destination must hold whole elements of 4 bytes; received 5 bytes.");
    }

    [Fact]
    public void ValuesAreNotPutIntoATensorOfAnotherShape()
    {
        Tensor<float> tensor = Tensor.CreateFromShape<float>([30, 20]);
        Should
            .Throw<InitializerException>(() => Initializer.ValuesFor([20, 30], ElementType.Float32).Fill(tensor))
            .Message.ShouldBe("The tensor must have the shape (20, 30); received one of (30, 20).");
        tensor.ToArray().ShouldAllBe(static value => value == 0);
    }

    [Fact]
    public void AScalarGoesIntoATensorOfOneElement()
    {
        Tensor<float> tensor = Tensor.CreateFromShape<float>([1]);
        Initializer.ValuesFor([], ElementType.Float32).Fill(tensor);
        tensor.ToArray().ShouldBe(Initializer.Create<float>([]).ToArray());
    }
}
