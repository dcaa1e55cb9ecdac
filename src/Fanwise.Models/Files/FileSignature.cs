using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Fanwise.Models.Files;

/// <summary>What the first bytes of a file say that it is.</summary>
internal enum FileSignature
{
    /// <summary>Nothing that is known.</summary>
    Other,

    /// <summary>A JSON object, list or string.</summary>
    Json,

    /// <summary>A zip archive, which is .keras unless its first entry says otherwise.</summary>
    Zip,

    /// <summary>A zip archive of NumPy arrays, .npz.</summary>
    NumPyArchive,

    /// <summary>HDF5: .h5, .weights.h5.</summary>
    Hdf5,

    /// <summary>A file compressed by gzip.</summary>
    Gzip,

    /// <summary>A NumPy array, .npy.</summary>
    NumPy,

    /// <summary>safetensors: the length of a header, and the header, a JSON object.</summary>
    Safetensors,

    /// <summary>What Git LFS leaves in the place of a file.</summary>
    GitLfsPointer,

    /// <summary>A page of the web in the place of a file.</summary>
    WebPage,

    /// <summary>YAML, as Keras 2's to_yaml wrote it.</summary>
    Yaml,

    /// <summary>A dictionary or list as Python prints it.</summary>
    PythonLiteral,

    /// <summary>A pickle of Python.</summary>
    Pickle,

    /// <summary>What torch.save writes.</summary>
    PyTorch,

    /// <summary>TensorFlow Lite.</summary>
    TfLite,

    /// <summary>ONNX.</summary>
    Onnx,

    /// <summary>The graph of a SavedModel, saved_model.pb.</summary>
    SavedModel,

    /// <summary>A graph of TensorFlow, as frozen graphs have it.</summary>
    GraphDef,

    /// <summary>The list of a TensorFlow checkpoint's files.</summary>
    TensorFlowCheckpoint,
}

