using Fanwise.Models.Plans;

namespace Fanwise.Native;

/// <summary>Whose numbers a C caller asks for.</summary>
internal static unsafe class Backends
{
    /// <summary>The initializer with the numbers of this backend; of TensorFlow where it is NULL.</summary>
    public static Initializer Apply(Initializer initializer, byte* backend)
    {
        Check(backend);
        return initializer;
    }

    /// <inheritdoc cref="Apply(Initializer, byte*)"/>
    public static PlanOptions Apply(PlanOptions options, byte* backend)
    {
        Check(backend);
        return options;
    }

    private static void Check(byte* backend)
    {
        if (backend is not null && Status.Text(backend, "backend") is not "tensorflow" and var name)
            throw new RequestException($"A backend is tensorflow; received '{name}'.");
    }
}
