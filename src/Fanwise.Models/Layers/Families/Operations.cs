using Fanwise.Models.Configurations;

namespace Fanwise.Models.Layers.Families;

/// <summary>TensorFlow's operations as nodes of a graph, as tf.keras writes them: no weights, and the shapes of their
/// outputs where the file says enough. Of an operation that is not in the table nothing is told.</summary>
/// <remarks>Names are the last word of <c>math.reduce_mean</c>, or a node's <c>op</c>, in lower case; each family has
/// both. Source: the shape functions of TensorFlow's operations (tensorflow/core/ops).</remarks>
internal static class Operations
{
    private delegate TensorShape?[]? Rule(OperationCall call);

    private const string Elementwise =
        "add add_n addv2 biasadd bias_add subtract sub multiply mul divide div divide_no_nan divnonan "
        + "truediv realdiv floordiv floor_div floormod mod maximum minimum pow squared_difference "
        + "squareddifference where wherev2 select selectv2 greater greater_equal greaterequal less "
        + "less_equal lessequal equal not_equal notequal logical_and logicaland logical_or logicalor "
        + "logical_not logicalnot atan2 sqrt rsqrt square reciprocal exp expm1 log log1p abs negative neg "
        + "sign floor ceil round rint sin cos tan asin acos atan sinh cosh tanh erf relu relu6 sigmoid "
        + "log_sigmoid hard_sigmoid softplus softsign swish silu gelu elu selu leaky_relu leakyrelu crelu "
        + "softmax log_softmax logsoftmax mish cast identity stop_gradient stopgradient clip_by_value "
        + "clipbyvalue clip l2_normalize normalize zeros_like zeroslike ones_like oneslike cumsum cumprod "
        + "reverse reversev2 roll sort dropout is_nan isnan is_finite isfinite ensure_shape checknumerics "
        + "local_response_normalization lrn";

    private const string Reductions =
        "reduce_mean mean reduce_sum sum reduce_max max reduce_min min reduce_prod prod reduce_any any reduce_all all "
        + "reduce_std reduce_variance reduce_logsumexp reduce_euclidean_norm euclideannorm norm";

    private static readonly Dictionary<string, Rule> Rules = Table();

    /// <summary>The outputs of an operation, where its function is known.</summary>
    public static TensorShape?[]? Output(LayerCall call)
    {
        if (call.Config["function"]?.AsString is not { } function)
            return null;
        string name = function[(function.LastIndexOf('.') + 1)..].ToLowerInvariant();
        if (!Rules.TryGetValue(name, out Rule? rule))
            return null;
        OperationCall operation = new(call);
        return Array.IndexOf(operation.Shapes, null) >= 0 || operation.Shapes.Length == 0 ? null : rule(operation);
    }

    private static Dictionary<string, Rule> Table()
    {
        Dictionary<string, Rule> rules = [];
        Add(Elementwise, Broadcast);
        Add(Reductions, Reduce);
        Add("argmax argmin", static call => Without(call, [call.Integer("axis dimension", 1) ?? 0], keeps: false));
        Add("transpose", Transpose);
        Add("reshape", static call => Reshape(call, call.Integers("shape", 1)));
        Add("broadcast_to broadcastto", static call => Reshape(call, call.Integers("shape", 1)));
        Add("expand_dims expanddims", ExpandDims);
        Add("squeeze", Squeeze);
        Add("concat concatv2 concatenate", Concat);
        Add("stack pack", Stack);
        Add("unstack unpack", Unstack);
        Add("split splitv", Split);
        Add("tile", static call => Each(call, call.Integers("multiples", 1), static (size, times) => size * times));
        Add("repeat", Repeat);
        Add("pad padv2 mirrorpad", Pad);
        Add(
            "slice",
            static call => Each(call, call.Integers("size", 2), static (size, kept) => kept < 0 ? null : kept)
        );
        Add("getitem stridedslice strided_slice", OperationSlices.Slice);
        Add("matmul batchmatmul batchmatmulv2 batchmatmulv3", Multiply);
        Add("gather gatherv2 embedding_lookup", Gather);
        Add("one_hot onehot", OneHot);
        Add("resize resizebilinear resizenearestneighbor resizebicubic", Resize);
        Add("depth_to_space depthtospace", static call => Blocks(call, isToDepth: false));
        Add("space_to_depth spacetodepth", static call => Blocks(call, isToDepth: true));
        Add("top_k topkv2", TopK);
        return rules;

        void Add(string names, Rule rule)
        {
            foreach (string name in names.Split(' '))
                rules.Add(name, rule);
        }
    }

