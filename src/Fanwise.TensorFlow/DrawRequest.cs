using System.Numerics;
using Fanwise.Generations;
using Fanwise.Streams;

namespace Fanwise.TensorFlow;

/// <summary>One initializer to be drawn in a generation, with all that decides its numbers; immutable.</summary>
public sealed record DrawRequest
{
    /// <summary>What Keras' set_random_seed takes: NumPy's seeds have 32 bits.</summary>
    private const long MaxRandomSeed = uint.MaxValue;

    /// <summary>The initializer: a name, or JSON with class_name and config.</summary>
    public required string Initializer { get; init; }

    /// <summary>Whose rules hold.</summary>
    public Generation Generation { get; init; } = Generation.Keras;

    /// <summary>Whose numbers Keras 3 draws; null for the generation's own, which are TensorFlow's.</summary>
    public Backend? Backend { get; init; }

    /// <summary>The shape of what is drawn: of the part, where <see cref="FullShape"/> is given.</summary>
    public required Shape Shape { get; init; }

    /// <summary>The initializer's seed in place of its own; null to leave it.</summary>
    public BigInteger? Seed { get; init; }

    /// <summary>The call's element type; null for the constructor's.</summary>
    public ElementType? ElementType { get; init; }

    /// <summary>The seed of the graph or of the eager context; for tf.keras and Keras 3 that of
    /// set_random_seed.</summary>
    public BigInteger? GlobalSeed { get; init; }

    /// <summary>Whether TensorFlow 1's initializers draw eagerly, not in a fresh graph.</summary>
    public bool IsEager { get; init; }

    /// <summary>The shape of the whole variable that this is a part of.</summary>
    public Shape? FullShape { get; init; }

    /// <summary>Where the part begins in the whole; null for its beginning.</summary>
    public Shape? Offset { get; init; }

    /// <summary>How the layer counts its fans, for initializers of Keras 3; null for the shape alone, as Keras does.
    /// Other numbers than Keras' where the two differ.</summary>
    public FanRule? Layer { get; init; }

    /// <summary>How often the same instance is called.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Reads the initializer and makes the calls; nothing is drawn before values are asked for.</summary>
    /// <exception cref="InitializerException">The initializer cannot be read, there is no source of seeds, or the
    /// reference refuses a call.</exception>
    public DrawResult Run()
    {
        if (Times < 1)
            throw new InitializerException($"The number of calls must be 1 or more; received {Times}.");
        if (Offset is not null && FullShape is null)
            throw new InitializerException("An offset needs the full shape that it is an offset in.");
        if (Generation.Columns.GlobalSeedIsPythons && (GlobalSeed < 0 || GlobalSeed > MaxRandomSeed))
            throw new InitializerException(
                $"The global seed of {Generation.Title} is that of set_random_seed, 0 to 2^32 - 1; received "
                    + $"{GlobalSeed}."
            );
        PythonRandom? random =
            GlobalSeed is { } seed && Generation.Columns.GlobalSeedIsPythons ? new PythonRandom(seed) : null;
        Conversion read = Configuration.Read(Initializer, Generation, Seed is null ? random : null);
        ConfiguredInitializer initializer = Seed is { } own ? read.Initializer.WithSeed(own, random) : read.Initializer;
        DrawingContext context =
            IsEager || !Generation.Columns.DrawsInGraphs ? new EagerContext(GlobalSeed)
            : Generation.Columns.IsOfTensorFlow2 ? new Graph(GlobalSeed)
            : new Graph(GlobalSeed, GraphRelease.TensorFlow12);
        Shape whole = FullShape ?? Shape;
        Shape offset = Offset ?? Shape.Create(new long[whole.Rank]);
        Partition? partition =
            FullShape is null ? null
            : Generation.Columns.TakesPartitionInfo ? new PartitionInfo(whole, offset.Lengths)
            : new Shard(Shape, offset);
        Operation[] operations = new Operation[Times];
        for (int call = 0; call < Times; call++)
        {
            Operation operation = initializer.Call(
                Generation.Columns.TakesPartitionInfo ? Shape : whole,
                context,
                ElementType is { } type ? type : default(PythonValue),
                partition
            );
            operations[call] =
                Backend is null && Layer is null ? operation : operation.On(initializer, Backend ?? default, Layer);
        }

        return new DrawResult(this, initializer, read.Notes, operations);
    }
}
