using Fanwise.Draws;
using Fanwise.Models.Configurations;
using Fanwise.Models.Plans;
using Fanwise.Models.Signals;
using Fanwise.Python;

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
            Signal = SignalFlows.Same,
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
        new("Rescaling") { Keys = "scale offset", Signal = SignalFlows.Same },
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
            Arrays = static c => WordFactors(c, "vars/idf_weights"),
            Output = static call => Encoded(call, Vocabulary(call.Config)),
        },
        new("IntegerLookup")
        {
            Keys = Lookup,
            Arrays = static c => WordFactors(c, "vars/idf_weights"),
            Output = static call => Encoded(call, Vocabulary(call.Config)),
        },
        new("TextVectorization")
        {
            Keys = Lookup + "standardize split ngrams output_sequence_length ragged",
            // Its own, and those of the StringLookup within it.
            Arrays = static c => WordFactors(c, "vars/idf_weights", "_lookup_layer/vars/idf_weights"),
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
            Signal = SignalFlows.LayerScale,
            Keys = "init_values projection_dim",
            Build = static b =>
            {
                JsonValue constant = JsonValue.Object(
                    ("class_name", JsonValue.String("Constant")),
                    ("config", JsonValue.Object(("value", b.Config["init_values"] ?? JsonValue.Null)))
                );
                b.Weight(
                    b.Reviver.Scope.UnnamedVariable(),
                    [b.Config.Size("projection_dim")],
                    b.Reviver.Initializer(constant, b.Config.Place, "init_values")
                );
            },
        },
        new("StochasticDepth") { Keys = "drop_path_rate", Signal = SignalFlows.Same },
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
        return tokens.Items.Length + UnknownWords(c, tokens.Items);
    }

    /// <summary>How many tokens for unknown words stand before a vocabulary; it may begin with them already.</summary>
    private static int UnknownWords(Configuration c, ReadOnlySpan<JsonValue> vocabulary)
    {
        int unknown = c.Integer("num_oov_indices") ?? 1;
        JsonValue word = c["oov_token"] ?? JsonValue.String("[UNK]");
        bool hasThem = unknown <= vocabulary.Length;
        for (int i = 0; i < unknown && hasThem; i++)
            hasThem = vocabulary[i].ToString() == word.ToString();
        return hasThem ? 0 : unknown;
    }

    /// <summary>The factors by which a lookup's <c>tf_idf</c> counts: the mean of those given for each token of unknown
    /// words, then those given, then zeros up to <c>max_tokens</c> if it pads.</summary>
    /// <remarks>Source: keras/src/layers/preprocessing/index_lookup.py (<c>set_vocabulary</c>); NumPy's pad and
    /// average, which keep integers integers.</remarks>
    private static IEnumerable<(string, Values)> WordFactors(Configuration c, params string[] places)
    {
        if (
            c.Text("output_mode") is not ("tf_idf" or "tf-idf")
            || c["vocabulary"] is not { IsArray: true } vocabulary
            || c["idf_weights"] is not { IsArray: true } factors
        )
            return [];
        double[] given = new double[factors.Items.Length];
        bool areIntegers = true;
        for (int i = 0; i < given.Length; i++)
        {
            areIntegers &= factors.Items[i].IsInteger;
            given[i] = factors.Items[i].AsNumber ?? throw c.Error("idf_weights", "must be a list of numbers");
        }

        if (given.Length != vocabulary.Items.Length)
            throw c.Error("idf_weights", $"must have a number for each of {vocabulary.Items.Length} words");
        int unknown = UnknownWords(c, vocabulary.Items);
        double mean = given.Length == 0 ? 0 : PairwiseSum(given) / given.Length;
        List<Values> parts =
        [
            new ConstantValues([unknown], ElementType.Float32, (float)(areIntegers ? Math.Truncate(mean) : mean)),
            ConstantArrayValues.Of([.. given.Select(static factor => (float)factor)]),
        ];
        if (c.Flag("pad_to_max_tokens", false) && c.SizeOrNull("max_tokens") is { } most)
            parts.Add(new ConstantValues([Math.Max(0, most - unknown - given.Length)], ElementType.Float32, 0));
        ConcatenatedValues all = new([.. parts]);
        return places.Select(place => (place, (Values)all));
    }

    /// <summary>NumPy's sum: eight sums of every eighth number, of at most 128; of more, halves.</summary>
    private static double PairwiseSum(ReadOnlySpan<double> values)
    {
        if (values.Length < 8)
        {
            double few = -0.0;
            foreach (double value in values)
                few += value;
            return few;
        }

        if (values.Length > 128)
        {
            int half = values.Length / 2;
            half -= half % 8;
            return PairwiseSum(values[..half]) + PairwiseSum(values[half..]);
        }

        Span<double> sums = stackalloc double[8];
        values[..8].CopyTo(sums);
        int whole = values.Length - values.Length % 8;
        for (int i = 8; i < whole; i++)
            sums[i % 8] += values[i];
        double sum = sums[0] + sums[1] + (sums[2] + sums[3]) + (sums[4] + sums[5] + (sums[6] + sums[7]));
        foreach (double value in values[whole..])
            sum += value;
        return sum;
    }
}
