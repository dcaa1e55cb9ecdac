namespace Fanwise.Generations;

/// <summary>What a seed means to an instance, and where the numbers of one without come from.</summary>
public enum SeedRule
{
    /// <summary>TensorFlow 1 and compat.v1: the operation's seed; a graph or an eager context gives the rest.</summary>
    Operation,

    /// <summary>tf.keras 2.6: stateless pair [seed, 0] at every call; without a seed, an operation without
    /// one.</summary>
    StatelessOrOperation,

    /// <summary>tf.keras 2.7 to 2.9: operation seeds seed, seed + 1, ... call by call; without a seed, an operation
    /// without one.</summary>
    CountedOperation,

    /// <summary>tf.keras 2.10 to 2.15: stateless pair [seed, 0] at every call, a shard's offset folded in; a missing
    /// seed is drawn at the first call.</summary>
    Stateless,

    /// <summary>Keras 3: pair [seed, 0] modulo 2^31 - 2, or a generator's next; a missing seed is drawn at
    /// construction.</summary>
    Keras3,

    /// <summary>TensorFlow.js: its numbers are not drawn here.</summary>
    None,
}
