using System.Text.Json;
using System.Text.Json.Nodes;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>Exact starts of PyTorch models on the command line: the files that <c>save_pretrained</c> wrote.</summary>
public sealed class TransformersTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Mixtral has no program.</summary>
    private static IEnumerable<string> Listings =>
        Directory
            .EnumerateDirectories(Path.Combine(Golden.Folder, "transformers", "save_pretrained"))
            .Where(static path => !Path.GetFileName(path).StartsWith("mixtral", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    [Fact]
    public void AFolderIsWhatSavePretrainedWrites()
    {
        int seen = 0;
        foreach (string path in Listings)
        {
            JsonElement listing = Golden.Read(Path.Combine(path, "listing.json"));
            string name = Path.GetFileName(path),
                release = listing.GetProperty("made_with").GetProperty("transformers").GetString()!,
                target = _folder.File(name);
            string[] size = listing.GetProperty("max_shard_size").GetString() is { } most
                ? ["--max-shard-size", most]
                : [];
            Run([
                "init",
                Path.Combine(path, "config.json"),
                "--as",
                $"transformers-{release}",
                "--seed",
                Seed(listing),
                "-o",
                target,
                .. size,
            ]);
            foreach (JsonElement file in listing.GetProperty("files").EnumerateArray())
            {
                string made = Path.Combine(target, file.GetProperty("name").GetString()!);
                if (made.EndsWith(".safetensors", StringComparison.Ordinal))
                    Tensors(made).ShouldBe(Header(file.GetProperty("header").GetString()!), $"{name}: {made}");
                else if (made.EndsWith("index.json", StringComparison.Ordinal))
                    Index(made).ShouldBe(Index(Path.Combine(path, Path.GetFileName(made))), name);
                else
                    File.ReadAllBytes(made)
                        .ShouldBe(File.ReadAllBytes(Path.Combine(path, Path.GetFileName(made))), name);
                seen++;
            }

            Run(["verify", target, "--as", $"transformers-{release}", "--seed", Seed(listing)]);
            Tool.Run(_folder.Path, "verify", target, "--as", $"transformers-{release}", "--seed", "999")
                .ExitCode.ShouldBe(1);
        }

        Golden.ShouldHaveSeen(seen, 50);
    }

    [Everything]
    [Fact]
    public void WorkersWriteTheFilesOfOne()
    {
        string path = Listings.First(static path =>
            Path.GetFileName(path).StartsWith("llama-untied", StringComparison.Ordinal)
        );
        string[] common =
        [
            "init",
            Path.Combine(path, "config.json"),
            "--as",
            "transformers-5.18",
            "--dtype",
            "bfloat16",
            "--seed",
            "7",
            "--max-shard-size",
            "20KB",
        ];
        Run([.. common, "-o", _folder.File("one") + "/"]);
        foreach (int workers in (int[])[3, 16])
        {
            string together = _folder.File($"of-{workers}");
            for (int worker = 0; worker < workers; worker++)
                Run([.. common, "-o", together, "--worker", $"{worker}", "--workers", $"{workers}"]);
            string[] names =
            [
                .. Directory.EnumerateFiles(_folder.File("one")).Select(static file => Path.GetFileName(file)),
            ];
            names.Length.ShouldBeGreaterThan(4);
            foreach (string name in names)
                File.ReadAllBytes(Path.Combine(together, name))
                    .ShouldBe(File.ReadAllBytes(Path.Combine(_folder.File("one"), name)), name);
        }
    }

    [Fact]
    public void AReleaseThatIsNotKnownIsAWrongRequest() =>
        Refused("init", Config, "--as", "transformers-5.19", "--seed", "1", "-o", "x").ShouldContain("5.18.0");

    [Fact]
    public void AnOptionOfPyTorchModelsNeedsOne() =>
        Refused("init", Config, "--dtype", "bfloat16", "--seed", "1", "-o", "x").ShouldContain("--as transformers-X.Y");

    [Fact]
    public void AFamilyWithoutAProgramIsSentToRules()
    {
        File.WriteAllText(_folder.File("config.json"), """{"model_type": "bert", "architectures": ["BertModel"]}""");
        Refused("init", _folder.File("config.json"), "--as", "transformers-5.18", "--seed", "1", "-o", "x")
            .ShouldContain("rules");
    }

    private static string Config => Path.Combine(Listings.First(), "config.json");

    private static string Seed(JsonElement listing) => listing.GetProperty("seed").GetRawText();

    private string Refused(params string[] arguments)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(2, result.Error);
        return result.Error;
    }

    private void Run(string[] arguments)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
    }

    private static string Tensors(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> length = stackalloc byte[sizeof(long)];
        file.ReadExactly(length);
        byte[] header = new byte[BitConverter.ToInt64(length)];
        file.ReadExactly(header);
        return Header(System.Text.Encoding.UTF8.GetString(header));
    }

    /// <summary>Names, types, shapes and places, without the metadata.</summary>
    private static string Header(string text)
    {
        JsonObject header = JsonNode.Parse(text)!.AsObject();
        header.Remove("__metadata__");
        return header.ToJsonString();
    }

    /// <summary>An index without the folder's identity.</summary>
    private static string Index(string path)
    {
        JsonObject index = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        index["metadata"]!.AsObject().Remove("folder");
        index["metadata"]!.AsObject().Remove("plan");
        return index.ToJsonString();
    }
}
