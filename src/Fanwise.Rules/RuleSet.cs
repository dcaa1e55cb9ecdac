using System.Text;
using System.Text.Json;
using Fanwise.Draws;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.Streams;

namespace Fanwise.Rules;

/// <summary>A tensor with the rule that it follows.</summary>
/// <param name="Tensor">Name, shape, element type.</param>
/// <param name="Draw">What it is.</param>
/// <param name="Place">Where the rule stands.</param>
public sealed record RuledTensor(TensorSpec Tensor, RuleDraw Draw, RulePlace Place);

/// <summary>Rules that say what the tensors of a network begin as. Immutable; docs/rules.md describes the
/// file.</summary>
public sealed class RuleSet
{
    private const int MaxBytes = 4 << 20,
        MaxRules = 10_000,
        MaxTensors = 1 << 20;

    private static readonly string[] Keys = ["stream", "fans", "let", "rules", "tied", "dtype", "tensors"];
    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    private readonly List<Rule> _rules = [];
    private readonly Dictionary<string, Expression> _names = new(StringComparer.Ordinal);
    private readonly List<Tie> _tied = [];
    private readonly List<TensorRow> _tensors = [];
    private readonly Expression? _type;
    private readonly bool _isPyTorch = true;
    private readonly bool _isPreset;

    private RuleSet(string text, string file, bool isPreset)
    {
        (Name, _isPreset) = (file, isPreset);
        if (text.Length > MaxBytes)
            throw new RuleException($"{file}: rules have at most {MaxBytes} bytes; received {text.Length}.");
        YamlMap root = RuleFile.Map(YamlReader.Read(text, file));
        RuleFile.CheckKeys(root, Keys);
        if (root["stream"] is { } stream && RuleFile.Text(stream).Text != TensorKeys.Scheme)
            throw new RuleException(
                stream.Place,
                $"stream is {TensorKeys.Scheme}; received '{RuleFile.Text(stream).Text}'."
            );
        if (root["fans"] is { } fans)
            _isPyTorch = RuleFile.Text(fans).Text switch
            {
                "pytorch" => true,
                "keras" => false,
                string other => throw new RuleException(fans.Place, $"fans are pytorch or keras; received '{other}'."),
            };
        if (root["let"] is { } let)
            foreach ((YamlText key, YamlNode value) in RuleFile.Map(let).Entries)
                _names.Add(
                    ExpressionParser.IsName(key.Text)
                        ? key.Text
                        : throw new RuleException(
                            key.Place,
                            $"a name has letters, digits and _; received '{key.Text}'."
                        ),
                    ExpressionParser.Parse(value)
                );
        YamlList rules = RuleFile.List(root["rules"] ?? throw new RuleException(root.Place, "rules are missing."));
        if (rules.Items.Count > MaxRules)
            throw new RuleException(
                rules.Items[MaxRules].Place,
                $"a file has at most {MaxRules} rules; received {rules.Items.Count}."
            );
        _rules.AddRange(rules.Items.Select(Rule.Read));
        if (root["tied"] is { } tied)
            foreach ((YamlText key, YamlNode value) in RuleFile.Map(tied).Entries)
                _tied.Add(Tie.Read(key, value));
        _type = root["dtype"] is { } type ? ExpressionParser.Parse(type) : null;
        if (root["tensors"] is { } tensors)
            _tensors.AddRange(RuleFile.List(tensors).Items.Select(TensorRow.Read));
        if (!isPreset)
            CheckNames();
    }

    /// <summary>The file's or preset's name.</summary>
    public string Name { get; }

    /// <summary>Whether it derives names and shapes from a configuration alone.</summary>
    public bool HasTensors => _tensors.Count > 0;

    /// <summary>The names of the rules that come with the library.</summary>
    public static IReadOnlyList<string> Presets { get; } =
    ["gpt2", "litgpt", "llama", "megatron", "nanogpt", "torchtitan"];

