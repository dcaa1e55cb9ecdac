namespace Fanwise.Simd;

/// <summary>The widths that kernels exist for.</summary>
internal enum VectorWidth
{
    Scalar,
    Bits128,
    Bits256,
    Bits512,
}
