namespace Fanwise.Generations;

/// <summary>What constructors check, in the order of the references: scale, mode, distribution, dtype.</summary>
internal static class Checks
{
    /// <summary>Checks arguments whose defaults are filled in, and turns them into what the instance stores.</summary>
    public static void Constructor(Generation generation, InitializerClass row, PythonValue[] arguments)
    {
        Messages messages = generation.Messages;
        if (generation.Columns.IsCamelCase)
            foreach (string name in new[] { "mode", "distribution" })
                if (row.TryFind(name, out int index) && arguments[index].Text is { } text)
                    arguments[index] = Names.Snake(text);
        if (row.TryFind("scale", out int scale))
            Scale(arguments[scale], messages);
        if (row.TryFind("mode", out int mode))
            Mode(arguments[mode], messages);
        if (row.TryFind("distribution", out int distribution))
            arguments[distribution] = DistributionOf(arguments[distribution], generation);
        if (row.ChecksValue)
            ConstantValue(arguments[row.IndexOf("value")]);
        if (row.TryFind("dtype", out int dtype))
            arguments[dtype] = row.DropsDtype
                ? TensorFlowType.Float32.Name
                : Dtype(
                    arguments[dtype],
                    generation,
                    mustBeFloating: row.Rule is not (Rule.Zeros or Rule.Ones or Rule.Constant or Rule.RandomUniform)
                ).Name;
        if (generation.Columns.TakesSeedGenerators && row.TryFind("seed", out int seed))
            Keras3Seed(arguments[seed]);
    }

    /// <summary>The dtype of a name, for a constructor or a call.</summary>
    public static TensorFlowType Dtype(PythonValue dtype, Generation generation, bool mustBeFloating)
    {
        TensorFlowType type =
            TensorFlowType.Parse(dtype.Text)
            ?? throw new InitializerException(string.Format(generation.Messages.UnknownDtype, dtype.Representation));
        if (mustBeFloating && !(type.IsFloating && (generation.Columns.BFloat16IsFloating || type.Name != "bfloat16")))
            throw new InitializerException(string.Format(generation.Messages.NotFloating, type));
        return type;
    }

    private static void Scale(PythonValue scale, Messages messages)
    {
        if (scale.Number is not { } number)
            throw new InitializerException($"'<=' not supported between instances of '{scale.TypeName}' and 'float'");
        if (number <= 0)
            throw new InitializerException(string.Format(messages.Scale, scale)); // a NaN passes, as it does there
    }

    private static void Mode(PythonValue mode, Messages messages)
    {
        if (!FanModes.TryParse(mode.Text, out _))
            throw new InitializerException(
                string.Format(messages.Mode, messages.ShowsRepresentation ? mode.Representation : mode)
            );
    }

    private static PythonValue DistributionOf(PythonValue distribution, Generation generation)
    {
        if (distribution.Text is not { } text)
            throw new InitializerException($"'{distribution.TypeName}' object has no attribute 'lower'");
        PythonValue lower = text.ToLowerInvariant();
        if (generation.Columns.RewritesNormal && lower.Text == "normal")
            return "truncated_normal";
        if (generation.Columns.Distributions.ContainsKey(lower.Text!))
            return lower;
        throw new InitializerException(
            string.Format(
                generation.Messages.Distribution,
                generation.Messages.ShowsRepresentation ? lower.Representation : lower
            )
        );
    }

    private static void ConstantValue(PythonValue value)
    {
        if (value.Kind is PythonKind.None or PythonKind.Dictionary or PythonKind.SeedGenerator)
        {
            throw new InitializerException(
                $"Invalid type for initial value={value.Representation} of type: {value.TypeName}. Expected "
                    + "Python scalar, list or tuple of values, or numpy.ndarray."
            );
        }
    }

    private static void Keras3Seed(PythonValue seed)
    {
        if (seed.IsNone || seed.Integer is not null || seed.SeedGenerator is not null || SerialisedSeeds.IsOne(seed))
            return;
        throw new InitializerException(
            "`seed` argument should be an instance of `keras.random.SeedGenerator()` or an integer. Received: "
                + $"seed={seed}"
        );
    }
}
