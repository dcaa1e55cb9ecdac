using Fanwise.Models.Architectures;
using Fanwise.Models.Files;

namespace Fanwise.Models.Checkpoints.Keras;

/// <summary>The weights of a <c>.keras</c> archive, or of one that was unpacked into a folder.</summary>
/// <remarks>Source: keras/src/saving/saving_lib.py. Keras stores the weights' file as it is, so that its tensors are
/// read in place.</remarks>
internal static class KerasArchive
{
    /// <summary>The file of the weights in the archive.</summary>
    public const string WeightsName = "model.weights.h5";

    /// <summary>The weights of an open archive, and its model.</summary>
    public static StoredCheckpoint Read(ByteSource source)
    {
        ZipMembers zip = ZipMembers.Read(source);
        ZipMember weights =
            zip.Find(WeightsName)
            ?? throw CheckpointException.Malformed(
                $"'{source.Name}' is a zip archive without {WeightsName}, which holds the weights of a .keras file."
            );
        ByteSource member = zip.Open(weights);
        return KerasHdf5.Read(member) with
        {
            Sources = [source],
            Model = () => Archive.Read(new SourceStream(source, 0, source.Length), default),
            Members = zip.Members.Where(member => member != weights).Select(zip.Open),
        };
    }

    /// <summary>The weights of an unpacked archive, and its model.</summary>
    public static StoredCheckpoint ReadFolder(string path)
    {
        FileSource source = FileSource.Open(Path.Combine(path, WeightsName));
        try
        {
            return KerasHdf5.Read(source) with
            {
                Model = Archive.IsFolder(path) ? () => Archive.ReadFolder(path) : null,
            };
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
