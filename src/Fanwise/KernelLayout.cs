namespace Fanwise;

/// <summary>In which order a kernel's shape has its dimensions.</summary>
public enum KernelLayout
{
    /// <summary>Keras and TensorFlow: <c>[receptive field..., in, out]</c>.</summary>
    Keras,

    /// <summary>PyTorch: <c>[out, in, receptive field...]</c>.</summary>
    PyTorch,
}