    /// <summary>Reads a preset by its name, or a file.</summary>
    /// <exception cref="RuleException">The file is malformed; the sentence names file, line and column.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RuleSet Read(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (Presets.Contains(nameOrPath))
            return new(PresetText(nameOrPath), nameOrPath, isPreset: true);
        if (!File.Exists(nameOrPath))
            throw new RuleException(
                $"Rules are a file or one of {string.Join(", ", Presets)}; '{nameOrPath}' is neither."
            );
        if (new FileInfo(nameOrPath).Length > MaxBytes)
            throw new RuleException($"{nameOrPath}: rules have at most {MaxBytes} bytes; the file has more.");
        return Parse(File.ReadAllText(nameOrPath), nameOrPath);
    }

    /// <summary>Reads rules from a text.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="RuleException">It is malformed.</exception>
    public static RuleSet Parse(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(text, name, isPreset: false);
    }

    /// <summary>The text of a preset.</summary>
    /// <exception cref="RuleException">There is none of that name.</exception>
    public static string PresetText(string name)
    {
        using Stream stream =
            typeof(RuleSet).Assembly.GetManifestResourceStream($"Fanwise.Rules.Presets.{name}.yaml")
            ?? throw new RuleException($"A preset is one of {string.Join(", ", Presets)}; received '{name}'.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>A configuration's file, such as Hugging Face's config.json.</summary>
    /// <exception cref="RuleException">It is no JSON object.</exception>
    public static JsonElement ReadConfiguration(string path)
    {
        JsonElement root = TensorSpecs.ReadJson(path);
        return root.ValueKind == JsonValueKind.Object
            ? root
            : throw new RuleException($"{path}: a configuration is a JSON object; received {root.ValueKind}.");
    }

    /// <summary>The names, shapes and element types that a configuration gives.</summary>
    /// <exception cref="RuleException">The rules have no tensors, or an expression has no value.</exception>
    public IReadOnlyList<TensorSpec> Tensors(JsonElement configuration)
    {
        if (!HasTensors)
            throw new RuleException($"{Name}: these rules derive no names and shapes; they need a file of shapes.");
        TensorScope scope = new(configuration, _names, new WorkBudget(WorkBudget.Default));
        string type = _type is null ? "float32" : _type.Value(scope).Text ?? "float32";
        ElementType element = TensorSpecs.TypeOf(type, Name);
        List<TensorSpec> specs = [];
        for (int i = 0; i < _tensors.Count; )
        {
            // Rows that repeat alike and follow each other are one block: layer by layer, as models list them.
            int end = i + 1;
            while (end < _tensors.Count && _tensors[i].RepeatsLike(_tensors[end]))
                end++;
            List<TensorRow> block = _tensors[i..end];
            long count = block[0].For?.Count(scope) ?? 1;
            if (count > MaxTensors)
                throw new RuleException(block[0].Name.Place, $"a plan has at most {MaxTensors} tensors.");
            for (long number = 0; number < count; number++)
                foreach (TensorRow row in block)
                    row.AddTo(specs, scope, number, element);
            if (specs.Count > MaxTensors)
                throw new RuleException(block[0].Name.Place, $"a plan has at most {MaxTensors} tensors.");
            i = end;
        }

        return specs;
    }

    /// <summary>Which rule each tensor follows; tied ones are left out.</summary>
    /// <param name="shapes">All tensors.</param>
    /// <param name="configuration">What expressions take their keys from; undefined for none.</param>
    /// <exception cref="RuleException">A tensor has no rule, a rule no tensor, or an expression no value.</exception>
    public IReadOnlyList<RuledTensor> Apply(IReadOnlyList<TensorSpec> shapes, JsonElement configuration)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        if (configuration.ValueKind == JsonValueKind.Undefined)
            configuration = Empty;
        WorkBudget budget = new(WorkBudget.Default);
        TensorScope scope = new(configuration, _names, budget) { IsPyTorch = _isPyTorch };
        HashSet<string> names = shapes.Select(static shape => shape.Name).ToHashSet(StringComparer.Ordinal);
        Dictionary<string, string> tied = Tied(scope, names);
        HashSet<Rule> used = [];
        List<RuledTensor> ruled = new(shapes.Count);
        foreach (TensorSpec tensor in shapes)
        {
            if (tied.ContainsKey(tensor.Name))
                continue;
            Rule rule =
                Find(tensor, scope, budget)
                ?? throw new RuleException(
                    $"{Name}: no rule matches the tensor '{tensor.Name}'; every tensor needs one."
                );
            used.Add(rule);
            ruled.Add(new(tensor, rule.Draw(scope), rule.Place));
        }

        if (
            !_isPreset && _rules.Find(rule => !rule.IsOptional && !used.Contains(rule) && rule.When is null) is { } idle
        )
            throw new RuleException(
                idle.Place,
                $"no tensor follows this rule ('{idle.Globs[0].Text}'); mark it optional: true, or remove it."
            );
        return ruled;
    }

    /// <summary>Holds a start that any framework made against these rules, without its seed.</summary>
    /// <param name="checkpoint">The start. Its own names and shapes are taken, unless the rules derive them from the
    /// configuration.</param>
    /// <param name="configuration">What expressions take their keys from; undefined for none.</param>
    /// <param name="options">How it is judged.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="RuleException">A tensor has no rule, a rule no tensor, or an expression no value.</exception>
    /// <exception cref="CheckpointException">The checkpoint cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public StartReport Judge(
        CheckpointReader checkpoint,
        JsonElement configuration,
        JudgeOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return StartJudge.Judge(this, checkpoint, configuration, options ?? new(), cancellation);
    }

    /// <summary>The plan of a configuration alone.</summary>
    /// <inheritdoc cref="Plan(IReadOnlyList{TensorSpec}, JsonElement, ulong)"/>
    public WeightPlan Plan(JsonElement configuration, ulong seed) => Plan(Tensors(configuration), configuration, seed);

    /// <summary>The plan: every tensor a function of the seed, its name and the index in the whole.</summary>
    /// <param name="shapes">All tensors.</param>
    /// <param name="configuration">What expressions take their keys from; undefined for none.</param>
    /// <param name="seed">0 to 2^64 - 1.</param>
    /// <exception cref="RuleException">A tensor has no rule, a rule no tensor, or an expression no value.</exception>
    /// <exception cref="InitializerException">A tensor's shape or type is not one for its rule.</exception>
    public WeightPlan Plan(IReadOnlyList<TensorSpec> shapes, JsonElement configuration, ulong seed)
    {
        IReadOnlyList<RuledTensor> ruled = Apply(shapes, configuration);
        Dictionary<string, RuledTensor> byName = new(StringComparer.Ordinal);
        foreach (RuledTensor tensor in ruled)
            if (!byName.TryAdd(tensor.Tensor.Name, tensor))
                throw new RuleException($"A tensor's name stands once; received '{tensor.Tensor.Name}' twice.");
        return new(ruled.Select(tensor => Planned(tensor, byName, seed)))
        {
            Metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["format"] = "pt", // without it transformers 4 refuses a file
                ["rules"] = Path.GetFileName(Name),
                ["seed"] = seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["stream"] = TensorKeys.Scheme,
            },
        };
    }

    private static PlannedWeight Planned(RuledTensor tensor, Dictionary<string, RuledTensor> all, ulong seed)
    {
        RuledTensor from = tensor;
        if (tensor.Draw.Source is { } source)
        {
            if (!all.TryGetValue(source, out from!) || from.Draw.Source is not null)
                throw new RuleException(
                    $"{tensor.Place}: '{tensor.Tensor.Name}' copies '{source}', which must be a tensor and no copy."
                );
            if (from.Tensor.Shape != tensor.Tensor.Shape || from.Tensor.ElementType != tensor.Tensor.ElementType)
                throw new RuleException(
                    $"{tensor.Place}: '{tensor.Tensor.Name}' copies '{source}', whose shape or type is another."
                );
        }

        (TensorSpec spec, RuleDraw draw) = (from.Tensor, from.Draw);
        Values values = draw.Values(spec.Shape, spec.ElementType, TensorKeys.Of(seed, spec.Name));
        string layer = tensor.Tensor.Name[..Math.Max(0, tensor.Tensor.Name.LastIndexOf('.'))];
        return new(tensor.Tensor.Name, values)
        {
            Variable = tensor.Tensor.Name[(layer.Length == 0 ? 0 : layer.Length + 1)..],
            Layer = layer,
            InitializerName = draw.Words,
            RulePlace = tensor.Place.ToString(),
        };
    }

    private Rule? Find(TensorSpec tensor, TensorScope scope, WorkBudget budget)
    {
        (scope.Name, scope.Shape) = (tensor.Name, tensor.Shape);
        foreach (Rule rule in _rules)
        foreach (Glob glob in rule.Globs)
        {
            if (glob.Match(tensor.Name, budget) is not { } numbers)
                continue;
            scope.Numbers.Clear();
            for (int i = 0; i < numbers.Length; i++)
                scope.Numbers[glob.Names[i]] = numbers[i];
            if (rule.When is null || rule.When.IsTrue(scope))
                return rule;
        }

        return null;
    }

    private Dictionary<string, string> Tied(TensorScope scope, HashSet<string> names)
    {
        Dictionary<string, string> tied = new(StringComparer.Ordinal);
        foreach (Tie tie in _tied)
        {
            if (!names.Contains(tie.Name.Text) || tie.When?.IsTrue(scope) == false)
                continue;
            if (!names.Contains(tie.Written))
                throw new RuleException(
                    tie.Name.Place,
                    $"'{tie.Name.Text}' is tied to '{tie.Written}', which no tensor is."
                );
            tied.Add(tie.Name.Text, tie.Written);
        }

        return tied;
    }

    private void CheckNames()
    {
        HashSet<string> wanted = new(StringComparer.Ordinal);
        foreach (
            Expression expression in _rules
                .SelectMany(static rule => rule.Expressions)
                .Concat(_names.Values)
                .Concat(_tensors.SelectMany(static row => row.Expressions))
                .Concat(_tied.SelectMany(static tie => tie.When is null ? [] : new[] { tie.When }))
                .Concat(_type is null ? [] : [_type])
        )
            wanted.UnionWith(expression.Names);
        foreach ((string name, Expression expression) in _names)
            if (!wanted.Contains(name))
                throw new RuleException(expression.Place, $"nothing uses the name '{name}'; remove it.");
    }

    /// <summary>A name that is another tensor's too.</summary>
    private sealed record Tie(YamlText Name, string Written, Expression? When)
    {
        public static Tie Read(YamlText name, YamlNode value)
        {
            if (value is not YamlMap map)
                return new(name, RuleFile.Text(value).Text, null);
            RuleFile.CheckKeys(map, ["to", "when"]);
            YamlNode to = map["to"] ?? throw new RuleException(map.Place, "a tied tensor names another: to: NAME.");
            return new(name, RuleFile.Text(to).Text, map["when"] is { } when ? ExpressionParser.Parse(when) : null);
        }
    }
}
