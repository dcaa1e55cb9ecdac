using System.Runtime.InteropServices;
using Fanwise.Draws;
using Fanwise.Streams;

namespace Fanwise.Benchmarks;

/// <summary>The scalar C++ peer, which bench/twin/build builds.</summary>
internal static unsafe class Twin
{
    private static readonly Lazy<nint> Library = new(static () => NativeLibrary.Load(Find()));

    /// <summary>Fills whole groups of four standard values.</summary>
    public static void Fill(DrawKind kind, PhiloxStream stream, Span<float> destination)
    {
        string name = kind switch
        {
            DrawKind.Uniform => "twin_uniform",
            DrawKind.Normal => "twin_normal",
            _ => "twin_truncated_normal",
        };
        var fill = (delegate* unmanaged<float*, long, ulong, ulong, ulong, void>)
            NativeLibrary.GetExport(Library.Value, name);
        fixed (float* pointer = destination)
            fill(pointer, destination.Length / 4, stream.Key, (ulong)stream.Counter, (ulong)(stream.Counter >> 64));
    }

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "artifacts", "twin", "libtwin.so");
            if (File.Exists(path))
                return path;
        }

        throw new FileNotFoundException("The C++ peer is built by bench/twin/build.");
    }
}
