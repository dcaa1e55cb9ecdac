using System.Globalization;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.Rules;
using Fanwise.Testing;

namespace Fanwise.Tests.Rules;

/// <summary>Starts held against rules without their seed: six faults that were reported of real frameworks, each found
/// in a file made so; and starts that follow their rules, which are let be.</summary>
public sealed class JudgeTests(ITestOutputHelper output) : IDisposable
{
    private const string Gpt2 = """
        {"model_type": "gpt2", "n_layer": 6, "n_embd": 64, "n_head": 4, "vocab_size": 500, "n_positions": 32,
         "initializer_range": 0.02, "dtype": "bfloat16"}
        """;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AMissingScalingWithDepthIsFound()
    {
        string wrong = RuleSet.PresetText("gpt2").Replace("std / sqrt(2 * depth)", "std", StringComparison.Ordinal);
        RuleSet drawn = RuleSet.Parse(wrong, "wrong.yaml");
        StartReport report = Judge(drawn.Plan(Json(Gpt2), 1), RuleSet.Read("gpt2"), Json(Gpt2));
        report.Findings.Count(static finding => finding.Check == "deviation").ShouldBe(12); // two a layer
        report
            .Findings[0]
            .Sentence.ShouldMatch(
                @"^deviation 3\.\d+ times too large: the rule at gpt2:\d+:\d+ says normal with mean 0 and deviation "
                    + @"0\.005774, whose deviation is 0\.005774; found 0\.0\d+ "
                    + @"\(sqrt\(2 \* 6\): the scaling with the depth of 6 layers is missing\)$"
            );
    }

    [Fact]
    public void NormsOfOnesWhereZerosAreRightAreFound() =>
        Only(
            "[{match: \"*norm*\", ones: }, {match: \"*\", normal: [0, 0.02]}]",
            "[{match: \"*norm*\", zeros: }, {match: \"*\", normal: [0, 0.02]}]",
            "constant",
            "64 of 64 values are not 0 (the first is 1): the rule at told.yaml:1:9 says zeros",
            [("norm.weight", [64]), ("w", [64, 64])]
        );

    [Fact]
    public void AUniformForANormalIsFound() =>
        Only(
            "[{match: \"*\", uniform: [-0.034641, 0.034641]}]",
            "[{match: \"*\", normal: [0, 0.02]}]",
            "distribution",
            "the rule's 3): the rule at told.yaml:1:9 says normal with mean 0 and deviation 0.02",
            [("w", [128, 128])]
        );