    private static TensorShape[] Broadcast(OperationCall call)
    {
        TensorShape shape = call.First;
        foreach (TensorShape? other in call.Shapes[1..])
        {
            TensorShape joined = ShapeRules.Broadcast(shape, other!, out bool fits);
            if (!fits)
                throw call.Config.Error($"is called with the shapes {shape} and {other}, which do not fit together");
            shape = joined;
        }

        return [shape];
    }

    private static TensorShape?[]? Reduce(OperationCall call)
    {
        bool keeps = call.Flag("keepdims keep_dims");
        if (call.Integers("axis reduction_indices", 1) is { } axes)
            return Without(call, axes, keeps);
        return call.Argument("axis reduction_indices", 1) is null
            ? Without(call, [.. Enumerable.Range(0, call.First.Rank).Select(static axis => (long)axis)], keeps)
            : null;
    }

    private static TensorShape[] Without(OperationCall call, long[] axes, bool keeps)
    {
        int rank = call.First.Rank;
        HashSet<int> gone = [.. axes.Select(axis => call.Axis(axis, rank))];
        List<long?> kept = [];
        for (int axis = 0; axis < rank; axis++)
            if (!gone.Contains(axis))
                kept.Add(call.First[axis]);
            else if (keeps)
                kept.Add(1);
        return [new([.. kept])];
    }

    private static TensorShape?[]? Transpose(OperationCall call)
    {
        int rank = call.First.Rank;
        if (call.Argument("perm", 1) is null)
            return [new([.. Enumerable.Range(1, rank).Select(axis => call.First[-axis])])];
        if (call.Integers("perm", 1) is not { } order)
            return null;
        int[] axes = [.. order.Select(axis => call.Axis(axis, rank))];
        if (!axes.Order().SequenceEqual(Enumerable.Range(0, rank)))
            throw call.Config.Error($"must order all {rank} axes; received [{string.Join(", ", order)}]");
        return [new([.. axes.Select(axis => call.First[axis])])];
    }

    private static TensorShape?[]? Reshape(OperationCall call, long[]? target)
    {
        if (target is null)
            return null;
        long?[] sizes = [.. target.Select(static size => size < 0 ? null : (long?)size)];
        int open = Array.IndexOf(sizes, null);
        if (
            open >= 0
            && TensorShape.Product(call.First.Dimensions) is { } all
            && TensorShape.Product([.. sizes.Where(static size => size is not null)]) is > 0 and { } rest
        )
            sizes[open] = all / rest;
        return [new(sizes)];
    }

    private static TensorShape?[]? ExpandDims(OperationCall call)
    {
        if (call.Integer("axis dim", 1) is not { } given)
            return null;
        int axis = call.Axis(given, call.First.Rank + 1);
        return [new([.. call.First.Dimensions[..axis], 1, .. call.First.Dimensions[axis..]])];
    }

    private static TensorShape?[]? Squeeze(OperationCall call)
    {
        if (call.Integers("axis squeeze_dims") is { } axes)
            return Without(call, axes, keeps: false);
        return Array.IndexOf(call.First.Dimensions.ToArray(), null) >= 0
            ? null
            : [new([.. call.First.Dimensions.ToArray().Where(static size => size != 1)])];
    }

    private static TensorShape?[]? Concat(OperationCall call)
    {
        if (call.Integer("axis concat_dim", -1) is not { } given)
            return null;
        int axis = call.Axis(given, call.First.Rank);
        Int128? sum = 0;
        foreach (TensorShape? shape in call.Shapes)
        {
            if (shape!.Rank != call.First.Rank)
                throw call.Config.Error($"joins the shapes {call.First} and {shape}, which have another rank");
            sum += shape[axis];
        }

        return [call.First.With(axis, sum is { } size ? long.CreateChecked(size) : null)];
    }

    private static TensorShape[] Stack(OperationCall call)
    {
        int axis = call.Axis(call.Integer("axis") ?? 0, call.First.Rank + 1);
        return [new([.. call.First.Dimensions[..axis], call.Shapes.Length, .. call.First.Dimensions[axis..]])];
    }

    private static TensorShape?[]? Unstack(OperationCall call)
    {
        int axis = call.Axis(call.Integer("axis") ?? 0, call.First.Rank);
        if ((call.Integer("num") ?? call.First[axis]) is not (> 0 and <= MaxOutputs and var count))
            return null;
        TensorShape part = Without(call, [axis], keeps: false)[0];
        return [.. Enumerable.Repeat(part, (int)count)];
    }

    /// <summary>More outputs than any layer takes: their number comes from the file.</summary>
    private const int MaxOutputs = 65_536;

