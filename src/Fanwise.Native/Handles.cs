using System.Collections.Concurrent;

namespace Fanwise.Native;

/// <summary>The objects that C callers hold, by number: a number that was never given or has been freed is refused, not
/// followed.</summary>
internal static class Handles
{
    private static readonly ConcurrentDictionary<nint, object> Objects = new();
    private static long s_last;

    /// <summary>Keeps an object until it is freed.</summary>
    public static nint Add(object value)
    {
        nint handle = (nint)Interlocked.Increment(ref s_last);
        Objects[handle] = value;
        return handle;
    }

    /// <summary>The object behind a handle.</summary>
    /// <exception cref="RequestException">There is none of this kind.</exception>
    public static T Get<T>(nint handle)
        where T : class =>
        Objects.TryGetValue(handle, out object? value) && value is T wanted
            ? wanted
            : throw new RequestException(
                $"A handle of fanwise is one that it gave and that has not been freed; received {handle}."
            );

    /// <summary>Lets an object go; a handle that is not known, 0 among them, does nothing.</summary>
    public static void Free(nint handle) => Objects.TryRemove(handle, out _);
}
