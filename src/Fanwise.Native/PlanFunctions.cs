using System.Runtime.InteropServices;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Plans;

namespace Fanwise.Native;

/// <summary>A model's weights for a seed.</summary>
internal static unsafe class PlanFunctions
{
    /// <summary>Reads a model's file and plans its weights.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_plan_read")]
    public static int Read(byte* path, long seed, byte* generation, byte* backend, nint* handle) =>
        Status.Of(() =>
        {
            if (handle is null)
                throw new RequestException("The argument 'plan' must not be NULL.");
            PlanOptions options = new();
            if (generation is not null)
                options = options with { Generation = ModelGeneration.Parse(Status.Text(generation, "generation")) };
            options = BackendChoice.Apply(options, backend);
            *handle = Handles.Add(Model.Read(Status.Text(path, "path")).Plan(seed, options));
        });

    /// <summary>The number of tensors.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_plan_count")]
    public static int Count(nint handle, long* count) =>
        Status.Of(() => Give(count, Handles.Get<WeightPlan>(handle).Count));

    /// <summary>The index of the tensor of a name; -1 where there is none.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_plan_find")]
    public static int Find(nint handle, byte* name, long* index) =>
        Status.Of(() =>
        {
            string wanted = Status.Text(name, "name");
            WeightPlan plan = Handles.Get<WeightPlan>(handle);
            long found = -1;
            for (int i = 0; i < plan.Count && found < 0; i++)
                if (plan[i].Name == wanted)
                    found = i;
            Give(index, found);
        });

    /// <summary>A tensor's name.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_plan_name")]
    public static int Name(nint handle, long index, byte* buffer, long capacity, long* length) =>
        Status.Of(() => Give(length, Status.Copy(Weight(handle, index).Name, buffer, capacity)));

    /// <summary>A tensor's rank, lengths, element type and size.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_plan_tensor")]
    public static int Tensor(
        nint handle,
        long index,
        int* rank,
        long* shape,
        int capacity,
        int* type,
        long* elements
    ) =>
        Status.Of(() =>
        {
            PlannedWeight weight = Weight(handle, index);
            Give(rank, weight.Shape.Rank);
            Give(type, (int)weight.ElementType);
            Give(elements, weight.Shape.Elements);
            for (int i = 0; shape is not null && i < Math.Min(capacity, weight.Shape.Rank); i++)
                shape[i] = weight.Shape[i];
        });

    /// <summary>Fills memory with elements of a tensor.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_plan_fill")]
    public static int Fill(nint handle, long index, long start, long count, int threads, void* destination, long bytes)
    {
        try
        {
            Tensors.Fill(Weight(handle, index).Values, start, count, threads, destination, bytes);
            return Status.Ok;
        }
        catch (Exception exception)
        {
            return Status.Of(exception);
        }
    }

    /// <summary>Writes all tensors into a file.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_plan_write")]
    public static int Write(nint handle, byte* path, byte* format, int overwrite, int threads) =>
        Status.Of(() =>
        {
            string target = Status.Text(path, "path");
            CheckpointFormat chosen = format is null
                ? CheckpointFormat.Of(target)
                : CheckpointFormat.Parse(Status.Text(format, "format"));
            WriteOptions options = new()
            {
                Overwrite = overwrite != 0,
                Threads = Tensors.Threads(threads).MaxDegreeOfParallelism,
            };
            chosen.Write(Handles.Get<WeightPlan>(handle), target, options);
        });

    /// <summary>Lets a plan go.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fanwise_plan_free")]
    public static void Free(nint handle) => Handles.Free(handle);

    private static PlannedWeight Weight(nint handle, long index)
    {
        WeightPlan plan = Handles.Get<WeightPlan>(handle);
        return index >= 0 && index < plan.Count
            ? plan[(int)index]
            : throw new RequestException($"The index of a tensor is 0 to {plan.Count - 1}; received {index}.");
    }

    private static void Give<T>(T* destination, T value)
        where T : unmanaged
    {
        if (destination is not null)
            *destination = value;
    }
}
