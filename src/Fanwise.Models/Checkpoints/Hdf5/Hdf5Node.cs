using System.Text;
using Fanwise.Draws;

namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>A group or dataset of an HDF5 file, with its attributes (strings only).</summary>
internal abstract class Hdf5Node
{
    /// <summary>Names and strings, in the order in which they are written.</summary>
    public List<(string Name, string Value)> Attributes { get; } = [];
}

/// <summary>An array.</summary>
/// <param name="name">The tensor's name in the plan.</param>
/// <param name="values">The whole tensor.</param>
internal sealed class Hdf5Dataset(string name, Values values) : Hdf5Node
{
    public string Name { get; } = name;

    public Values Values { get; } = values;
}

/// <summary>Named nodes; kept in the order of their names' bytes, as the format wants them.</summary>
internal sealed class Hdf5Group : Hdf5Node
{
    private readonly SortedDictionary<string, Hdf5Node> _children = new(
        Comparer<string>.Create(
            static (left, right) =>
                Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right))
        )
    );

    public IReadOnlyDictionary<string, Hdf5Node> Children => _children;

    /// <summary>The group at a path (<c>layers/dense/vars</c>), made where it is missing; the group itself for an empty
    /// path.</summary>
    /// <exception cref="CheckpointException">A dataset is on the way.</exception>
    public Hdf5Group Group(string path)
    {
        Hdf5Group group = this;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!group._children.TryGetValue(name, out Hdf5Node? child))
                group.Add(name, child = new Hdf5Group());
            group =
                child as Hdf5Group
                ?? throw CheckpointException.Request($"'{path}' cannot be a group in the file: '{name}' is an array.");
        }

        return group;
    }

    /// <summary>Adds a node under a name of one part.</summary>
    /// <exception cref="CheckpointException">The name is taken, empty, '.', '..', or has a slash or NUL.</exception>
    public void Add(string name, Hdf5Node node)
    {
        if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0'))
            throw CheckpointException.Request(
                "A name in an HDF5 file must not be empty, '.', '..', or have a slash or a NUL; received "
                    + $"'{name.Replace("\0", "\\0", StringComparison.Ordinal)}'."
            );
        if (!_children.TryAdd(name, node))
            throw CheckpointException.Request($"A group's names must differ in an HDF5 file; received '{name}' twice.");
    }
}
