namespace Fanwise;

/// <content>The rule of a contraction, by its equation.</content>
public sealed partial class FanRule
{
    /// <summary>The kernel of an einsum layer <c>inputs,kernel->outputs</c>: in = the product of the kernel's axes that
    /// are summed over, out = of those that are new in the outputs.</summary>
    /// <param name="equation">Letters for axes, such as <c>abc,cde->abde</c>; <c>...</c> may begin or end inputs and
    /// outputs.</param>
    /// <remarks>An axis of the kernel that inputs and outputs both have is a batch axis and counts in neither (Keras
    /// 3.15 counts it as an output).</remarks>
    /// <exception cref="InitializerException">The equation is not of this form; of a shape: its rank is not the
    /// kernel's.</exception>
    public static FanRule Einsum(string equation)
    {
        ArgumentNullException.ThrowIfNull(equation);
        string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->"),
            operands = sides[0].Split(',');
        if (
            sides.Length != 2
            || operands.Length != 2
            || operands[1].Length == 0
            || !Axes(operands[0])
            || !Axes(sides[1])
            || !operands[1].All(char.IsAsciiLetter)
        )
            throw new InitializerException(
                "An einsum layer's equation has the form inputs,kernel->outputs in letters, such as "
                    + $"abc,cd->abd; received '{equation}'."
            );
        string inputs = operands[0],
            kernel = operands[1],
            outputs = sides[1];
        return new(
            $"einsum:{inputs},{kernel}->{outputs}",
            shape =>
            {
                Require(
                    shape,
                    shape.Rank == kernel.Length,
                    $"The kernel '{kernel}' of an einsum layer has the rank {kernel.Length}"
                );
                double fanIn = 1,
                    fanOut = 1;
                for (int axis = 0; axis < kernel.Length; axis++)
                {
                    if (!outputs.Contains(kernel[axis]))
                        fanIn *= shape[axis];
                    else if (!inputs.Contains(kernel[axis]))
                        fanOut *= shape[axis];
                }

                return new(fanIn, fanOut);
            }
        );

        static bool Axes(string text) => text.Replace("...", "", StringComparison.Ordinal).All(char.IsAsciiLetter);
    }
}
