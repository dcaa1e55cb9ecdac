using System.Runtime.InteropServices;
using Fanwise.Draws;

namespace Fanwise.Rules;

/// <summary>Looks for values that stand in a tensor more than once, as they do where each shard or row was drawn with
/// one seed; random values do not repeat in sixteen places.</summary>
internal sealed class RepeatedValues(TensorSample sample, Values stored, long? zeroRow)
{
    private const int Compared = 16, // of each two parts
        MostShards = 1024,
        MostRows = 4096, // that are compared with each other
        MostZeroRows = 1 << 18, // that are looked at
        ZerosOfARow = 4;

    private readonly Shape _shape = stored.Shape;

    /// <summary>Elements from one row of the first axis to the next.</summary>
    private long Row => _shape.Rank == 0 ? 1 : _shape.Elements / _shape[0];

    /// <summary>The axis along which all shards are equal, and how many they are at most; null where none
    /// are.</summary>
    public (int Axis, int Count)? EqualShards()
    {
        for (int axis = 0; axis < Math.Min(2, _shape.Rank); axis++)
        for (int count = MostShards; count >= 2; count--)
            if (_shape[axis] % count == 0 && _shape[axis] / count >= 1 && AreEqual(axis, count))
                return (axis, count);
        return null;
    }

    /// <summary>Two rows with the same values; null where none are found.</summary>
    public (long First, long Second)? EqualRows()
    {
        if (_shape.Rank < 2 || Row < Compared)
            return null;
        Dictionary<string, long> seen = new(StringComparer.Ordinal);
        double[] part = new double[Compared];
        long rows = Math.Min(_shape[0], MostRows);
        for (long i = 0; i < rows; i++)
        {
            long row = (long)((Int128)(_shape[0] - 1) * i / Math.Max(1, rows - 1));
            sample.Fill(row * Row, part);
            if (row == zeroRow || part.AsSpan().Count(part[0]) == Compared)
                continue;
            string key = Convert.ToHexString(MemoryMarshal.AsBytes<double>(part));
            if (!seen.TryAdd(key, row) && seen[key] != row)
                return (seen[key], row);
        }

        return null;
    }

    /// <summary>How many rows are zero that should not be, as far as rows are looked at.</summary>
    public long ZeroRows(out long first)
    {
        first = -1;
        long found = 0;
        if (_shape.Rank < 2 || Row < ZerosOfARow || _shape[0] > MostZeroRows)
            return 0;
        double[] part = new double[ZerosOfARow];
        for (long row = 0; row < _shape[0]; row++)
        {
            sample.Fill(row * Row, part);
            if (row == zeroRow || part.AsSpan().ContainsAnyExcept(0.0) || !IsZeroRow(row))
                continue;
            first = first < 0 ? row : first;
            found++;
        }

        return found;
    }

    /// <summary>Whether a row is zero, of a long one its beginning.</summary>
    public bool IsZeroRow(long row)
    {
        double[] part = new double[(int)Math.Min(Row, 4096)];
        sample.Fill(row * Row, part);
        return !part.AsSpan().ContainsAnyExcept(0.0);
    }

    /// <summary>The first values, by which tensors that are drawn with one seed are known, in steps of the first one's
    /// size; null where there are too few, or all are one.</summary>
    public string? Beginning()
    {
        if (_shape.Elements < Compared)
            return null;
        double[] part = new double[Compared];
        sample.Fill(0, part);
        return part.AsSpan().Count(part[0]) == Compared
            ? null
            : Convert.ToHexString(MemoryMarshal.AsBytes<double>(part));
    }

    private bool AreEqual(int axis, int count)
    {
        long inner = axis == 0 ? Row : Row / _shape[1], // elements from one place of the axis to the next
            length = _shape[axis] / count,
            shard = length * inner,
            outer = axis == 0 ? 1 : _shape[0];
        if (shard * outer < Compared)
            return false;
        double[] one = new double[1],
            other = new double[1];
        bool differs = false;
        double last = double.NaN;
        for (int i = 0; i < Compared; i++)
        {
            // Places spread over the outer axis and over the shard.
            long slice = outer == 1 ? 0 : (outer - 1) * i / (Compared - 1),
                place = slice * _shape[axis] * inner + (shard - 1) * i / (Compared - 1);
            sample.Fill(place, one);
            for (int k = 1; k < count; k++)
            {
                sample.Fill(place + k * shard, other);
                if (one[0] != other[0])
                    return false;
            }

            differs |= i > 0 && one[0] != last;
            last = one[0];
        }

        return differs;
    }
}
