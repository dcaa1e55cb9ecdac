using Fanwise.Testing;

namespace Fanwise.Cli.Tests;

/// <summary><c>--as file</c>: the starts of the release that wrote a model's file.</summary>
public sealed class WritersReleaseTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheFilesReleaseIsTakenByEveryCommand()
    {
        WriteModel("3.2.1");
        Run("init model.json --seed 7 -o file.safetensors --as file").Error.ShouldNotContain("note:");
        Run("init model.json --seed 7 -o named.safetensors --as keras-3.2.1");
        Run("init model.json --seed 7 -o default.safetensors").Error.ShouldContain("--as keras-3.2");
        Bytes("file").ShouldBe(Bytes("named"));
        Bytes("file").ShouldNotBe(Bytes("default"));
        Run("verify file.safetensors --model model.json --seed 7 --as file");
        Run("find-seed file.safetensors --model model.json --as file").Output.ShouldContain("set_random_seed(7)");
        Run("explain model.json --seed 7 --as file --json")
            .Output.ShouldBe(Run("explain model.json --seed 7 --as keras-3.2 --json").Output);
        Run("report model.json --seed 7 --as file");
    }

    [Theory]
    [InlineData(null, "has no keras_version")]
    [InlineData("3.99.0", "received keras_version 3.99.0")]
    [InlineData("two", "received keras_version two")]
    public void AFileWhoseReleaseIsNotKnownIsRefused(string? version, string says)
    {
        WriteModel(version);
        Tool.Result result = Tool.Run(_folder.Path, "init model.json --seed 7 -o x.safetensors --as file");
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("--as file");
        result.Error.ShouldContain(says);
        Directory.GetFiles(_folder.Path).Select(Path.GetFileName).ShouldBe(["model.json"]);
    }

    private string Bytes(string name) =>
        Convert.ToHexString(File.ReadAllBytes(_folder.File(name + ".safetensors"))[^400..]);

    private Tool.Result Run(string arguments)
    {
        Tool.Result result = Tool.Run(_folder.Path, arguments);
        result.ExitCode.ShouldBe(0, result.Error);
        return result;
    }

    // Until Keras 3.2 a GaussianDropout draws a seed though its rate is 0, and the kernel gets the next one.
    private void WriteModel(string? version) =>
        File.WriteAllText(
            _folder.File("model.json"),
            """
            {"module": "keras", "class_name": "Sequential", "config": {"name": "sequential", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4],
             "name": "input"}},
            {"module": "keras.layers", "class_name": "GaussianDropout", "config": {"name": "noise", "rate": 0.0}},
            {"module": "keras.layers", "class_name": "Dense", "config": {"name": "dense", "units": 30}}]}
            """ + (version is null ? "}" : $", \"keras_version\": \"{version}\"}}")
        );
}
