namespace Fanwise.Draws.Pcg;

/// <summary>What NumPy refuses to draw.</summary>
internal static class NumPyChecks
{
    /// <summary>Refuses bounds that NumPy refuses.</summary>
    public static void Bounds(double low, double high)
    {
        if (!(high >= low))
            throw new InitializerException(
                "A uniform on numpy needs its lower bound not above the upper one; received "
                    + $"{PythonNumbers.Format(low)} "
                    + $"and {PythonNumbers.Format(high)}."
            );
    }

    /// <summary>Refuses a deviation that NumPy refuses.</summary>
    public static void Deviation(double deviation)
    {
        if (!(deviation >= 0))
            throw new InitializerException(
                $"A normal on numpy needs a deviation of 0 or more; received {PythonNumbers.Format(deviation)}."
            );
    }
}
