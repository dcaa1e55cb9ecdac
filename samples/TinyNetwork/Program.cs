using System.Globalization;
using Fanwise;
using TinyNetwork;

// How a small network trains from four beginnings: the right variance, one too large, one too small, and none.
// The first argument is where the curves go; without it they go to loss-curves.svg.

const int Samples = 240,
    Steps = 300;
int[] widths = [2, 32, 32, 32, 3];

// Three arms of a spiral, a class each, from the library's own normals.
float[] noise = new float[Samples];
Initializers.RandomNormal(mean: 0, deviation: 0.1, seed: 1).Fill<float>([Samples], noise);
float[][] points = new float[Samples][];
int[] classes = new int[Samples];
for (int i = 0; i < Samples; i++)
{
    classes[i] = i % 3;
    float radius = (i / 3 + 1f) / (Samples / 3),
        angle = 2.2f * radius + classes[i] * MathF.Tau / 3 + noise[i];
    points[i] = [2 * radius * MathF.Cos(angle), 2 * radius * MathF.Sin(angle)];
}

(string Name, Func<int, Initializer> Initializer)[] beginnings =
[
    ("he_normal", layer => Initializers.HeNormal(seed: 100 + layer)),
    (
        "64 times its variance",
        layer => Initializers.VarianceScaling(128, FanMode.FanIn, Distribution.TruncatedNormal, seed: 100 + layer)
    ),
    (
        "1/64 of its variance",
        layer => Initializers.VarianceScaling(2.0 / 64, FanMode.FanIn, Distribution.TruncatedNormal, seed: 100 + layer)
    ),
    ("zeros", _ => Initializers.Zeros),
];

List<(string, double[])> curves = [];
foreach ((string name, Func<int, Initializer> initializer) in beginnings)
{
    Network network = new(widths, initializer);
    double[] losses = new double[Steps];
    for (int step = 0; step < Steps; step++)
        losses[step] = network.Step(points, classes, rate: 0.3f);
    curves.Add((name, losses));
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{name, -22} first loss {losses[0], 10:0.000}   last loss {losses[^1], 8:0.000}"
        )
    );
}

string path = args.Length > 0 ? args[0] : "loss-curves.svg";
File.WriteAllText(path, Curves.Draw(curves));
Console.WriteLine($"The curves are in {Path.GetFullPath(path)}.");
