using System.Runtime.InteropServices;

namespace Fanwise.Simd;

/// <summary>Memory that has just been allocated: on Linux, asks for huge pages before it is touched. Pages of 4 KiB
/// cost more than the fastest draw that fills them.</summary>
internal static unsafe partial class FreshMemory
{
    /// <summary>Below this many bytes it does not pay.</summary>
    private const int Threshold = 8 << 20;

    private const int PageSize = 4096,
        HugePages = 14; // MADV_HUGEPAGE

    /// <summary>Advises; nothing depends on whether the system follows.</summary>
    public static T[] Advise<T>(T[] memory)
        where T : unmanaged
    {
        if (!OperatingSystem.IsLinux() || (long)memory.Length * sizeof(T) < Threshold)
            return memory;
        fixed (T* pointer = memory)
        {
            nuint first = ((nuint)pointer + PageSize - 1) & ~(nuint)(PageSize - 1),
                end = (nuint)(pointer + memory.Length) & ~(nuint)(PageSize - 1);
            _ = MemoryAdvise((void*)first, end - first, HugePages);
        }

        return memory;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
