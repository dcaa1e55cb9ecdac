using System.Globalization;
using System.Text;
using Fanwise.Cli.Tests.Workers;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>The tool within the limits of a small container, and on processors with narrower vectors.</summary>
public sealed class LimitsTests : IDisposable
{
    private readonly WorkerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>64 open files, 128 MB of heap, one processor, and a folder of a thousand shards.</summary>
    [Fact]
    [Everything]
    public void AThousandShardsAreReadWithin64OpenFilesAnd128Megabytes()
    {
        if (!OperatingSystem.IsLinux())
            return;
        File.WriteAllText(Path.Combine(_folder.Scratch, "thousand.json"), Thousand());
        (int code, string output, string errors) = _folder.Shell(
            """
            set -e
            export DOTNET_GCHeapHardLimit=0x8000000
            limited() { (ulimit -n $files; taskset -c 0 dotnet "$tool" "$@"); }
            files=64
            limited init thousand.json --seed 1 -o c --max-shard-size 16B --no-sync --threads 20
            ls c | wc -l
            limited verify c
            limited verify c --model thousand.json --seed 1 --threads 20
            limited find-seed c --initializers-only --up-to 1 --threads 20 | grep -c 'dense_'
            limited init thousand.json --seed 1 -o c --max-shard-size 16B --resume=verify --no-sync --threads 20
            limited finish c
            files=80 # the runtime keeps two files open for each of its libraries, and a report uses more of them
            limited report c -o c.html
            """.Replace("\"$tool\"", $"'{Tool.Assembly}'", StringComparison.Ordinal)
        );
        code.ShouldBe(0, errors);
        output.Split('\n')[..2].ShouldBe(["1001", "1000"], errors);
    }

    [Theory]
    [Everything]
    [InlineData("generator.json")]
    [InlineData("autoencoder.json")]
    public void AReportsBytesDoNotDependOnTheVectorsOfTheProcessor(string model)
    {
        string path = Path.Combine(Golden.Root, "samples", "models", model);
        List<string> pages = [];
        foreach (string feature in (string[])["", "AVX512", "AVX2", "HWIntrinsic"])
        {
            Tool.Result result = _folder.Run(
                $"report {path} --seed 1 -o {feature}page.html",
                (feature.Length > 0 ? $"DOTNET_Enable{feature}" : "FANWISE_NO_SWITCH", "0")
            );
            result.ExitCode.ShouldBe(0, result.Error);
            pages.Add(Golden.Hash(File.ReadAllBytes(Path.Combine(_folder.Scratch, feature + "page.html"))));
        }

        pages.Distinct().Count().ShouldBe(1);
    }

    /// <summary>A Sequential of 500 small dense layers: a thousand weights.</summary>
    private static string Thousand()
    {
        StringBuilder text = new(
            """{"module": "keras", "class_name": "Sequential", "config": {"name": "s","""
                + """ "layers": [{"module": "keras.layers", "class_name": "InputLayer","""
                + """ "config": {"batch_shape": [null, 4], "name": "x"}, "registered_name": null}"""
        );
        for (int i = 0; i < 500; i++)
            text.Append(
                CultureInfo.InvariantCulture,
                $$""", {"module": "keras.layers", "class_name": "Dense", "config": {"name": "dense_{{i}}","""
                    + $$""" "units": 4}, "registered_name": null}"""
            );
        return text.Append("]}, \"registered_name\": null}").ToString();
    }
}
