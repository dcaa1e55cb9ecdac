using System.Buffers.Binary;
using Fanwise.Testing;
using TorchSharpTraining;

namespace FanwiseTorch.Tests;

/// <summary>The sample that people start from trains, shows its curves and writes them.</summary>
public sealed class SampleTests
{
    private const int Steps = 60;

    [Fact]
    public void BothNetworksTrainFromAllThreeBeginningsAndTheirCurvesAreWritten()
    {
        using ScratchFolder folder = new();
        using StringWriter output = new();
        IReadOnlyDictionary<string, double[]> losses = Training.Run(output, folder.Path, Steps);
        losses.Count.ShouldBe(6);
        losses.Values.ShouldAllBe(static curve => curve.Length == Steps && curve.All(double.IsFinite));
        // Eight convolutions without norms: with the variance that He et al. derived they learn, with TorchSharp's
        // own, a sixth of it, hardly.
        Last("convolutions, Fanwise, he_normal").ShouldBeLessThan(0.8 * Last("convolutions, TorchSharp's own"));
        Last("convolutions, a Keras start").ShouldBeLessThan(0.8 * Last("convolutions, TorchSharp's own"));
        output.ToString().ShouldContain("C: a Keras start");
        foreach (string name in (string[])["convolutions.png", "transformer.png"])
        {
            byte[] png = File.ReadAllBytes(folder.File(name));
            png[..8].ShouldBe([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
            BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)).ShouldBe(640);
        }

        double Last(string name) => Training.Last(losses[name]);
    }
}
