using Fanwise.Models.Configurations;
using Fanwise.Python;

namespace Fanwise.Models.Layers.Families;

/// <summary>What is left of a shape by indices and slices.</summary>
internal static class OperationSlices
{
    /// <summary>Indices and slices: <c>x[:, 0, ...]</c> as a list of specifications, or as a node's begin, end and step
    /// with masks.</summary>
    public static TensorShape?[]? Slice(OperationCall call)
    {
        JsonValue? specification = call.Argument("slice_spec");
        if (specification is null)
            return OfNode(call);
        JsonValue[] parts = specification.IsArray ? specification.Items.ToArray() : [specification];
        List<long?> sizes = [];
        int axis = 0,
            taken = parts.Count(static part => !IsEllipsis(part) && !part.IsNull);
        foreach (JsonValue part in parts)
        {
            if (part.IsNull) // numpy.newaxis
                sizes.Add(1);
            else if (IsEllipsis(part))
                for (; axis < call.First.Rank - taken; axis++)
                    sizes.Add(call.First[axis]);
            else if (axis >= call.First.Rank)
                throw call.Config.Error($"takes more axes than the shape {call.First} has");
            else if (part.IsObject)
                sizes.Add(
                    Length(call.First[axis++], Bound(part, "start"), Bound(part, "stop"), Bound(part, "step") ?? 1)
                );
            else if (part.AsInteger is not null)
                axis++;
            else
                return null;
            if (!part.IsNull && !IsEllipsis(part))
                taken--;
        }

        for (; axis < call.First.Rank; axis++)
            sizes.Add(call.First[axis]);
        return [new([.. sizes])];

        static bool IsEllipsis(JsonValue part) =>
            part.AsString is "Ellipsis" or "..." || part["value"]?.AsString == "Ellipsis";

        static long? Bound(JsonValue part, string key) => part[key]?.AsInteger;
    }

    private static TensorShape?[]? OfNode(OperationCall call)
    {
        if (
            call.Integers("begin", 1) is not { } begin
            || call.Integers("end", 2) is not { } end
            || call.Integers("strides", 3) is not { } steps
            || begin.Length > call.First.Rank
            || end.Length != begin.Length
            || steps.Length != begin.Length
        )
            return null;
        if ((call.Integer("ellipsis_mask") ?? 0) != 0 || (call.Integer("new_axis_mask") ?? 0) != 0)
            return null;
        long beginMask = call.Integer("begin_mask") ?? 0,
            endMask = call.Integer("end_mask") ?? 0,
            shrinkMask = call.Integer("shrink_axis_mask") ?? 0;
        List<long?> sizes = [];
        for (int axis = 0; axis < call.First.Rank; axis++)
        {
            if (axis >= begin.Length)
                sizes.Add(call.First[axis]);
            else if ((shrinkMask >> axis & 1) == 0)
                sizes.Add(
                    Length(
                        call.First[axis],
                        (beginMask >> axis & 1) != 0 ? null : begin[axis],
                        (endMask >> axis & 1) != 0 ? null : end[axis],
                        steps[axis]
                    )
                );
        }

        return [new([.. sizes])];
    }

    /// <summary>How many elements a slice of Python's has; null where the axis' length is not known.</summary>
    private static long? Length(long? size, long? start, long? stop, long step)
    {
        if (start is null && stop is null && step == 1)
            return size;
        if (size is not { } length || step == 0)
            return null;
        Int128 low = step > 0 ? 0 : -1,
            high = step > 0 ? length : length - 1,
            first = At(start, step > 0 ? low : high),
            last = At(stop, step > 0 ? high : low);
        Int128 span = step > 0 ? last - first : first - last,
            stride = Int128.Abs(step);
        return span <= 0 ? 0 : (long)((span + stride - 1) / stride);

        Int128 At(long? index, Int128 absent) =>
            index is not { } given ? absent : Int128.Clamp(given < 0 ? (Int128)given + length : given, low, high);
    }
}
