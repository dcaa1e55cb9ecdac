using System.Text.Json;
using Fanwise.Models.Plans;
using Fanwise.Rules;
using Fanwise.Streams;
using Fanwise.Testing;

namespace Fanwise.Tests.Rules;

public sealed class RuleSetTests
{
    private static readonly JsonElement None = JsonDocument.Parse("{\"n\": 4, \"nested\": {\"key\": 3}}").RootElement;

    [Theory]
    [InlineData("rules: [{match: \"*\", zeross: }]", "r.yaml:1:22: a key is one of")]
    [InlineData("rules: [{match: \"*\", normal: [0, 1 / (n - 4)]}]", "divided by zero")]
    [InlineData("rules: [{match: \"*\", normal: [0, width]}]", "'width' is neither")]
    [InlineData("rules: [{match: \"a\", zeros: }]", "no rule matches the tensor 'h.3.w'")]
    [InlineData("rules: [{match: \"*\", zeros: }, {match: \"*\", ones: }]", "no tensor follows this rule")]
    [InlineData("let: {x: 1}\nrules: [{match: \"*\", zeros: }]", "r.yaml:1:10: nothing uses the name 'x'")]
    [InlineData("rules: &a [{match: \"*\", zeros: }]", "no anchors")]
    [InlineData("stream: fanwise-2\nrules: [{match: \"*\", zeros: }]", "stream is fanwise-1")]
    public void AWrongFileIsRefusedInOneSentence(string text, string part)
    {
        RuleException exception = Should.Throw<RuleException>(() =>
            RuleSet.Parse(text, "r.yaml").Plan([Spec("h.3.w", 2, 3)], None, 1)
        );
        exception.Message.ShouldContain(part);
        exception.Message.ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("1 + 2 * 3 ** 2", 19)]
    [InlineData("-2 ** 2", -4)]
    [InlineData("7 // 2 + -7 % 3", 5)]
    [InlineData("layer if layer > 2 else 0", 3)]
    [InlineData("max(nested.key, dim(0), fan_in)", 3)]
    [InlineData("default(absent, sqrt(n))", 2)]
    [InlineData("pow(2, 0.5) * 2 ** 0.5", 2)]
    public void ExpressionsHaveTheirValue(string expression, double expected)
    {
        RuleSet rules = RuleSet.Parse($"rules: [{{match: \"h.{{layer}}.w\", constant: \"{expression}\"}}]", "r.yaml");
        rules.Apply([Spec("h.3.w", 2, 3)], None)[0].Draw.Mean.ShouldBe(expected, 1e-14);
    }

    [Fact]
    public void HostileFilesEndSoon()
    {
        TimeSpan before = ProcessorTime.OfThread;
        string deep = new string('(', 100_000) + "1" + new string(')', 100_000);
        string many = "rules:\n" + string.Concat(Enumerable.Repeat("- {match: a, ones: }\n", 150_000));
        string nested = "rules: " + new string('[', 100_000);
        foreach (string text in new[] { $"rules: [{{match: \"*\", constant: \"{deep}\"}}]", many, nested })
            Should.Throw<RuleException>(() => RuleSet.Parse(text, "r.yaml"));
        string stars = string.Concat(Enumerable.Repeat("*a", 400)) + "b";
        RuleSet rules = RuleSet.Parse($"rules: [{{match: \"{stars}\", ones: }}]", "r.yaml");
        Should.Throw<RuleException>(() => rules.Plan([Spec(new string('a', 100_000), 2)], None, 1));
        string lets = string.Concat(Enumerable.Range(0, 60).Select(i => $"  x{i}: x{i + 1} + x{i + 1}\n"));
        rules = RuleSet.Parse($"let:\n{lets}  x60: 1\nrules: [{{match: \"*\", constant: x0}}]", "r.yaml");
        Should.Throw<RuleException>(() => rules.Plan([Spec("w", 2)], None, 1));
        (ProcessorTime.OfThread - before).ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void ATensorDependsOnSeedNameAndIndexAlone()
    {
        RuleSet rules = RuleSet.Parse("rules: [{match: \"*\", normal: [0, 0.02]}]", "r.yaml");
        WeightPlan one = rules.Plan([Spec("a", 5, 7), Spec("b", 3)], None, ulong.MaxValue);
        WeightPlan other = rules.Plan([Spec("a", 5, 7)], None, ulong.MaxValue);
        one["a"].Values.ToTensor().Bytes.ToArray().ShouldBe(other["a"].Values.ToTensor().Bytes.ToArray());
        one.Metadata["stream"].ShouldBe(TensorKeys.Scheme);
    }

    [Fact]
    public void BoundsCutANormalWhereTheRuleSays()
    {
        RuleSet rules = RuleSet.Parse(
            "rules: [{match: \"*\", truncated_normal: {std: 2, lower: -1, upper: 3}}]",
            "r.yaml"
        );
        float[] values = new float[50_000];
        WeightPlan plan = rules.Plan([Spec("w", 50_000)], None, 42);
        plan["w"].Fill(values.AsSpan());
        values.Min().ShouldBeInRange(-1f, -0.99f);
        values.Max().ShouldBeInRange(2.99f, 3f);
        values.Average().ShouldBe(0.7125f, 0.03f); // 2 (phi(-1/2) - phi(3/2)) / (Phi(3/2) - Phi(-1/2))
        float[] slice = new float[1000];
        plan["w"].Values.Fill(777, slice.AsSpan());
        slice.ShouldBe(values[777..1777]);
    }

    [Fact]
    public void ARowOfAnEmbeddingIsZeroInEverySlice()
    {
        RuleSet rules = RuleSet.Parse("rules: [{match: \"*\", normal: [0, 1], zero_row: -2}]", "r.yaml");
        float[] values = new float[5 * 7];
        WeightPlan plan = rules.Plan([Spec("w", 5, 7)], None, 42);
        plan["w"].Fill(values.AsSpan());
        for (int i = 0; i < values.Length; i++)
            (values[i] == 0).ShouldBe(i / 7 == 3);
        float[] slice = new float[10];
        plan["w"].Values.Fill(16, slice.AsSpan());
        slice.ShouldBe(values[16..26]);
    }

    [Fact]
    public void EveryFileOfAnAttackIsRefusedInOneSentence()
    {
        foreach (string path in Directory.GetFiles(Path.Combine(Testing.Golden.Root, "tests", "attack", "rules")))
            Should
                .Throw<RuleException>(() => RuleSet.Parse(File.ReadAllText(path), "r.yaml"))
                .Message.ShouldStartWith("r.yaml");
    }

    [Fact]
    public void ATrillionParametersArePlannedInSeconds()
    {
        using JsonDocument config = JsonDocument.Parse(
            """
            {"model_type": "llama", "vocab_size": 256000, "hidden_size": 25600, "intermediate_size": 100000,
             "num_hidden_layers": 100, "num_attention_heads": 200, "initializer_range": 0.02, "dtype": "bfloat16"}
            """
        );
        TimeSpan before = ProcessorTime.OfThread;
        WeightPlan plan = RuleSet.Read("llama").Plan(config.RootElement, 42);
        plan.Parameters.ShouldBeGreaterThan(1_000_000_000_000);
        (ProcessorTime.OfThread - before).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    private static TensorSpec Spec(string name, params long[] lengths) =>
        new(name, Shape.Create(lengths), ElementType.Float32);
}
