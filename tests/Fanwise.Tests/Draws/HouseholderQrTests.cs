using System.Numerics;
using System.Runtime.InteropServices;
using Fanwise.Draws;
using Fanwise.LinearAlgebra;
using Fanwise.Simd;
using Fanwise.Streams;
using MathNet.Numerics.LinearAlgebra;

namespace Fanwise.Tests.Draws;

[Trait("Category", "Sampling")]
public class HouseholderQrTests
{
    /// <summary>Around the sizes of tiles, registers and panels.</summary>
    public static TheoryData<int, int> Shapes =>
        new()
        {
            { 1, 1 },
            { 2, 1 },
            { 3, 3 },
            { 5, 2 },
            { 16, 16 },
            { 31, 31 },
            { 33, 32 },
            { 33, 33 },
            { 64, 40 },
            { 100, 7 },
            { 130, 129 },
            { 300, 65 },
            { 257, 256 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TheFactorIsMathNetsWithItsSigns(int rows, int columns)
    {
        double[] a = Normals<double>(rows, columns);
        double[] expected = Judge(a, rows, columns),
            q = HouseholderQr.Orthonormal<double>(a, rows, columns);
        // What is left of 53 bits after sums of some hundred terms, for matrices whose condition is at worst some
        // thousand.
        for (int i = 0; i < q.Length; i++)
            q[i].ShouldBe(expected[i], 1e-11, $"element {i}");

        // In single precision, of the same matrix rounded: the columns stay orthonormal whatever the condition.
        float[] single = Array.ConvertAll(a, static value => (float)value),
            factor = HouseholderQr.Orthonormal<float>(single, rows, columns);
        for (int i = 0; i < columns; i++)
        for (int j = 0; j <= i; j++)
        {
            double dot = 0;
            for (int row = 0; row < rows; row++)
                dot += (double)factor[row * columns + i] * factor[row * columns + j];
            dot.ShouldBe(i == j ? 1 : 0, 4e-6, $"columns {i} and {j}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryWidthAndNumberOfThreadsGivesTheSameBits(int rows, int columns)
    {
        Compare<float>();
        Compare<double>();

        void Compare<T>()
            where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T>
        {
            T[] a = Normals<T>(rows, columns),
                expected = HouseholderQr.Orthonormal<T>(a, rows, columns, 1, VectorWidth.Scalar);
            foreach (VectorWidth width in Dispatch.Supported)
            foreach (int threads in new[] { 1, 2, 5 })
                Bytes(HouseholderQr.Orthonormal<T>(a, rows, columns, threads, width))
                    .SequenceEqual(Bytes(expected))
                    .ShouldBeTrue($"{width}, {threads} threads");
        }

        static Span<byte> Bytes<T>(T[] values)
            where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan());
    }

    /// <summary>A change of these bits is a change of every orthogonal weight.</summary>
    [Fact]
    public void TheBitsStayTheSame()
    {
        float[] q = HouseholderQr.Orthonormal<float>(Normals<float>(130, 129), 130, 129);
        Fanwise
            .Testing.Golden.Hash(MemoryMarshal.AsBytes(q.AsSpan()))
            .ShouldBe("ad7bdad7b350177f21a97c7066a42f65b187b6962bd7de0d244e9026b3bd8fd9");
    }

    [Fact]
    public void AZeroOnTheDiagonalMakesItsColumnZero()
    {
        float[] q = HouseholderQr.Orthonormal<float>([1, 1, 0, 2, 2, 0, 2, 2, 0], 3, 3);
        for (int row = 0; row < 3; row++)
            q[row * 3 + 2].ShouldBe(0);
        q[0].ShouldBe(1 / 3f, 1e-6f);
    }

    private static T[] Normals<T>(int rows, int columns)
        where T : unmanaged =>
        new DrawnValues([rows, columns], Draw.Standard(DrawKind.Normal, ElementTypes.Of<T>()), new PhiloxStream(3, 4))
            .ToTensor()
            .As<T>()
            .ToArray();

    /// <summary>MathNet's reduced Q, each column with the sign that makes R's diagonal positive.</summary>
    private static double[] Judge(double[] a, int rows, int columns)
    {
        var qr = Matrix<double>
            .Build.DenseOfRowMajor(rows, columns, a)
            .QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
        double[] q = new double[rows * columns];
        for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++)
            q[row * columns + column] = qr.Q[row, column] * Math.Sign(qr.R[column, column]);
        return q;
    }
}
