using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Fanwise.Draws;
using Fanwise.LinearAlgebra;
using Fanwise.Simd;
using Fanwise.Streams;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Fanwise.Benchmarks;

/// <summary>What do the other element types gain from vectors?</summary>
public class OtherElementTypes
{
    private const int Count = 1 << 17;

    private readonly byte[] _memory = new byte[8 * Count];

    [Params(DrawKind.Uniform, DrawKind.Normal, DrawKind.TruncatedNormal)]
    public DrawKind Kind { get; set; }

    [Benchmark(Baseline = true), Elements(Count, 8)]
    public void DoublesScalar() => Fill(ElementType.Float64, VectorWidth.Scalar);

    [Benchmark, Elements(Count, 8)]
    public void Doubles() => Fill(ElementType.Float64, Dispatch.Best);

    [Benchmark, Elements(Count, 2)]
    public void Float16Scalar() => Fill(ElementType.Float16, VectorWidth.Scalar);

    [Benchmark, Elements(Count, 2)]
    public void Float16() => Fill(ElementType.Float16, Dispatch.Best);

    [Benchmark, Elements(Count, 2)]
    public void BFloat16Scalar() => Fill(ElementType.BFloat16, VectorWidth.Scalar);

    [Benchmark, Elements(Count, 2)]
    public void BFloat16() => Fill(ElementType.BFloat16, Dispatch.Best);

    private void Fill(ElementType type, VectorWidth width) =>
        Sampler.Fill(
            Draw.Standard(Kind, type),
            KerasSeeds.Stream(42),
            0,
            _memory.AsSpan(0, Count * type.Size()),
            width
        );
}

/// <summary>What does a small kernel cost, (3, 3, 3, 32)?</summary>
[MemoryDiagnoser]
public class SmallKernel
{
    private const int Count = 3 * 3 * 3 * 32;

    private static readonly Shape Shape = [3, 3, 3, 32];

    private readonly float[] _memory = new float[Count];
    private readonly Values _uniform = Initializers.GlorotUniform(42).ValuesFor(Shape, ElementType.Float32),
        _truncated = Initializers.GlorotNormal(42).ValuesFor(Shape, ElementType.Float32);
    private readonly Initializer _initializer = Initializers.GlorotNormal(42);

    [Benchmark, Elements(Count)]
    public void Uniform() => _uniform.Fill(0, _memory.AsSpan());

    [Benchmark, Elements(Count)]
    public void TruncatedNormal() => _truncated.Fill(0, _memory.AsSpan());

    [Benchmark, Elements(Count)]
    public void TruncatedNormalFromItsInitializer() => _initializer.Fill(Shape, _memory.AsSpan());
}

/// <summary>What do threads gain, in memory that is used again?</summary>
[WarmupCount(1)]
[IterationCount(7)]
public class LargeFill
{
    private const int Count = 1 << 26;

    private readonly float[] _memory = new float[Count];
    private readonly Values _uniform = Initializers.GlorotUniform(42).ValuesFor([Count], ElementType.Float32),
        _truncated = Initializers.GlorotNormal(42).ValuesFor([Count], ElementType.Float32);

    [Params(1, 2)]
    public int Threads { get; set; }

    [Benchmark(Baseline = true), Elements(Count)]
    public void SpanFillOnOneThread() => _memory.AsSpan().Fill(1);

    [Benchmark, Elements(Count)]
    public void Uniform() => _uniform.Fill(0, _memory.AsSpan(), new FillOptions { MaxDegreeOfParallelism = Threads });

    [Benchmark, Elements(Count)]
    public void TruncatedNormal() =>
        _truncated.Fill(0, _memory.AsSpan(), new FillOptions { MaxDegreeOfParallelism = Threads });
}

/// <summary>What does fresh memory cost?</summary>
[WarmupCount(1)]
[IterationCount(7)]
public class FreshTensor
{
    private const int Count = 1 << 26;

    private readonly Initializer _uniform = Initializers.GlorotUniform(42);

    [Benchmark, Elements(Count)]
    public Tensor<float> CreateUniform() => _uniform.Create<float>([Count]);
}

/// <summary>How fast is the decomposition behind orthogonal weights, (1024, 1024)?</summary>
public class OrthogonalFactor
{
    private const int Size = 1024;

    private readonly float[] _normals = new DrawnValues(
        [Size, Size],
        Draw.Standard(DrawKind.Normal, ElementType.Float32),
        KerasSeeds.Stream(42)
    )
        .ToTensor()
        .As<float>()
        .ToArray();
    private Matrix<float> _matrix = null!;

    [GlobalSetup]
    public void Build() => _matrix = Matrix<float>.Build.DenseOfRowMajor(Size, Size, _normals);

    [Benchmark(Baseline = true)]
    public float[] OneThread() => HouseholderQr.Orthonormal<float>(_normals, Size, Size, 1, Dispatch.Best);

    [Benchmark]
    public float[] TwoThreads() => HouseholderQr.Orthonormal<float>(_normals, Size, Size, 2, Dispatch.Best);

    [Benchmark]
    public Matrix<float> MathNet() => _matrix.QR(QRMethod.Thin).Q;
}
