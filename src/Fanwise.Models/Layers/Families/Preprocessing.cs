using Fanwise.Models.Architectures;

namespace Fanwise.Models.Layers.Families;

/// <summary>Layers that prepare data; keras/src/layers/preprocessing. Normalization keeps its statistics as weights,
/// and the spectrograms their transform.</summary>
internal static class Preprocessing
{
    private const string Lookup =
        "max_tokens num_oov_indices mask_token oov_token vocabulary vocabulary_dtype vocabulary_size idf_weights "
        + "invert output_mode sparse pad_to_max_tokens oov_method salt encoding ";

    public static readonly LayerClass[] Classes =
    [
        new("Normalization")
        {
            Keys = "axis mean variance invert",
            Check = static c =>
            {
                if (c.Has("mean") != c.Has("variance"))
                    throw c.Error("mean", "must be given together with variance");
            },
            Build = static b =>
            {
                int rank = b.Input.Rank;
                int[] axes = b.Config["axis"] is { IsNull: true } ? [] : b.Config.Axes("axis", -1);
                long[] shape =
                [
                    .. axes.Select(axis => axis < 0 ? axis + rank : axis).Order().Select(axis => b.Dimension(axis)),
                ];
                if (b.Config.Has("mean"))
                    return;
                b.WeightNow("mean", shape, "zeros", trainable: false);
                b.WeightNow("variance", shape, "ones", trainable: false);
                b.WeightNow("count", [], "zeros", trainable: false, ElementType.Int64);
            },
        },
        new("STFTSpectrogram")
        {
            Keys = "mode frame_length frame_step fft_length window periodic scaling padding expand_dims data_format",
            Build = static b =>
            {
                Configuration c = b.Config;
                string mode = c.Text("mode") ?? "log";
                long frame = c.SizeOrNull("frame_length") ?? 256,
                    length = c.SizeOrNull("fft_length") ?? 2 * frame;
                if (mode != "imag")
                    Kernel("real");
                if (mode != "real")
                    Kernel("imag");

                void Kernel(string side)
                {
                    JsonValue initializer = JsonValue.Object(
                        ("class_name", JsonValue.String("STFT")),
                        (
                            "config",
                            JsonValue.Object(
                                ("side", JsonValue.String(side)),
                                ("window", c["window"] ?? JsonValue.String("hann")),
                                ("scaling", c["scaling"] ?? JsonValue.String("density")),
                                ("periodic", c["periodic"] ?? JsonValue.False)
                            )
                        )
                    );
                    b.Weight(
                        $"{side}_kernel",
                        [frame, 1, length / 2 + 1],
                        b.Reviver.Initializer(initializer, c.Place, $"{side}_kernel")
                    );
                }
            },
            Output = static _ => null,
        },
        new("MelSpectrogram")
        {
            Keys =
                "fft_length sequence_stride sequence_length window sampling_rate num_mel_bins min_freq max_freq "
                + "power_to_db top_db mag_exp min_power ref_power",
            Output = static _ => null,
        },
        new("Rescaling") { Keys = "scale offset" },
        new("Discretization")
        {
            Keys = "bin_boundaries num_bins epsilon output_mode sparse",
            Output = static call =>
            {
                Configuration c = call.Config;
                long? bins = c["bin_boundaries"] is { IsArray: true } bounds
                    ? bounds.Items.Length + 1
                    : c.SizeOrNull("num_bins");
                TensorShape input = call.Inputs.First!;
                return c.Text("output_mode") is "multi_hot" or "count"
                    // As Keras has it: the second axis goes, not the last.
                    ? [input.Rank >= 2 ? new([input[0], .. input.Dimensions[2..], bins]) : new(bins)]
                    : Encoded(call, bins);
            },
        },
        new("CategoryEncoding")
        {
            Keys = "num_tokens output_mode sparse",
            Arguments = ["inputs", "count_weights"],
            Output = static call => Encoded(call, call.Config.Size("num_tokens"), "multi_hot"),
        },
        new("Hashing")
        {
            Keys = "num_bins mask_value salt output_mode sparse",
            Output = static call =>
                (call.Config.Text("output_mode") ?? "int") == "int"
                    ? [call.Inputs.First]
                    : [Last(call.Inputs.First!, call.Config.Size("num_bins"))],
        },
        new("HashedCrossing")
        {
            Keys = "num_bins output_mode sparse",
            NeedsTensorFlow = static _ => true,
            Output = static call => Encoded(call, call.Config.Size("num_bins")),
        },
        new("StringLookup")
        {
            Keys = Lookup,
            NeedsTensorFlow = static _ => true,
            Output = static call => Encoded(call, Vocabulary(call.Config)),
        },
        new("IntegerLookup") { Keys = Lookup, Output = static call => Encoded(call, Vocabulary(call.Config)) },
        new("TextVectorization")
        {
            Keys = Lookup + "standardize split ngrams output_sequence_length ragged",
            Output = static call =>
            {
                Configuration c = call.Config;
                TensorShape input = call.Inputs.First!;
                return (c.Text("output_mode") ?? "int") == "int"
                        ? [new(input[0], c.SizeOrNull("output_sequence_length"))]
                    : c["split"] is { IsNull: true } ? [Last(input.Rank <= 1 ? input.Append(1) : input, Vocabulary(c))]
                    : [input.Append(Vocabulary(c))];
            },
        },
        new("Pipeline")
        {
            Keys = "layers",
            Constructor =
            [
                static (layer, reviver) =>
                {
                    if (layer.Config["layers"] is not { IsArray: true } layers)
                        throw layer.Config.Error("layers", "must be a list of layers");
                    foreach (JsonValue inner in layers.Items)
                        layer.Children.Add(("_pipeline_layers", reviver.Revive(inner, layer.Config.Place, "layers")));
                },
            ],
            Build = static b =>
            {
                TensorShape? shape = b.Inputs.First;
                foreach ((_, Layer inner) in b.Layer.Children)
                {
                    b.Inner(inner, shape);
                    shape = b.Reviver.OutputOf(inner, CallInputs.Of(shape)) is [var only] ? only : null;
                }
            },
            Output = static _ => null,
        },
        // keras/src/applications: inception_resnet_v2.py, convnext.py
        new("CustomScaleLayer") { Keys = "scale" },
        new("LayerScale")
        {
            Keys = "init_values projection_dim",
            Build = static b =>
            {
                JsonValue constant = JsonValue.Object(
                    ("class_name", JsonValue.String("Constant")),
                    ("config", JsonValue.Object(("value", b.Config["init_values"] ?? JsonValue.Null)))
                );
                b.Weight(
                    b.Reviver.UnnamedVariable(),
                    [b.Config.Size("projection_dim")],
                    b.Reviver.Initializer(constant, b.Config.Place, "init_values")
                );
            },
        },
        new("StochasticDepth") { Keys = "drop_path_rate" },
    ];

