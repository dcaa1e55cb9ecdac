using System.Runtime.InteropServices;

namespace Fanwise;

/// <summary>What a tensor's elements are. Random values are drawn in the first four; the others hold constants and
/// integer draws.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 binary32, <see cref="float"/>.</summary>
    Float32,

    /// <summary>IEEE 754 binary64, <see cref="double"/>.</summary>
    Float64,

    /// <summary>IEEE 754 binary16, <see cref="Half"/>.</summary>
    Float16,

    /// <summary>The upper half of a binary32, <see cref="Fanwise.BFloat16"/>.</summary>
    BFloat16,

    /// <summary>8-bit signed integer, <see cref="sbyte"/>.</summary>
    Int8,

    /// <summary>32-bit signed integer, <see cref="int"/>.</summary>
    Int32,

    /// <summary>64-bit signed integer, <see cref="long"/>.</summary>
    Int64,

    /// <summary>One byte, 0 or 1, <see cref="bool"/>.</summary>
    Bool,
}

/// <summary>The facts of each <see cref="ElementType"/>.</summary>
public static class ElementTypes
{
    private static readonly string[] Names =
    [
        "float32",
        "float64",
        "float16",
        "bfloat16",
        "int8",
        "int32",
        "int64",
        "bool",
    ];
    private static readonly int[] Sizes = [4, 8, 2, 2, 1, 4, 8, 1];

    /// <summary>The name that NumPy, TensorFlow and Keras use: <c>float32</c>.</summary>
    public static string Name(this ElementType type) => Names[(int)type];

    /// <summary>The size of an element in bytes.</summary>
    public static int Size(this ElementType type) => Sizes[(int)type];

    /// <summary>The element at the beginning of <paramref name="source"/>; an int64 beyond 2^53 is rounded.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="source">At least <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer bytes than an element has.</exception>
    public static double Read(this ElementType type, ReadOnlySpan<byte> source) =>
        type switch
        {
            ElementType.Float32 => MemoryMarshal.Read<float>(source),
            ElementType.Float64 => MemoryMarshal.Read<double>(source),
            ElementType.Float16 => (double)MemoryMarshal.Read<Half>(source),
            ElementType.BFloat16 => (double)MemoryMarshal.Read<BFloat16>(source),
            ElementType.Int8 => MemoryMarshal.Read<sbyte>(source),
            ElementType.Int32 => MemoryMarshal.Read<int>(source),
            ElementType.Int64 => MemoryMarshal.Read<long>(source),
            _ => MemoryMarshal.Read<byte>(source),
        };

    /// <summary>Whether the type has a fraction: random values can be drawn in it.</summary>
    public static bool IsFloating(this ElementType type) => type <= ElementType.BFloat16;

    /// <summary>The type of this name; false where no type has it.</summary>
    public static bool TryParse(string? name, out ElementType type)
    {
        int index = Array.IndexOf(Names, name);
        type = (ElementType)Math.Max(0, index);
        return index >= 0;
    }

    /// <summary>The type of this name.</summary>
    /// <exception cref="InitializerException">No type has this name.</exception>
    public static ElementType Parse(string name) =>
        TryParse(name, out ElementType type)
            ? type
            : throw new InitializerException(
                $"An element type is one of {string.Join(", ", Names)}; received '{name}'{Nearest.End(name, Names)}"
            );

    /// <summary>The element type that <typeparamref name="T"/> stands for.</summary>
    /// <exception cref="InitializerException"><typeparamref name="T"/> stands for none.</exception>
    public static ElementType Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(BFloat16) ? ElementType.BFloat16
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(bool) ? ElementType.Bool
        : throw new InitializerException(
            "A tensor's elements are float, double, Half, BFloat16, sbyte, int, long or bool; received "
                // Another library's type of the same name is told with its namespace.
                + $"{(typeof(T).Name == nameof(BFloat16) ? typeof(T).ToString() : typeof(T).Name)}."
        );
}
