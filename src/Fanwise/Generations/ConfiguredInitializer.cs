using System.Numerics;
using System.Numerics.Tensors;
using Fanwise.Streams;

namespace Fanwise.Generations;

/// <summary>An instance of a generation's initializer: a row of its table with arguments, behaving as the reference
/// does.</summary>
/// <remarks>
/// Arguments never change. tf.keras 2.7 to 2.9 count a seeded instance's calls, 2.10 to 2.15 draw a missing seed at the
/// first call, and a SeedGenerator moves on:
/// such an instance keeps state and is not thread-safe; all others are.
/// </remarks>
public class ConfiguredInitializer
{
    private readonly PythonValue[] _arguments;
    private readonly PythonRandom? _random;
    private readonly SeedGenerator? _generator;
    private BigInteger? _drawnSeed;
    private long _calls;

    /// <summary>An instance; arguments by position, those missing or not given take their defaults.</summary>
    /// <param name="generation">Whose initializer.</param>
    /// <param name="row">Which of its classes or functions.</param>
    /// <param name="arguments">What the constructor gets.</param>
    /// <param name="random">Where a missing seed is drawn from: by Keras 3 at construction, by tf.keras 2.10 to 2.15 at
    /// the first call.</param>
    /// <exception cref="InitializerException">There are more arguments than parameters, or the reference refuses
    /// them.</exception>
    internal ConfiguredInitializer(
        Generation generation,
        InitializerClass row,
        ReadOnlySpan<PythonValue> arguments,
        PythonRandom? random = null
    )
    {
        if (arguments.Length > row.Parameters.Length)
            throw new InitializerException(
                $"{row.Name} takes {row.Parameters.Length} arguments; received {arguments.Length}."
            );
        PythonValue[] given = new PythonValue[row.Parameters.Length];
        for (int i = 0; i < given.Length; i++)
            given[i] = i < arguments.Length && arguments[i].IsGiven ? arguments[i] : row.Parameters[i].Default;
        if (row.Makes is { } made)
        {
            // A function: what it makes is an instance of another class, with all of that one's arguments.
            Specialisation passed = row.Fixed!.Value;
            InitializerClass target = generation.FindClass(made)!;
            PythonValue seed = given[row.IndexOf("seed")];
            given = Array.ConvertAll(target.Parameters, static parameter => parameter.Default);
            (
                given[target.IndexOf("scale")],
                given[target.IndexOf("mode")],
                given[target.IndexOf("distribution")],
                given[target.IndexOf("seed")]
            ) = (passed.Scale, passed.Mode, passed.Distribution, seed);
            row = target;
        }

        Checks.Constructor(generation, row, given);
        Generation = generation;
        Class = row;
        _arguments = given;
        _random = random;
        if (!generation.Columns.TakesSeedGenerators)
            return;
        PythonValue own = Argument("seed");
        _generator = own.SeedGenerator ?? (SerialisedSeeds.IsOne(own) ? SerialisedSeeds.Read(own) : null);
        if (own.IsNone && random is not null)
            _drawnSeed = random.NextKerasSeed();
    }

    private protected ConfiguredInitializer(
        Generation generation,
        string name,
        ReadOnlySpan<PythonValue> arguments,
        PythonRandom? random = null
    )
        : this(generation, generation.FindClass(name) ?? throw generation.Unknown(name), arguments, random) { }

    /// <summary>Whose initializer this is.</summary>
    public Generation Generation { get; }

    /// <summary>Which of its classes.</summary>
    public InitializerClass Class { get; }

    /// <summary>The seed that was drawn because none was given; null where none was drawn (yet).</summary>
    public BigInteger? DrawnSeed => _drawnSeed;

    /// <summary>What the constructor stored under a parameter's name; not given where it has no such
    /// parameter.</summary>
    public PythonValue this[string parameter] => Argument(parameter);

    /// <summary>What a VarianceScaling or a named specialisation of it draws from; null for other rules.</summary>
    public Distribution? Distribution =>
        Class.Rule == Rule.VarianceScaling
            ? Generation.Columns.Distributions[Class.Fixed?.Distribution ?? Argument("distribution").Text!]
            : null;

    /// <summary>The fans of a shape, by the instance's axes where it has both.</summary>
    /// <exception cref="InitializerException">An axis is none of the shape's.</exception>
    public Fans FansOf(Shape shape) => Rules.FansOf(this, shape);

    /// <summary>A new instance with another seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="random">Where a missing seed would be drawn from.</param>
    /// <exception cref="InitializerException">The class takes no seed.</exception>
    public ConfiguredInitializer WithSeed(BigInteger seed, PythonRandom? random = null)
    {
        if (!Class.TryFind("seed", out int index))
            throw new InitializerException($"{Class.Name} takes no seed; received {seed}.");
        PythonValue[] arguments = [.. _arguments];
        arguments[index] = seed;
        return new(Generation, Class, arguments, random);
    }

    /// <summary><c>get_config()</c>: the generation's keys in its order, values as they were given.</summary>
    public PythonValue GetConfig() =>
        PythonValue.Dictionary(Array.ConvertAll(Class.ConfigurationKeys, key => (key, Written(key, Argument(key)))));

    /// <summary>The serialised form: <c>class_name</c> and <c>config</c>; Keras 3 and tf_keras add <c>module</c> and
    /// <c>registered_name</c>.</summary>
    public PythonValue Serialize() =>
        Generation.Columns.Module is { } module
            ? PythonValue.Dictionary(
                ("module", module),
                ("class_name", Class.Name),
                ("config", GetConfig()),
                ("registered_name", PythonValue.None)
            )
            : PythonValue.Dictionary(("class_name", Class.Name), ("config", GetConfig()));

