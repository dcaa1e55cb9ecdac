using System.Text;
using Fanwise.Draws;
using Fanwise.Models.Configurations;
using Fanwise.Models.Files;
using Fanwise.Models.Layers;
using Fanwise.Python;

namespace Fanwise.Models.Architectures;

/// <summary>Tells the forms of a model's file apart, by what it holds, and reads each into the Keras 3 form.</summary>
internal static class ArchitectureReader
{
    /// <summary>No description of a model is longer.</summary>
    public const int MaxTextLength = 512 << 20;

    private const string Wanted =
        "a model is the text of model.to_json(), a .keras or .h5 file or a TensorFlow.js model.json";

    /// <summary>The model that a stream holds.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="ModelException">It holds none.</exception>
    public static Architecture Read(Stream stream, string name)
    {
        byte[] buffer = new byte[FileSignatures.Length];
        int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (length < 2)
            throw new ModelException("The file is empty, which is no model.");
        ReadOnlySpan<byte> head = buffer.AsSpan(0, length);
        FileSignature signature = FileSignatures.Of(head);
        if (FileSignatures.Refusal(signature) is { } why)
            throw new ModelException($"The file is {why}.");
        return signature switch
        {
            FileSignature.Zip => Archive.Read(stream, head),
            FileSignature.Hdf5 => ReadHdf5(stream, head, name),
            FileSignature.Safetensors => throw new ModelException(
                "The file is safetensors, which holds weights and not a model (verify, find-seed and report "
                    + $"take it as such); {Wanted}."
            ),
            FileSignature.NumPy or FileSignature.NumPyArchive => throw new ModelException(
                $"The file is NumPy's, which holds weights and not a model; {Wanted}."
            ),
            _ => ReadText(ReadAll(stream, head, "The model's description")),
        };
    }

    /// <summary>The model of a folder: an unpacked archive, or one for TensorFlow.js.</summary>
    /// <exception cref="ModelException">It holds none.</exception>
    public static Architecture ReadFolder(string path)
    {
        if (FileSignatures.Refusal(FileSignatures.OfPath(path)) is { } why)
            throw new ModelException($"'{path}' is {why}.");
        if (Archive.IsFolder(path))
            return Archive.ReadFolder(path);
        string topology = Path.Combine(path, TensorFlowJs.ModelName);
        if (File.Exists(topology))
        {
            using FileStream file = File.OpenRead(topology);
            if (Read(file, topology) is { Form: ModelForm.TensorFlowJs } model)
                return model;
        }

        throw new ModelException(
            $"'{path}' is a folder that holds no model: it has neither the config.json of an unpacked .keras file nor "
                + $"the {TensorFlowJs.ModelName} of TensorFlow.js; give the model's file itself."
        );
    }

    private static Architecture ReadHdf5(Stream stream, ReadOnlySpan<byte> head, string name)
    {
        Stream whole = stream;
        if (stream.CanSeek)
            stream.Seek(-head.Length, SeekOrigin.Current);
        else
            whole = new MemoryStream(ReadAll(stream, head, "An HDF5 file that is not given as a file"));
        try
        {
            return Hdf5Model.Read(new StreamSource(name, whole));
        }
        catch (CheckpointException error)
        {
            throw new ModelException(error.Message, error);
        }
    }

    /// <summary>The model that a JSON text describes.</summary>
    public static Architecture ReadText(ReadOnlySpan<byte> text) =>
        Classify(ModelJson.Read(text)) with
        {
            Digest = Digest(text),
        };

    /// <summary>The digest of a description, as files name it.</summary>
    public static string Digest(ReadOnlySpan<byte> text) => IdentityWriter.DigestOf(text);

    /// <summary>All of a stream after what was read of it already, unless it is too long.</summary>
    public static byte[] ReadAll(Stream stream, ReadOnlySpan<byte> head, string what)
    {
        // Room for all at once, where the length is known.
        long rest = stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) : 0;
        using MemoryStream all = new((int)Math.Min(head.Length + rest, MaxTextLength));
        all.Write(head);
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0; )
        {
            if (all.Length + read > MaxTextLength)
                throw new ModelException($"{what} must have at most {MaxTextLength >> 20} MiB; it has more.");
            all.Write(buffer, 0, read);
        }

        return all.Length == all.Capacity ? all.GetBuffer() : all.ToArray();
    }

    private static Architecture Classify(JsonValue json)
    {
        if (json.AsString is { } inner && inner.AsSpan().TrimStart() is ['{' or '[', ..])
            return Noted(
                Classify(ModelJson.Read(Encoding.UTF8.GetBytes(inner))),
                "the file is a JSON string that holds the model's JSON, as json.dump(model.to_json()) writes it: it is "
                    + "read twice"
            );
        if (OfConfiguration(json) is { } model)
            return Noted(
                Classify(model),
                $"the file is a get_config() alone, read as a {model["class_name"]!.AsString}'s"
            );
        if (!json.IsObject)
            throw new ModelException($"A model must be a JSON object with class_name and config; received {json}.");
        if (json["modelTopology"] is not null)
            return TensorFlowJs.Read(json);
        if (json["class_name"] is null && json["model_config"] is { IsObject: true })
            return TensorFlowJs.ReadTopology(json, []);
        if (json["class_name"] is null && json["model_type"]?.AsString is { } type)
            throw new ModelException(
                "The file is the configuration of a model of Hugging Face's transformers (model_type "
                    + $"\"{JsonValue.Printable(type)}\"), not the description of a Keras model."
            )
            {
                Code = FanwiseError.NeedsProgram,
            };
        if (json["class_name"]?.AsString is null)
            throw new ModelException($"A model must have a class_name; received an object with {Keys(json)}.");
        Architecture read = Keras2.IsOld(json)
            ? Keras2.Rewrite(json, ModelForm.Keras2) with
            {
                Topology = json,
            }
            : new Architecture(json, ModelForm.Keras3);
        return read with { KerasVersion = json["keras_version"]?.AsString };
    }

    /// <summary>The model whose <c>get_config()</c> a value is; null where it is none.</summary>
    private static JsonValue? OfConfiguration(JsonValue json)
    {
        JsonValue? layers = json.IsArray ? json : json["layers"];
        if (layers is not { IsArray: true, Items: [{ IsObject: true } first, ..] } || first["class_name"] is null)
            return null;
        if (json["class_name"] is not null || json["modelTopology"] is not null)
            return null;
        bool isFunctional = json["input_layers"] is not null && json["output_layers"] is not null;
        JsonValue model = JsonValue.Object(
            ("class_name", JsonValue.String(isFunctional ? LayerNames.Functional : LayerNames.Sequential)),
            ("config", json)
        );
        // Keras 3 writes a module beside every class.
        return first["module"] is null ? model : model.With("module", JsonValue.String("keras"));
    }

    private static Architecture Noted(Architecture architecture, string note) =>
        architecture with
        {
            Notes = [note, .. architecture.Notes],
        };

    private static string Keys(JsonValue json)
    {
        if (json.Members.IsEmpty)
            return "no keys";
        List<string> first = [];
        foreach (JsonMember member in json.Members[..Math.Min(4, json.Members.Length)])
            first.Add($"\"{JsonValue.Printable(member.Key)}\"");
        return $"the keys {string.Join(", ", first)}";
    }
}
