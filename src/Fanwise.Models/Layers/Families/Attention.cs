using Fanwise.Models.Configurations;
using Fanwise.Models.Layouts;
using Fanwise.Python;
using static Fanwise.Models.Layers.Constructing;

namespace Fanwise.Models.Layers.Families;

/// <summary>Attention; keras/src/layers/attention. Their projections are EinsumDense layers with clones of the
/// initializers, made and drawn when the layer is built.</summary>
internal static class Attention
{
    /// <summary>The option of a call that asks for the scores as a second output.</summary>
    private const string Scored = "return_attention_scores";

    private const string Heads =
        "dropout use_bias sliding_window flash_attention kernel_initializer bias_initializer kernel_regularizer "
        + "bias_regularizer kernel_constraint bias_constraint use_gate seed ";

    /// <summary>The parameters of the calls, in order: tensors, masks and options.</summary>
    private static readonly string[] HeadsCall =
    [
        "query",
        "value",
        "key",
        "query_mask",
        "value_mask",
        "key_mask",
        "attention_mask",
        Scored,
    ];
    private static readonly string[] ScoresCall = ["inputs", "mask", "training", Scored];

    private static readonly Construction[] KernelAndBias =
    [
        Initializer("kernel", GlorotUniform),
        Initializer("bias", Zeros),
    ];

    public static readonly LayerClass[] Classes =
    [
        new("MultiHeadAttention")
        {
            Keys = Heads + "num_heads key_dim value_dim output_shape attention_axes",
            Constructor = KernelAndBias,
            Arguments = HeadsCall,
            Build = MultiHead,
            PyTorch = PyTorchForms.Attention,
            Features = FeatureCall.Plain,
            Output = static call =>
                call.Inputs["query"] is { } query
                    ? WithScores(
                        call,
                        new([.. query.Dimensions[..^1], .. OutputShape(call.Config) ?? [query[-1]]]),
                        // Keras tells the length of the query for both.
                        new(query[0], call.Config.Size("num_heads"), query[1], query[1])
                    )
                    : [null],
        },
        new("GroupedQueryAttention")
        {
            OtherNames = ["GroupQueryAttention"],
            Keys = Heads + "head_dim num_query_heads num_key_value_heads",
            Constructor = KernelAndBias,
            Check = static c =>
            {
                if (c.Size("num_query_heads") % c.Size("num_key_value_heads") != 0)
                    throw c.Error(
                        "num_query_heads",
                        $"must be a multiple of num_key_value_heads ({c["num_key_value_heads"]})"
                    );
            },
            Arguments = HeadsCall,
            Build = GroupQuery,
            Output = static call =>
                call.Inputs["query"] is { } query
                    ? WithScores(
                        call,
                        query,
                        new(
                            query[0],
                            call.Config.Size("num_query_heads"),
                            query[1],
                            (call.Inputs["key"] ?? call.Inputs["value"])?[1]
                        )
                    )
                    : [null],
        },
        new("Attention")
        {
            Keys = "use_scale score_mode dropout seed",
            Arguments = ScoresCall,
            Constructor = [SeedIfPositive("dropout")],
            Build = static b =>
            {
                if (b.Config.Flag("use_scale", false))
                    b.WeightNow("scale", [], "ones");
                if (b.Config.Text("score_mode") == "concat")
                    b.WeightNow("concat_score_weight", [], "ones");
            },
            Output = static call => Attended(call),
        },
        new("AdditiveAttention")
        {
            Keys = "use_scale score_mode dropout seed",
            Arguments = ScoresCall,
            Constructor = [SeedIfPositive("dropout")],
            Build = static b =>
            {
                if (b.Config.Flag("use_scale", true))
                    b.WeightNow("scale", [b.Dimension(-1)], "glorot_uniform");
            },
            Output = static call => Attended(call),
        },
    ];

    private static TensorShape?[] Attended(LayerCall call) =>
        call.Inputs.All is [{ } query, { } value, ..]
            ? WithScores(
                call,
                query.With(-1, value[-1]),
                query.With(-1, (call.Inputs.All is [_, _, { } key, ..] ? key : value)[-2])
            )
            : throw call.Config.Error("must be called with a list of query and value");

    private static TensorShape?[] WithScores(LayerCall call, TensorShape output, TensorShape scores) =>
        call.Inputs.Flag(Scored) ? [output, scores] : [output];

    private static void MultiHead(LayerBuild b)
    {
        Configuration c = b.Config;
        TensorShape query = Shape(b, "query"),
            value = Shape(b, "value"),
            key = b.Inputs["key"] ?? value;
        long heads = c.Size("num_heads"),
            size = c.Size("key_dim"),
            valueSize = c.SizeOrNull("value_dim") ?? size;
        Project(b, "query", query, Expand(query.Rank), [heads, size]);
        Project(b, "key", key, Expand(key.Rank), [heads, size]);
        if (c.Flag("use_gate", false))
            Project(b, "gate", query, Expand(query.Rank), [heads, valueSize]);
        Project(b, "value", value, Expand(value.Rank), [heads, valueSize]);
        Scores(b);
        long?[] output = OutputShape(c) ?? [b.Dimension(query, -1)];
        Project(
            b,
            "output",
            new([.. query.Dimensions[..^1], heads, valueSize]),
            Contract(query.Rank, output.Length),
            [.. output.Select(n => n ?? 0)],
            "attention_output"
        );
    }

