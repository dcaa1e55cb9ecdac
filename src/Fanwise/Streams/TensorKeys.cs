using System.IO.Hashing;
using System.Text;

namespace Fanwise.Streams;

/// <summary>The streams of tensors that are known by their names: from a seed and a name, so that a tensor's values
/// depend neither on the order of tensors nor on which others there are.</summary>
/// <remarks>
/// The scheme <c>fanwise-1</c>. With h = XXH3-128 (the name in UTF-8, the seed):
/// <c>key = h mod 2^64</c> and <c>counter = (block, h div 2^64)</c>, the block in the counter's words 0 and 1, both low
/// word first. What is drawn from it are TensorFlow's stateless draws by Philox, at the index in the whole tensor.
/// If a single bit of this changes, the scheme has another number.
/// </remarks>
public static class TensorKeys
{
    /// <summary>The scheme's name and number, as files' metadata have it.</summary>
    public const string Scheme = "fanwise-1";

    private const int HalfBits = 64;

    /// <summary>The stream of a tensor.</summary>
    /// <param name="seed">0 to 2^64 - 1.</param>
    /// <param name="name">The name as it stands in the file; for tied tensors that of the one that is written.</param>
    public static PhiloxStream Of(ulong seed, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Of(seed, Encoding.UTF8.GetBytes(name));
    }

    /// <summary>The stream of a tensor whose name is in UTF-8.</summary>
    internal static PhiloxStream Of(ulong seed, ReadOnlySpan<byte> name)
    {
        UInt128 hash = XxHash128.HashToUInt128(name, unchecked((long)seed));
        return new((ulong)hash, new UInt128((ulong)(hash >> HalfBits), 0));
    }
}
