using System.Runtime.InteropServices;
using Fanwise.Models.Checkpoints.Hdf5;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Files;
using Fanwise.Models.Plans;
using Fanwise.Models.Tests.ModelFiles;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>What Keras keeps in a <c>.weights.h5</c> file beside weights, and does not load a file without.</summary>
public sealed class KerasArraysTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Expected: index_lookup.py's rules by hand; mean, truncated mean, given tokens, padding.
    [Theory]
    [InlineData("IntegerLookup", "\"vocabulary\": [7, 9], \"idf_weights\": [0.5, 0.6]", new[] { 0.55f, 0.5f, 0.6f })]
    [InlineData("IntegerLookup", "\"vocabulary\": [7, 9], \"idf_weights\": [1, 2]", new[] { 1f, 1f, 2f })]
    [InlineData(
        "StringLookup",
        "\"vocabulary\": [\"[UNK]\", \"a\"], \"idf_weights\": [0.25, 0.5], \"oov_token\": \"[UNK]\"",
        new[] { 0.25f, 0.5f }
    )]
    [InlineData(
        "StringLookup",
        "\"vocabulary\": [\"a\"], \"idf_weights\": [0.5], \"pad_to_max_tokens\": true, \"max_tokens\": 5, "
            + "\"num_oov_indices\": 2",
        new[] { 0.5f, 0.5f, 0.5f, 0f, 0f }
    )]
    public void TheFactorsOfALookupsWordsAreThere(string className, string config, float[] expected)
    {
        WeightPlan plan = Texts.Plan(
            Texts.Sequential(
                Texts.Input,
                Texts.Layer(className, $"\"name\": \"words\", \"output_mode\": \"tf_idf\", {config}"),
                Texts.Dense("d")
            )
        );
        string place = className == "IntegerLookup" ? "integer_lookup" : "string_lookup";
        Floats(plan, $"layers/{place}/vars/idf_weights").ShouldBe(expected);
        CheckpointVerifier.Verify(_folder.File("a.weights.h5"), plan).Holds.ShouldBeTrue();
    }

    [Fact]
    public void TextVectorizationKeepsThemTwice()
    {
        WeightPlan plan = Texts.Plan(
            Texts.Sequential(
                Texts.Input,
                Texts.Layer(
                    "TextVectorization",
                    "\"name\": \"t\", \"output_mode\": \"tf_idf\", \"vocabulary\": [\"a\"], \"idf_weights\": [0.5]"
                )
            )
        );
        foreach (string place in (string[])["vars/idf_weights", "_lookup_layer/vars/idf_weights"])
            Floats(plan, $"layers/text_vectorization/{place}").ShouldBe([0.5f, 0.5f]);
    }

    [Fact]
    public void AFactorForEveryWordIsNeeded() =>
        Should
            .Throw<ModelException>(() =>
                Texts.Plan(
                    Texts.Sequential(
                        Texts.Input,
                        Texts.Layer(
                            "IntegerLookup",
                            "\"name\": \"words\", \"output_mode\": \"tf_idf\", \"vocabulary\": [1, 2], "
                                + "\"idf_weights\": [0.5]"
                        )
                    )
                )
            )
            .Message.ShouldContain("a number for each of 2 words");

    private float[] Floats(WeightPlan plan, string place)
    {
        string path = _folder.File("a.weights.h5");
        CheckpointFormat.Of(path).Write(plan, path, new() { Sync = false, Overwrite = true });
        using FileSource source = FileSource.Open(path);
        Hdf5Array array = Hdf5File.Read(source).ByPath[place].Array.ShouldNotBeNull();
        byte[] bytes = new byte[array.Shape.Elements * sizeof(float)];
        array.Source.ShouldNotBeNull().Read(array.Offset, bytes);
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}
