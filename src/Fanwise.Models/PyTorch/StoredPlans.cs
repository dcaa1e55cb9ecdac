using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Layers;
using Fanwise.Models.Layers.Families;
using Fanwise.Models.Plans;

namespace Fanwise.Models.PyTorch;

/// <summary>Plans whose values are those of a checkpoint.</summary>
public static class StoredPlans
{
    /// <summary>The same plan with the values of a checkpoint, trained ones mostly.</summary>
    /// <param name="plan">A model's plan; its seed does not count.</param>
    /// <param name="checkpoint">The file, which must stay open while values are made.</param>
    /// <exception cref="ModelException">The checkpoint lacks a weight of the plan, has one with another shape, or one
    /// that the plan has not.</exception>
    public static WeightPlan WithValuesOf(this WeightPlan plan, CheckpointReader checkpoint)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(checkpoint);
        StoredNames names = new(plan, checkpoint.Tensors);
        Dictionary<string, PlannedWeight> stored = new(StringComparer.Ordinal);
        foreach (StoredTensor tensor in checkpoint.Tensors)
        {
            PlannedWeight weight =
                names.Find(tensor)
                ?? throw new ModelException($"The model has no weight for '{tensor.Name}' of '{checkpoint.Files[0]}'.");
            if (tensor.Shape != weight.Shape || tensor.Values is null)
                throw new ModelException(
                    $"'{weight.Name}' must have the shape {weight.Shape}; '{tensor.Name}' of '{checkpoint.Files[0]}' "
                        + $"is {tensor.Type} {tensor.Shape}."
                );
            stored[weight.Name] = weight with { Values = tensor.Values };
        }

        foreach (PlannedWeight weight in plan)
            if (!stored.ContainsKey(weight.Name))
                throw new ModelException($"'{checkpoint.Files[0]}' has nothing for the weight '{weight.Name}'.");
        return new(plan.Select(weight => stored[weight.Name]))
        {
            Metadata = plan.Metadata,
            Notes = plan.Notes,
            Layers = plan.Layers,
            Calls = plan.Calls,
        };
    }

    /// <summary>A plan of what a checkpoint of Keras' names by itself, without the model: layers by the names that
    /// Keras makes of their classes (<c>conv2d_1</c>), their weights by name or number.</summary>
    /// <param name="checkpoint">The file, which must stay open while values are made.</param>
    /// <remarks>The order is the file's, and how layers are connected is not known.</remarks>
    /// <exception cref="ModelException">A name does not tell a layer's class: the model is needed.</exception>
    public static WeightPlan PlanOf(CheckpointReader checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        List<PlannedWeight> weights = [];
        List<PlannedLayer> layers = [];
        foreach (
            IGrouping<string, StoredTensor> layer in checkpoint.Tensors.GroupBy(
                static tensor => Parent(WithoutVars(tensor.Name)),
                StringComparer.Ordinal
            )
        )
        {
            (string path, LayerClass row) = Owner(layer.Key, checkpoint.Files[0]);
            if (!layers.Exists(known => known.Path == path))
                layers.Add(new(path, path[(path.LastIndexOf('/') + 1)..], row.Name, ""));
            StoredTensor[] tensors = [.. layer];
            bool isNumbered = Array.TrueForAll(tensors, static tensor => IsNumbered(tensor.Name));
            string[]? names = isNumbered ? row.PyTorch!.NamesOf(tensors.Length) : null;
            for (int i = 0; i < tensors.Length; i++)
            {
                StoredTensor tensor = tensors[i];
                string variable =
                    !isNumbered ? Last(tensor.Name)
                    : names is not null
                        ? names[int.Parse(Last(tensor.Name), System.Globalization.CultureInfo.InvariantCulture)]
                    : throw Unknown(tensor.Name, checkpoint.Files[0]);
                weights.Add(
                    new($"{layer.Key}/{variable}", tensor.Values ?? throw Unknown(tensor.Name, checkpoint.Files[0]))
                    {
                        Layer = layer.Key,
                        LayerClass = row.Name,
                        Variable = variable,
                    }
                );
            }
        }

        return new(weights) { Layers = layers, Metadata = checkpoint.Metadata };
    }

    /// <summary>The outermost part of a path whose name tells a class with a module in PyTorch.</summary>
    private static (string Path, LayerClass Row) Owner(string path, string file)
    {
        string[] parts = path.Split('/');
        for (int i = 0; i < parts.Length; i++)
        {
            string name = parts[i].TrimEnd("0123456789".ToCharArray()).TrimEnd('_');
            if ((Named(parts[i]) ?? Named(name)) is { } row)
                return (string.Join('/', parts[..(i + 1)]), row);
        }

        throw Unknown(path, file);
    }

    private static LayerClass? Named(string name) =>
        LayerClasses
            .All.Names.Select(LayerClasses.Find)
            .FirstOrDefault(row => row is { PyTorch: not null } && row.SnakeName == name);

    private static ModelException Unknown(string name, string file) =>
        new($"Nothing tells what '{name}' of '{file}' is: the model itself is needed beside its weights.");

    private static bool IsNumbered(string name) => Last(name).All(char.IsAsciiDigit);

    private static string Last(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static string Parent(string name) => name[..Math.Max(0, name.LastIndexOf('/'))];

    private static string WithoutVars(string name) => name.Replace("/vars/", "/", StringComparison.Ordinal);
}
