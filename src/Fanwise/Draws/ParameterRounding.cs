namespace Fanwise.Draws;

/// <summary>How a parameter that Python holds as a double gets into the element type; the generations differ in
/// it.</summary>
/// <remarks>float32 rounds once and bfloat16 twice (by way of float32) in all of them.</remarks>
public enum ParameterRounding
{
    /// <summary>In a graph or a traced function: float16 rounds once.</summary>
    Graph,

    /// <summary>Eagerly: float16 rounds by way of float32.</summary>
    Eager,

    /// <summary>Keras 3: as eagerly, and both bounds of a uniform become float32 first, whatever the element
    /// type.</summary>
    Keras3,
}
