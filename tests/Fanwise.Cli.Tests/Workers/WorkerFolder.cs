using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fanwise.Models;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests.Workers;

/// <summary>A scratch folder with a model of some dense layers, and what one process alone makes of it.</summary>
internal sealed class WorkerFolder : IDisposable
{
    public const string Seed = "42",
        ShardSize = "20KB",
        Init = $"init model.json --seed {Seed} --max-shard-size {ShardSize}";
    private static readonly Lazy<SortedDictionary<string, string>> Alone = new(MakeExpected);
    private readonly ScratchFolder _scratch = new();

    public WorkerFolder() => WriteModel(Scratch, layers: 40);

    /// <summary>Name and hash of every file that the model, seed and shard size give.</summary>
    public static SortedDictionary<string, string> Expected => Alone.Value;

    public string Scratch => _scratch.Path;

    /// <summary>Where workers write: <c>out</c> in the scratch folder.</summary>
    public string Output => _scratch.File("out");

    /// <summary>Name and hash of every file of a folder, temporary ones left out unless they are asked for.</summary>
    public static SortedDictionary<string, string> Contents(string folder, bool temporaries = true) =>
        new(
            Directory
                .EnumerateFiles(folder)
                .Where(path => temporaries || !path.EndsWith(".tmp", StringComparison.Ordinal))
                .ToDictionary(
                    static path => Path.GetFileName(path)!,
                    static path => Golden.Hash(File.ReadAllBytes(path))
                ),
            StringComparer.Ordinal
        );

    /// <summary>The temporary files of a folder.</summary>
    public static string[] Temporaries(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*.tmp") : [];

    /// <summary>Runs the tool in the scratch folder.</summary>
    public Tool.Result Run(string arguments, params (string Name, string Value)[] variables)
    {
        using Process process = Start(arguments, variables);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    /// <summary>Starts the tool in the scratch folder, without the launchers' variables that the tests themselves may
    /// run under.</summary>
    public Process Start(string arguments, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new("dotnet", [Tool.Assembly, .. arguments.Split(' ')])
        {
            WorkingDirectory = Scratch,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (
            string name in start
                .Environment.Keys.Where(static name =>
                    name.StartsWith("SLURM_", StringComparison.Ordinal)
                    || name.StartsWith("OMPI_", StringComparison.Ordinal)
                    || name.StartsWith("PMI", StringComparison.Ordinal)
                )
                .ToArray()
        )
            start.Environment.Remove(name);
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
    }

    /// <summary>A script of a shell in the scratch folder, where <c>fanwise</c> is the tool.</summary>
    public (int Code, string Output, string Errors) Shell(string script) =>
        Clients.Start("bash", ["-c", $"cd '{Scratch}'\nfanwise() {{ dotnet '{Tool.Assembly}' \"$@\"; }}\n{script}"]);

    /// <summary>Every file is there and is that of one process alone; nothing else is.</summary>
    public void ShouldBeComplete() => Contents(Output).ShouldBe(Expected);

    public void Dispose() => _scratch.Dispose();

    /// <summary>A Sequential model as Keras saves it: dense layers of 32 and some units.</summary>
    public static void WriteModel(string folder, int layers, int units = 32)
    {
        StringBuilder text = new(
            """{"module": "keras", "class_name": "Sequential", "config": {"name": "sequential","""
                + """ "layers": [{"module": "keras.layers", "class_name": "InputLayer","""
                + """ "config": {"batch_shape": [null, 32], "dtype": "float32", "name": "input"},"""
                + """ "registered_name": null}"""
        );
        for (int i = 0; i < layers; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $$""", {"module": "keras.layers", "class_name": "Dense", "config": {"name": "dense_{{i}}","""
                    + $$""" "trainable": true, "dtype": "float32", "units": {{units + i}}, "activation": "linear","""
                    + $$""" "use_bias": true,"""
            );
            text.Append(
                """ "kernel_initializer": "glorot_uniform", "bias_initializer": "zeros"}, "registered_name": null}"""
            );
        }

        File.WriteAllText(
            Path.Combine(folder, "model.json"),
            text.Append("""]}, "registered_name": null}""").ToString()
        );
    }

    private static SortedDictionary<string, string> MakeExpected()
    {
        using ScratchFolder scratch = new();
        WriteModel(scratch.Path, layers: 40);
        ShardPlan plan = ShardPlan.Split(
            Model.Read(scratch.File("model.json")).Plan(uint.Parse(Seed, CultureInfo.InvariantCulture)),
            ByteSize.Parse(ShardSize)
        );
        plan.Shards.Count.ShouldBeGreaterThan(10);
        new CheckpointFolder(plan, scratch.File("out")).Write(Worker.Alone, Resume.No, new() { Sync = false });
        return Contents(scratch.File("out"));
    }
}
