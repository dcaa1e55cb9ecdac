using System.Numerics;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Testing;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>Programs of random calls, drawn by the frameworks that are installed here and by us: the same
/// bytes.</summary>
/// <remarks>
/// Debian's packages are older than the releases whose numbers are promised. NumPy 1.24 draws all that is asked here as
/// 2.4 does. PyTorch 1.13 draws uniforms of float32 and float64, and normals of float32 from 16 elements on, as 2.13
/// does; its other draws are not asked.
/// </remarks>
public sealed class JudgesTests : IDisposable
{
    private const int Programs = 60,
        Calls = 8;

    /// <summary>From here on PyTorch fills in blocks.</summary>
    private const int Block = 16;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RequiresFact("torch")]
    public void ProgramsOfPyTorchHaveItsBytes()
    {
        Random random = new(20261127);
        Judge(
            "torch",
            () =>
            {
                bool isNormal = random.Next(2) == 0;
                string type = !isNormal && random.Next(2) == 0 ? "float64" : "float32";
                int count = isNormal ? random.Next(Block, 3000) : random.Next(1, 3000);
                (double a, double b) = isNormal
                    ? (Number(random), Math.Abs(Number(random)))
                    : (-Math.Abs(Number(random)), Math.Abs(Number(random)));
                return (isNormal ? "normal" : "uniform", type, count, a, b);
            },
            random,
            static seed =>
            {
                TorchGenerator generator = new(seed);
                return (call, type, count, a, b) =>
                    call == "normal"
                        ? Torch.Normal(generator, [count], type, a, b)
                        : Torch.Uniform(generator, [count], type, a, b);
            }
        );
    }

    [RequiresFact("numpy")]
    public void ProgramsOfNumPysGeneratorHaveItsBytes()
    {
        Random random = new(20261128);
        Judge(
            "default_rng",
            () =>
            {
                string call = new[] { "random", "uniform", "standard_normal", "normal" }[random.Next(4)];
                string type = call is "random" or "standard_normal" && random.Next(2) == 0 ? "float32" : "float64";
                double low = Number(random);
                return (call, type, random.Next(1, 3000), low, low + Math.Abs(Number(random)));
            },
            random,
            static seed =>
            {
                NumPyGenerator generator = new(seed);
                return (call, type, count, a, b) =>
                    call switch
                    {
                        "random" => NumPy.Random(generator, [count], type),
                        "uniform" => NumPy.Uniform(generator, [count], a, b),
                        "standard_normal" => NumPy.StandardNormal(generator, [count], type),
                        _ => NumPy.Normal(generator, [count], a, Math.Abs(b)),
                    };
            }
        );
    }

    [RequiresFact("numpy")]
    public void ProgramsOfNumPysRandomStateHaveItsBytes()
    {
        Random random = new(20261129);
        Judge(
            "RandomState",
            () =>
            {
                string call = new[] { "random", "uniform", "standard_normal", "normal" }[random.Next(4)];
                double low = Number(random);
                return (call, "float64", random.Next(1, 3000), low, low + Math.Abs(Number(random)));
            },
            random,
            static seed =>
            {
                NumPyRandomState state = new((uint)seed);
                return (call, _, count, a, b) =>
                    call switch
                    {
                        "random" => NumPy.Random(state, [count]),
                        "uniform" => NumPy.Uniform(state, [count], a, b),
                        "standard_normal" => NumPy.StandardNormal(state, [count]),
                        _ => NumPy.Normal(state, [count], a, Math.Abs(b)),
                    };
            }
        );
    }

    private delegate Values Draw(string call, ElementType type, int count, double a, double b);

    private void Judge(
        string kind,
        Func<(string Call, string Type, int Count, double A, double B)> next,
        Random random,
        Func<BigInteger, Draw> generator
    )
    {
        List<(uint Seed, (string Call, string Type, int Count, double A, double B)[] Calls)> programs = [];
        for (int i = 0; i < Programs; i++)
        {
            uint seed = i == 0 ? 0 : (uint)random.NextInt64(1L << 32);
            programs.Add(
                (
                    seed,
                    [
                        .. Enumerable
                            .Range(0, Calls)
                            .Select(_ => next())
                            .Select(static call => call.Call == "normal" ? call with { B = Math.Abs(call.B) } : call),
                    ]
                )
            );
        }

        File.WriteAllText(
            _folder.File("programs.json"),
            JsonSerializer.Serialize(
                programs.Select(program =>
                    new object[]
                    {
                        kind,
                        program.Seed,
                        program.Calls.Select(static call =>
                            new object[] { call.Call, call.Type, call.Count, call.A, call.B }
                        ),
                    }
                )
            )
        );
        string[] hashes = Clients
            .Run(
                Clients.PythonProgram,
                Path.Combine(Golden.Root, "tests", "clients", "judges", "draw.py"),
                _folder.File("programs.json")
            )
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        hashes.Length.ShouldBe(Programs * Calls);
        int at = 0;
        foreach ((uint seed, var calls) in programs)
        {
            Draw draw = generator(seed);
            foreach ((string call, string type, int count, double a, double b) in calls)
                Golden
                    .Hash(draw(call, ElementTypes.Parse(type), count, a, b).ToTensor().Bytes)
                    .ShouldBe(hashes[at++], $"{kind} {seed}: {call} {type} {count} {a} {b}");
        }
    }

    /// <summary>A number that float32 has.</summary>
    private static double Number(Random random) =>
        (float)((random.NextDouble() * 2 - 1) * Math.Pow(2, random.Next(-8, 4)));
}
