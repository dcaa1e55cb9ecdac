namespace Fanwise;

/// <summary>A parameter or buffer of a module of PyTorch.</summary>
/// <param name="Name">Its name in the module, as <c>state_dict</c> has it.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="ElementType">The type of its elements.</param>
public sealed record TorchParameter(string Name, Shape Shape, ElementType ElementType);
