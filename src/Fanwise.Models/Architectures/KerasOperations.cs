namespace Fanwise.Models.Architectures;

/// <summary>The operations of Keras 3 that can be nodes of a graph. An <c>.h5</c> file names them without a module, so
/// that only their names tell them from layers.</summary>
/// <remarks>Source: the classes over <c>Operation</c> in keras/src/ops of Keras 3.15.</remarks>
internal static class KerasOperations
{
    private static readonly HashSet<string> Names =
    [
        .. """
            Absolute AdaptiveAveragePool AdaptiveMaxPool Add AffineTransform All AllClose Amax Amin Angle Any
            Append Arange Arccos Arccosh Arcsin Arcsinh Arctan Arctan2 Arctanh Argmax Argmin Argpartition
            Argsort Array ArraySplit AssociativeScan Average AveragePool BatchNorm BinaryCrossentropy Bincount
            BitwiseAnd BitwiseInvert BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor
            BroadcastTo CDist CTCDecode CTCLoss Cast CategoricalCrossentropy Cbrt Ceil Celu Cholesky
            CholeskyInverse Clip ColumnStack Concatenate Cond Conjugate Conv ConvTranspose ConvertToTensor Copy
            Corrcoef Correlate Cos Cosh CountNonzero CropImages Cross Cumprod Cumsum Deg2rad DepthToSpace
            DepthwiseConv Det Diag Diagflat Diagonal Diff Digitize Divide DivideNoNan Dot DotProductAttention
            Dsplit Dstack Eig Eigh Einsum ElasticTransform Elu EmptyLike Equal Erf Erfc Erfinv Exp Exp2
            ExpandDims Expm1 ExtractPatches ExtractSequences FFT FFT2 Fabs Flip Fliplr Flipud Floor FloorDivide
            Fmax Fmin Fmod Fold ForiLoop Full FullLike Gammainc GaussianBlur Gcd Gelu Geomspace GetItem Glu
            Greater GreaterEqual HSVToRGB HardShrink HardSigmoid HardSilu HardTanh Heaviside Histogram Hsplit
            Hstack Hypot I0 IFFT2 IRFFT ISTFT Imag InTopK Inner Inv IsIn Isclose Isfinite Isinf Isnan Isneginf
            Isposinf Isreal JVP Kron LayerNorm Lcm Ldexp LeakyRelu LeftShift Less LessEqual Linspace Log Log10
            Log1p Log2 LogSigmoid LogSoftmax Logaddexp Logaddexp2 Logdet LogicalAnd LogicalNot LogicalOr
            LogicalXor Logspace Logsumexp Lstsq LuFactor Map MapCoordinates Matmul MatrixPower MatrixRank Max
            MaxPool Maximum Mean Median Meshgrid Min Minimum Mod Moments Moveaxis MultiHot Multiply NanToNum
            Nanargmax Nanargmin Nancumprod Nancumsum Nanmax Nanmean Nanmedian Nanmin Nanpercentile Nanprod
            Nanquantile Nanstd Nansum Nanvar Ndim Negative Nextafter Nonzero Norm Normalize NotEqual OneHot
            OnesLike Outer PSNR Pad PadImages Percentile PerspectiveTransform Pinv Polar Power Prod Ptp Qr
            Quantile RFFT RGBToGrayscale RGBToHSV RMSNorm Rad2deg Ravel Real Rearrange Reciprocal
            ReconstructPatches Relu Relu6 Repeat Reshape Resize RightShift Roll Rot90 Round Rsqrt SSIM STFT SVD
            SaturateCast ScaleAndTranslate Scan Scatter ScatterUpdate SearchSorted SegmentReduction Select Selu
            SeparableConv Sigmoid Sign Signbit Silu Sin Sinc Sinh Size Slice SliceUpdate Slogdet SobelEdges
            SoftShrink Softmax Softplus Softsign Solve SolveTriangular Sort SpaceToDepth
            SparseCategoricalCrossentropy SparsePlus SparseSigmoid Sparsemax Split Sqrt Square Squareplus
            Squeeze Stack Std StopGradient Subtract Sum Swapaxes Switch Take TakeAlongAxis Tan Tanh TanhShrink
            Tensordot Threshold Tile TopK Trace Transpose Trapezoid Tril Triu TrueDivide Trunc Unfold Unique
            UnravelIndex Unstack Vander Var Vdot VectorizedMap View ViewAsComplex ViewAsReal Vsplit Vstack Where
            WhileLoop ZerosLike
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Whether a class is an operation.</summary>
    public static bool Contains(string className) => Names.Contains(className);
}
