using Fanwise.Models.Layers.Families;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Every layer class of Keras 3.15 that a model's file can name has a row.</summary>
public class LayerClassesTests
{
    /// <summary>keras.layers of 3.15 with its second names, keras._legacy, and the layers of keras.applications; not
    /// the wrappers around other frameworks' modules.</summary>
    private const string Keras = """
        Activation ELU LeakyReLU PReLU ReLU Softmax ThresholdedReLU
        AdditiveAttention Attention GroupQueryAttention MultiHeadAttention
        Conv1D Convolution1D Conv1DTranspose Convolution1DTranspose Conv2D Convolution2D Conv2DTranspose
        Convolution2DTranspose Conv3D Convolution3D Conv3DTranspose Convolution3DTranspose
        DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConvolution1D SeparableConv2D SeparableConvolution2D
        Dense EinsumDense Embedding Identity InputLayer Lambda Masking ReversibleEmbedding Wrapper
        Add Average Concatenate Dot Maximum Minimum Multiply Subtract
        BatchNormalization GroupNormalization LayerNormalization RMSNormalization SpectralNormalization
        UnitNormalization
        AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D
        AdaptiveMaxPooling2D AdaptiveMaxPooling3D
        AveragePooling1D AvgPool1D AveragePooling2D AvgPool2D AveragePooling3D AvgPool3D MaxPooling1D MaxPool1D
        MaxPooling2D MaxPool2D MaxPooling3D MaxPool3D
        GlobalAveragePooling1D GlobalAvgPool1D GlobalAveragePooling2D GlobalAvgPool2D GlobalAveragePooling3D
        GlobalAvgPool3D
        GlobalMaxPooling1D GlobalMaxPool1D GlobalMaxPooling2D GlobalMaxPool2D GlobalMaxPooling3D GlobalMaxPool3D
        CategoryEncoding Discretization HashedCrossing Hashing IntegerLookup MelSpectrogram Normalization Pipeline
        Rescaling STFTSpectrogram StringLookup TextVectorization
        AugMix AutoContrast CenterCrop CutMix Equalization MaxNumBoundingBoxes MixUp RandAugment RandomBrightness
        RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop
        RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert
        RandomPerspective RandomPosterization RandomRotation RandomSaturation
        RandomSharpness RandomShear RandomTranslation RandomZoom Resizing Solarization RandomHeight RandomWidth
        ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D
        SpatialDropout3D
        Cropping1D Cropping2D Cropping3D Flatten Permute RepeatVector Reshape UpSampling1D UpSampling2D UpSampling3D
        ZeroPadding1D ZeroPadding2D ZeroPadding3D
        Bidirectional ConvLSTM1D ConvLSTM2D ConvLSTM3D GRU GRUCell LSTM LSTMCell RNN SimpleRNN SimpleRNNCell
        StackedRNNCells TimeDistributed
        Functional Sequential LayerScale StochasticDepth CustomScaleLayer
        LocallyConnected1D LocallyConnected2D CuDNNLSTM CuDNNGRU
        """;

    [Fact]
    public void EveryClassOfKerasIsKnown() =>
        Keras
            .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(static name => LayerClasses.Find(name) is null)
            .ShouldBeEmpty();

    [Fact]
    public void AllRandomLayersDrawASeed()
    {
        string[] silent =
        [
            .. LayerClasses.All.Names.Where(static name =>
                name.StartsWith("Random", StringComparison.Ordinal) && LayerClasses.Find(name)!.Constructor.Length == 0
            ),
        ];
        silent.ShouldBeEmpty();
    }
}
