using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Fanwise.Draws;
using Fanwise.Simd;
using Fanwise.Streams;
using MathNet.Numerics.Distributions;

namespace Fanwise.Benchmarks;

/// <summary>What the questions about float32 share: 1 MiB in the second-level cache, one core, ours at a width with the
/// scale fused, and the C++ peer (without a scale) as the baseline.</summary>
public abstract class Singles
{
    internal const int Count = 1 << 18;

    private protected static readonly PhiloxStream Stream = KerasSeeds.Stream(42);

    private protected float[] Memory { get; } = new float[Count];

    private protected void Ours(DrawKind kind, VectorWidth width)
    {
        if (!Dispatch.Supported.Contains(width))
            throw new NotSupportedException($"This machine has no {width}.");
        Draw draw = kind switch
        {
            DrawKind.Uniform => Draw.Uniform(ElementType.Float32, -0.05, 0.05, ParameterRounding.Keras3),
            DrawKind.Normal => Draw.Normal(ElementType.Float32, 0, 0.05, ParameterRounding.Keras3),
            _ => Draw.TruncatedNormal(ElementType.Float32, 0, 0.05, ParameterRounding.Keras3),
        };
        Sampler.Fill(draw, Stream, 0, MemoryMarshal.AsBytes(Memory.AsSpan()), width);
    }
}

/// <summary>How fast are uniforms?</summary>
public class UniformSingles : Singles
{
    private readonly Random _random = new(42);
    private Tensor<float> _tensor = null!;

    [GlobalSetup]
    public void Allocate() => _tensor = Tensor.Create(Memory, [Count]);

    [Benchmark(Baseline = true), Elements(Count)]
    public void CPlusPlus() => Twin.Fill(DrawKind.Uniform, Stream, Memory);

    [Benchmark, Elements(Count)]
    public void Bits512() => Ours(DrawKind.Uniform, VectorWidth.Bits512);

    [Benchmark, Elements(Count)]
    public void Bits256() => Ours(DrawKind.Uniform, VectorWidth.Bits256);

    [Benchmark, Elements(Count)]
    public void Bits128() => Ours(DrawKind.Uniform, VectorWidth.Bits128);

    [Benchmark, Elements(Count)]
    public void Scalar() => Ours(DrawKind.Uniform, VectorWidth.Scalar);

    [Benchmark, Elements(Count)]
    public void SystemRandom()
    {
        foreach (ref float element in Memory.AsSpan())
            element = _random.NextSingle();
    }

    [Benchmark, Elements(Count)]
    public void TensorFillUniform() => Tensor.FillUniformDistribution(_tensor.AsTensorSpan(), _random);

    [Benchmark, Elements(Count)]
    public void SpanFill() => Memory.AsSpan().Fill(1);
}

/// <summary>How fast are normals?</summary>
public class NormalSingles : Singles
{
    private readonly Random _random = new(42);
    private readonly double[] _doubles = new double[Count];
    private Tensor<float> _tensor = null!;

    [GlobalSetup]
    public void Allocate() => _tensor = Tensor.Create(Memory, [Count]);

    [Benchmark(Baseline = true), Elements(Count)]
    public void CPlusPlus() => Twin.Fill(DrawKind.Normal, Stream, Memory);

    [Benchmark, Elements(Count)]
    public void Bits512() => Ours(DrawKind.Normal, VectorWidth.Bits512);

    [Benchmark, Elements(Count)]
    public void Bits256() => Ours(DrawKind.Normal, VectorWidth.Bits256);

    [Benchmark, Elements(Count)]
    public void Bits128() => Ours(DrawKind.Normal, VectorWidth.Bits128);

    [Benchmark, Elements(Count)]
    public void Scalar() => Ours(DrawKind.Normal, VectorWidth.Scalar);

    [Benchmark, Elements(Count)]
    public void TensorFillGaussian() => Tensor.FillGaussianNormalDistribution(_tensor.AsTensorSpan(), _random);

    [Benchmark, Elements(Count, 8)]
    public void MathNetNormalDoubles() => Normal.Samples(_random, _doubles, 0, 0.05);
}

/// <summary>How fast are truncated normals?</summary>
public class TruncatedNormalSingles : Singles
{
    [Benchmark(Baseline = true), Elements(Count)]
    public void CPlusPlus() => Twin.Fill(DrawKind.TruncatedNormal, Stream, Memory);

    [Benchmark, Elements(Count)]
    public void Bits512() => Ours(DrawKind.TruncatedNormal, VectorWidth.Bits512);

    [Benchmark, Elements(Count)]
    public void Bits256() => Ours(DrawKind.TruncatedNormal, VectorWidth.Bits256);

    [Benchmark, Elements(Count)]
    public void Bits128() => Ours(DrawKind.TruncatedNormal, VectorWidth.Bits128);

    [Benchmark, Elements(Count)]
    public void Scalar() => Ours(DrawKind.TruncatedNormal, VectorWidth.Scalar);
}
