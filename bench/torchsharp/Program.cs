using System.Diagnostics;
using System.Globalization;
using Fanwise;
using FanwiseTorch;
using static TorchSharp.torch;

// How long the parameters of two networks take in place: TorchSharp's own calls and InitializeWith, one after the
// other over all parameters, on as many cores as the process has. The first argument is how many rounds the large one
// takes; the small one, which is done in a fiftieth of the time, takes ten times as many. The best counts.
int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;

// ResNet-50 (He et al. 2015, table 1): kernel size, in, out, how often. He's normal by the fan out, as torchvision has
// it.
List<long[]> resNet =
[
    [64, 3, 7, 7],
    [1000, 2048],
];
long channels = 64;
foreach ((long width, int blocks) in ((long, int)[])[(64, 3), (128, 4), (256, 6), (512, 3)])
    for (int block = 0; block < blocks; block++)
    {
        resNet.AddRange([width, channels, 1, 1], [width, width, 3, 3], [4 * width, width, 1, 1]);
        if (block == 0)
            resNet.Add([4 * width, channels, 1, 1]);
        channels = 4 * width;
    }

// A transformer of 1.3 billion parameters (Brown et al. 2020, table 2.1: 24 layers of 2048): a normal of 0.02.
List<long[]> transformer =
[
    [50257, 2048],
    [2048, 2048],
];
for (int layer = 0; layer < 24; layer++)
    transformer.AddRange([3 * 2048, 2048], [2048, 2048], [4 * 2048, 2048], [2048, 4 * 2048]);

Console.WriteLine($"cores {Environment.ProcessorCount}, threads of TorchSharp {get_num_threads()}");
Measure(
    "ResNet-50",
    10 * rounds,
    resNet,
    static tensor => nn.init.kaiming_normal_(tensor, mode: nn.init.FanInOut.FanOut),
    static (tensor, seed) =>
        tensor.InitializeWith(
            new VarianceScaling
            {
                Scale = 2,
                Mode = FanMode.FanOut,
                Distribution = Distribution.UntruncatedNormal,
                Seed = seed,
            }
        )
);
Measure(
    "transformer",
    rounds,
    transformer,
    static tensor => nn.init.normal_(tensor, 0, 0.02),
    static (tensor, seed) => tensor.InitializeWith(new RandomNormal { Deviation = 0.02, Seed = seed })
);

void Measure(string name, int times, List<long[]> shapes, Func<Tensor, Tensor> own, Func<Tensor, int, Tensor> ours)
{
    double bestOwn = double.MaxValue,
        bestOurs = double.MaxValue,
        cores = 0;
    long parameters = shapes.Sum(static shape => shape.Aggregate(1L, static (product, length) => product * length));
    using IDisposable mode = no_grad(),
        scope = NewDisposeScope();
    // All parameters are there, their memory touched, before any is timed: nothing else runs between two of them.
    Tensor[] tensors = [.. shapes.Select(static shape => zeros(shape))];
    for (int round = 0; round < times; round++)
    {
        bestOwn = Math.Min(bestOwn, Time(() => Array.ForEach(tensors, tensor => own(tensor))));
        TimeSpan before = Environment.CpuUsage.TotalTime;
        double time = Time(() => Array.ForEach(tensors, tensor => ours(tensor, round)));
        if (time < bestOurs)
            (bestOurs, cores) = (time, (Environment.CpuUsage.TotalTime - before).TotalSeconds / time);
    }

    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {parameters / 1e6:0} M parameters; TorchSharp {bestOwn:0.000} s, Fanwise {bestOurs:0.000} s, "
                + $"{bestOwn / bestOurs:0.0} times as fast on the {cores:0.0} cores that it had"
        )
    );
}

static double Time(Action action)
{
    long start = Stopwatch.GetTimestamp();
    action();
    return Stopwatch.GetElapsedTime(start).TotalSeconds;
}
