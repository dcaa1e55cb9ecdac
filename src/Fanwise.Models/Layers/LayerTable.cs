namespace Fanwise.Models.Layers;

/// <summary>The classes of layers that a model may name, by name; the families' rows are put in from above.</summary>
internal sealed class LayerTable
{
    private readonly Dictionary<string, LayerClass> _byName = [];

    /// <summary>A table of these rows.</summary>
    /// <param name="rows">The rows, no two of one name.</param>
    /// <param name="operation">The row of an operation as a node of a graph.</param>
    public LayerTable(IEnumerable<LayerClass> rows, LayerClass operation)
    {
        Operation = operation;
        foreach (LayerClass row in rows)
        foreach (string name in row.OtherNames.Prepend(row.Name))
            _byName.Add(name, row);
    }

    /// <summary>An operation as a node of a graph (<c>keras.src.ops</c>): no layer, no weights.</summary>
    public LayerClass Operation { get; }

    /// <summary>All names, other names of a class among them.</summary>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>The class of this name, or null.</summary>
    public LayerClass? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The class of this name, which a row of the table itself names.</summary>
    public LayerClass this[string name] => _byName[name];
}