    /// <summary>The shape of categories: as they are, as one position of <paramref name="depth"/> each, or as the
    /// positions of all that the last axis holds.</summary>
    private static TensorShape?[] Encoded(LayerCall call, long? depth, string absentMode = "int")
    {
        TensorShape input = call.Inputs.First!;
        return (call.Config.Text("output_mode") ?? absentMode) switch
        {
            "int" => [input],
            "one_hot" when input[-1] != 1 || input.Rank == 1 => [input.Append(depth)],
            _ => [Last(input, depth)],
        };
    }

    private static TensorShape Last(TensorShape input, long? depth) =>
        input.Rank == 0 ? new(depth) : input.With(-1, depth);

    /// <summary>The number of tokens of a lookup that encodes; null where the file does not tell it.</summary>
    private static long? Vocabulary(Configuration c)
    {
        if (c.Flag("pad_to_max_tokens", false))
            return c.SizeOrNull("max_tokens");
        if (c.SizeOrNull("vocabulary_size") is { } size)
            return size;
        if (c["vocabulary"] is not { IsArray: true } tokens)
            return null;
        // A vocabulary may begin with the tokens for unknown words already.
        int unknown = c.Integer("num_oov_indices") ?? 1;
        JsonValue word = c["oov_token"] ?? JsonValue.String("[UNK]");
        bool hasThem = unknown <= tokens.Items.Length;
        for (int i = 0; i < unknown && hasThem; i++)
            hasThem = tokens.Items[i].ToString() == word.ToString();
        return tokens.Items.Length + (hasThem ? 0 : unknown);
    }
}