    private static void GroupQuery(LayerBuild b)
    {
        Configuration c = b.Config;
        TensorShape query = Shape(b, "query"),
            value = Shape(b, "value"),
            key = b.Inputs["key"] ?? value;
        long heads = c.Size("num_query_heads"),
            groups = c.Size("num_key_value_heads"),
            size = c.Size("head_dim");
        Project(b, "query", query, ("bqm,muh->bquh", "uh"), [heads, size]);
        Project(b, "key", key, ("bkm,mvh->bkvh", "vh"), [groups, size]);
        if (c.Flag("use_gate", false))
            Project(b, "gate", query, ("bqm,muh->bquh", "uh"), [heads, size]);
        Project(b, "value", value, ("bkm,mvh->bkvh", "vh"), [groups, size]);
        Scores(b);
        Project(
            b,
            "output",
            new(null, null, heads, size),
            ("bquh,uhm->bqm", "m"),
            [b.Dimension(query, -1)],
            "attention_output"
        );
    }

    private static TensorShape Shape(LayerBuild b, string argument) =>
        b.Inputs[argument] is { } shape
            ? shape.Rank is >= 3 and <= 16
                ? shape
                : throw b.Config.Error($"needs a {argument} of rank 3 to 16; received the shape {shape}")
            : throw b.Config.Error($"needs the shape of its {argument}, which the model does not give");

    /// <summary>A projection: an EinsumDense of this equation, built at once. Multi-head attention has four of them as
    /// properties, under which Keras stores them; others go by their private names.</summary>
    private static void Project(
        LayerBuild b,
        string attribute,
        TensorShape input,
        (string Equation, string Bias) form,
        long[] sizes,
        string? name = null
    )
    {
        int inner =
            form.Equation[(form.Equation.IndexOf('>', StringComparison.Ordinal) + 1)..].Length - 1 - sizes.Length;
        JsonValue[] output = [.. Enumerable.Repeat(JsonValue.Null, inner), .. sizes.Select(JsonValue.Number)];
        bool isPublic = b.Layer.Class.Name == "MultiHeadAttention" && attribute != "gate";
        JsonValue config = JsonValue.Object(
            ("equation", JsonValue.String(form.Equation)),
            ("output_shape", JsonValue.Array(output)),
            ("bias_axes", b.Config.Flag("use_bias", true) ? JsonValue.String(form.Bias) : JsonValue.Null),
            ("kernel_initializer", Source(b, "kernel")),
            ("bias_initializer", Source(b, "bias"))
        );
        Layer projection = b.Reviver.Make(
            b.Reviver.Classes["EinsumDense"],
            config,
            name ?? attribute,
            b.Layer.Policy,
            trainable: true
        );
        b.Layer.Children.Add(((isPublic ? "" : "_") + attribute + "_dense", projection));
        b.Reviver.Build(projection, CallInputs.Of(input));
    }

    private static JsonValue Source(LayerBuild b, string name) =>
        b.Layer.Initializers.TryGetValue(name, out BoundInitializer? own)
            ? own.Source
            : throw b.Config.Error(name + "_initializer", "must be an initializer");

    /// <summary>Softmax and dropout over the scores, between the projections of value and output: the dropout may draw
    /// a seed.</summary>
    private static void Scores(LayerBuild b)
    {
        b.Layer.Children.Add(
            (
                "_softmax",
                b.Reviver.Make(
                    b.Reviver.Classes["Softmax"],
                    JsonValue.EmptyObject,
                    null,
                    b.Layer.Policy,
                    trainable: true
                )
            )
        );
        JsonValue config = JsonValue.Object(
            ("rate", b.Config["dropout"] ?? JsonValue.Number(0)),
            ("seed", b.Config["seed"] ?? JsonValue.Null)
        );
        b.Layer.Children.Add(
            (
                "_dropout_layer",
                b.Reviver.Make(b.Reviver.Classes["Dropout"], config, null, b.Layer.Policy, trainable: true)
            )
        );
    }

    /// <summary>The equation from features to heads: <c>abc,cde->abde</c> for data of rank 3.</summary>
    private static (string Equation, string Bias) Expand(int rank)
    {
        string free = Letters(0, rank - 1),
            bound = Letters(rank - 1, 1),
            output = Letters(rank, 2);
        return ($"{free}{bound},{bound}{output}->{free}{output}", output);
    }

    /// <summary>The equation from heads to features: <c>abcd,cde->abe</c> for data of rank 3.</summary>
    private static (string Equation, string Bias) Contract(int rank, int outputs)
    {
        string free = Letters(0, rank - 1),
            bound = Letters(rank - 1, 2),
            output = Letters(rank + 1, outputs);
        return ($"{free}{bound},{bound}{output}->{free}{output}", output);
    }

    private static string Letters(int from, int count) =>
        string.Concat(Enumerable.Range('a' + from, count).Select(static letter => (char)letter));

    private static long?[]? OutputShape(Configuration c)
    {
        if (c["output_shape"] is not { IsNull: false } value)
            return null;
        if (value.AsInteger is { } size and > 0)
            return [size];
        return
            TensorShape.Read(value) is { Rank: > 0 and <= 8 } shape
            && Array.IndexOf(shape.Dimensions.ToArray(), null) < 0
            ? shape.Dimensions.ToArray()
            : throw c.Error("output_shape", "must be a size or a list of sizes");
    }
}
