using Fanwise.Models;

namespace Fanwise.Native;

/// <summary>Whose numbers a C caller asks for.</summary>
internal static unsafe class BackendChoice
{
    /// <summary>The initializer with the numbers of this backend; of TensorFlow where it is NULL.</summary>
    public static Initializer Apply(Initializer initializer, byte* backend) =>
        initializer is RandomInitializer random && Of(backend) is { } chosen
            ? random with
            {
                Backend = chosen,
            }
            : initializer;

    /// <inheritdoc cref="Apply(Initializer, byte*)"/>
    public static PlanOptions Apply(PlanOptions options, byte* backend) =>
        Of(backend) is { } chosen ? options with { Backend = chosen } : options;

    private static Backend? Of(byte* backend) =>
        backend is null ? null : Backends.Parse(Status.Text(backend, "backend"));
}
