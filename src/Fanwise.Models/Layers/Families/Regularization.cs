using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Models.Signals;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Dropouts and noise; keras/src/layers/regularization. No weights, but a seed each where they do
/// something.</summary>
internal static class Regularization
{
    private static readonly Func<ModelGeneration, bool> Dropping = static generation => generation.ZeroDropoutDraws,
        Noising = static generation => generation.ZeroNoiseDraws;

    public static readonly LayerClass[] Classes =
    [
        new("Dropout")
        {
            Signal = SignalFlows.Same,
            Keys = "rate noise_shape seed",
            Check = CheckRate,
            Constructor = [SeedIfPositive("rate", Dropping)],
        },
        new("AlphaDropout")
        {
            Signal = SignalFlows.Same,
            Keys = "rate noise_shape seed",
            Check = CheckRate,
            Constructor = [SeedIfPositive("rate", Noising)],
        },
        new("GaussianDropout")
        {
            Signal = SignalFlows.Same,
            Keys = "rate seed",
            Check = CheckRate,
            Constructor = [SeedIfPositive("rate", Noising)],
        },
        new("GaussianNoise")
        {
            Keys = "stddev seed",
            Constructor = [SeedIfPositive("stddev", Noising)],
            Signal = SignalFlows.Same,
        },
        .. Enumerable
            .Range(1, 3)
            .Select(static rank => new LayerClass($"SpatialDropout{rank}D")
            {
                Signal = SignalFlows.Same,
                Keys = "rate data_format seed",
                Check = CheckRate,
                Constructor = [SeedIfPositive("rate", Dropping)],
            }),
    ];

    private static void CheckRate(Configuration c)
    {
        if (c.Number("rate", double.NaN) is not (>= 0 and <= 1))
            throw c.Error("rate", "must be a number from 0 to 1");
    }
}
