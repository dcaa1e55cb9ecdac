using System.Text;
using Fanwise.Models.Checkpoints.Hdf5;
using Fanwise.Models.Configurations;
using Fanwise.Models.Files;
using Fanwise.Python;

namespace Fanwise.Models.Architectures;

/// <summary>The model that stands in an HDF5 file of Keras, beside its weights.</summary>
/// <remarks>Source: keras/src/legacy/saving/legacy_h5_format.py.</remarks>
internal static class Hdf5Model
{
    private const string ModelAttribute = "model_config";

    /// <summary>The attribute that says which Keras wrote the file.</summary>
    public const string VersionAttribute = "keras_version";

    /// <summary>The model of a file; its arrays are not looked at.</summary>
    /// <exception cref="CheckpointException">The file is malformed, or has weights alone.</exception>
    public static Architecture Read(ByteSource source) =>
        Of(Hdf5File.ReadRoot(source)) is { } read
            ? read()
            : throw CheckpointException.Request(
                $"'{source.Name}' holds weights alone: it is HDF5 with {Arrays(source)} arrays and no attribute "
                    + $"{ModelAttribute}; give the model's own file, and this one where weights are read."
            );

    /// <summary>Reads the model of a file whose root this is; null where there is none.</summary>
    public static Func<Architecture>? Of(Hdf5Object root) =>
        root.Strings(ModelAttribute) is [string json]
            ? () => Read(json, root.Strings(VersionAttribute) is [string version] ? version : null)
            : null;

    private static int Arrays(ByteSource source) =>
        Hdf5File.Read(source).Objects.Count(static found => found.Array is not null);

    /// <summary>The model that an HDF5 file describes.</summary>
    /// <param name="json">The attribute model_config.</param>
    /// <param name="version">The attribute keras_version; null where there is none.</param>
    public static Architecture Read(string json, string? version)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        JsonValue model = ModelJson.Read(text);
        if (!model.IsObject || model["class_name"]?.AsString is null)
            throw new ModelException(
                $"The attribute model_config must be a model with a class_name; received {model}."
            );
        if (version is not null && model["keras_version"] is null)
            model = model.With("keras_version", JsonValue.String(version));
        return Keras2.Rewrite(model, ModelForm.Hdf5) with
        {
            SharesInitializers = true,
            KerasVersion = model["keras_version"]?.AsString,
            Topology = version?.StartsWith('3') == true ? null : model,
            Digest = ArchitectureReader.Digest(text),
        };
    }
}
