using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.v3;

namespace Fanwise.Testing;

/// <summary>The programs of others that read our files. A test that needs one names it and is skipped, with the reason,
/// where it is missing.</summary>
/// <remarks>$FANWISE_REQUIRE_CLIENTS=1 (continuous integration) turns skipping off, so that a client that could not be
/// installed is a failure.</remarks>
internal static class Clients
{
    private static readonly ConcurrentDictionary<string, string?> Reasons = new(StringComparer.Ordinal);

    /// <summary>Debian's Python sees Debian's packages; another python3 in the path may not.</summary>
    public static string PythonProgram { get; } = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    /// <summary>Where npm put @tensorflow/tfjs: package.json and package-lock.json are there.</summary>
    public static string NodeFolder { get; } = Path.Combine(Golden.Root, "tests", "clients", "tensorflowjs");

    /// <summary>What looks in a page for things that some people cannot use (axe-core).</summary>
    public static string AccessibilityScript { get; } =
        Path.Combine(NodeFolder, "node_modules", "axe-core", "axe.min.js");

    /// <summary>Where packages are that have been restored: a source like any other.</summary>
    public static string PackageFolder { get; } =
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Why a client cannot be used here; null where it can.</summary>
    public static string? MissingReason(string client) =>
        Environment.GetEnvironmentVariable("FANWISE_REQUIRE_CLIENTS") == "1"
            ? null
            : Reasons.GetOrAdd(
                client,
                static client =>
                    client switch
                    {
                        "numpy" => Try(PythonProgram, "-c", "import numpy")
                            ? null
                            : "python3 with numpy is missing (apt-get install python3-numpy)",
                        "torch" => Try(PythonProgram, "-c", "import torch, numpy")
                            ? null
                            : "python3 with PyTorch is missing (apt-get install python3-torch python3-numpy)",
                        "h5py" => Try(PythonProgram, "-c", "import h5py, numpy")
                            ? null
                            : "python3 with h5py is missing (apt-get install python3-h5py)",
                        "h5dump" => Try("h5dump", "--version")
                            ? null
                            : "h5dump is missing (apt-get install hdf5-tools)",
                        "tfjs" => Directory.Exists(Path.Combine(NodeFolder, "node_modules", "@tensorflow", "tfjs"))
                        && Try("node", "--version")
                            ? null
                            : "@tensorflow/tfjs is missing (npm ci in tests/clients/tensorflowjs)",
                        "script" => OperatingSystem.IsLinux() && Try("script", "--version")
                            ? null
                            : "script, which runs a program on a terminal, is missing (apt-get install bsdutils)",
                        "axe" => File.Exists(AccessibilityScript)
                            ? null
                            : "axe-core is missing (npm ci in tests/clients/tensorflowjs)",
                        "chromium" => Try("chromium", "--version")
                            ? null
                            : "chromium is missing (apt-get install chromium)",
                        "browser" => HasPackage("microsoft.netcore.app.runtime.mono.browser-wasm")
                            ? null
                            : "the browser's runtime has not been restored "
                                + "(microsoft.netcore.app.runtime.mono.browser-wasm), or this is no x64 Linux",
                        "npm" => Try("npm", "view", "uplot@1.6.32", "version", "--fetch-retries=0")
                            ? null
                            : "npm is missing, or has no registry",
                        "crossgen" => HasPackage("microsoft.netcore.app.crossgen2.linux-x64")
                            ? null
                            : "the precompiler has not been restored "
                                + "(microsoft.netcore.app.crossgen2.linux-x64), or this is no x64 Linux",
                        "runtime" => HasPackage("microsoft.netcore.app.runtime.linux-x64")
                            ? null
                            : "the runtime for files of their own has not been restored "
                                + "(microsoft.netcore.app.runtime.linux-x64), or this is no x64 Linux",
                        "native" => HasPackage("microsoft.netcore.app.runtime.nativeaot.linux-x64")
                        && HasPackage("runtime.linux-x64.microsoft.dotnet.ilcompiler")
                            ? null
                            : "the native compiler has not been restored "
                                + "(microsoft.netcore.app.runtime.nativeaot.linux-x64), or this is no x64 Linux",
                        "cc" => Try("gcc", "--version") && Try("clang", "--version") && Try("valgrind", "--version")
                            ? null
                            : "gcc, clang or valgrind is missing (apt-get install gcc g++ clang valgrind)",
                        "wheel" => Try(
                            PythonProgram,
                            "-c",
                            "import build, numpy, pytest, setuptools, venv, wheel, ensurepip"
                        )
                            ? null
                            : "what builds wheels is missing (apt-get install python3-build python3-venv "
                                + "python3-pytest "
                                + "python3-setuptools python3-wheel python3-numpy)",
                        "arm64" => Try("qemu-aarch64-static", "--version")
                        && Try("aarch64-linux-gnu-gcc", "--version")
                        && Try("ld.lld", "--version")
                        && HasPackage("microsoft.netcore.app.runtime.nativeaot.linux-arm64")
                            ? null
                            : "what builds and runs for Arm64 is missing (apt-get install qemu-user-static clang lld "
                                + "gcc-aarch64-linux-gnu libc6-dev-arm64-cross; the native compiler's packages)",
                        "mount" => OperatingSystem.IsLinux() && Try("unshare", "--mount", "true")
                            ? null
                            : "mounting a small tmpfs needs root (unshare --mount)",
                        "openmpi" => Try("mpirun.openmpi", "--version")
                            ? null
                            : "Open MPI is missing (apt-get install openmpi-bin)",
                        "mpich" => Try("mpiexec.mpich", "--version")
                            ? null
                            : "MPICH is missing (apt-get install mpich)",
                        "slurm" => Environment.IsPrivilegedProcess && Try("slurmctld", "-V") && Try("slurmd", "-V")
                            ? null
                            : "Slurm is missing (apt-get install slurm-wlm) or we are not root",
                        "parallel" => Try("parallel", "--version")
                            ? null
                            : "GNU parallel is missing (apt-get install parallel)",
                        _ => throw new ArgumentException($"No client is called '{client}'.", nameof(client)),
                    }
            );

