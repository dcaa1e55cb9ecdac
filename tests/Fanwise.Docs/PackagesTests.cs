using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>The packages, made and installed as a user installs them, from a folder.</summary>
[Everything]
public sealed class PackagesTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheLibrarysPackagesRunTheFirstProgramsAsTheirPageSays()
    {
        Pack("Fanwise");
        Pack("Fanwise.Models");
        File.WriteAllText(
            _folder.File("Scratch.csproj"),
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Fanwise.Models" Version="0.1.0" /></ItemGroup>
            </Project>
            """
        );
        Dotnet(
            $"restore --source {_folder.File("feed")} --source {Clients.PackageFolder} --packages "
                + $"{_folder.File("packages")}"
        );
        Directory.CreateDirectory(_folder.File("samples"));
        Directory.CreateSymbolicLink(_folder.File("samples/models"), Path.Combine(Golden.Root, "samples", "models"));
        foreach (
            Pages.Block program in Pages
                .Blocks("docs/first-program.md")
                .Where(static block => block.Language == "csharp")
        )
        {
            File.WriteAllText(_folder.File("Program.cs"), program.Text);
            Dotnet("run --no-restore").Trim().Split('\n').ShouldBe(PageProgram.Promised(program.Text), program.Place);
        }
    }

    [Fact]
    public void TheToolsPackageInstallsAndRuns()
    {
        Pack("Fanwise.Cli");
        Dotnet(
            $"tool install Fanwise.Tool --version 0.1.0 --tool-path {_folder.File("tools")} --source "
                + $"{_folder.File("feed")}"
        );
        using Process process = Process.Start(
            new ProcessStartInfo(_folder.File("tools/fanwise"), ["--version"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        process.StandardOutput.ReadToEnd().ShouldStartWith("0.1.0");
    }

    [Theory]
    [InlineData("Fanwise")]
    [InlineData("Fanwise.TensorFlow")]
    [InlineData("Fanwise.Models")]
    public void APackageHasReadmeIconLicenceAndDocumentation(string project)
    {
        Pack(project);
        using ZipArchive package = ZipFile.OpenRead(_folder.File($"feed/{project}.0.1.0.nupkg"));
        string[] names = [.. package.Entries.Select(static entry => entry.FullName)];
        names.ShouldContain("README.md");
        names.ShouldContain("icon.png");
        names.ShouldContain($"lib/net10.0/{project}.xml");
        using StreamReader specification = new(package.GetEntry($"{project}.nuspec")!.Open());
        string text = specification.ReadToEnd();
        text.ShouldContain("<license type=\"expression\">MIT</license>");
        Regex
            .Matches(text, "<dependency id=\"Fanwise[^\"]*\" version=\"(?<version>[^\"]*)\"")
            .Select(static match => match.Groups["version"].Value)
            .ShouldAllBe(static version => version == "[0.1.0]");
        text.Contains("id=\"Fanwise\"", StringComparison.Ordinal).ShouldBe(project != "Fanwise");
        File.Exists(_folder.File($"feed/{project}.0.1.0.snupkg")).ShouldBeTrue();
    }

    [RequiresFact("crossgen")]
    public void ThePrecompiledToolWritesTheSameBytes() => WritesTheSameBytes("ready-to-run");

    [RequiresFact("crossgen", "runtime")]
    public void TheToolWithItsRuntimeIsOneFileAndWritesTheSameBytes() => IsOneFile("single-file");

    private void IsOneFile(string kind)
    {
        WritesTheSameBytes(kind);
        Directory
            .GetFiles(Path.Combine(Golden.Root, "artifacts", "native", kind))
            .Select(Path.GetFileName)
            .Where(static name => Path.GetExtension(name) is not (".dbg" or ".xml" or ".pdb"))
            .ShouldBe(["Fanwise.Cli"]);
    }

    private void WritesTheSameBytes(string kind)
    {
        Clients.Run("bash", Path.Combine(Golden.Root, "eng", "publish-native.sh"), kind);
        string tool = Path.Combine(Golden.Root, "artifacts", "native", kind, "Fanwise.Cli"),
            model = Path.Combine(Golden.Root, "samples", "models", "transformer_encoder.json");
        Clients.Run(tool, "init", model, "--seed", "42", "-o", _folder.File("precompiled.safetensors"));
        Tool.Run(_folder.Path, "init", model, "--seed", "42", "-o", "compiled-as-it-runs.safetensors")
            .ExitCode.ShouldBe(0);
        File.ReadAllBytes(_folder.File("precompiled.safetensors"))
            .ShouldBe(File.ReadAllBytes(_folder.File("compiled-as-it-runs.safetensors")));
        Clients.Run(tool, "verify", _folder.File("precompiled.safetensors"), "--model", model, "--seed", "42");
        Clients
            .Run(tool, "draw", "truncated_normal", "--shape", "3,3", "--seed", "1", "--as", "contrib")
            .ShouldContain("TruncatedNormal");
    }

    private void Pack(string project) =>
        Dotnet($"pack {Path.Combine(Golden.Root, "src", project)} -c Release --no-build -o {_folder.File("feed")}");

    private string Dotnet(string arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = _folder.Path,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"dotnet {arguments}\n{output}");
        return output;
    }
}
