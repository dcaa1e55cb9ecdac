using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Python;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>A dense layer by an equation; keras/src/layers/core/einsum_dense.py. Forms: <c>X,Y->Z</c>,
/// <c>...X,Y->...Z</c>, <c>X...,Y->Z...</c>.</summary>
internal static class EinsumDense
{
    public static readonly LayerClass[] Classes =
    [
        new("EinsumDense")
        {
            Fans = static (c, variable) => variable == "kernel" ? FanRule.Einsum(c.Text("equation")!) : null,
            PyTorch = PyTorchForms.Einsum,
            Features = FeatureCall.Plain,
            Keys =
                "equation output_shape activation bias_axes kernel_initializer bias_initializer "
                + "kernel_regularizer bias_regularizer kernel_constraint bias_constraint lora_rank lora_alpha "
                + "gptq_unpacked_column_size quantization_config",
            Constructor = [Activation(), Initializer("kernel", GlorotUniform), Initializer("bias", Zeros)],
            Build = static b =>
            {
                Equation equation = Analyze(b.Config, b.Input);
                long[] kernel =
                [
                    .. equation.Kernel.Select(size =>
                        size
                        ?? throw b.Config.Error($"needs the sizes of its kernel's axes; received the shape {b.Input}")
                    ),
                ];
                BoundInitializer? initializer = b.Layer.Initializers.GetValueOrDefault("kernel");
                if (initializer?.Rule is VarianceScaling { Axes: null } scaling && b.Reviver.Generation.FansByEquation)
                    initializer = initializer.With(
                        scaling with
                        {
                            Axes = new(equation.InputAxes, equation.OutputAxes),
                        }
                    );
                Quantization.Kernel(
                    b,
                    new("kernel", kernel, Product(kernel, equation.InputAxes), Product(kernel, equation.OutputAxes))
                    {
                        Scale = Scale(b.Config, b.Input, kernel),
                    },
                    initializer
                );
                if (equation.Bias is { } bias)
                    b.Weight(
                        "bias",
                        [
                            .. bias.Select(size =>
                                size ?? throw b.Config.Error("bias_axes", "must name axes of known sizes")
                            ),
                        ],
                        "bias"
                    );
                LowRank.Add(b, "kernel", kernel);
            },
            Stored = Quantization.StoredWeights,
            Output = static call =>
                [
                    call.Reviver.Generation.EinsumKeepsKnownSizes
                        ? Computed(call.Config, call.Inputs.First!)
                        : new(Analyze(call.Config, call.Inputs.First!).Output),
                ],
        },
    ];

    private sealed record Equation(long?[] Kernel, long?[]? Bias, long?[] Output, int[] InputAxes, int[] OutputAxes);

    private static Equation Analyze(Configuration c, TensorShape input)
    {
        (string x, string y, string z, bool left, bool right) = Parse(c);
        int elided = input.Rank - x.Length;
        if (elided < 0 || elided > 0 && !left && !right)
            throw c.Error("equation", $"must fit the rank of the input; received the shape {input}, and");
        List<long?> output = [input[0], .. Sizes(c)];
        if (left)
            for (int i = 1; i < elided; i++)
                output.Insert(1, input[i]); // each at 1, so reversed, as Keras has it
        else
            for (int i = input.Rank - elided; i < input.Rank; i++)
                output.Add(input[i]);
        int offset = left ? elided : 0;
        if (output.Count < z.Length + offset)
            throw c.Error(
                "output_shape",
                $"must give {z.Length + offset - 1} sizes for \"{c.Text("equation")}\" and the input {input}"
            );

        foreach ((int i, char letter) in x.Index())
        {
            int at = z.IndexOf(letter, StringComparison.Ordinal);
            if (at >= 0 && output[at + offset] is { } expected && input[i + offset] != expected)
                throw c.Error("output_shape", $"must agree with the input {input} where they share '{letter}'");
        }

        foreach (char letter in z)
            if (!x.Contains(letter) && !y.Contains(letter))
                throw c.Error("equation", $"must have the output's '{letter}' in the input or the kernel");

        List<long?> kernel = [];
        List<int> inputAxes = [],
            outputAxes = [];
        foreach (char letter in y)
        {
            int inInput = x.IndexOf(letter, StringComparison.Ordinal),
                inOutput = z.IndexOf(letter, StringComparison.Ordinal);
            if (inOutput >= 0)
            {
                outputAxes.Add(kernel.Count);
                kernel.Add(output[inOutput + offset]);
            }
            else if (inInput >= 0)
            {
                inputAxes.Add(kernel.Count);
                kernel.Add(input[inInput + offset]);
            }
            else
            {
                throw c.Error("equation", $"must have the kernel's '{letter}' in the input or the output");
            }
        }

        return new(
            [.. kernel],
            Bias(c, z, output, offset, left ? 0 : elided),
            [.. output],
            [.. inputAxes],
            [.. outputAxes]
        );
    }

    /// <summary>The shape that the equation gives when it is computed: sizes that the configuration leaves open are the
    /// input's, and axes behind an ellipsis keep their order.</summary>
    private static TensorShape Computed(Configuration c, TensorShape input)
    {
        (string x, _, string z, bool left, bool right) = Parse(c);
        long?[] told = Analyze(c, input).Output;
        int elided = left || right ? input.Rank - x.Length : 0,
            before = left ? elided : 0;
        IEnumerable<long?> sizes = z.Select(
            (letter, i) =>
                x.IndexOf(letter, StringComparison.Ordinal) is var axis && axis >= 0
                    ? input[axis + before]
                    : told[i + before]
        );
        long?[] free = [.. Enumerable.Range(left ? 0 : x.Length, elided).Select(axis => input[axis])];
        return new(left ? [.. free, .. sizes] : [.. sizes, .. free]);
    }

