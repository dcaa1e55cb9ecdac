using Fanwise.Models.Layers;
using Fanwise.Models.Layers.Families;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Random models as Keras writes them, from the table of layers: any class, any of its keys with a value that
/// fits, alone, within another model, within a wrapper, or called twice.</summary>
internal sealed class RandomModels(Random random)
{
    private const double MostKeys = 0.6; // of those that a class can do without

    private static readonly string[] Initializers =
    [
        "GlorotUniform",
        "HeNormal",
        "LecunNormal",
        "RandomNormal",
        "RandomUniform",
        "TruncatedNormal",
        "Zeros",
        "Ones",
        "Orthogonal",
        "VarianceScaling",
        "Constant",
    ];

    private static readonly string[] Cells = ["LSTMCell", "GRUCell", "SimpleRNNCell"];

    /// <summary>What a class cannot do without.</summary>
    private static readonly HashSet<string> Needed =
    [
        "units",
        "filters",
        "kernel_size",
        "rate",
        "equation",
        "input_dim",
        "output_dim",
        "num_heads",
        "key_dim",
        "head_dim",
        "num_query_heads",
        "num_key_value_heads",
        "target_shape",
        "dims",
        "n",
        "cell",
        "cells",
        "layer",
        "layers",
        "axes",
        "height",
        "width",
        "factor",
        "output_size",
        "num_tokens",
        "num_bins",
        "projection_dim",
        "scale",
        "stddev",
        "value_range",
        "vocabulary",
        "max_number",
        "target_height",
        "target_width",
        "frame_length",
        "frame_step",
        "fft_length",
        "bounding_box_format",
        "function",
        "output_shape",
    ];

