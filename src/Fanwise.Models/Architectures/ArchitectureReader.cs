using Fanwise.Draws;

namespace Fanwise.Models.Architectures;

/// <summary>Tells the forms of a model's file apart, by what it holds, and reads each into the Keras 3 form.</summary>
internal static class ArchitectureReader
{
    /// <summary>No description of a model is longer.</summary>
    public const int MaxTextLength = 512 << 20;

    private const string Wanted =
        "a model is the text of model.to_json(), a .keras archive or a TensorFlow.js model.json";

    /// <summary>The model that a stream holds.</summary>
    /// <exception cref="ModelException">It holds none.</exception>
    public static Architecture Read(Stream stream)
    {
        byte[] buffer = new byte[FileSignatures.Length];
        int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (length < 2)
            throw new ModelException("The file is empty, which is no model.");
        ReadOnlySpan<byte> head = buffer.AsSpan(0, length);
        return FileSignatures.Of(head) switch
        {
            FileSignature.Zip => Archive.Read(stream, head),
            FileSignature.Hdf5 => throw new ModelException(
                "The file is HDF5, which is not read as a model: a .weights.h5 holds weights alone, and of an "
                    + $".h5 that holds a model the attribute model_config is its description; {Wanted}."
            ),
            FileSignature.Gzip => throw new ModelException("The file is compressed by gzip: give it unpacked."),
            FileSignature.Safetensors => throw new ModelException(
                "The file is safetensors, which holds weights and not a model (verify, find-seed and report "
                    + $"take it as such); {Wanted}."
            ),
            FileSignature.NumPy => throw new ModelException(
                $"The file is a NumPy array, which holds weights and not a model; {Wanted}."
            ),
            _ => ReadText(ReadAll(stream, head, "The model's description")),
        };
    }

    /// <summary>The model that a JSON text describes.</summary>
    public static Architecture ReadText(ReadOnlySpan<byte> text) =>
        Classify(JsonReader.Read(text)) with
        {
            Digest = Digest(text),
        };

    /// <summary>The digest of a description, as files name it.</summary>
    public static string Digest(ReadOnlySpan<byte> text) => IdentityWriter.DigestOf(text);

    /// <summary>All of a stream after what was read of it already, unless it is too long.</summary>
    public static byte[] ReadAll(Stream stream, ReadOnlySpan<byte> head, string what)
    {
        using MemoryStream all = new();
        all.Write(head);
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0; )
        {
            if (all.Length + read > MaxTextLength)
                throw new ModelException($"{what} must have at most {MaxTextLength >> 20} MiB; it has more.");
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    private static Architecture Classify(JsonValue json)
    {
        if (!json.IsObject)
            throw new ModelException($"A model must be a JSON object with class_name and config; received {json}.");
        if (json["modelTopology"] is not null)
            return TensorFlowJs.Read(json);
        if (json["class_name"] is null && json["model_config"] is { IsObject: true })
            return TensorFlowJs.ReadTopology(json, []);
        if (json["class_name"]?.AsString is null)
            throw new ModelException($"A model must have a class_name; received an object with {Keys(json)}.");
        return Keras2.IsOld(json)
            ? Keras2.Rewrite(json, ModelForm.Keras2) with
            {
                Topology = json,
            }
            : new Architecture(json, ModelForm.Keras3);
    }

    private static string Keys(JsonValue json) =>
        json.Members.IsEmpty
            ? "no keys"
            : $"the keys {string.Join(", ", json.Members[..Math.Min(4, json.Members.Length)].ToArray().Select(static member => $"\"{JsonValue.Printable(member.Key)}\""))}";
}
