using Fanwise.Streams;

namespace Fanwise.Generations;

/// <summary>Keras 3's SeedGenerator in a configuration: <c>{"module": "keras.random", "class_name": "SeedGenerator",
/// "config": {"seed": 5, "name": "g"}, "registered_name": null}</c>.</summary>
internal static class SerialisedSeeds
{
    public static bool IsOne(PythonValue value) =>
        value["class_name"].Text == "SeedGenerator"
        && value["config"]["seed"].Integer is { } seed
        && seed >= long.MinValue
        && seed <= long.MaxValue;

    public static SeedGenerator Read(PythonValue value) =>
        new((long)value["config"]["seed"].Integer!.Value, value["config"]["name"].Text ?? "seed_generator");

    /// <summary>A seed as get_config gives it: a generator becomes a dict.</summary>
    public static PythonValue Write(PythonValue seed) =>
        seed.SeedGenerator is not { } generator
            ? seed
            : PythonValue.Dictionary(
                ("module", "keras.random"),
                ("class_name", "SeedGenerator"),
                ("config", PythonValue.Dictionary(("seed", generator.Seed), ("name", generator.Name))),
                ("registered_name", PythonValue.None)
            );
}
