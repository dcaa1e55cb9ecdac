using Fanwise.Models.Configurations;
using Fanwise.Models.Signals;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Image layers; keras/src/layers/preprocessing/image_preprocessing. No weights; the random ones draw a seed,
/// or several.</summary>
internal static class Images
{
    private const string Common = "factor bounding_box_format data_format ",
        Random = Common + "value_range seed ",
        Moved = Random + "interpolation fill_mode fill_value ";

    /// <summary>The layers inside of RandAugment, in its constructor's order; AugMix takes the geometric ones
    /// first.</summary>
    private static readonly string[] Geometric = ["RandomShear", "RandomTranslation", "RandomRotation"];

    public static readonly LayerClass[] Classes =
    [
        Seeded("RandomFlip", Random + "mode"),
        Seeded("RandomRotation", Moved),
        Seeded("RandomZoom", Moved + "height_factor width_factor"),
        Seeded("RandomTranslation", Moved + "height_factor width_factor"),
        Seeded("RandomShear", Moved + "x_factor y_factor"),
        Seeded("RandomPerspective", Moved + "scale"),
        Seeded("RandomElasticTransform", Moved + "scale"),
        Seeded("RandomBrightness", Random),
        Seeded("RandomContrast", Random),
        Seeded("RandomHue", Random),
        Seeded("RandomSaturation", Random),
        Seeded("RandomSharpness", Random),
        Seeded("RandomPosterization", Random),
        Seeded("RandomGrayscale", Random),
        Seeded("RandomColorDegeneration", Random),
        Seeded("RandomInvert", Random),
        Seeded("RandomErasing", Random + "scale fill_value"),
        Seeded("RandomGaussianBlur", Random + "kernel_size sigma"),
        Seeded("Solarization", Random + "addition_factor threshold_factor"),
        Seeded("CutMix", Random),
        Seeded("MixUp", Random + "alpha"),
        new("RandomCrop")
        {
            Keys = Common + "height width seed",
            Constructor = [UnusedSeed, Generator],
            DrawsWhenBuilt = true,
            Output = static call => Resized(call),
        },
        new("RandomColorJitter")
        {
            Keys = Random + "brightness_factor contrast_factor saturation_factor hue_factor",
            Constructor =
            [
                Generator,
                Part("random_brightness", "RandomBrightness", static c => c.Has("brightness_factor")),
                Part("random_contrast", "RandomContrast", static c => c.Has("contrast_factor")),
                Part("random_saturation", "RandomSaturation", static c => c.Has("saturation_factor")),
                Part("random_hue", "RandomHue", static c => c.Has("hue_factor")),
            ],
        },
        new("RandAugment")
        {
            Keys = Random + "num_ops interpolation",
            Constructor =
            [
                Generator,
                .. Geometric.Select(static name => Always(name)),
                Always("RandomBrightness"),
                Always("RandomColorDegeneration"),
                Always("RandomContrast"),
                Always("RandomSharpness"),
                Always("Solarization"),
                Always("RandomPosterization"),
                Always("AutoContrast"),
                Always("Equalization"),
            ],
        },
        new("AugMix")
        {
            Keys = Random + "num_chains chain_depth alpha all_ops interpolation",
            Constructor =
            [
                Generator,
                .. Geometric.Select(static name => Always(name)),
                Always("Solarization"),
                Always("RandomPosterization"),
                Always("AutoContrast"),
                Always("Equalization"),
                WithAllOperations("RandomBrightness"),
                WithAllOperations("RandomColorDegeneration"),
                WithAllOperations("RandomContrast"),
                WithAllOperations("RandomSharpness"),
            ],
        },
        new("AutoContrast") { Keys = Common + "value_range" },
        new("Equalization") { Keys = Common + "value_range bins" },
        new("ContrastLimitedAdaptiveHistogramEqualization") { Keys = Common + "value_range clip_limit tile_grid_size" },
        new("MaxNumBoundingBoxes") { Keys = Common + "max_number fill_value" },
        new("Resizing")
        {
            Signal = SignalFlows.Same,
            Keys =
                Common
                + "height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value antialias",
            Output = static call => Resized(call),
        },
        new("CenterCrop")
        {
            Keys = Common + "height width",
            Signal = SignalFlows.Same,
            Output = static call => Resized(call),
        },
        // keras._legacy
        Seeded("RandomHeight", "factor interpolation seed", static call => Unsized(call, -3)),
        Seeded("RandomWidth", "factor interpolation seed", static call => Unsized(call, -2)),
    ];

    private static LayerClass Seeded(string name, string keys) =>
        new(name)
        {
            Keys = keys,
            Constructor = [Generator],
            DrawsWhenBuilt = true,
        };

    private static LayerClass Seeded(string name, string keys, Func<LayerCall, TensorShape?[]?> output) =>
        new(name)
        {
            Keys = keys,
            Constructor = [Constructing.Seed],
            DrawsWhenBuilt = true,
            Output = output,
        };

    private static Construction Always(string className) => Part(Names.Snake(className), className);

    private static Construction WithAllOperations(string className) =>
        Part(Names.Snake(className), className, static c => c.Flag("all_ops", true));

    private static TensorShape?[] Resized(LayerCall call)
    {
        TensorShape input = call.Inputs.First!;
        if (input.Rank is not (3 or 4))
            throw call.Config.Error($"needs an input of rank 3 or 4; received the shape {input}");
        int height = call.Config.ChannelsFirst ? -2 : -3;
        return [input.With(height, call.Config.Size("height")).With(height + 1, call.Config.Size("width"))];
    }

    private static TensorShape?[] Unsized(LayerCall call, int axis) =>
        [call.Inputs.First!.Rank >= 3 ? call.Inputs.First.With(axis, null) : call.Inputs.First];
}
