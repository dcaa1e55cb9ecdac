using System.Text.Json;
using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary><c>verify --rules</c>, <c>report --rules</c> and <c>explain --rules</c> as processes.</summary>
public sealed class JudgedStartsTests : IDisposable
{
    private const string Rules = "rules: [{match: \"*\", normal: [0, width]}]\nlet: {width: scale / 10}\n";
    private readonly ScratchFolder _folder = new();

    public JudgedStartsTests()
    {
        File.WriteAllText(_folder.File("r.yaml"), Rules);
        File.WriteAllText(
            _folder.File("shapes.json"),
            """{"a": ["float32", [100, 100]], "b": ["bfloat16", [50, 20]]}"""
        );
        File.WriteAllText(_folder.File("c.json"), """{"scale": 0.2}""");
        File.WriteAllText(_folder.File("wide.json"), """{"scale": 0.4}""");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("w.npz")]
    [InlineData("w.safetensors")]
    public void AStartIsJudgedInEveryFormat(string name)
    {
        // NumPy has no bfloat16.
        if (name.EndsWith(".npz", StringComparison.Ordinal))
            File.WriteAllText(
                _folder.File("shapes.json"),
                """{"a": ["float32", [100, 100]], "b": ["float16", [50, 20]]}"""
            );
        string target = name.Length > 0 ? name : "start";
        Succeeds($"init shapes.json --rules r.yaml --config c.json --seed 3 -o {target}");
        Tool.Result right = Succeeds($"verify {target} --rules r.yaml --config c.json");
        right.Output.ShouldBeEmpty();
        right.Error.ShouldContain(
            "2 tensors, 11,000 values read, all as the rules have them; of 1,000 right starts one"
        );
        Tool.Result wrong = Tool.Run(_folder.Path, $"verify {target} --rules r.yaml --config wide.json");
        wrong.ExitCode.ShouldBe(1);
        wrong.Output.ShouldContain(
            "times too small: the rule at r.yaml:1:9 says normal with mean 0 and deviation 0.04"
        );
        wrong.Error.ShouldContain("2 of them are not as the rules have them");
        // Shapes of weights that are there.
        Succeeds($"init {target} --rules r.yaml --config c.json --seed 3 -o again.safetensors");
        Succeeds("verify again.safetensors --rules r.yaml --config c.json --seed 3");
    }

    [Fact]
    public void EveryFigureIsThereForPrograms()
    {
        Succeeds("init shapes.json --rules r.yaml --config c.json --seed 3 -o w.safetensors");
        Tool.Result result = Tool.Run(_folder.Path, "verify w.safetensors --rules r.yaml --config wide.json --json");
        result.ExitCode.ShouldBe(1);
        JsonElement json = JsonDocument.Parse(result.Output).RootElement;
        json.GetProperty("holds").GetBoolean().ShouldBeFalse();
        json.GetProperty("findings").GetArrayLength().ShouldBe(2);
        JsonElement tensor = json.GetProperty("tensors").EnumerateArray().First();
        tensor.GetProperty("rule").GetString().ShouldBe("normal with mean 0 and deviation 0.04");
        tensor.GetProperty("deviation").GetDouble().ShouldBe(0.02, 0.001);
        tensor.GetProperty("findings")[0].GetProperty("check").GetString().ShouldBe("deviation");
    }

    [Fact]
    public void ReportsAndExplanationsFollowTheRules()
    {
        Succeeds("init shapes.json --rules r.yaml --config c.json --seed 3 -o w.safetensors");
        Succeeds("report w.safetensors --rules r.yaml --config wide.json -o judged.html")
            .Error.ShouldContain("2 warnings");
        File.ReadAllText(_folder.File("judged.html")).ShouldContain("held against the rules");
        Succeeds("report shapes.json --rules r.yaml --config c.json --seed 3 -o plan.html");
        string told = Succeeds("explain shapes.json --rules r.yaml --config c.json --seed 3").Output;
        told.ShouldContain("normal with mean 0 and deviation 0.02");
        told.ShouldContain("r.yaml:1:9");
    }

    [Theory]
    [InlineData("verify w.safetensors --rules none.yaml", "'none.yaml' is neither")]
    [InlineData("verify w.safetensors --rules r.yaml --false-alarms 2", "--false-alarms is a probability")]
    [InlineData("explain shapes.json --rules r.yaml --config c.json --as keras", "--as is for")]
    public void AWrongRequestIsOneSentence(string arguments, string says)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(says);
    }

    private Tool.Result Succeeds(string arguments)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result;
    }
}
