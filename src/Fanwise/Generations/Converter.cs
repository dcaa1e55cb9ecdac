namespace Fanwise.Generations;

/// <summary>The same initializer in another generation: arguments go over by name, as the references' migration guides
/// have it; what changes is noted, what cannot be held is an error.</summary>
public static class Converter
{
    /// <summary>The initializer in <paramref name="target"/>.</summary>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InitializerException">The target cannot hold it; the message says why.</exception>
    public static Conversion Convert(ConfiguredInitializer source, Generation target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Generation == target)
            return new(source, []);
        List<string> notes = [];
        InitializerClass row = ClassIn(target, source);
        PythonValue[] arguments = new PythonValue[row.Parameters.Length];
        foreach (Parameter parameter in source.Class.Parameters)
        {
            PythonValue value = ValueOf(source, parameter.Name, target, notes);
            int index = row.IndexOf(parameter.Name);
            if (index < 0)
                Drop(source, parameter.Name, value, row, target, notes);
            else
                arguments[index] = value;
        }

        if (source.Class.Fixed is { } named && row.Fixed is null)
        {
            Set("scale", named.Scale);
            Set("mode", named.Mode);
            Set("distribution", DistributionIn(target, named.Distribution, source, notes));
            notes.Add(
                $"{source.Class.Name} becomes {row.Name}({named.Scale:0.0}, {named.Mode}): {target.Name} has "
                    + "none of its own."
            );
        }

        ConfiguredInitializer converted = new(target, row, arguments);
        CheckHeld(converted);
        AddMeanings(source, converted, notes);
        return new(converted, notes);

