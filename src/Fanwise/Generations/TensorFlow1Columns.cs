namespace Fanwise.Generations;

/// <summary>What the initializers of TensorFlow 1 have in common: those of contrib, and those that TensorFlow 2 keeps
/// as compat.v1.</summary>
internal static class TensorFlow1Columns
{
    public static GenerationColumns All { get; } =
        new()
        {
            Seeds = SeedRule.Operation,
            GlobalSeedIsPythons = false,
            DrawsInGraphs = true,
            TakesPartitionInfo = true,
            PartsHaveFansOfWhole = true,
            ChecksUniformDtype = false,
            MaximumMayBeNone = true,
            ConstantMayBeList = true,
        };
}
