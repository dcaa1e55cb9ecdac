using System.Diagnostics;
using System.Text.RegularExpressions;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>What eng/publish-native.sh makes, made once and used as people use it.</summary>
public sealed class NativeTests : IDisposable
{
    private static readonly string[] Models =
    [
        "autoencoder.json",
        "lstm.keras2.json",
        "transformer_encoder.json",
        "recurrent_attention.keras",
    ];

    private static readonly Lazy<string> Built = new(static () => Publish("native", "linux-x64"));

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Quick: it needs no compiler.</summary>
    [Fact]
    public void TheHeaderDeclaresWhatTheLibraryExports()
    {
        string folder = Path.Combine(Golden.Root, "src", "Fanwise.Native");
        string[] declared =
        [
            .. Regex
                .Matches(
                    File.ReadAllText(Path.Combine(folder, "fanwise.h")),
                    @"^\w+ (?<name>fanwise_\w+)\(",
                    RegexOptions.Multiline | RegexOptions.ExplicitCapture
                )
                .Select(static match => match.Groups["name"].Value),
        ];
        Directory
            .EnumerateFiles(folder, "*.cs")
            .SelectMany(static path => Regex.Matches(File.ReadAllText(path), "EntryPoint = \"(?<name>\\w+)\""))
            .Select(static match => match.Groups["name"].Value)
            .ShouldBe(declared, ignoreOrder: true);
        declared.Length.ShouldBe(14);
    }

    [RequiresFact("native")]
    public void TheNativeToolIsSmallAndWritesTheSameBytesAtEveryWidth()
    {
        new FileInfo(Path.Combine(Built.Value, "fanwise")).Length.ShouldBeLessThan(12 << 20);
        string narrow = _folder.File("narrow");
        File.Copy(Path.Combine(Built.Value, "fanwise"), narrow);
        foreach (string model in Models)
        {
            byte[] expected = Written(model);
            Init(Path.Combine(Built.Value, "fanwise"), model).ShouldBe(expected, model);
            Init(narrow, model).ShouldBe(expected, model); // no kernels beside it: 128 bits
        }

        if (System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            Clients
                .Run(Path.Combine(Built.Value, "fanwise"), "bench", "--seconds", "0.01")
                .ShouldMatch("(256|512) bits");
        Clients.Run(narrow, "bench", "--seconds", "0.01").ShouldNotContain("256 bits");
    }

    [RequiresFact("native")]
    public void TheNativeToolReadsWhatKerasSaves()
    {
        string tool = Path.Combine(Built.Value, "fanwise");
        foreach (
            string path in Golden
                .Files("h5", "*")
                .Where(static path => !path.EndsWith(".json", StringComparison.Ordinal))
        )
        {
            Clients.Run(tool, "verify", path);
            if (
                path.EndsWith("3_mlp.keras", StringComparison.Ordinal)
                || path.EndsWith("3_mlp.h5", StringComparison.Ordinal)
            )
                Clients.Run(tool, "find-seed", path).ShouldContain("keras.utils.set_random_seed(42)");
        }
    }

    [RequiresFact("native")]
    public void TheStaticToolRunsInAContainerThatHoldsNothingElse()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("changing the root folder needs root");
        string folder = Publish("static", "linux-x64"),
            tool = Path.Combine(folder, "fanwise"),
            model = Path.Combine(Golden.Root, "samples", "models", Models[0]);
        HoldNoPath(folder);
        HoldNoPath(Built.Value);
        File.Copy(tool, _folder.File("fanwise"));
        File.Copy(model, _folder.File("model.json"));
        Clients.Run("chroot", _folder.Path, "/fanwise", "init", "/model.json", "--seed", "42", "-o", "/m.safetensors");
        File.ReadAllBytes(_folder.File("m.safetensors")).ShouldBe(Written(Models[0]));
        Clients.Run("chroot", _folder.Path, "/fanwise", "init", "/model.json", "-o", "/drawn.safetensors");
    }

    [RequiresFact("native", "cc")]
    public void CProgramsOfBothCompilersDrawTheSameAndLeakNothing()
    {
        string source = Path.Combine(Golden.Root, "samples", "c"),
            model = Path.Combine(Golden.Root, "samples", "models", Models[0]);
        List<string> printed = [];
        foreach (string compiler in (string[])["gcc", "clang"])
        {
            string program = _folder.File(compiler);
            Clients.Run(compiler, ["-std=c11", "-Wall", "-Wextra", "-Werror", .. Linked($"{source}/draw.c", program)]);
            printed.Add(Clients.Run(program, model, "42"));
        }

        printed[0].ShouldBe(printed[1]);
        printed[0].ShouldStartWith("he_normal 0.00105957582 ");
        Clients.Run(
            "valgrind",
            "--quiet",
            "--error-exitcode=9",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite",
            _folder.File("gcc"),
            model,
            "42"
        );
        foreach (string compiler in (string[])["g++", "clang++"])
        {
            string program = _folder.File(compiler);
            Clients.Run(
                compiler,
                ["-std=c++17", "-Wall", "-Wextra", "-Werror", .. Linked($"{source}/draw.cpp", program)]
            );
            Clients.Run(program, model, "42").ShouldStartWith("14 tensors");
        }
    }

