using System.Runtime.InteropServices;
using System.Text;

namespace Fanwise.Native;

/// <summary>What every function of the C interface returns, and the sentence behind it. No exception crosses the
/// border.</summary>
internal static unsafe class Status
{
    /// <summary><c>FANWISE_OK</c>.</summary>
    public const int Ok = 0;

    /// <summary><c>FANWISE_FAILED</c>: the work could not be done.</summary>
    public const int Failed = 1;

    /// <summary><c>FANWISE_WRONG_REQUEST</c>: the request or the input is refused.</summary>
    public const int WrongRequest = 2;

    [ThreadStatic]
    private static string? t_message;

    /// <summary>What goes wrong inside <paramref name="work"/> becomes a status and this thread's last error.</summary>
    public static int Of(Action work)
    {
        try
        {
            work();
            return Ok;
        }
        catch (Exception exception)
        {
            return Of(exception);
        }
    }

    /// <summary>The status that an exception stands for; its sentence becomes this thread's last error.</summary>
    public static int Of(Exception exception)
    {
        t_message = exception.Message;
        return exception switch
        {
            FanwiseException { Code: FanwiseError.InputOutput } => Failed,
            FanwiseException or RequestException => WrongRequest,
            _ => Failed,
        };
    }

    /// <summary>Copies UTF-8 text and the zero behind it, as much as there is room for.</summary>
    /// <returns>The length of the whole text in bytes, without the zero.</returns>
    public static long Copy(string text, byte* buffer, long capacity)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (buffer is null || capacity <= 0)
            return length;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int copied = (int)Math.Min(length, capacity - 1);
        bytes.AsSpan(0, copied).CopyTo(new Span<byte>(buffer, copied));
        buffer[copied] = 0;
        return length;
    }

    /// <summary>The text that a C caller gave.</summary>
    /// <exception cref="RequestException">It is null.</exception>
    public static string Text(byte* text, string name) =>
        Marshal.PtrToStringUTF8((nint)text) ?? throw new RequestException($"The argument '{name}' must not be NULL.");

    /// <summary>The version of the interface: a caller made for another number must not call.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_abi_version")]
    public static int AbiVersion() => 1;

    /// <summary>The library's version.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_version")]
    public static long Version(byte* buffer, long capacity) =>
        Copy(typeof(Status).Assembly.GetName().Version!.ToString(3), buffer, capacity);

    /// <summary>The sentence of this thread's last call that did not return FANWISE_OK.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_last_error")]
    public static long LastError(byte* buffer, long capacity) => Copy(t_message ?? "", buffer, capacity);
}

/// <summary>An argument of the C interface that no later check would see.</summary>
internal sealed class RequestException(string message) : Exception(message);