    /// <summary>Calls the instance: an operation in the context.</summary>
    /// <param name="shape">The lengths of what is made (of the whole, where a <see cref="Shard"/> is given).</param>
    /// <param name="context">A graph, an eager context or a function's trace; may be null where the seed rule needs
    /// none.</param>
    /// <param name="dtype">The call's dtype; not given or None for the constructor's.</param>
    /// <param name="partition">Which part of a variable this is.</param>
    /// <exception cref="InitializerException">The reference refuses the call, or there is no source of
    /// seeds.</exception>
    public Operation Call(
        Shape shape,
        DrawingContext? context = null,
        PythonValue dtype = default,
        Partition? partition = null
    )
    {
        context?.Check(Generation);
        Plan plan = Rules.For(this, shape, dtype, partition, Generation.RoundingIn(context));
        if (plan.Draw is null)
            return context is null ? new Operation(plan, default, null) : context.Add(plan, null);
        PythonValue seed = Argument("seed");
        switch (Generation.Seeds)
        {
            case SeedRule.Operation:
                return Needed(context).Add(plan, OperationSeed(seed));
            case SeedRule.CountedOperation:
                return Needed(context).Add(plan, OperationSeed(seed) + _calls++);
            case SeedRule.StatelessOrOperation:
                return seed.IsNone
                    ? Needed(context).Add(plan, null)
                    : Stateless(plan, new StatelessSeed(LongSeed(seed), 0));
            case SeedRule.Stateless:
                StatelessSeed pair = new(LongSeed(seed.IsNone ? _drawnSeed ??= Source().NextKerasSeed() : seed), 0);
                return Stateless(
                    plan,
                    partition is Shard { Offset: { } offset } ? Folded(pair, PythonHash.Of(offset.Lengths)) : pair
                );
            case SeedRule.Keras3:
                (long first, long use) = _generator is null
                    ? (LongSeed(seed.IsNone ? _drawnSeed ?? Source().NextKerasSeed() : seed), 0)
                    : (_generator.Seed, _generator.Uses);
                return new Operation(
                    plan,
                    _generator?.Next() ?? KerasSeeds.Stream(first),
                    (first, use),
                    isStateless: true
                );
            default:
                throw new InitializerException(
                    $"The numbers of {Generation.Title} are not drawn here; convert the configuration to another "
                        + "generation."
                );
        }

        PythonRandom Source() =>
            _random
            ?? throw new InitializerException(
                $"{Class.Name} has no seed: give it one, or a global seed (a PythonRandom) to draw it from."
            )
            {
                WithoutSeed = Class.Name,
            };
        static StatelessSeed Folded(StatelessSeed pair, long nonce) =>
            nonce is >= int.MinValue and <= int.MaxValue ? pair.FoldIn((int)nonce) : pair.FoldIn(nonce);
        static Operation Stateless(Plan plan, StatelessSeed pair) =>
            new(plan, pair.Stream, (pair.First, pair.Second), isStateless: true);
    }

    /// <summary>Calls the instance for a tensor in memory; a scalar comes as lengths [1].</summary>
    /// <exception cref="InitializerException"><typeparamref name="T"/> is not the constructor's or the call's type, the
    /// reference refuses the call, or there is no source of seeds.</exception>
    /// <inheritdoc cref="Call"/>
    public Tensor<T> Create<T>(
        Shape shape,
        DrawingContext? context = null,
        PythonValue dtype = default,
        Partition? partition = null
    )
        where T : unmanaged => Call(shape, context, dtype, partition).Values.ToTensor<T>();

    /// <summary>Calls the instance for a tensor of the constructor's or the call's type.</summary>
    /// <inheritdoc cref="Call"/>
    public TypedTensor Create(
        Shape shape,
        DrawingContext? context = null,
        PythonValue dtype = default,
        Partition? partition = null
    ) => Call(shape, context, dtype, partition).Values.ToTensor();

    /// <inheritdoc/>
    public override string ToString() => $"{Class.Name} of {Generation.Title}: {GetConfig().ToJson()}";

    private protected static T Restored<T>(
        Generation generation,
        string name,
        PythonValue config,
        Func<PythonValue[], T> make
    ) => make(generation.Bind(generation.FindClass(name)!, generation.Kept(config)));

    internal PythonValue Argument(string name) => Class.TryFind(name, out int index) ? _arguments[index] : default;

    private PythonValue Written(string key, PythonValue value) =>
        Generation.Columns.IsCamelCase && key is ("mode" or "distribution")
            ? Names.Camel(value.Text!)
            : SerialisedSeeds.Write(value);

    private DrawingContext Needed(DrawingContext? context) =>
        context
        ?? throw new InitializerException(
            $"{Class.Name} of {Generation.Title} draws in a graph or an eager context; none was given."
        );

    /// <summary>An operation's seed; Python takes a float too and cuts it.</summary>
    private static BigInteger? OperationSeed(PythonValue seed) =>
        seed.Kind switch
        {
            PythonKind.None => null,
            PythonKind.Float when double.IsFinite(seed.Number!.Value) => (BigInteger)Math.Floor(seed.Number!.Value),
            PythonKind.Text => throw new InitializerException("not all arguments converted during string formatting"),
            _ => seed.Integer
                ?? throw new InitializerException($"A seed must be an integer; received {seed.Representation}."),
        };

    private static long LongSeed(PythonValue seed)
    {
        if (seed.Kind == PythonKind.Text)
            throw new InitializerException("Can't convert Python sequence with mixed types to Tensor.");
        if (seed.Integer is not { } integer)
            throw new InitializerException($"A seed must be an integer; received {seed.Representation}.");
        if (integer < long.MinValue || integer > long.MaxValue)
            throw new InitializerException("Can't convert Python sequence with out-of-range integer to Tensor.");
        return (long)integer;
    }
}
