namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>What the elements of a dataset or an attribute are.</summary>
/// <param name="Class">The format's class.</param>
/// <param name="Size">The size of an element in bytes.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="Type">Which of the types that are read it is; null where it is none.</param>
internal sealed record Hdf5StoredType(int Class, long Size, string Name, SafetensorsType? Type)
{
    private const int VariableString = 1;

    /// <summary>Whether the elements are strings in a global heap.</summary>
    public bool IsVariableString { get; private init; }

    /// <summary>The type that a datatype message says.</summary>
    /// <remarks>Source: HDF5 File Format Specification 3.0, IV.A.2.d; what we write ourselves is in
    /// <see cref="Hdf5Type"/>.</remarks>
    public static Hdf5StoredType Read(Hdf5Cursor cursor)
    {
        int kind = cursor.U8() & 0xF;
        byte flags = cursor.U8();
        cursor.Skip(2);
        uint size = cursor.U32();
        return kind switch
        {
            Hdf5Format.IntegerClass => Integer(cursor, flags, size),
            Hdf5Format.FloatClass => Float(cursor, flags, size),
            Hdf5Format.StringClass => new(kind, size, $"a string of {size} bytes", null),
            Hdf5Format.OpaqueClass => new(kind, size, $"opaque{8L * size}", null),
            Hdf5Format.EnumerationClass => new(kind, size, "enumeration", size == 1 ? Find("BOOL") : null),
            Hdf5Format.VariableLengthClass => new(kind, size, "a string", null)
            {
                IsVariableString = (flags & 0xF) == VariableString,
            },
            _ => new(kind, size, $"HDF5 class {kind}", null),
        };
    }

    /// <summary>The same type where the dataset's attribute says what its opaque bytes are.</summary>
    public Hdf5StoredType Named(string? dtype) =>
        Class == Hdf5Format.OpaqueClass && Size == 2 && dtype == ElementType.BFloat16.Name()
            ? this with
            {
                Type = SafetensorsType.Of(ElementType.BFloat16),
                Name = dtype,
            }
            : this;

    private static Hdf5StoredType Integer(Hdf5Cursor cursor, byte flags, uint size)
    {
        const byte BigEndian = 1,
            Signed = 8;
        int offset = cursor.U16(),
            precision = cursor.U16();
        bool isPlain = offset == 0 && precision == 8L * size && ((flags & BigEndian) == 0 || size == 1);
        string name = $"{((flags & Signed) != 0 ? "int" : "uint")}{8L * size}";
        return isPlain
            ? new(Hdf5Format.IntegerClass, size, name, Find($"{((flags & Signed) != 0 ? 'I' : 'U')}{8L * size}"))
            : new(Hdf5Format.IntegerClass, size, name + " in another byte order or with unused bits", null);
    }

    private static Hdf5StoredType Float(Hdf5Cursor cursor, byte flags, uint size)
    {
        const byte OtherOrder = 0x41;
        int offset = cursor.U16(),
            precision = cursor.U16();
        (int exponent, int mantissa) = (cursor.U16() >> 8, cursor.U16() >> 8);
        bool isPlain = offset == 0 && precision == 8L * size && (flags & OtherOrder) == 0;
        ElementType? type = (isPlain, size, exponent, mantissa) switch
        {
            (true, 4, 8, 23) => ElementType.Float32,
            (true, 8, 11, 52) => ElementType.Float64,
            (true, 2, 5, 10) => ElementType.Float16,
            (true, 2, 8, 7) => ElementType.BFloat16,
            _ => null,
        };
        return type is { } ours
            ? new(Hdf5Format.FloatClass, size, ours.Name(), SafetensorsType.Of(ours))
            : new(Hdf5Format.FloatClass, size, $"a float of {8L * size} bits of another form", null);
    }

    private static SafetensorsType? Find(string name) => SafetensorsType.Find(name);
}