    private static TensorShape?[]? Split(OperationCall call)
    {
        // A node's Split has its axis first, SplitV its sizes second and its axis third.
        bool isSizes = call.Config["constants"]?["2"] is not null;
        int axis = call.Axis(
            call.Integer(
                "axis split_dim",
                isSizes ? 2
                    : call.Config["constants"] is null ? null
                    : 0
            ) ?? 0,
            call.First.Rank
        );
        if (call.Argument("num_or_size_splits", isSizes ? 1 : null) is { IsArray: true })
            return call.Integers("num_or_size_splits", isSizes ? 1 : null) is { } sizes
                ? [.. sizes.Select(size => call.First.With(axis, size < 0 ? null : size))]
                : null;
        if (call.Integer("num_or_size_splits num_split") is not (> 0 and <= MaxOutputs and var count))
            return null;
        return [.. Enumerable.Repeat(call.First.With(axis, call.First[axis] / count), (int)count)];
    }

    private static TensorShape?[]? Each(OperationCall call, long[]? values, Func<long?, long, long?> size) =>
        values is null || values.Length != call.First.Rank
            ? null
            : [new([.. values.Select((value, axis) => size(call.First[axis], value))])];

    private static TensorShape?[]? Repeat(OperationCall call)
    {
        if (call.Integers("repeats", 1) is not [var times] || call.Integer("axis") is not { } given)
            return null;
        int axis = call.Axis(given, call.First.Rank);
        return [call.First.With(axis, call.First[axis] * times)];
    }

    private static TensorShape?[]? Pad(OperationCall call)
    {
        if (call.Argument("paddings", 1) is not { IsArray: true } pairs || pairs.Items.Length != call.First.Rank)
            return null;
        long?[] sizes = call.First.Dimensions.ToArray();
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            if (
                pairs.Items[axis] is not { IsArray: true, Items: [{ AsInteger: { } before }, { AsInteger: { } after }] }
            )
                return null;
            sizes[axis] += before + after;
        }

        return [new(sizes)];
    }

    private static TensorShape?[]? Multiply(OperationCall call)
    {
        if (call.Shapes is not [{ Rank: >= 2 } a, { Rank: >= 2 } b])
            return null;
        long? rows = call.Flag("transpose_a adj_x") ? a[-1] : a[-2],
            columns = call.Flag("transpose_b adj_y") ? b[-2] : b[-1];
        TensorShape batch = ShapeRules.Broadcast(
            new(a.Dimensions[..^2].ToArray()),
            new(b.Dimensions[..^2].ToArray()),
            out bool fits
        );
        return fits
            ? [new([.. batch.Dimensions, rows, columns])]
            : throw call.Config.Error($"multiplies the shapes {a} and {b}, which do not fit together");
    }

    private static TensorShape?[]? Gather(OperationCall call)
    {
        int axis = call.Axis(call.Integer("axis", 2) ?? 0, call.First.Rank);
        ReadOnlySpan<long?> before = call.First.Dimensions[..axis],
            after = call.First.Dimensions[(axis + 1)..];
        if (call.Shapes is [_, { } indices])
            return [new([.. before, .. indices.Dimensions, .. after])];
        return call.Argument("indices ids", 1) switch
        {
            { AsInteger: not null } => [new([.. before, .. after])],
            { IsArray: true } list => [new([.. before, list.Items.Length, .. after])],
            _ => null,
        };
    }

    private static TensorShape?[]? OneHot(OperationCall call)
    {
        if (call.Integer("depth", 1) is not { } depth)
            return null;
        int axis = call.Axis(call.Integer("axis") ?? -1, call.First.Rank + 1);
        return [new([.. call.First.Dimensions[..axis], depth, .. call.First.Dimensions[axis..]])];
    }

    private static TensorShape?[]? Resize(OperationCall call) =>
        call.First.Rank == 4 && call.Integers("size images", 1) is [var height, var width]
            ? [new(call.First[0], height, width, call.First[3])]
            : null;

    private static TensorShape?[]? Blocks(OperationCall call, bool isToDepth)
    {
        if (call.First.Rank != 4 || call.Integer("block_size") is not (> 0 and var block))
            return null;
        TensorShape input = call.First;
        return isToDepth
            ? [new(input[0], input[1] / block, input[2] / block, input[3] * block * block)]
            : [new(input[0], input[1] * block, input[2] * block, input[3] / (block * block))];
    }

    private static TensorShape[] TopK(OperationCall call)
    {
        TensorShape best = call.First.With(-1, call.Integer("k", 1) ?? 1);
        return [best, best];
    }
}