    private static long Product(long[] kernel, int[] axes)
    {
        long?[] sizes = [.. axes.Select(axis => (long?)kernel[axis])];
        return TensorShape.Product(sizes) ?? long.MaxValue; // refused where the weight is made
    }

    /// <summary>The shape of the scale under int8: the kernel's, with 1 for axes that are summed, in the order of the
    /// output's letters.</summary>
    /// <remarks>Source: keras/src/layers/core/einsum_dense.py (<c>_analyze_quantization_info</c>,
    /// <c>_get_kernel_scale_shape</c>), with the place that its second loop takes over from the first.</remarks>
    private static long[] Scale(Configuration c, TensorShape input, long[] kernel)
    {
        (string x, string y, string z, bool left, bool right) = Parse(c);
        // Letters for the axes behind an ellipsis: any that the equation does not have.
        string free = new([
            .. Enumerable.Range(0, Math.Max(0, input.Rank - x.Length)).Select(static i => (char)('\uE000' + i)),
        ]);
        if (left)
            (x, z) = (free + x, free + z);
        if (right)
            (x, z) = (x + free, z + free);
        List<int> inputGaps = [.. Gaps(x)],
            gaps = [.. Gaps(y)];
        int place = 0;
        foreach (char letter in x)
            if (!z.Contains(letter) && inputGaps.Count > 0)
            {
                place = inputGaps[0];
                inputGaps.RemoveAt(0);
            }

        List<int> order =
        [
            .. z.Select(letter => y.IndexOf(letter, StringComparison.Ordinal)).Where(static axis => axis >= 0),
        ];
        List<int> squeezed = [];
        for (int axis = 0; axis < y.Length; axis++)
        {
            if (z.Contains(y[axis]))
                continue;
            if (gaps.Count > 0)
            {
                place = gaps[0];
                gaps.RemoveAt(0);
            }
            else
            {
                squeezed.Add(axis);
            }

            order.Insert(Math.Min(place, order.Count), axis);
        }

        List<long> scale = [.. order.Select(axis => z.Contains(y[axis]) ? kernel[axis] : 1)];
        foreach (int gap in gaps)
            scale.Insert(Math.Min(gap, scale.Count), 1);
        foreach (int axis in Enumerable.Reverse(squeezed))
            if (axis < scale.Count)
                scale.RemoveAt(axis);
        return [.. scale];

        IEnumerable<int> Gaps(string spec) => Enumerable.Range(0, z.Length).Where(i => !spec.Contains(z[i]));
    }

    /// <summary>From the place of the first bias letter on: its size where a letter has a bias, else 1.</summary>
    private static long?[]? Bias(Configuration c, string z, List<long?> output, int offset, int trailing)
    {
        if (c.Text("bias_axes") is not { } axes)
            return null;
        if (axes.Length == 0 || axes.Any(letter => !z.Contains(letter)))
            throw c.Error("bias_axes", $"must name axes of the output '{z}'");
        int first = axes.Min(letter => z.IndexOf(letter, StringComparison.Ordinal));
        return
        [
            .. z[first..].Select((letter, i) => axes.Contains(letter) ? output[first + i + offset] : 1),
            .. Enumerable.Repeat<long?>(1, trailing),
        ];
    }

    private static long?[] Sizes(Configuration c)
    {
        JsonValue value = c["output_shape"] ?? throw c.Error("output_shape", "must be given");
        if (value.AsInteger is { } size and > 0)
            return [size];
        if (value is { IsArray: true, Items.IsEmpty: true })
            return [];
        return TensorShape.Read(value)?.Dimensions.ToArray()
            ?? throw c.Error("output_shape", "must be a size or a list of sizes and nulls");
    }

    private static (string X, string Y, string Z, bool Left, bool Right) Parse(Configuration c)
    {
        string equation = c.Text("equation") ?? throw c.Error("equation", "must be given");
        int comma = equation.IndexOf(',', StringComparison.Ordinal),
            arrow = equation.IndexOf("->", StringComparison.Ordinal);
        if (comma >= 0 && arrow > comma)
        {
            string x = equation[..comma],
                y = equation[(comma + 1)..arrow],
                z = equation[(arrow + 2)..];
            bool left = x.StartsWith("...", StringComparison.Ordinal) && z.StartsWith("...", StringComparison.Ordinal);
            bool right =
                !left && x.EndsWith("...", StringComparison.Ordinal) && z.EndsWith("...", StringComparison.Ordinal);
            if (left)
                (x, z) = (x[3..], z[3..]);
            if (right)
                (x, z) = (x[..^3], z[..^3]);
            if (IsWord(x) && IsWord(y) && IsWord(z))
                return (x, y, z, left, right);
        }

        throw c.Error("equation", "must have the form X,Y->Z, ...X,Y->...Z or X...,Y->Z...");

        static bool IsWord(string letters) => letters.Length is > 0 and <= 52 && letters.All(char.IsAsciiLetter);
    }
}
