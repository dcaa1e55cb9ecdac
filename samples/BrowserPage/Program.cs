using System.Globalization;
using BrowserPage;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;

// Writes a folder with an untrained network for TensorFlow.js and a page that shows it, prints what the page must show,
// and serves the folder.
// dotnet run -c Release --project samples/BrowserPage -- FOLDER
// tests/clients/tensorflowjs/node_modules/@tensorflow/tfjs/dist/tf.min.js [PORT]
if (args is not [string folder, string library, ..])
{
    Console.Error.WriteLine(
        "Two paths are needed: a folder to write, and TensorFlow.js' tf.min.js (npm ci in "
            + "tests/clients/tensorflowjs puts it below node_modules/@tensorflow/tfjs/dist)."
    );
    return 2;
}

WeightPlan plan = Model.Read(Path.Combine(AppContext.BaseDirectory, "network.json")).Plan(seed: 9);
Directory.CreateDirectory(folder);
CheckpointFormat.Parse("tfjs").Write(plan, Path.Combine(folder, "model"), new WriteOptions { Overwrite = true });
File.Copy(Path.Combine(AppContext.BaseDirectory, "index.html"), Path.Combine(folder, "index.html"), overwrite: true);
File.Copy(library, Path.Combine(folder, "tf.min.js"), overwrite: true);

foreach (PlannedWeight weight in plan)
    Console.WriteLine(Line(weight.Name, Values(weight).Sum(static value => (double)value)));
foreach (
    double[] point in (double[][])
        [
            [0, 0],
            [1, -1],
            [-2, 0.5],
        ]
)
    Console.WriteLine(Line(string.Join(", ", point.Select(Number)), Answer(point)));

int port = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 8080;
using FolderServer server = new(folder, port);
Console.WriteLine($"Open http://localhost:{port}/ (Ctrl-C ends it).");
server.Run();
return 0;

double Answer(double[] point)
{
    double[] units = Layer(point, "first", static sum => Math.Max(0, sum));
    units = Layer(units, "second", static sum => Math.Max(0, sum));
    return Layer(units, "last", Math.Tanh)[0];
}

double[] Layer(double[] input, string name, Func<double, double> activation)
{
    float[] kernel = Values(plan[$"{name}/kernel"]),
        bias = Values(plan[$"{name}/bias"]);
    double[] output = new double[bias.Length];
    for (int unit = 0; unit < output.Length; unit++)
    {
        double sum = bias[unit];
        for (int i = 0; i < input.Length; i++)
            sum += input[i] * kernel[i * output.Length + unit];
        output[unit] = activation(sum);
    }

    return output;
}

static float[] Values(PlannedWeight weight)
{
    float[] values = new float[weight.Shape.Elements];
    weight.Fill<float>(values);
    return values;
}

static string Line(string name, double value) => $"{name}: {Number(value)}";

static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
