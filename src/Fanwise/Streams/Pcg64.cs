using System.Globalization;
using System.Runtime.CompilerServices;

namespace Fanwise.Streams;

/// <summary>PCG64 (XSL-RR): a linear congruence of 128 bits, entered at any step by its power. A value: whoever draws
/// goes on with a copy.</summary>
/// <remarks>Source: M. O'Neill 2014, PCG; numpy/random/src/pcg64.</remarks>
internal struct Pcg64 : IEquatable<Pcg64>
{
    /// <summary>0x2360ED051FC65DA44385DF649FCCF645.</summary>
    public static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    /// <summary>The state and what is added at each step.</summary>
    public UInt128 State,
        Increment;

    /// <summary>Whether the high half of a word of 64 bits waits for the next that asks for 32.</summary>
    public bool HasHalf;

    /// <summary>That half.</summary>
    public uint Half;

    /// <summary>The generator of <c>PCG64(SeedSequence(entropy))</c>.</summary>
    public static Pcg64 Of(ReadOnlySpan<uint> entropy)
    {
        uint[] words = SeedSequence.Generate(entropy, 8);
        ulong Long(int i) => words[2 * i] | (ulong)words[2 * i + 1] << 32;
        UInt128 increment = new UInt128(Long(2), Long(3)) << 1 | 1;
        Pcg64 generator = new() { Increment = increment, State = unchecked(increment + new UInt128(Long(0), Long(1))) };
        generator.Step();
        return generator;
    }

    /// <summary>64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next64()
    {
        Step();
        return Output(State);
    }

    /// <summary>32 bits: the low half of 64, then the high one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Next32()
    {
        if (HasHalf)
        {
            HasHalf = false;
            return Half;
        }

        ulong word = Next64();
        (HasHalf, Half) = (true, (uint)(word >> 32));
        return (uint)word;
    }

    /// <summary>What a state gives.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Output(UInt128 state)
    {
        ulong high = (ulong)(state >> 64);
        return ulong.RotateRight(high ^ (ulong)state, (int)(high >> 58));
    }

    /// <summary>The generator so many words of 64 bits on.</summary>
    public readonly Pcg64 Skip(UInt128 words)
    {
        (UInt128 multiplier, UInt128 addend) = Power(words);
        Pcg64 after = this;
        after.State = unchecked(State * multiplier + addend);
        return after;
    }

    /// <summary>The generator so many words of 32 bits on.</summary>
    public readonly Pcg64 SkipHalves(long halves)
    {
        Pcg64 after = this;
        if (halves > 0 && HasHalf)
        {
            after.HasHalf = false;
            halves--;
        }

        after = after.Skip((UInt128)(halves / 2));
        if (halves % 2 == 1)
            _ = after.Next32();
        return after;
    }

    /// <summary>Multiplier and addend of so many steps in one.</summary>
    /// <remarks>Source: F. Brown 1994, Random number generation with arbitrary strides.</remarks>
    public readonly (UInt128 Multiplier, UInt128 Addend) Power(UInt128 steps)
    {
        UInt128 multiplier = 1,
            addend = 0,
            factor = Multiplier,
            term = Increment;
        for (; steps > 0; steps >>= 1)
            unchecked
            {
                if ((steps & 1) != 0)
                {
                    multiplier *= factor;
                    addend = addend * factor + term;
                }

                term *= factor + 1;
                factor *= factor;
            }
        return (multiplier, addend);
    }

    public readonly bool Equals(Pcg64 other) =>
        State == other.State
        && Increment == other.Increment
        && HasHalf == other.HasHalf
        && (!HasHalf || Half == other.Half);

    public override readonly bool Equals(object? other) => other is Pcg64 generator && Equals(generator);

    public override readonly int GetHashCode() => State.GetHashCode();

    /// <summary>State, increment and the half that waits, in hexadecimal.</summary>
    public override readonly string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{State:x32} {Increment:x32} {(HasHalf ? $"{Half:x8}" : "-")}");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step() => State = unchecked(State * Multiplier + Increment);
}
