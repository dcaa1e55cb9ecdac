using Fanwise;
using Fanwise.Draws;
using TorchSharp;

namespace FanwiseTorch;

/// <summary>The functions of PyTorch 2.13's <c>torch.nn.init</c>, call for call, where TorchSharp's own are wrong or
/// have no seed: each fills its tensor with PyTorch's own values and moves the generator on.</summary>
/// <remarks>What each draws, and how exactly, <see cref="Torch"/> says. Every function returns its tensor.</remarks>
public static class FanwiseInit
{
    /// <summary><c>uniform_(tensor, a, b)</c>.</summary>
    public static torch.Tensor uniform_(torch.Tensor tensor, TorchGenerator generator, double a = 0, double b = 1) =>
        Filled(tensor, (shape, type) => Torch.Uniform(generator, shape, type, a, b));

    /// <summary><c>normal_(tensor, mean, std)</c>.</summary>
    public static torch.Tensor normal_(
        torch.Tensor tensor,
        TorchGenerator generator,
        double mean = 0,
        double std = 1
    ) => Filled(tensor, (shape, type) => Torch.Normal(generator, shape, type, mean, std));

    /// <summary><c>trunc_normal_(tensor, mean, std, a, b)</c>; the bounds are absolute.</summary>
    public static torch.Tensor trunc_normal_(
        torch.Tensor tensor,
        TorchGenerator generator,
        double mean = 0,
        double std = 1,
        double a = -2,
        double b = 2
    ) => Filled(tensor, (shape, type) => Torch.TruncatedNormal(generator, shape, type, mean, std, a, b));

    /// <summary><c>xavier_uniform_(tensor, gain)</c>.</summary>
    public static torch.Tensor xavier_uniform_(torch.Tensor tensor, TorchGenerator generator, double gain = 1) =>
        Filled(tensor, (shape, type) => Torch.XavierUniform(generator, shape, type, gain));

    /// <summary><c>xavier_normal_(tensor, gain)</c>.</summary>
    public static torch.Tensor xavier_normal_(torch.Tensor tensor, TorchGenerator generator, double gain = 1) =>
        Filled(tensor, (shape, type) => Torch.XavierNormal(generator, shape, type, gain));

    /// <summary><c>kaiming_uniform_(tensor, a, mode, nonlinearity)</c>.</summary>
    public static torch.Tensor kaiming_uniform_(
        torch.Tensor tensor,
        TorchGenerator generator,
        double a = 0,
        FanMode mode = FanMode.FanIn,
        string nonlinearity = "leaky_relu"
    ) => Filled(tensor, (shape, type) => Torch.KaimingUniform(generator, shape, type, a, mode, nonlinearity));

    /// <summary><c>kaiming_normal_(tensor, a, mode, nonlinearity)</c>.</summary>
    public static torch.Tensor kaiming_normal_(
        torch.Tensor tensor,
        TorchGenerator generator,
        double a = 0,
        FanMode mode = FanMode.FanIn,
        string nonlinearity = "leaky_relu"
    ) => Filled(tensor, (shape, type) => Torch.KaimingNormal(generator, shape, type, a, mode, nonlinearity));

    /// <summary><c>orthogonal_(tensor, gain)</c>.</summary>
    public static torch.Tensor orthogonal_(torch.Tensor tensor, TorchGenerator generator, double gain = 1) =>
        Filled(tensor, (shape, type) => Torch.Orthogonal(generator, shape, type, gain));

    /// <summary><c>sparse_(tensor, sparsity, std)</c>.</summary>
    public static torch.Tensor sparse_(
        torch.Tensor tensor,
        TorchGenerator generator,
        double sparsity,
        double std = 0.01
    ) => Filled(tensor, (shape, type) => Torch.Sparse(generator, shape, type, sparsity, std));

    /// <summary><c>constant_(tensor, val)</c>.</summary>
    public static torch.Tensor constant_(torch.Tensor tensor, double val) =>
        Filled(tensor, (shape, type) => new ConstantValues(shape, type, val));

    /// <summary><c>ones_(tensor)</c>.</summary>
    public static torch.Tensor ones_(torch.Tensor tensor) => constant_(tensor, 1);

    /// <summary><c>zeros_(tensor)</c>.</summary>
    public static torch.Tensor zeros_(torch.Tensor tensor) => constant_(tensor, 0);

    /// <summary><c>eye_(tensor)</c>.</summary>
    public static torch.Tensor eye_(torch.Tensor tensor) => Filled(tensor, Torch.Eye);

    /// <summary><c>dirac_(tensor, groups)</c>.</summary>
    public static torch.Tensor dirac_(torch.Tensor tensor, long groups = 1) =>
        Filled(tensor, (shape, type) => Torch.Dirac(shape, type, groups));

    private static torch.Tensor Filled(torch.Tensor tensor, Func<Shape, ElementType, Values> values)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TensorWriter.Write(tensor, values(tensor.shape, TensorWriter.TypeOf(tensor)));
        return tensor;
    }
}
