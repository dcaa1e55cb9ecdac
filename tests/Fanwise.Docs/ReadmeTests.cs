using System.Numerics.Tensors;

namespace Fanwise.Docs;

/// <summary>README's programs.</summary>
public class ReadmeTests
{
    [Fact]
    public void FirstPrograms()
    {
        #region
        // The bits of Keras 3 on TensorFlow.
        Tensor<float> kernel = Initializers.HeNormal(seed: 42).Create<float>([3, 3, 64, 128]);

        // Into your own memory: rows 1000 to 1999 of a large table, equal to that slice of the whole.
        float[] rows = new float[1_000 * 4_096];
        Initializers.GlorotUniform(seed: 7).Fill<float>(rows, shape: [50_000, 4_096], region: Region.Rows(1_000, 1_000));
        #endregion

        kernel.Lengths.ToArray().ShouldBe([3, 3, 64, 128]);
        float[] first = new float[4_096];
        Initializers.GlorotUniform(seed: 7).Fill(first.AsSpan(), [50_000, 4_096], start: 1_000 * 4_096L);
        rows[..4_096].ShouldBe(first);
    }
}
