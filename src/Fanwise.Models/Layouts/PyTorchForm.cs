namespace Fanwise.Models.Layouts;

/// <summary>How a class of layers stands in PyTorch; a row of <see cref="PyTorchForms"/>.</summary>
/// <param name="Variables">The names of its weights in the order in which a <c>.weights.h5</c> file numbers them,
/// separated by spaces.</param>
/// <param name="Modules">Its modules.</param>
internal sealed record PyTorchForm(string Variables, Func<TurnedLayer, IEnumerable<PyTorchModule>> Modules)
{
    /// <summary>The variables' names where a layer has so many weights; null where they cannot be told.</summary>
    public string[]? NamesOf(int weights)
    {
        string[] names = Variables.Split(' ');
        if (weights == names.Length || names[weights..] is ["bias"])
            return names[..weights];
        // Without scale and center a normalization keeps its statistics alone.
        return names.Length == 4 && weights == 2 ? names[2..] : null;
    }
}