    /// <summary>Runs a Python program and returns what it prints.</summary>
    public static string Python(string program, params string[] arguments) =>
        Run(PythonProgram, ["-c", program, .. arguments]);

    /// <summary>Runs a program and returns what it prints; its failure is the test's.</summary>
    public static string Run(string program, params string[] arguments)
    {
        (int code, string output, string errors) = Start(program, arguments);
        code.ShouldBe(0, errors);
        return output;
    }

    /// <summary>Whether a package is in the folder of those that have been restored.</summary>
    private static bool HasPackage(string name) =>
        OperatingSystem.IsLinux()
        && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture
            == System.Runtime.InteropServices.Architecture.X64
        && Directory.Exists(Path.Combine(PackageFolder, name));

    private static bool Try(string program, params string[] arguments)
    {
        try
        {
            return Start(program, arguments).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static (int Code, string Output, string Errors) Start(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}

/// <summary>A test that needs clients (see <see cref="Clients"/>); it runs under <c>./test --everything</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresFactAttribute : FactAttribute, ITraitAttribute
{
    public RequiresFactAttribute(params string[] clients) =>
        Skip = clients.Select(Clients.MissingReason).FirstOrDefault(static reason => reason is not null);

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => EverythingAttribute.Traits;
}

/// <summary>A theory that needs clients (see <see cref="Clients"/>); it runs under <c>./test
/// --everything</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresTheoryAttribute : TheoryAttribute, ITraitAttribute
{
    public RequiresTheoryAttribute(params string[] clients) =>
        Skip = clients.Select(Clients.MissingReason).FirstOrDefault(static reason => reason is not null);

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => EverythingAttribute.Traits;
}

/// <summary>What takes long, publishes or packs: it runs under <c>./test --everything</c> alone.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class EverythingAttribute : Attribute, ITraitAttribute
{
    /// <summary>The trait by which <c>./test</c> leaves such tests out.</summary>
    public static IReadOnlyCollection<KeyValuePair<string, string>> Traits { get; } = [new("Runs", "Everything")];

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => Traits;
}
