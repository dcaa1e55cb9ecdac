using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Python;
using Fanwise.Streams;

namespace Fanwise.Models.Layers;

/// <summary>An initializer as a layer's constructor resolved it: a rule, and the seed that is its own from then
/// on.</summary>
/// <param name="name">Keras' class name.</param>
/// <param name="rule">The rule without a seed; null for one that is no <see cref="Initializer"/>.</param>
/// <param name="source">The JSON it was read from, of which a clone is read again.</param>
internal sealed class BoundInitializer(string name, Initializer? rule, JsonValue source)
{
    private WeightSeed? _drawn;

    /// <summary>The values of a rule that is no <see cref="Initializer"/>.</summary>
    public Func<Shape, ElementType, Values>? Other { get; init; }

    /// <summary>The integer seed, or null where it is yet to be drawn, or a generator gives it.</summary>
    public WeightSeed? Seed
    {
        get => _drawn;
        init => _drawn = value;
    }

    /// <summary>The generator that gives the seeds, or null.</summary>
    public SeedState? Generator { get; init; }

    public string Name => name;

    public Initializer? Rule => rule;

    public JsonValue Source => source;

    /// <summary>The same seed with another rule: Keras 3.15 gives a kernel's rule the axes of its equation.</summary>
    public BoundInitializer With(Initializer other) => new(name, other, source) { Seed = Seed, Generator = Generator };

    /// <summary>What <c>initializer(shape, dtype)</c> gives in Keras; uses a generator's next seed.</summary>
    public InitialValue Draw(Shape shape, ElementType type, Reviver reviver)
    {
        if (rule is null)
            return new(Other!(shape, type), name);
        if (rule is not RandomInitializer random)
        {
            if (rule is Constant kept && reviver.Generation.KeepsConstants)
                return new(
                    new ConstantValues(shape, type, Elements.Round(kept.Given, type, ParameterRounding.Eager)),
                    name
                )
                {
                    Rule = rule,
                };
            Initializer made = rule;
            if (rule is Constant constant)
            {
                constant = reviver.Initializers.AsEager(constant);
                made =
                    constant.Backend == reviver.Backend.Backend
                        ? constant
                        : constant with
                        {
                            Backend = reviver.Backend.Backend,
                        };
            }

            return new(made.ValuesFor(shape, type), name) { Rule = rule };
        }

        WeightSeed seed = Generator?.Next() ?? (_drawn ??= reviver.Seeds.Next());
        // Where the generation gives TensorFlow the seed in its own way, the stream is the generation's.
        PhiloxStream? stream = reviver.Backend.Philox(new(seed.Seed, seed.Use)) is null
            ? null
            : reviver.Generation.StreamOf(seed);
        Values values = stream is { } own
            ? random.ValuesFor(shape, type, own, reviver.Generation.Initializers.RoundingIn(null))
            : On(reviver.Backend.Backend, random).ValuesFor(shape, type, seed.Seed, seed.Use);
        return new(values, name) { Rule = rule, Seeds = [seed] };
    }

    private static RandomInitializer On(Backend backend, RandomInitializer random) =>
        random.Backend == backend ? random : random with { Backend = backend };
}
