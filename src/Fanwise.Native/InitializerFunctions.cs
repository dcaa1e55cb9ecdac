using System.Runtime.InteropServices;
using Fanwise.Generations;

namespace Fanwise.Native;

/// <summary>One initializer: what a name or a Keras configuration stands for.</summary>
internal static unsafe class InitializerFunctions
{
    /// <summary>Reads an initializer.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_initializer_create")]
    public static int Create(byte* nameOrJson, byte* backend, nint* handle) =>
        Status.Of(() =>
        {
            if (handle is null)
                throw new RequestException("The argument 'initializer' must not be NULL.");
            string text = Status.Text(nameOrJson, "name_or_json");
            Initializer initializer = Configuration.Read(text, Generation.Keras).Initializer.ToInitializer();
            *handle = Handles.Add(BackendChoice.Apply(initializer, backend));
        });

    /// <summary>Fills memory with elements of a tensor.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_initializer_fill")]
    public static int Fill(
        nint handle,
        long* seed,
        long* shape,
        int rank,
        int type,
        long start,
        long count,
        int threads,
        void* destination,
        long bytes
    )
    {
        try
        {
            Initializer initializer = Handles.Get<Initializer>(handle);
            if (seed is not null && initializer is RandomInitializer random)
                initializer = random with { Seed = *seed };
            Draws.Values values = initializer.ValuesFor(Tensors.Shape(shape, rank), Tensors.Type(type));
            Tensors.Fill(values, start, count, threads, destination, bytes);
            return Status.Ok;
        }
        catch (Exception exception)
        {
            return Status.Of(exception);
        }
    }

    /// <summary>Lets an initializer go.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_initializer_free")]
    public static void Free(nint handle) => Handles.Free(handle);
}