    /// <summary>The classes that a model is made of: those of the table that are layers of Keras 3 by
    /// themselves.</summary>
    public static IReadOnlyList<string> Classes { get; } =
    [
        .. LayerClasses
            .All.Names.Where(static name =>
                name
                    is not ("Functional" or "Model" or "Sequential" or "InputLayer" or "Input" or "Lambda" or "Wrapper")
                && !name.EndsWith("Cell", StringComparison.Ordinal)
                && !name.EndsWith("Cells", StringComparison.Ordinal)
            )
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A model around a layer of this class.</summary>
    public string Around(string className)
    {
        int rank = Rank(className);
        string input = $$"""
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": {{Shape(
                rank
            )}}, "dtype": "{{InputType(className)}}", "name": "x"}, "name": "x", "inbound_nodes": []}
            """;
        string layer = Layer(className, "a", rank, depth: 0);
        return random.Next(4) switch
        {
            0 => Texts.Functional("a", input, Called(layer, "a", className, "x", "x")),
            1 => Texts.Functional(
                "b",
                input,
                Called(layer, "a", className, "x"),
                Called(Layer("Dense", "b", rank, depth: 0), "b", "Dense", "a")
            ),
            2 when Arity(className) == 1 => Texts.Functional(
                "m",
                input,
                Called(Texts.Sequential(Text(input), layer), "m", "Sequential", "x")
            ),
            _ => Texts.Functional("a", input, Called(layer, "a", className, "x")),
        };
    }

    private static string Text(string input) =>
        input[..input.IndexOf(", \"name\": \"x\", \"inbound", StringComparison.Ordinal)] + "}";

    private string Layer(string className, string name, int rank, int depth)
    {
        LayerClass row = LayerClasses.Find(className)!;
        List<string> members = [$"\"name\": \"{name}\""];
        foreach (string key in row.AllKeys.Order(StringComparer.Ordinal))
            if (
                (Needed.Contains(key) || random.NextDouble() < MostKeys)
                && Value(key, className, rank, depth) is { } value
            )
                members.Add($"\"{key}\": {value}");
        string build =
            random.Next(3) == 0 && Arity(className) == 1 && depth == 0
                ? $", \"build_config\": {{\"input_shape\": {Shape(rank)}}}"
                : "";
        return Texts.Layer(className, string.Join(", ", members))[..^1] + build + "}";
    }

    /// <summary>A layer's entry in a Functional, called once or more, each time with one tensor as often as the class
    /// takes it.</summary>
    private static string Called(string layer, string name, string className, params string[] inputs)
    {
        string[] nodes =
        [
            .. inputs.Select(input =>
            {
                string tensor =
                    """{"class_name": "__keras_tensor__", "config": {"shape": [null, 4],"""
                    + $$""" "dtype": "float32", "keras_history": ["{{input}}", 0, 0]} }""";
                string arguments = Arity(className) switch
                {
                    1 => tensor,
                    2 when className is "MultiHeadAttention" or "GroupQueryAttention" or "GroupedQueryAttention" =>
                        $"{tensor}, {tensor}",
                    _ => $"[{tensor}, {tensor}]",
                };
                return $$"""{"args": [{{arguments}}], "kwargs": {} }""";
            }),
        ];
        return layer[..^1] + $", \"name\": \"{name}\", \"inbound_nodes\": [{string.Join(", ", nodes)}]}}";
    }

    private static int Arity(string className) =>
        className
            is "Add"
                or "Average"
                or "Concatenate"
                or "Dot"
                or "Maximum"
                or "Minimum"
                or "Multiply"
                or "Subtract"
                or "Attention"
                or "AdditiveAttention"
                or "MultiHeadAttention"
                or "GroupQueryAttention"
                or "GroupedQueryAttention"
                or "HashedCrossing"
            ? 2
            : 1;

    /// <summary>The rank of what the class takes, with the batch.</summary>
    private int Rank(string className)
    {
        int windows = className.FirstOrDefault(static c => c is '1' or '2' or '3') - '0';
        if (windows is >= 1 and <= 3)
            return windows + (className.StartsWith("ConvLSTM", StringComparison.Ordinal) ? 3 : 2);
        return className switch
        {
            "Embedding" or "ReversibleEmbedding" or "RepeatVector" or "STFTSpectrogram" or "MelSpectrogram" => 2,
            "LSTM" or "GRU" or "SimpleRNN" or "RNN" or "Bidirectional" or "CuDNNLSTM" or "CuDNNGRU" or "EinsumDense" =>
                3,
            "Attention"
            or "AdditiveAttention"
            or "MultiHeadAttention"
            or "GroupQueryAttention"
            or "GroupedQueryAttention"
            or "TimeDistributed" => 3,
            "Permute" or "Dot" => 3,
            "TextVectorization" or "StringLookup" or "IntegerLookup" or "Hashing" or "HashedCrossing" => 2,
            "CategoryEncoding" or "Discretization" => 2,
            _ when IsOfImages(className) => 4,
            _ => random.Next(2, 5),
        };
    }

    private static bool IsOfImages(string className) =>
        className is "Resizing" or "CenterCrop" or "AugMix" or "AutoContrast" or "CutMix" or "Equalization" or "MixUp"
        || className is "RandAugment" or "Solarization" or "LayerScale" or "MaxNumBoundingBoxes"
        || className.StartsWith("Random", StringComparison.Ordinal);

    private static string InputType(string className) =>
        className switch
        {
            "TextVectorization" or "StringLookup" or "HashedCrossing" or "Hashing" => "string",
            "Embedding" or "IntegerLookup" or "CategoryEncoding" or "ReversibleEmbedding" => "int32",
            _ => "float32",
        };

    // Each axis is 8 long: windows, strides, heads and groups of the values below fit into it and divide it.
    private static string Shape(int rank) => $"[null{string.Concat(Enumerable.Repeat(", 8", rank - 1))}]";

    /// <summary>A value for a key, as JSON; null where the key is left out.</summary>
    private string? Value(string key, string className, int rank, int depth)
    {
        int windows = rank - (className.StartsWith("ConvLSTM", StringComparison.Ordinal) ? 3 : 2);
        return key switch
        {
            _ when key.EndsWith("_initializer", StringComparison.Ordinal) => Initializer(),
            "activation" or "recurrent_activation" => Pick("\"linear\"", "\"relu\"", "\"tanh\"", "null"),
            "units" or "filters" or "output_dim" or "projection_dim" => className == "LayerScale"
                ? "8"
                : Pick("3", "4", "8"),
            "input_dim" when className is "Embedding" or "ReversibleEmbedding" => Pick("5", "11"),
            "input_dim" => null,
            "kernel_size" or "pool_size" => Window(windows, "2", "3"),
            "strides" => Window(windows, "1"),
            "dilation_rate" => Window(windows, "1"),
            "size"
            or "padding"
                when className.StartsWith("UpSampling", StringComparison.Ordinal)
                    || className.StartsWith("ZeroPadding", StringComparison.Ordinal) => windows == 1
                ? "2"
                : Window(windows, "1", "2"),
            "cropping" => windows == 1 ? "1" : Window(windows, "1"),
            "padding" when className.StartsWith("Depthwise", StringComparison.Ordinal) => Pick("\"valid\"", "\"same\""),
            "padding" => className.StartsWith("LocallyConnected", StringComparison.Ordinal)
                ? "\"valid\""
                : Pick("\"valid\"", "\"same\""),
            "data_format" => "\"channels_last\"",
            "groups" => className == "GroupNormalization" ? Pick("2", "4") : "1",
            "depth_multiplier" => Pick("1", "2"),
            "use_bias"
            or "center"
            or "scale" when className is not ("Rescaling" or "CustomScaleLayer" or "Solarization") => Flag(),
            "scale" => "0.5",
            "offset" => "0.25",
            "unit_forget_bias" or "reset_after" or "return_sequences" or "renorm" or "use_gate" or "rms_scaling" =>
                Flag(),
            "rate" or "dropout" or "recurrent_dropout" or "stddev" or "drop_path_rate" => Pick("0.0", "0.5"),
            "seed" => Pick("null", "7"),
            "axis" => Pick("-1", "1"),
            "axes" => className == "Dot" ? Pick("1", "2", "[1, 2]") : "1",
            "epsilon" or "momentum" => Pick("0.001", "0.9"),
            "equation" => "\"abc,cd->abd\"",
            "output_shape" when className == "EinsumDense" => "[null, 4]",
            "output_shape" => "null",
            "bias_axes" => "null",
            "num_heads" or "num_query_heads" => "4",
            "num_key_value_heads" => Pick("2", "4"),
            "key_dim" or "head_dim" or "value_dim" => Pick("2", "3"),
            "target_shape" => "[-1, 2]",
            "dims" => "[2, 1]",
            "n" => "3",
            "cell" => Cell("cell"),
            "cells" => $"[{Cell("c1")}, {Cell("c2")}]",
            "layer" => Inner(className, rank),
            "layers" => $"[{Layer("Rescaling", "r", rank, depth + 1)}]",
            "merge_mode" => Pick("\"concat\"", "\"sum\"", "null"),
            "dtype" => Pick("\"float32\"", "\"float32\"", "\"float64\"", "\"mixed_float16\"", "\"bfloat16\""),
            "trainable" => Flag(),
            "shared_axes" => "[1]",
            "use_scale" => Flag(),
            "score_mode" => className == "Attention" ? Pick("\"dot\"", "\"concat\"") : null,
            "virtual_batch_size" or "fused" => null,
            "lora_rank" => Pick("null", "2"),
            "height" or "width" or "target_height" or "target_width" => "4",
            "factor" or "height_factor" or "width_factor" => "0.5",
            "output_size" => Window(windows, "2"),
            "num_tokens" => "9",
            "num_bins" => "6",
            "init_values" => "0.1",
            "bin_boundaries" => "[0.0, 1.0]",
            "vocabulary" => className == "IntegerLookup" ? "[3, 5, 9]" : "[\"a\", \"b\"]",
            "max_number" => "2",
            "value_range" => "[0, 1]",
            "mode" or "interpolation" or "fill_mode" => null,
            "frame_length" or "fft_length" => "4",
            "frame_step" => "2",
            "noise_shape" => "null",
            "keepdims" => Flag(),
            _ => null,
        };
    }

    private string Inner(string className, int rank) =>
        className switch
        {
            "TimeDistributed" => Layer(Pick("Dense", "Dropout", "Flatten"), "inner", rank - 1, depth: 1),
            "Bidirectional" => Layer(Pick("LSTM", "GRU", "SimpleRNN"), "inner", rank, depth: 1),
            _ => Layer("Dense", "inner", rank, depth: 1),
        };

    private string Cell(string name) => Layer(Pick(Cells), name, 2, depth: 1);

    private string Initializer()
    {
        string name = Pick(Initializers);
        string config = name switch
        {
            "Zeros" or "Ones" => "",
            "Constant" => "\"value\": 0.25",
            "VarianceScaling" =>
                $"\"scale\": 2.0, \"mode\": {Pick("\"fan_in\"", "\"fan_out\"", "\"fan_avg\"")}, \"distribution\": "
                    + $"{Pick("\"uniform\"", "\"truncated_normal\"", "\"untruncated_normal\"")}, \"seed\": "
                    + $"{Pick("null", "3")}",
            _ => $"\"seed\": {Pick("null", "null", "5")}",
        };
        return $$"""{"module": "keras.initializers", "class_name": "{{name}}", "config": {{{config}}},"""
            + """ "registered_name": null}""";
    }

    private string Window(int windows, params string[] lengths)
    {
        string length = Pick(lengths);
        return random.Next(2) == 0 ? length : $"[{string.Join(", ", Enumerable.Repeat(length, windows))}]";
    }

    private string Flag() => Pick("true", "false");

    private string Pick(params string[] values) => values[random.Next(values.Length)];
}
