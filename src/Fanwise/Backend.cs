using Fanwise.Draws.Frameworks;

namespace Fanwise;

/// <summary>Whose numbers Keras draws: the framework that it runs on.</summary>
/// <remarks>The seeds are the same on all of them; what a seed pair, a shape and an element type give is the
/// backend's.</remarks>
public enum Backend
{
    /// <summary>TensorFlow's stateless operations: Philox.</summary>
    TensorFlow,

    /// <summary>JAX: threefry.</summary>
    Jax,

    /// <summary>PyTorch on a processor: MT19937.</summary>
    Torch,

    /// <summary>NumPy's <c>default_rng</c>: PCG64.</summary>
    NumPy,
}

/// <summary>The names of each <see cref="Backend"/>.</summary>
public static class Backends
{
    /// <summary>All names, as <c>KERAS_BACKEND</c> takes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. BackendRow.All.Select(static row => row.Name)];

    /// <summary>The name that <c>KERAS_BACKEND</c> takes: <c>jax</c>.</summary>
    public static string Name(this Backend backend) => BackendRow.Of(backend).Name;

    /// <summary>The backend of this name; false where none has it.</summary>
    public static bool TryParse(string? name, out Backend backend)
    {
        BackendRow? row = BackendRow.All.FirstOrDefault(row => row.Name == name);
        backend = row?.Backend ?? default;
        return row is not null;
    }

    /// <summary>The backend of this name.</summary>
    /// <exception cref="InitializerException">None has it.</exception>
    public static Backend Parse(string name) =>
        TryParse(name, out Backend backend)
            ? backend
            : throw new InitializerException(
                $"A backend is one of {string.Join(", ", Names)}; received '{name}'{Nearest.End(name, Names)}"
            );
}
