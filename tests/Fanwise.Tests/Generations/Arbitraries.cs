using System.Numerics;
using Fanwise.Generations;
using FsCheck;
using FsCheck.Fluent;

namespace Fanwise.Tests.Generations;

/// <summary>Random initializers of a generation, valid ones, with arguments of every kind.</summary>
internal static class Arbitraries
{
    private static readonly Gen<PythonValue> Scales = Gen.OneOf(
        Gen.Elements<PythonValue>(1, 2, 0.5, 1.0, 1e-3, 1.7, double.NaN),
        Gen.Choose(1, 1000).Select(static value => (PythonValue)(value / 7.0))
    );
    private static readonly Gen<PythonValue> Numbers = Gen.OneOf(
        Gen.Elements<PythonValue>(0, 1, -1, 0.0, -0.0, 0.05, 1e-40),
        Gen.Choose(-1000, 1000).Select(static value => (PythonValue)(value / 7.0))
    );
    private static readonly Gen<PythonValue> Seeds = Gen.OneOf(
        Gen.Constant(PythonValue.None),
        Gen.Choose(int.MinValue, int.MaxValue).Select(static value => (PythonValue)value),
        Gen.Elements<PythonValue>(0, -1, long.MaxValue, BigInteger.Pow(2, 100))
    );

    public static Arbitrary<ConfiguredInitializer> Initializers { get; } =
        Gen.Elements(Generation.All.ToArray())
            .SelectMany(
                static generation =>
                    Gen.Elements(generation.Classes.Where(static row => row.Name != "Initializer").ToArray()),
                static (generation, row) => (generation, row)
            )
            .SelectMany(
                static pair => Arguments(pair.generation, pair.row),
                static (pair, arguments) => new ConfiguredInitializer(pair.generation, pair.row, arguments)
            )
            .ToArbitrary();

    /// <summary>Checks a property with 300 random initializers.</summary>
    public static void Holds(this Property property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), property);

    private static Gen<PythonValue[]> Arguments(Generation generation, InitializerClass row) =>
        row
            .Parameters.Select(parameter =>
                Gen.OneOf(Gen.Constant(default(PythonValue)), Argument(generation, row, parameter.Name))
            )
            .Aggregate(
                Gen.Constant(Array.Empty<PythonValue>()),
                static (all, next) =>
                    all.SelectMany(_ => next, static (before, value) => (PythonValue[])[.. before, value])
            );

    private static Gen<PythonValue> Argument(Generation generation, InitializerClass row, string name) =>
        name switch
        {
            "scale" or "factor" => Scales,
            "mode" => Gen.Elements<PythonValue>("fan_in", "fan_out", "fan_avg"),
            "distribution" => Gen.Elements(
                generation
                    .Columns.Distributions.Keys.Concat(
                        generation.Columns.Distributions.Keys.Select(static key => key.ToUpperInvariant())
                    )
                    .Where(key => generation != Generation.TensorFlowJs || !key.Any(char.IsUpper))
                    .Select(static key => (PythonValue)key)
                    .ToArray()
            ),
            "seed" => Seeds,
            "dtype" => Gen.Elements<PythonValue>("float32", "float64", "float16", "half"),
            "verify_shape" => Gen.Elements<PythonValue>(true, false),
            "input_axes" or "output_axes" => Gen.Elements<PythonValue>(PythonValue.None, new[] { 0 }, new[] { 0, -1 }),
            "value" when generation.Seeds == SeedRule.Operation => Gen.OneOf(
                Numbers,
                Gen.Constant<PythonValue>(new[] { 1.5, 2.0 })
            ),
            "maxval" when generation.Seeds == SeedRule.Operation => Gen.OneOf(Numbers, Gen.Constant(PythonValue.None)),
            _ => Numbers,
        };
}
