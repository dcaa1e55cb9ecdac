using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Models.Plans;
using Fanwise.Models.Signals;
using Fanwise.Python;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Normalizations; keras/src/layers/normalization. Their constructors resolve beta before gamma, their builds
/// make gamma first.</summary>
internal static class Normalizations
{
    private const string ScaleAndCenter =
        "axis epsilon center scale beta_initializer gamma_initializer beta_regularizer gamma_regularizer "
        + "beta_constraint gamma_constraint ";

    private static readonly JsonValue VectorU = JsonValue.Object(
        ("class_name", JsonValue.String("TruncatedNormal")),
        ("config", JsonValue.Object(("stddev", JsonValue.Number("0.02"))))
    );

    public static readonly LayerClass[] Classes =
    [
        new("BatchNormalization")
        {
            Keys =
                ScaleAndCenter
                + "momentum moving_mean_initializer moving_variance_initializer synchronized renorm renorm_clipping "
                + "renorm_momentum",
            NeedsTensorFlow = static c => c.Flag("synchronized", false),
            Constructor =
            [
                Initializer("beta", Zeros),
                Initializer("gamma", Ones),
                Initializer("moving_mean", Zeros),
                Initializer("moving_variance", Ones),
            ],
            Build = static b =>
            {
                long[] shape = [b.Dimension(Axis(b.Config))];
                ElementType type = b.VariableType;
                if (b.Reviver.Generation.NormalizesHalvesInFloat32)
                    type = type is ElementType.Float16 or ElementType.BFloat16 ? ElementType.Float32 : type;
                if (b.Config.Flag("scale", true))
                    b.Weight("gamma", shape, b.Initializer("gamma"), type: type);
                if (b.Config.Flag("center", true))
                    b.Weight("beta", shape, b.Initializer("beta"), type: type);
                b.Weight("moving_mean", shape, b.Initializer("moving_mean"), trainable: false, type);
                b.Weight("moving_variance", shape, b.Initializer("moving_variance"), trainable: false, type);
                if (!b.Config.Flag("renorm", false))
                    return;
                SquareRoot(b, "moving_stddev", shape, type);
                b.Weight("renorm_mean", shape, Again(b, "moving_mean"), trainable: false, type);
                SquareRoot(b, "renorm_stddev", shape, type);
            },
            Signal = SignalFlows.BatchNormalization,
            PyTorch = PyTorchForms.BatchNorm,
            FixedAxes = static layer => [Axis(layer.Config)],
        },
        new("LayerNormalization")
        {
            Keys = ScaleAndCenter + "rms_scaling",
            Constructor = [Initializer("beta", Zeros), Initializer("gamma", Ones)],
            Build = static b =>
            {
                bool rms = b.Config.Flag("rms_scaling", false),
                    scales = b.Config.Flag("scale", true) || rms,
                    centers = b.Config.Flag("center", true) && !rms;
                if (!scales && !centers)
                    return; // so the axes need not be known
                // The numbers are sorted as they are written: [-1, 1] stays in this order.
                IEnumerable<int> axes = b.Config.Axes("axis", -1);
                if (b.Reviver.Generation.SortsNormalizationAxes)
                    axes = axes.Order();
                long[] shape = [.. axes.Select(axis => b.Dimension(axis))];
                if (scales)
                    b.Weight("gamma", shape, "gamma");
                if (centers)
                    b.Weight("beta", shape, "beta");
            },
            Signal = SignalFlows.LayerNormalization,
            PyTorch = PyTorchForms.LayerNorm,
            FixedAxes = static layer => layer.Config.Axes("axis", -1),
        },
        new("GroupNormalization")
        {
            Keys = ScaleAndCenter + "groups",
            Constructor = [Initializer("beta", Zeros), Initializer("gamma", Ones)],
            Build = static b =>
            {
                long size = b.Dimension(Axis(b.Config)),
                    groups = b.Config.Integer("groups") ?? 32;
                if (groups == -1)
                    groups = size;
                if (groups <= 0 || size < groups || size % groups != 0)
                    throw b.Config.Error("groups", $"must be -1, or divide the size of the axis ({size})");
                if (b.Config.Flag("scale", true))
                    b.Weight("gamma", [size], "gamma");
                if (b.Config.Flag("center", true))
                    b.Weight("beta", [size], "beta");
            },
            Signal = SignalFlows.GroupNormalization,
            PyTorch = PyTorchForms.GroupNorm,
            FixedAxes = static layer => [Axis(layer.Config)],
        },
        new("RMSNormalization")
        {
            Keys = "axis epsilon",
            Build = static b =>
                b.WeightNow("scale", [.. b.Config.Axes("axis", -1).Order().Select(axis => b.Dimension(axis))], "ones"),
            Signal = SignalFlows.RmsNormalization,
            PyTorch = PyTorchForms.RmsNorm,
            FixedAxes = static layer => layer.Config.Axes("axis", -1),
        },
        new("UnitNormalization") { Keys = "axis" },
        new("SpectralNormalization")
        {
            Keys = "layer power_iterations",
            Constructor = [Inner("layer")],
            Build = static b =>
            {
                Layer inner = b.Layer.Child("layer");
                b.Inner(inner, b.Inputs.First);
                Variable kernel =
                    inner.Weight("kernel")
                    ?? inner.Weight("embeddings")
                    ?? throw b.Config.Error("layer", "must be a layer with a kernel or embeddings");
                ElementType type = kernel.Initial.Values.ElementType;
                // A kernel that the inner layer computes is no variable that could be tracked.
                if (Quantization.KernelIsVariable(inner))
                    b.Track(kernel);
                else if (ElementTypes.TryParse(inner.Policy.Compute, out ElementType computed))
                    type = computed;
                b.Weight(
                    "vector_u",
                    [1, kernel.Initial.Values.Shape.Lengths[^1]],
                    b.Reviver.Initializer(VectorU, b.Config.Place, "vector_u"),
                    trainable: false,
                    type
                );
            },
            Output = static call => call.Of(call.Layer.Child("layer"), call.Inputs.First),
        },
    ];

    private static int Axis(Configuration c) =>
        c.Axes("axis", -1) is [int axis] ? axis : throw c.Error("axis", "must be one axis");

    /// <summary>The initializer for a second weight: Keras 3 clones it, so that an unseeded one draws again.</summary>
    private static BoundInitializer Again(LayerBuild b, string initializer) =>
        b.Layer.Initializers.TryGetValue(initializer, out BoundInitializer? original)
        && !b.Reviver.Generation.RenormSharesInitializers
            ? b.Reviver.Clone(original, b.Config.Place, initializer)
            : b.Initializer(initializer);

    /// <summary>The root of what the moving variance's initializer gives again.</summary>
    private static void SquareRoot(LayerBuild b, string name, long[] shape, ElementType type)
    {
        BoundInitializer again = Again(b, "moving_variance");
        InitialValue variance = b.Guarded(name, () => again.Draw(b.Checked(name, shape), type, b.Reviver));
        b.Weight(
            name,
            new InitialValue(
                new SquareRootValues(variance.Values, b.Reviver.Backend.RootOfNegative),
                $"sqrt({variance.Initializer})"
            )
            {
                Seeds = variance.Seeds,
            },
            trainable: false
        );
    }
}