/// <summary>Tells files apart by their first bytes: the one place that says what a file is.</summary>
internal static class FileSignatures
{
    private static readonly SearchValues<byte> Letters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"u8
    );

    /// <summary>So many bytes are looked at.</summary>
    public const int Length = 256;

    /// <summary>What an HDF5 file begins with.</summary>
    public static ReadOnlySpan<byte> Hdf5 => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>What a NumPy array's file begins with.</summary>
    public static ReadOnlySpan<byte> NumPyArray => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private const int ZipNameLength = 26,
        ZipName = 30; // places in the header of an archive's first entry

    /// <summary>What is no input, by what it is and what helps.</summary>
    private static readonly Dictionary<FileSignature, string> Refusals = new()
    {
        [FileSignature.GitLfsPointer] =
            "a Git LFS pointer, which stands for a file that was not fetched: run \"git lfs pull\" in its repository",
        [FileSignature.WebPage] =
            "a web page (HTML) and not the file that it shows: download the file itself, the \"raw\" one",
        [FileSignature.Yaml] =
            "YAML, which Keras wrote before TensorFlow 2.6 and reads no more: load it there by model_from_yaml and "
            + "save model.to_json()",
        [FileSignature.PythonLiteral] =
            "Python's own notation of a dictionary or list (single quotes, None, True) and not JSON: write it by "
            + "json.dump, or better model.to_json()",
        [FileSignature.Pickle] =
            "a pickle, which only Python can read and which may run any code: load it in Python and save "
            + "model.to_json() or a .keras file, or its weights as safetensors",
        [FileSignature.PyTorch] =
            "a checkpoint of PyTorch (torch.save), which is a pickle: load it in Python and save its weights by "
            + "safetensors.torch.save_file",
        [FileSignature.TfLite] =
            "a TensorFlow Lite model, whose weights are frozen and which has no initializers: give the "
            + "Keras model that it was converted from",
        [FileSignature.Onnx] =
            "an ONNX model, which has operations instead of layers and no initializers: give the Keras model "
            + "that it was converted from",
        [FileSignature.SavedModel] =
            "the graph of a TensorFlow SavedModel, which has no initializers: load it in Python by "
            + "tf.keras.models.load_model and save it as a .keras file",
        [FileSignature.GraphDef] =
            "a TensorFlow graph (protobuf), which has operations instead of layers and no initializers: give the Keras "
            + "model that it was made from",
        [FileSignature.TensorFlowCheckpoint] =
            "the list of a TensorFlow checkpoint's files, which hold weights under names of their own: load it in "
            + "Python by model.load_weights and save a .weights.h5 file",
        [FileSignature.Gzip] = "compressed by gzip: give it unpacked",
    };

    /// <summary>What a file is that begins with these bytes, <see cref="Length"/> of them if it has as many.</summary>
    public static FileSignature Of(ReadOnlySpan<byte> head)
    {
        // The upper half of a header's length is zero, which no other of these files has together with the brace.
        if (
            head.Length > sizeof(ulong)
            && BinaryPrimitives.ReadUInt64LittleEndian(head) <= uint.MaxValue
            && head[sizeof(ulong)] == '{'
        )
            return FileSignature.Safetensors;
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8))
            return OfZip(head);
        if (head.StartsWith(Hdf5[..4]))
            return FileSignature.Hdf5;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return FileSignature.Gzip;
        if (head.StartsWith(NumPyArray))
            return FileSignature.NumPy;
        if (head.Length >= 8 && head[4..].StartsWith("TFL3"u8))
            return FileSignature.TfLite;
        return OfProtobufOrPickle(head) ?? OfText(head.StartsWith("\uFEFF"u8) ? head[3..] : head);
    }

    /// <summary>What a file or folder is; <see cref="FileSignature.Other"/> for a folder of safetensors files or of
    /// nothing that is known.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileSignature OfPath(string path)
    {
        if (Directory.Exists(path))
            return File.Exists(Path.Combine(path, "saved_model.pb")) ? FileSignature.SavedModel : FileSignature.Other;
        byte[] head = new byte[Length];
        using FileStream file = File.OpenRead(path);
        return Of(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
    }

    /// <summary>What a file is and what to do, to stand after "the file is"; null for what may be an input.</summary>
    public static string? Refusal(FileSignature signature) => Refusals.GetValueOrDefault(signature);

    private static FileSignature OfZip(ReadOnlySpan<byte> head)
    {
        if (head.Length < ZipName)
            return FileSignature.Zip;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(head[ZipNameLength..]);
        ReadOnlySpan<byte> name = head.Slice(ZipName, Math.Min(length, head.Length - ZipName));
        return name.EndsWith(".npy"u8) ? FileSignature.NumPyArchive
            : name.EndsWith("/data.pkl"u8) ? FileSignature.PyTorch
            : FileSignature.Zip;
    }

    private static FileSignature? OfProtobufOrPickle(ReadOnlySpan<byte> head)
    {
        // torch.save before 1.6: a pickle of its magic number, 0x1950a86a20f9469cfc6c.
        if (head.StartsWith((ReadOnlySpan<byte>)[0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20]))
            return FileSignature.PyTorch;
        return head switch
        {
            [0x80, >= 2 and <= 5, ..] => FileSignature.Pickle, // PROTO, its version
            [0x08, 1, 0x12, ..] => FileSignature.SavedModel, // saved_model_schema_version 1, then a graph
            // ir_version, then the next field that is there
            [0x08, >= 2 and < 32, 0x12 or 0x1a or 0x22 or 0x28 or 0x32 or 0x3a or 0x42, ..] => FileSignature.Onnx,
            [0x0a, _, 0x0a, ..] or [0x0a, >= 0x80, _, 0x0a, ..] => FileSignature.GraphDef, // a node, its name
            _ => null,
        };
    }

    private static FileSignature OfText(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> text = head.TrimStart(" \t\r\n"u8);
        if (text is [(byte)'{' or (byte)'[', .. var inner])
            return inner.TrimStart(" \t\r\n{["u8) is [(byte)'\'', ..]
                ? FileSignature.PythonLiteral
                : FileSignature.Json;
        if (text is [(byte)'"', ..])
            return FileSignature.Json;
        if (text.StartsWith("version https://git-lfs"u8))
            return FileSignature.GitLfsPointer;
        if (text.StartsWith("model_checkpoint_path:"u8))
            return FileSignature.TensorFlowCheckpoint;
        string start = Encoding.ASCII.GetString(text[..Math.Min(text.Length, 15)]);
        if (
            start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
        )
            return FileSignature.WebPage;
        return IsYaml(text) ? FileSignature.Yaml : FileSignature.Other;
    }

    /// <summary>Whether the first line is a key and a colon, or one of YAML's own beginnings.</summary>
    private static bool IsYaml(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("---"u8) || text.StartsWith("%YAML"u8) || text.StartsWith("!!"u8))
            return true;
        int end = text.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
        int colon = line.IndexOf((byte)':');
        return colon > 0
            && !line[..colon].ContainsAnyExcept(Letters)
            && (colon == line.Length - 1 || line[colon + 1] == ' ');
    }
}