        void Set(string name, PythonValue value)
        {
            if (row.TryFind(name, out int index))
                arguments[index] = value;
        }
    }

    private static InitializerClass ClassIn(Generation target, ConfiguredInitializer source)
    {
        string snake = Names.Snake(source.Class.Name);
        InitializerClass? row =
            target.FindIdentifier(snake)
            ?? target.Classes.FirstOrDefault(candidate => Names.Snake(candidate.Name) == snake);
        if (row is null && source.Class.Rule == Rule.VarianceScaling)
            row = target.FindClass("VarianceScaling");
        if (row is null || row.Rule == Rule.Base)
            throw Unheld(target, $"it has no {source.Class.Name}");
        return row;
    }

    /// <summary>An argument as the target takes it.</summary>
    private static PythonValue ValueOf(ConfiguredInitializer source, string name, Generation target, List<string> notes)
    {
        PythonValue value = source.Argument(name);
        switch (name)
        {
            case "distribution":
                return DistributionIn(target, value.Text!, source, notes);
            case "seed":
                return SeedIn(target, value, source, notes);
            case "value" when value.Items is not null && !target.Columns.ConstantMayBeList:
                throw Unheld(target, "its Constant holds one number, not a list");
            case "maxval" when value.IsNone && !target.Columns.MaximumMayBeNone:
                if (source["dtype"].Text is { } dtype && TensorFlowType.Parse(dtype)!.IsInteger)
                    throw Unheld(target, "a maxval of None is 1 for floats, and nothing for integers");
                notes.Add("A `maxval` of None is 1.0.");
                return 1.0;
            default:
                return value;
        }
    }

    private static PythonValue DistributionIn(
        Generation target,
        string distribution,
        ConfiguredInitializer source,
        List<string> notes
    )
    {
        Distribution meaning = source.Generation.Columns.Distributions[distribution];
        if (meaning == Distribution.UntruncatedNormal && !target.Columns.Distributions.ContainsValue(meaning))
            throw Unheld(target, "its `normal` is truncated, and it has no untruncated one");
        string written =
            meaning == Distribution.TruncatedNormal
            && (target.Columns.TruncatedNormalIsUniform || !target.Columns.Distributions.ContainsKey(distribution))
                ? target.Columns.RewritesNormal
                    ? "truncated_normal"
                    : "normal"
                : distribution;
        if (written != distribution)
            notes.Add($"`{distribution}` becomes `{written}`.");
        return written;
    }

    private static PythonValue SeedIn(
        Generation target,
        PythonValue seed,
        ConfiguredInitializer source,
        List<string> notes
    )
    {
        if (seed.IsNone)
            return seed;
        if (seed.SeedGenerator is not null || seed.Entries is not null)
            return target.Columns.TakesSeedGenerators
                ? seed
                : throw Unheld(target, "a SeedGenerator is Keras 3's alone");
        if (seed.Integer is not { } integer)
            throw Unheld(target, $"a seed must be an integer; this one is {seed.Representation}");
        if (target.Columns.SeedsFit64Bits && (integer < long.MinValue || integer > long.MaxValue))
            throw Unheld(target, $"a seed must fit 64 bits there; this one is {integer}");
        if (target.Seeds != source.Generation.Seeds)
            notes.Add($"The seed {integer} gives other numbers in {target.Name} than in {source.Generation.Name}.");
        return seed;
    }

    private static void Drop(
        ConfiguredInitializer source,
        string name,
        PythonValue value,
        InitializerClass row,
        Generation target,
        List<string> notes
    )
    {
        switch (name)
        {
            case "dtype":
                notes.Add(
                    $"`dtype` was dropped: it is not a key of {row.Name} in {target.Title}; {value} is for the "
                        + "call to say."
                );
                break;
            case "verify_shape":
                if (value == true)
                    notes.Add("`verify_shape` was dropped: no configuration holds it.");
                break;
            case "input_axes" or "output_axes":
                if (!source.Argument("input_axes").IsNone && !source.Argument("output_axes").IsNone)
                    throw Unheld(target, "it takes fans from the shape alone, not from axes");
                if (!value.IsNone)
                    notes.Add($"`{name}` was dropped: alone it means nothing.");
                break;
            default:
                throw Unheld(target, $"its {row.Name} has no `{name}`");
        }
    }

    /// <summary>What the constructor takes but the written configuration does not hold must be the default (Keras 3's
    /// Identity and its gain).</summary>
    private static void CheckHeld(ConfiguredInitializer converted)
    {
        foreach (Parameter parameter in converted.Class.Parameters)
        {
            if (
                parameter.Name == "verify_shape"
                || Array.IndexOf(converted.Class.ConfigurationKeys, parameter.Name) >= 0
            )
                continue;
            if (converted.Argument(parameter.Name).Number != parameter.Default.Number)
                throw Unheld(
                    converted.Generation,
                    $"its configuration of {converted.Class.Name} holds no `{parameter.Name}`"
                );
        }
    }

    private static void AddMeanings(ConfiguredInitializer source, ConfiguredInitializer converted, List<string> notes)
    {
        (Generation from, Generation to) = (source.Generation, converted.Generation);
        if (
            source.Class.Rule == Rule.VarianceScaling
            && source.Distribution == Distribution.TruncatedNormal
            && from.Columns.IsCorrected != to.Columns.IsCorrected
        )
            notes.Add(
                to.Columns.IsCorrected
                    ? $"The normal is truncated and uncorrected in {from.Name}, corrected in {to.Name}: its "
                        + $"deviation grows by 1 / {PythonNumbers.Format(VarianceScaling.TruncatedDeviation)}."
                    : $"The normal is corrected in {from.Name}, truncated and uncorrected in {to.Name}: its "
                        + $"deviation shrinks to {PythonNumbers.Format(VarianceScaling.TruncatedDeviation)}."
            );
        if (source.Class.Rule == Rule.Orthogonal && from.Columns.OwnOrthogonal != to.Columns.OwnOrthogonal)
            notes.Add(
                "In contrib zeros fill the columns that exceed the rows; elsewhere the rows are orthonormal then."
            );
        if (source.Class.Rule == Rule.Identity && from.Columns.IdentityIsNumPys)
            notes.Add("contrib's Identity is float64 and square always.");
        if (converted.Class.DropsDtype && source["dtype"].Text is { } dtype && dtype != "float32")
            notes.Add($"`dtype` is forgotten by {converted.Class.Name} of {to.Name}: it draws float32, not {dtype}.");
    }

    private static InitializerException Unheld(Generation target, string reason) =>
        new($"{target.Title} cannot hold this initializer: {reason}.");
}
