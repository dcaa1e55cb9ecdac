using System.Numerics;
using System.Text.Json;
using Fanwise.Generations;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>The drawing steps of programs: tf.random's functions with their arguments.</summary>
internal static class Programs
{
    public static Operation Draw(DrawingContext context, string operation, JsonElement step)
    {
        Shape shape = Replay.ShapeOf(step.GetProperty("shape"));
        ElementType type = ElementTypes.Parse(Replay.Optional(step, "dtype").Text ?? "float32");
        ElementType shapeType = ElementTypes.Parse(Replay.Optional(step, "shape_dtype").Text ?? "int32");
        BigInteger? seed = step.TryGetProperty("seed", out JsonElement own) ? Replay.Seed(own) : null;
        double Number(string name, double missing) =>
            step.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
                ? value.GetDouble()
                : missing;
        return operation switch
        {
            "uniform" when type.IsFloating() => context.RandomUniform(
                shape,
                Number("minval", 0),
                Number("maxval", 1),
                type,
                seed,
                shapeType
            ),
            "uniform" => context.RandomIntegers(
                shape,
                step.TryGetProperty("minval", out JsonElement low) ? low.GetInt64() : 0,
                step.GetProperty("maxval").GetInt64(),
                type,
                seed,
                shapeType
            ),
            "normal" => context.RandomNormal(shape, Number("mean", 0), Number("stddev", 1), type, seed, shapeType),
            "truncated_normal" => context.TruncatedNormal(
                shape,
                Number("mean", 0),
                Number("stddev", 1),
                type,
                seed,
                shapeType
            ),
            _ => throw new KeyNotFoundException($"Step {operation} is not known."),
        };
    }
}
