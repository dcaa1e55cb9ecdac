using System.Text.Json;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary><c>--json</c>: one document on stdout, whatever there is to say.</summary>
public sealed class JsonTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public JsonTests()
    {
        Directory.CreateSymbolicLink(_folder.File("models"), Path.Combine(Golden.Root, "samples", "models"));
        Tool.Run(_folder.Path, "init models/autoencoder.json --seed 42 -o a.safetensors").ExitCode.ShouldBe(0);
    }

    public void Dispose() => _folder.Dispose();

    private JsonElement Run(string arguments, int exitCode = 0)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(exitCode, result.Error);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        return document.RootElement.Clone();
    }

    [Fact]
    public void AVerificationSaysWhetherItHoldsAndWhereNot()
    {
        JsonElement right = Run("verify a.safetensors --model models/autoencoder.json --seed 42 --json");
        right.GetProperty("holds").GetBoolean().ShouldBeTrue();
        right.GetProperty("compared").GetBoolean().ShouldBeTrue();
        right.GetProperty("compared_bytes").GetInt64().ShouldBe(5724);
        right.GetProperty("tensors").GetInt32().ShouldBe(14);
        right.GetProperty("first_difference").ValueKind.ShouldBe(JsonValueKind.Null);
        right.GetProperty("files")[0].GetString().ShouldBe("a.safetensors");

        JsonElement wrong = Run("verify a.safetensors --model models/autoencoder.json --seed 43 --json", exitCode: 1);
        wrong.GetProperty("holds").GetBoolean().ShouldBeFalse();
        wrong.GetProperty("different_tensors").GetInt32().ShouldBe(7);
        JsonElement difference = wrong.GetProperty("first_difference");
        difference.GetProperty("tensor").GetString().ShouldBe("code/kernel");
        difference.GetProperty("index").EnumerateArray().Select(static i => i.GetInt32()).ShouldBe([0, 0]);
        difference.GetProperty("found").GetString().ShouldBe("0.20075169 (0x3e4d91da)");

        Run("verify a.safetensors --json").GetProperty("compared").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void ASearchForSeedsGivesThemAsNumbers()
    {
        JsonElement answer = Run("find-seed a.safetensors --model models/autoencoder.json --json");
        answer.GetProperty("random_seed").GetInt64().ShouldBe(42);
        answer
            .GetProperty("explanation")
            .GetString()
            .ShouldBe("keras.utils.set_random_seed(42) draws 7 of the 7 random tensors.");
        JsonElement kernel = answer
            .GetProperty("tensors")
            .EnumerateArray()
            .Single(static tensor => tensor.GetProperty("name").GetString() == "code/kernel");
        kernel.GetProperty("verdict").GetString().ShouldBe("found");
        kernel.GetProperty("rule").GetString().ShouldBe("GlorotUniform");
        kernel.GetProperty("seed").GetInt64().ShouldBe(26855093);
        kernel.GetProperty("shape").EnumerateArray().Select(static l => l.GetInt32()).ShouldBe([64, 6]);
    }

    [Fact]
    public void ABenchmarkGivesARowForEachDraw()
    {
        JsonElement measured = Run("bench --seconds 0.2 --json");
        measured.GetProperty("width_in_use").GetString().ShouldBe(Fanwise.Measuring.Throughput.Width);
        measured.GetProperty("rows").GetArrayLength().ShouldBeGreaterThan(3);
        measured.GetProperty("rows")[0].GetProperty("draw").GetString().ShouldBe("Span.Fill");
        measured.GetProperty("rows")[0].GetProperty("elements_per_second").GetDouble().ShouldBeGreaterThan(0);
    }
}
