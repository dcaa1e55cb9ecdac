using Fanwise.Python;

namespace Fanwise.Models.Layers;

/// <summary>What declarations have made: bounded, since a declaration may name itself.</summary>
internal sealed partial class Reviver
{
    /// <summary>Declared layers within declared layers may be no deeper.</summary>
    private const int MaxDeclaredDepth = 32;

    /// <summary>More values than this are not filled in: declarations within declarations ask for exponentially
    /// many.</summary>
    private const int MaxDeclaredValues = 250_000;

    private int _declaredDepth,
        _declaredValues;

    /// <summary>The layer that a declared class makes of a filled-in entry.</summary>
    public Layer ReviveDeclared(JsonValue entry, string place)
    {
        if (++_declaredDepth > MaxDeclaredDepth)
            throw new ModelException(
                $"Declared layers must be at most {MaxDeclaredDepth} within each other; {place} is deeper."
            );
        Layer layer = Revive(entry, $"the layer {place}", "config");
        _declaredDepth--;
        return layer;
    }

    /// <summary>Counts a value that is filled into a declaration.</summary>
    public void CountDeclared()
    {
        if (++_declaredValues > MaxDeclaredValues)
            throw new ModelException(
                $"The declarations of a model must have at most {MaxDeclaredValues} values filled in; they ask for "
                    + "more."
            );
    }

    /// <summary>Runs what a layer's call does under its name, of which paths are made.</summary>
    public void Within(Layer layer, Action run)
    {
        Scope.Enter(layer.Name);
        run();
        Scope.Leave();
    }
}
