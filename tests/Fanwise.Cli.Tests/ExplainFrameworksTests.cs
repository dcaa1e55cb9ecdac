using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>fanwise explain and report on other frameworks: backends, their own functions, programs.</summary>
public sealed class ExplainFrameworksTests : IDisposable
{
    private const string Llama = """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 32, "intermediate_size": 64,
         "num_hidden_layers": 1, "num_attention_heads": 4, "vocab_size": 128}
        """;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("torch", "within ±0.40194 but for 4.286 in a million")]
    [InlineData("jax", "within ±0.40194")]
    [InlineData("numpy", "within ±0.40194")]
    [InlineData("tensorflow", "within ±0.40194")]
    public void AnInitializerIsExplainedByItsBackend(string backend, string values) =>
        Run($"explain he_normal --shape 64,32 --backend {backend}").ShouldMatch($@"(?m)^values +{values} *$");

    [Fact]
    public void WhatABackendRefusesIsRefused()
    {
        Tool.Result result = Tool.Run(_folder.Path, "explain orthogonal --shape 4,4 --dtype float16 --backend torch");
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("received float16, which PyTorch does not decompose.");
    }

    [Theory]
    [InlineData("kaiming_uniform_ --as torch", "0.43301", "a = sqrt(5)")]
    [InlineData(
        """{"class_name":"kaiming_uniform_","config":{"a":2.23606797749979}} --as torch""",
        "0.17678",
        "a = sqrt(5)"
    )]
    [InlineData("he_uniform --as jax", "0.30619", "in_axis -2 and out_axis -1")]
    [InlineData("uniform --as numpy", "0 to 1", "initializer     uniform of numpy")]
    public void AFrameworksFunctionIsExplained(string asked, string values, string about)
    {
        string[] words = asked.Split(' ');
        Tool.Result result = Tool.Run(_folder.Path, ["explain", .. words, "--shape", "64,32"]);
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain(values);
        result.Output.ShouldContain(about);
    }

    [Fact]
    public void AProgramIsExplainedAndReported()
    {
        File.WriteAllText(_folder.File("config.json"), Llama);
        string table = Run("explain config.json --as transformers-5.18 --seed 5");
        table.ShouldStartWith("12 weights, 18.5 k parameters, 0 warnings");
        table.ShouldMatch(@"(?m)lm_head\.weight .*normal_ .*\(128, 32\) float32 .*0\.0004 .*5 \(given\)");
        Run("explain config.json --as transformers-5.18 --json").ShouldContain("\"lm_head.weight\"");
        Run("init config.json --as transformers-5.18 --seed 5 -o start");
        Run("report config.json --as transformers-5.18 --seed 5 -o planned.html");
        Run("report start --as transformers-5.18 -o there.html");
        File.ReadAllText(_folder.File("there.html")).ShouldContain("lm_head.weight");
    }

    [Theory]
    [InlineData(
        "explain config.json --as transformers-5.18 --shape 3,3",
        "--shape is for Keras; transformers-5.18 is given."
    )]
    [InlineData(
        "explain normal_ --as torch --shape 3,3 --backend jax",
        "--backend is for models and initializers of Keras"
    )]
    [InlineData("explain he_normal --shape 3,3 --dtype int32 --architecture X", "--architecture goes with --as")]
    public void OptionsOfAnotherKindAreRefused(string arguments, string says)
    {
        File.WriteAllText(_folder.File("config.json"), Llama);
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(2, result.Output);
        result.Error.ShouldContain(says);
    }

    private string Run(string arguments)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output;
    }
}
