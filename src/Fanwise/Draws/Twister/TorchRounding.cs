namespace Fanwise.Draws.Twister;

/// <summary>How singles become elements.</summary>
/// <param name="Type">The element type: float32, float16 or bfloat16.</param>
/// <param name="Largest">No value is larger.</param>
internal readonly record struct TorchRounding(ElementType Type, double Largest)
{
    /// <summary>Whether a float16 may overflow, which the rounding over lanes does not know.</summary>
    public bool MayOverflow => Type == ElementType.Float16 && !(Largest < 65000);

    /// <summary>A result rounded to the element type, as PyTorch's operations on tensors do it: float16 and bfloat16 by
    /// way of float32.</summary>
    public static double Round(double value, ElementType type) =>
        type switch
        {
            ElementType.Float64 => value,
            ElementType.Float32 => (float)value,
            ElementType.Float16 => (double)(Half)(float)value,
            _ => (double)(BFloat16)(float)value,
        };
}