    [RequiresFact("native", "wheel")]
    public void TheWheelInstallsIntoAFreshEnvironmentAndKeepsItsPromises()
    {
        _ = Built.Value;
        Bash("FANWISE_NATIVE_IS_BUILT=1 eng/wheel.sh");
        string wheel = Directory
            .EnumerateFiles(Path.Combine(Golden.Root, "artifacts", "wheels"), "*x86_64.whl")
            .ShouldHaveSingleItem();
        string environment = _folder.File("environment");
        Clients.Run(Clients.PythonProgram, "-m", "venv", "--system-site-packages", environment);
        Clients.Run(Path.Combine(environment, "bin", "pip"), "install", "--no-index", "--no-deps", wheel);
        Clients
            .Run(Path.Combine(environment, "bin", "fanwise"), "draw", "he_normal", "--shape", "3,3", "--seed", "1")
            .ShouldContain("HeNormal");
        Bash(
            $"FANWISE_MODELS=samples/models FANWISE_GOLDEN_UNPACKED='{Golden.Folder}' "
                + $"'{environment}/bin/python' -m pytest -q -p no:cacheprovider python/tests"
        );
        foreach (Pages.Block block in Pages.Blocks("docs/native.md").Where(static block => block.Language == "python"))
        {
            string printed = string.Concat(
                Regex
                    .Matches(block.Text, @"^print\(.*\) +# (?<shown>[0-9].*)$", RegexOptions.Multiline)
                    .Select(static match => match.Groups["shown"].Value + "\n")
            );
            printed.ShouldNotBeEmpty(block.Place);
            string program = _folder.File("page.py");
            File.WriteAllText(program, block.Text);
            Bash($"'{environment}/bin/python' '{program}'").ShouldStartWith(printed, Case.Sensitive, block.Place);
        }
    }

    [RequiresFact("native", "arm64")]
    public void Arm64WritesTheSameBytes()
    {
        string folder = Publish("native", "linux-arm64"),
            tool = Path.Combine(folder, "fanwise");
        HoldNoPath(folder);
        foreach (string model in Models)
            Init("qemu-aarch64-static", model, ["-L", "/usr/aarch64-linux-gnu", tool]).ShouldBe(Written(model), model);
        foreach (string type in (string[])["float32", "float64", "float16", "bfloat16"])
        foreach (string name in (string[])["he_normal", "random_uniform", "random_normal", "orthogonal"])
        {
            if (name == "orthogonal" && type == "bfloat16")
                continue; // Keras refuses it
            string[] draw = ["draw", name, "--shape", "64,33", "--seed", "7", "--dtype", type];
            Clients
                .Run("qemu-aarch64-static", ["-L", "/usr/aarch64-linux-gnu", tool, .. draw])
                .ShouldBe(Tool.Run(_folder.Path, draw).Output, $"{name} {type}");
        }
    }

    // Two machines give the same bytes: what a build holds of the place where it was made would differ.
    private static void HoldNoPath(string folder)
    {
        byte[] place = System.Text.Encoding.UTF8.GetBytes(Golden.Root.TrimEnd('/') + "/artifacts");
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            File.ReadAllBytes(file).AsSpan().IndexOf(place).ShouldBe(-1, file);
    }

    private static string Publish(string kind, string runtime)
    {
        Bash($"eng/publish-native.sh {kind} {runtime}");
        return Path.Combine(Golden.Root, "artifacts", "native", kind == "native" ? runtime : $"{runtime}-{kind}");
    }

    private static string Bash(string command)
    {
        ProcessStartInfo start = new("bash", ["-c", $"({command}) 2>&1"])
        {
            WorkingDirectory = Golden.Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, output);
        return output;
    }

    private static string[] Linked(string source, string program) =>
        [$"-I{Built.Value}", source, "-o", program, $"-L{Built.Value}", "-lfanwise", $"-Wl,-rpath,{Built.Value}"];

    private byte[] Init(string program, string model, params string[] before)
    {
        string output = _folder.File($"{Guid.NewGuid():N}.safetensors"),
            path = Path.Combine(Golden.Root, "samples", "models", model);
        Clients.Run(program, [.. before, "init", path, "--seed", "42", "-o", output]);
        return File.ReadAllBytes(output);
    }

    private byte[] Written(string model)
    {
        string output = _folder.File($"{Guid.NewGuid():N}.safetensors");
        Tool.Run(
                _folder.Path,
                "init",
                Path.Combine(Golden.Root, "samples", "models", model),
                "--seed",
                "42",
                "-o",
                output
            )
            .ExitCode.ShouldBe(0);
        return File.ReadAllBytes(output);
    }
}
