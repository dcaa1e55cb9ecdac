using System.Globalization;
using System.Text.Json;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>PyTorch's own functions on the command line: the first call after <c>torch.manual_seed</c>.</summary>
public sealed class TorchDrawsTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheFunctionsGiveWhatPyTorchGave()
    {
        int seen = 0;
        HashSet<string> calls = [];
        foreach (string path in Golden.Files("torch", "functions.json"))
        foreach (JsonElement record in Golden.Read(path).GetProperty("cases").EnumerateArray())
        {
            string call = record.GetProperty("call").GetString()!.Replace("init.", "", StringComparison.Ordinal);
            JsonElement arguments = record.GetProperty("args");
            // One case of each function and set of parameters: each starts a process.
            if (
                !Functions.Contains(call)
                || record.GetProperty("call_number").GetInt32() != 0
                || record.GetProperty("dtype").GetString() != "float32"
                || record.GetProperty("shape").GetArrayLength() == 0
                || !calls.Add(call)
            )
                continue;
            seen++;
            string shape = string.Join(
                ',',
                record.GetProperty("shape").EnumerateArray().Select(static n => n.GetRawText())
            );
            Tool.Result result = Tool.Run(
                _folder.Path,
                "draw",
                $$"""{"class_name": "{{call}}", "config": {{arguments.GetRawText()}}}""",
                "--as",
                "torch",
                "--shape",
                shape,
                "--seed",
                record.GetProperty("seed").GetInt64().ToString(CultureInfo.InvariantCulture),
                "-o",
                $"{call}.npy"
            );
            result.ExitCode.ShouldBe(0, $"{call}: {result.Error}");
            byte[] file = File.ReadAllBytes(_folder.File($"{call}.npy"));
            Golden
                .Hash(file.AsSpan(file.Length - 4 * record.GetProperty("count").GetInt32()))
                .ShouldBe(record.GetProperty("sha256").GetString(), record.GetProperty("id").GetString());
        }

        Golden.ShouldHaveSeen(seen, Functions.Length);
    }

    /// <summary>All but the orthogonal one, which agrees within a tolerance.</summary>
    private static readonly string[] Functions =
    [
        "rand",
        "randn",
        "uniform_",
        "normal_",
        "trunc_normal_",
        "xavier_uniform_",
        "xavier_normal_",
        "kaiming_uniform_",
        "kaiming_normal_",
        "sparse_",
        "eye_",
        "dirac_",
    ];
}