    [Fact]
    public void TheFansOfAShardAreFound() =>
        Only(
            "[{match: \"*\", normal: [0, \"1 / sqrt(fan_in / 8)\"]}]",
            "[{match: \"*\", variance_scaling: {scale: 1, mode: fan_in, distribution: normal}}]",
            "deviation",
            "(sqrt(8): as with the fans of one of 8 shards)",
            [("w", [512, 1024])]
        );

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(0, 2)]
    [InlineData(1, 8)]
    public void TheSameValuesInEveryShardAreFound(int axis, int shards)
    {
        const string rules = "rules: [{match: \"*\", normal: [0, 0.02]}]";
        RuleSet told = RuleSet.Parse(rules, "told.yaml");
        Shape whole = [64, 64];
        // Along the second axis a shard's rows alternate with the others'.
        WeightPlan shard = told.Plan(
            [new("w", axis == 0 ? [64 / shards, 64] : [64, 64 / shards], ElementType.Float32)],
            default,
            3
        );
        Values one = shard[0].Values;
        Values repeated =
            axis == 0
                ? new ConcatenatedValues(whole, [.. Enumerable.Repeat(one, shards)])
                : new ConcatenatedValues(
                    whole,
                    [.. Enumerable.Range(0, 64).SelectMany(row => Enumerable.Repeat(Row(one, row), shards))]
                );
        StartReport report = Judge(new([new("w", repeated)]), told, default);
        StartFinding finding = report.Findings.ShouldHaveSingleItem();
        finding.Check.ShouldBe("equal shards");
        finding.Sentence.ShouldContain($"each of {shards} shards along axis {axis}");
    }

    [Theory]
    [InlineData("lower: -2, upper: 2", "", "bounds")]
    [InlineData("", "lower: -2, upper: 2", "deviation")]
    public void BoundsThatAreAbsoluteInTheWrongPlaceAreFound(string drawn, string told, string check) =>
        Only(
            $"[{{match: \"*\", truncated_normal: {{std: 0.02{Comma(drawn)}}}}}]",
            $"[{{match: \"*\", truncated_normal: {{std: 0.02{Comma(told)}}}}}]",
            check,
            "cut at",
            [("w", [200, 200])],
            others: true
        );

    [Fact]
    public void TensorsRowsAndZerosThatRepeatAreFound()
    {
        RuleSet told = RuleSet.Parse("rules: [{match: \"*\", normal: [0, 0.02]}]", "told.yaml");
        WeightPlan plan = told.Plan([Spec("a", 64, 64), Spec("b", 64, 64), Spec("c", 64, 64)], default, 5);
        Values a = plan["a"].Values;
        Values rows = new ConcatenatedValues(
            [64, 64],
            [.. Enumerable.Range(0, 64).Select(row => Row(a, row == 63 ? 2 : row))]
        );
        StartReport report = Judge(
            new([new("a", a), new("b", a), new("c", rows), new("d", new ZeroRowValues(plan["c"].Values, 7))]),
            told,
            default
        );
        report
            .Findings.Select(static finding => (finding.Tensor, finding.Check))
            .ShouldBe(
                [("b", "equal tensors"), ("c", "equal tensors"), ("c", "equal rows"), ("d", "zeros")],
                ignoreOrder: true
            );
        report.Findings.Single(static finding => finding.Tensor == "d").Sentence.ShouldContain("row 7");
    }

    [Fact]
    public void WhatTheConfigurationGivesMustBeThere()
    {
        RuleSet gpt2 = RuleSet.Read("gpt2");
        WeightPlan plan = gpt2.Plan(Json(Gpt2), 1);
        string name = plan[3].Name;
        StartReport report = Judge(
            new([.. plan.Where(weight => weight.Name != name), new("other.weight", plan[0].Values)]),
            gpt2,
            Json(Gpt2)
        );
        report
            .Findings.Select(static finding => (finding.Tensor, finding.Check))
            .ShouldBe([(name, "missing"), ("other.weight", "unexpected")]);
    }

    [Fact]
    public void StartsThatFollowTheirRulesAreLetBe()
    {
        int starts = 0;
        foreach (string preset in (string[])["gpt2", "llama"])
        foreach (string type in (string[])["float32", "bfloat16", "float16"])
            for (ulong seed = 0; seed < 4; seed++)
            {
                JsonElement configuration = Json(
                    preset == "gpt2"
                        ? Gpt2.Replace("bfloat16", type, StringComparison.Ordinal)
                        : $$"""
                        {"model_type": "llama", "num_hidden_layers": 2, "hidden_size": 64, "intermediate_size": 160,
                         "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 300,
                          "initializer_range": 0.02,
                         "tie_word_embeddings": false, "dtype": "{{type}}"}
                        """
                );
                RuleSet rules = RuleSet.Read(preset);
                StartReport report = Judge(rules.Plan(configuration, seed), rules, configuration);
                report.Findings.ShouldBeEmpty($"{preset} {type} {seed}");
                starts++;
            }

        starts.ShouldBe(24);
    }

    [Theory]
    [InlineData("normal: [0, 0.02]")]
    [InlineData("normal: [1, 3]")]
    [InlineData("uniform: [-0.5, 0.25]")]
    [InlineData("truncated_normal: [0, 0.02]")]
    [InlineData("truncated_normal: {std: 1, lower: -0.6, upper: 2.5}")]
    [InlineData("orthogonal: ")]
    public void FalseAlarmsAreAsRareAsIsSaid(string draw)
    {
        // At a rate of 0.2, 200 starts have 40 alarms or fewer (the bound is the sum over all checks); 66 are five
        // standard deviations above 40.
        const int starts = 200;
        RuleSet rules = RuleSet.Parse($"rules: [{{match: \"*\", {draw}}}]", "told.yaml");
        int alarms = 0;
        for (ulong seed = 0; seed < starts; seed++)
        {
            ElementType type = (seed % 3) switch
            {
                0 => ElementType.Float32,
                1 => ElementType.BFloat16,
                _ => ElementType.Float16,
            };
            List<TensorSpec> specs = [new("a", [20, 30], type)];
            if (!draw.StartsWith("orthogonal", StringComparison.Ordinal))
                specs.Add(new("b", [50], type));
            WeightPlan plan = rules.Plan(specs, default, seed);
            alarms += Judge(plan, rules, default, new() { FalseAlarms = 0.2 }).Holds ? 0 : 1;
        }

        output.WriteLine($"{draw}: {alarms} of {starts}");
        alarms.ShouldBeLessThanOrEqualTo(66);
    }

    [Fact]
    public void ANewKindOfValuesIsTold()
    {
        RuleSet rules = RuleSet.Parse("rules: [{match: \"*\", normal: [0, 0.02]}]", "told.yaml");
        StartReport report = Judge(
            new([
                new("w", new ConstantValues([40, 40], ElementType.Float32, double.NaN)),
                new("v", new ConstantValues([40], ElementType.Float32, 0.5)),
            ]),
            rules,
            default
        );
        report
            .Findings.Select(static finding => (finding.Tensor, finding.Check))
            .ShouldBe([("w", "not finite"), ("v", "constant")]);
    }

    private static string Comma(string bounds) => bounds.Length == 0 ? "" : $", {bounds}";

    private static TensorSpec Spec(string name, params long[] lengths) =>
        new(name, Shape.Create(lengths), ElementType.Float32);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static ConcatenatedValues Row(Values matrix, int row)
    {
        float[] values = new float[matrix.Shape[1]];
        matrix.Fill<float>(row * matrix.Shape[1], values);
        return new ConcatenatedValues([
            .. values.Select(static value => new ConstantValues([1], ElementType.Float32, value)),
        ]);
    }

    /// <summary>Draws by one set of rules and judges by another; finds one thing, or that among others.</summary>
    private void Only(
        string drawn,
        string told,
        string check,
        string says,
        (string Name, long[] Shape)[] tensors,
        bool others = false
    )
    {
        TensorSpec[] specs = [.. tensors.Select(static tensor => Spec(tensor.Name, tensor.Shape))];
        WeightPlan plan = RuleSet.Parse("rules: " + drawn, "drawn.yaml").Plan(specs, default, 9);
        StartReport report = Judge(plan, RuleSet.Parse("rules: " + told, "told.yaml"), default);
        report.Holds.ShouldBeFalse();
        if (!others)
            report.Findings.Select(static finding => finding.Tensor).Distinct().ShouldHaveSingleItem();
        report.Findings.ShouldContain(finding => finding.Check == check, string.Join('\n', report.Findings));
        report.Findings.First(finding => finding.Check == check).Sentence.ShouldContain(says);
    }

    private StartReport Judge(WeightPlan plan, RuleSet rules, JsonElement configuration, JudgeOptions? options = null)
    {
        string path = _folder.File(string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid():N}.safetensors"));
        CheckpointFormat.Of(path).Write(plan, path, new() { Sync = false });
        using CheckpointReader checkpoint = CheckpointReader.Open(path);
        StartReport report = rules.Judge(checkpoint, configuration, options);
        File.Delete(path);
        return report;
    }
}
