using Fanwise;
using Fanwise.Models.Plans;
using Fanwise.Streams;
using TorchSharp;

namespace FanwiseTorch;

/// <summary>Starts of TorchSharp's modules and tensors.</summary>
public static class TorchInitialization
{
    /// <summary>Starts every parameter and buffer of a module tree by
    /// <see cref="ModuleInitialization.Default"/>.</summary>
    /// <inheritdoc cref="Initialize(torch.nn.Module, long, ModuleInitialization)"/>
    public static IReadOnlyList<ParameterStart> Initialize(this torch.nn.Module module, long seed) =>
        module.Initialize(seed, ModuleInitialization.Default);

    /// <summary>Starts every parameter and buffer of a module tree: kernels by what they really connect, each gate of a
    /// recurrent layer for itself.</summary>
    /// <param name="module">The tree; any floating types, devices and strides.</param>
    /// <param name="seed">0 or more. The stream of a parameter is <see cref="TensorKeys"/>' for this seed and its full
    /// name, so that neither order nor other parameters count.</param>
    /// <param name="choices">What each kind begins with.</param>
    /// <returns>What was done, parameter by parameter, in the order of registration.</returns>
    /// <exception cref="InitializerException">There is a parameter or buffer of which nothing is known, or a choice
    /// does not fit; nothing is changed then.</exception>
    public static IReadOnlyList<ParameterStart> Initialize(
        this torch.nn.Module module,
        long seed,
        ModuleInitialization choices
    )
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(choices);
        IReadOnlyList<ModuleEntry> entries = ModuleEntry.Of(module);
        IReadOnlyList<ParameterStart> starts = ModuleStarts.Of(entries, Checked(seed), choices);
        return Written(entries, starts);
    }

    /// <summary>Starts a module tree as a framework's own constructors do.</summary>
    /// <inheritdoc cref="Initialize(torch.nn.Module, long, Backend, ModuleInitialization)"/>
    public static IReadOnlyList<ParameterStart> Initialize(this torch.nn.Module module, long seed, Backend like) =>
        module.Initialize(seed, like, ModuleInitialization.Default);

    /// <summary>Starts a module tree as a framework's own constructors do: after <c>torch.manual_seed(seed)</c>, the
    /// same modules constructed in Python in the order in which they are registered here have these bits.</summary>
    /// <param name="module">The tree.</param>
    /// <param name="seed">0 or more; as in PyTorch, its low 32 bits count.</param>
    /// <param name="like"><see cref="Backend.Torch"/>.</param>
    /// <param name="choices">Of these count <see cref="ModuleInitialization.For"/>,
    /// <see cref="ModuleInitialization.Keep"/> and <see cref="ModuleInitialization.PaddingRow"/>.</param>
    /// <returns>What was done, parameter by parameter, in the order of registration.</returns>
    /// <exception cref="InitializerException">The framework is another, or there is a parameter or buffer of which
    /// nothing is known; nothing is changed then.</exception>
    public static IReadOnlyList<ParameterStart> Initialize(
        this torch.nn.Module module,
        long seed,
        Backend like,
        ModuleInitialization choices
    )
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(choices);
        if (like != Backend.Torch)
            throw new InitializerException(
                $"Of modules, {Backend.Torch.Name()} alone has constructors that are known; received {like.Name()}."
            );
        IReadOnlyList<ModuleEntry> entries = ModuleEntry.Of(module);
        return Written(entries, ConstructorStarts.Of(entries, new TorchGenerator(Checked(seed)), choices));
    }

    /// <summary>The plan of a module's start: what <see cref="Initialize(torch.nn.Module, long)"/> would write, for
    /// explanations, reports, files and searches. Nothing is changed.</summary>
    /// <inheritdoc cref="Plan(torch.nn.Module, long, ModuleInitialization)"/>
    public static WeightPlan Plan(this torch.nn.Module module, long seed) =>
        module.Plan(seed, ModuleInitialization.Default);

    /// <summary>The plan of a module's start under these choices, with PyTorch's names and shapes. Nothing is
    /// changed.</summary>
    /// <param name="module">The tree.</param>
    /// <param name="seed">0 or more.</param>
    /// <param name="choices">What each kind begins with; what stays as it is and tied names are not in the
    /// plan.</param>
    /// <exception cref="InitializerException">There is a parameter or buffer of which nothing is known, or a choice
    /// does not fit.</exception>
    public static WeightPlan Plan(this torch.nn.Module module, long seed, ModuleInitialization choices)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(choices);
        return new(
            ModuleStarts
                .Of(ModuleEntry.Of(module), Checked(seed), choices)
                .Where(static start => start.Values is not null)
                .Select(static start =>
                {
                    int dot = start.Name.LastIndexOf('.');
                    return new PlannedWeight(start.Name, start.Values!)
                    {
                        Variable = start.Name[(dot + 1)..],
                        Layer = start.Name[..Math.Max(0, dot)],
                        LayerClass = start.Module,
                        Initializer = start.Initializer,
                        InitializerName = start.Initializer?.GetType().Name ?? "",
                        LayerRule = start.Rule,
                        Trainable = start.Role is not (ParameterRole.Zero or ParameterRole.One),
                    };
                })
        )
        {
            Metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["layout"] = "pytorch",
                ["seed"] = Checked(seed).ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["stream"] = TensorKeys.Scheme,
            },
        };
    }

    /// <summary>Fills a tensor; its shape is in PyTorch's order, <c>[out, in, receptive field...]</c>.</summary>
    /// <inheritdoc cref="InitializeWith(torch.Tensor, Initializer, KernelLayout)"/>
    public static torch.Tensor InitializeWith(this torch.Tensor tensor, Initializer initializer) =>
        tensor.InitializeWith(initializer, KernelLayout.PyTorch);

    /// <summary>Fills a tensor of any floating type, device and strides.</summary>
    /// <param name="tensor">Stays the same object: aliases see the values, hooks stay, no gradient is recorded.</param>
    /// <param name="initializer">With a seed, where it draws.</param>
    /// <param name="layout">Where the tensor's shape has its in and out.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="InitializerException">The initializer cannot make such a tensor, or the tensor's type is none
    /// that is filled.</exception>
    public static torch.Tensor InitializeWith(this torch.Tensor tensor, Initializer initializer, KernelLayout layout)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(initializer);
        Shape shape = tensor.shape;
        TensorWriter.Write(tensor, initializer.InLayout(layout).ValuesFor(shape, TensorWriter.TypeOf(tensor)));
        return tensor;
    }

    private static IReadOnlyList<ParameterStart> Written(
        IReadOnlyList<ModuleEntry> entries,
        IReadOnlyList<ParameterStart> starts
    )
    {
        for (int i = 0; i < starts.Count; i++)
            if (starts[i].Values is { } values)
                TensorWriter.Write(entries[i].Tensor, values);
        return starts;
    }

    private static ulong Checked(long seed)
    {
        if (seed < 0)
            throw new InitializerException($"A module's seed must be 0 or more; received {seed}.");
        return (ulong)seed;
    }
}
