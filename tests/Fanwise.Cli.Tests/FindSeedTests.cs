using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary>fanwise find-seed as a process: what it prints and returns.</summary>
public sealed class FindSeedTests : IDisposable
{
    private const string Dense = """
        {"module": "keras", "class_name": "Sequential", "config": {"name": "sequential", "layers": [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4], "dtype": "float32",
         "name": "input"}, "registered_name": null},
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": "dense", "trainable": true,
         "dtype": "float32", "units": 30, "activation": "linear", "use_bias": true,
        "kernel_initializer": "he_normal", "bias_initializer": "zeros"}, "registered_name": null,
         "build_config": {"input_shape": [null, 4]}}]}, "registered_name": null}
        """;

    private const string Llama = """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 32, "intermediate_size": 64,
         "num_hidden_layers": 1, "num_attention_heads": 4, "vocab_size": 128}
        """;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NamesTheSeedOfATensor()
    {
        Tool.Run(_folder.Path, "draw glorot_uniform --shape 30,20 --seed 1234 -o kernel.safetensors")
            .ExitCode.ShouldBe(0);
        foreach (string place in (string[])["kernel.safetensors", "."])
        {
            Tool.Result result = Tool.Run(_folder.Path, $"find-seed {place}");
            result.ExitCode.ShouldBe(0, result.Error);
            result.Output.ShouldMatch(
                @"^\S+ \(30, 20\) float32: GlorotUniform with the seed 1234 \(chance of an accident: below 1e-99\)\.\n$"
            );
            result.Error.ShouldMatch(@"^1 tensor, \d+\.\d\d s\n$");
        }

        Tool.Run(_folder.Path, "find-seed kernel.safetensors --up-to 1000")
            .Output.ShouldContain("No seed from 0 to 1000 makes it by GlorotUniform.");
    }

    [Fact]
    public void NamesTheValueOfSetRandomSeedBehindAModelsWeights()
    {
        File.WriteAllText(_folder.File("model.json"), Dense);
        Tool.Run(_folder.Path, "init model.json --seed 77 -o weights.safetensors").ExitCode.ShouldBe(0);
        Tool.Result result = Tool.Run(_folder.Path, "find-seed weights.safetensors --model model.json");
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain(
            "dense/bias (30,) float32: It is what the model begins with (Zeros), whatever the seed."
        );
        result.Output.ShouldContain("keras.utils.set_random_seed(77)");
    }

    [Theory]
    [InlineData("torch")]
    [InlineData("jax")]
    [InlineData("numpy")]
    public void TheBackendIsTheFilesOwnOrTheOneThatIsGiven(string backend)
    {
        File.WriteAllText(_folder.File("model.json"), Dense);
        Tool.Run(_folder.Path, $"init model.json --seed 78 --backend {backend} -o weights.safetensors")
            .ExitCode.ShouldBe(0);
        Tool.Run(_folder.Path, $"init model.json --seed 78 --backend {backend} -o weights.npz").ExitCode.ShouldBe(0);
        foreach (string asked in (string[])["weights.safetensors", $"weights.npz --backend {backend}"])
            Tool.Run(_folder.Path, $"find-seed {asked} --model model.json")
                .Output.ShouldContain("keras.utils.set_random_seed(78)");
    }

    [Fact]
    public void NamesTheSeedOfAStartByRules()
    {
        string config = Path.Combine(Golden.Root, "samples", "models", "tiny-llama", "config.json");
        Tool.Run(_folder.Path, $"init {config} --rules llama --seed 5002 -o start").ExitCode.ShouldBe(0);
        Tool.Result result = Tool.Run(_folder.Path, "find-seed start --rules llama");
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("The seed 5002 draws 16 of the 16 random tensors.");
        result.Output.ShouldContain("with the seed 5002 and its name.");
        Tool.Run(_folder.Path, "find-seed start --rules llama --max-seed 5001")
            .Output.ShouldContain("No seed from 0 to 5001 draws one of the random tensors.");
        Tool.Run(_folder.Path, "find-seed start --rules llama --max-seed 5001")
            .Output.ShouldContain("float32: No seed from 0 to 5001 gives it under its name.");
    }

    [Fact]
    public void NamesTheValueOfManualSeedBehindAStartOfTransformers()
    {
        File.WriteAllText(_folder.File("config.json"), Llama);
        Tool.Run(_folder.Path, "init config.json --as transformers-5.18 --seed 4001 -o start").ExitCode.ShouldBe(0);
        Tool.Result result = Tool.Run(_folder.Path, "find-seed start --as transformers-5.18");
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("torch.manual_seed(4001) draws 9 of the 9 random tensors.");
        Tool.Run(_folder.Path, "find-seed start --as transformers-5.18 --config config.json --max-seed 4000")
            .Output.ShouldContain("No value of torch.manual_seed from 0 to 4000 draws one of the random tensors.");
    }

    [Theory]
    [InlineData("find-seed none.safetensors", 1, "none.safetensors")]
    [InlineData("find-seed .", 1, "holds no safetensors file")]
    [InlineData("find-seed", 2, "find-seed")]
    [InlineData(
        "find-seed x.safetensors --up-to 2147483647",
        2,
        "--up-to is an integer from 0 to 2147483646; received '2147483647'."
    )]
    public void WhatCannotBeAskedIsOneSentence(string arguments, int exitCode, string says)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(exitCode, result.Error);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldContain(says);
        result.Error.TrimEnd('\n').ShouldNotContain("\n");
    }
}
