using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fanwise.Testing;

/// <summary>What the calling thread has used of a processor.</summary>
/// <remarks>What hangs, or grows with the square of its input, uses much of it; a thread that a busy machine lets wait
/// uses none. So a bound on it says something of the work, not of the machine.</remarks>
internal static partial class ProcessorTime
{
    private const int ThreadClockOfLinux = 3,
        ThreadClockOfMac = 16;

    /// <summary>The time of this thread; on Windows that of the clock.</summary>
    public static TimeSpan OfThread
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return Stopwatch.GetElapsedTime(0);
            int clock = OperatingSystem.IsMacOS() ? ThreadClockOfMac : ThreadClockOfLinux;
            if (GetTime(clock, out Timespec time) != 0)
                throw new InvalidOperationException("The clock of a thread could not be read.");
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000);
        }
    }

    /// <summary>Does the work, and says what this thread used for it.</summary>
    public static TimeSpan Of(Action work)
    {
        TimeSpan before = OfThread;
        work();
        return OfThread - before;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        public readonly long Seconds,
            Nanoseconds;
    }
}
