using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.Streams;
using Fanwise.Testing;
using static Fanwise.Tests.GoldenFiles.FrameworkCases;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>Keras' initializers on its backends, each case drawn by Keras 3.15.1 on the backend itself.</summary>
[Trait("Category", "Golden")]
public class KerasBackendsTests
{
    /// <summary>How far an orthonormal factor in float32 may be from the backend's, and what STFT windows
    /// are.</summary>
    private const double Tolerance = 1e-5;

    [Fact]
    public void KerasOnJaxGivesItsBytes() => EveryCaseGivesItsBytes(Backend.Jax, "jax", 156, 9);

    [Fact]
    public void KerasOnPyTorchGivesItsBytes() => EveryCaseGivesItsBytes(Backend.Torch, "torch", 156, 9);

    [Fact]
    public void KerasOnNumPyGivesItsBytes() => EveryCaseGivesItsBytes(Backend.NumPy, "numpy", 165, 0);

    private static void EveryCaseGivesItsBytes(Backend backend, string folder, int inOwnCopy, int nearInOwnCopy)
    {
        int exact = 0,
            near = 0;
        foreach (string file in Golden.Files(folder, "keras_*.json"))
        {
            Dictionary<long, PythonRandom> drawn = [];
            foreach (JsonElement item in Golden.Read(file).GetProperty("cases").EnumerateArray())
            {
                if (item.GetProperty("call").GetString() == "STFT")
                    continue; // a window, which is no draw
                if (Compare(Draw(backend, item, drawn), item, Tolerance))
                    exact++;
                else
                    near++;
            }
        }

        Golden.ShouldHaveSeen(exact, inOwnCopy);
        Golden.ShouldHaveSeen(near, nearInOwnCopy);
    }

    private static Values Draw(Backend backend, JsonElement item, Dictionary<long, PythonRandom> drawn)
    {
        string call = item.GetProperty("call").GetString()!;
        Initializer initializer = Configuration
            .Read(
                $$"""{"module": "keras.initializers", "class_name": "{{call}}","""
                    + $$""" "config": {{item.GetProperty("args").GetRawText()}} }""",
                Generation.Keras,
                new PythonRandom(0)
            )
            .Initializer.ToInitializer();
        Shape shape = ShapeOf(item);
        ElementType type = ElementTypes.Parse(item.GetProperty("result_dtype").GetString()!);
        switch (initializer)
        {
            case RandomInitializer random:
                long seed = item.GetProperty("seed").GetInt64();
                int number = item.GetProperty("call_number").GetInt32();
                string source = item.GetProperty("seed_source").GetString()!;
                if (source == "set_random_seed")
                {
                    if (number == 0)
                        drawn[seed] = new PythonRandom(seed);
                    seed = drawn[seed].NextKerasSeed();
                }

                return (random with { Backend = backend }).ValuesFor(
                    shape,
                    type,
                    seed,
                    source == "SeedGenerator" ? number : 0
                );
            case Constant constant:
                return (constant with { Backend = backend }).ValuesFor(shape, type);
            default:
                return initializer.ValuesFor(shape, type);
        }
    }
}
