using System.Globalization;
using Fanwise;
using Fanwise.Models;
using FanwiseTorch;
using TorchSharp;
using static TorchSharp.torch;

namespace TorchSharpTraining;

/// <summary>Trains every network from every beginning with the same data in the same order.</summary>
public static class Training
{
    private const int Seed = 42,
        Batch = 32;

    /// <summary>The share of steps at the end over which a final loss is a mean.</summary>
    private const int LastShare = 10;

    /// <summary>Trains, prints the curves, and writes them as PNG files.</summary>
    /// <param name="output">Where the curves are printed.</param>
    /// <param name="folder">Where <c>convolutions.png</c> and <c>transformer.png</c> go.</param>
    /// <param name="steps">How many steps each network is trained.</param>
    /// <returns>The losses, by network and beginning.</returns>
    public static IReadOnlyDictionary<string, double[]> Run(TextWriter output, string folder, int steps)
    {
        ArgumentNullException.ThrowIfNull(output);
        // Networks this small are slower on several threads.
        set_num_threads(1);
        Dictionary<string, double[]> all = [];
        (string Name, Func<nn.Module<Tensor, Tensor>> Make, Func<int, (Tensor, Tensor)> Data, float Rate)[] tasks =
        [
            ("convolutions", static () => new ConvolutionNetwork(), Tasks.Stripes, 0.02f),
            ("transformer", static () => new SmallTransformer(), Tasks.Lookup, 0.05f),
        ];
        foreach ((string name, Func<nn.Module<Tensor, Tensor>> make, var data, float rate) in tasks)
        {
            Model keras = Model.Read(Path.Combine(AppContext.BaseDirectory, $"{name}.json"));
            (string Name, Action<nn.Module> Start)[] beginnings =
            [
                (
                    "Fanwise, he_normal",
                    static net =>
                        net.Initialize(
                            Seed,
                            new ModuleInitialization()
                            {
                                Kernel = new VarianceScaling { Scale = 2, Mode = FanMode.FanIn },
                            }
                        )
                ),
                ("TorchSharp's own", static _ => { }),
                ("a Keras start", net => net.LoadKeras(keras.Plan(Seed))),
            ];
            List<(string Name, double[] Losses)> curves = [];
            foreach ((string beginning, Action<nn.Module> start) in beginnings)
            {
                torch.manual_seed(Seed);
                using nn.Module<Tensor, Tensor> net = make();
                start(net);
                double[] losses = Train(net, data, rate, steps);
                curves.Add((beginning, losses));
                all[$"{name}, {beginning}"] = losses;
                output.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name}, {beginning, -20} first loss {losses[0]:0.000}, last {Last(losses):0.000}"
                    )
                );
            }

            output.Write(TerminalChart.Draw(curves));
            Png.Write(Path.Combine(folder, $"{name}.png"), Chart.Draw(curves));
        }

        return all;
    }

    /// <summary>The mean of the last losses, since single batches scatter.</summary>
    public static double Last(double[] losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        return losses.Skip(losses.Length - Math.Max(1, losses.Length / LastShare)).Average();
    }

    private static double[] Train(
        nn.Module<Tensor, Tensor> net,
        Func<int, (Tensor Inputs, Tensor Classes)> data,
        float rate,
        int steps
    )
    {
        double[] losses = new double[steps];
        using var optimizer = optim.SGD(net.parameters(), rate, momentum: 0.9);
        for (int step = 0; step < steps; step++)
        {
            using IDisposable scope = NewDisposeScope();
            (Tensor inputs, Tensor classes) = data(step * Batch);
            Tensor loss = nn.functional.cross_entropy(net.forward(inputs), classes);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            losses[step] = loss.item<float>();
        }

        return losses;
    }

    /// <summary>How many examples a step sees.</summary>
    public static int BatchSize => Batch;
}
