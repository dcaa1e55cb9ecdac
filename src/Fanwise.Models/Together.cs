using System.Runtime.ExceptionServices;

namespace Fanwise.Models;

/// <summary>Work of several threads, this one among them, that ends with the first error as it is: not as one of
/// many.</summary>
internal static class Together
{
    /// <summary>Runs the same work on so many threads.</summary>
    public static void Run(int threads, Action work)
    {
        ExceptionDispatchInfo? failure = null;
        Thread[] others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(Guarded) { IsBackground = true };
            others[i].Start();
        }

        Guarded();
        foreach (Thread other in others)
            other.Join();
        failure?.Throw();

        void Guarded()
        {
            try
            {
                work();
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }
        }
    }

    /// <summary>Does something with each number below <paramref name="count"/>, by as many threads as there are
    /// processors; none begins after an error.</summary>
    public static void ForEach(int count, Action<int> work)
    {
        int next = -1;
        bool failed = false;
        Run(
            Math.Clamp(Environment.ProcessorCount, 1, Math.Max(1, count)),
            () =>
            {
                while (!Volatile.Read(ref failed) && Interlocked.Increment(ref next) is int number && number < count)
                    try
                    {
                        work(number);
                    }
                    catch
                    {
                        Volatile.Write(ref failed, true);
                        throw;
                    }
            }
        );
    }
}
