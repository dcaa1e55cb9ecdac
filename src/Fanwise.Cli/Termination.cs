using System.Globalization;
using System.Runtime.InteropServices;

namespace Fanwise.Cli;

/// <summary>Ends a command in order at every signal that would end the process and can be caught: the work is
/// cancelled, so its temporary files go. A second signal, or a minute's half later, ends the process at once.</summary>
internal sealed class Termination : IDisposable
{
    /// <summary>Schedulers kill half a minute after their first signal.</summary>
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(25);

    /// <summary>SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGXCPU, SIGVTALRM, SIGPROF, SIGIO and
    /// SIGPWR of Linux, by number, for .NET names four of them.</summary>
    private static readonly int[] LinuxSignals = [1, 2, 3, 10, 12, 14, 15, 24, 26, 27, 29, 30];

    /// <summary>SIGXFSZ: a file has grown beyond the user's limit. It is caught and no more: the write fails and says
    /// so.</summary>
    private const int FileTooLarge = 25;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private Timer? _deadline;

    public Termination()
    {
        PosixSignal[] signals = OperatingSystem.IsLinux()
            ? [.. LinuxSignals.Where(static number => !IsIgnored(number)).Select(static number => (PosixSignal)number)]
            : [PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM];
        foreach (PosixSignal signal in signals)
            _registrations.Add(PosixSignalRegistration.Create(signal, End));
        if (OperatingSystem.IsLinux())
            _registrations.Add(
                PosixSignalRegistration.Create((PosixSignal)FileTooLarge, static context => context.Cancel = true)
            );
    }

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _deadline?.Dispose();
        _source.Dispose();
    }

    private void End(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested)
            Environment.Exit(Invocation.CouldNotBeDone); // which removes temporary files, too
        _deadline = new(
            static _ => Environment.Exit(Invocation.CouldNotBeDone),
            null,
            TimeToEnd,
            Timeout.InfiniteTimeSpan
        );
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command ended in this moment.
        }
    }

    /// <summary>Whether whoever started us wants a signal ignored, as nohup does with SIGHUP.</summary>
    private static bool IsIgnored(int number)
    {
        const string field = "SigIgn:"; // a bit for each signal, in hexadecimal
        try
        {
            string? line = File.ReadLines("/proc/self/status")
                .FirstOrDefault(static line => line.StartsWith(field, StringComparison.Ordinal));
            return line is not null
                && ulong.TryParse(
                    line.AsSpan(field.Length).Trim(),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out ulong ignored
                )
                && (ignored & (1UL << (number - 1))) != 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // a container without /proc
        }
    }
}
