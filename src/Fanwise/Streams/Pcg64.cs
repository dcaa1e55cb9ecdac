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

    /// <summary>So many congruences go on side by side in <see cref="Fill"/>, since each waits for its own
    /// product.</summary>
    private const int Chains = 4;

    /// <summary>Multiplier^<see cref="Chains"/>, and the sum of the lower powers: so many steps in one.</summary>
    private static readonly UInt128 ChainsMultiplier = unchecked(Multiplier * Multiplier * Multiplier * Multiplier),
        ChainsSum = unchecked(1 + Multiplier + Multiplier * Multiplier + Multiplier * Multiplier * Multiplier);

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
        return Output((ulong)(State >> 64), (ulong)State);
    }

    /// <summary>The next words of 64 bits, in less time than one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Fill(ulong* words, int count)
    {
        ulong* end = words + count / Chains * Chains;
        if (words < end)
        {
            UInt128 addend = unchecked(Increment * ChainsSum);
            (ulong m1, ulong m0) = ((ulong)(ChainsMultiplier >> 64), (ulong)ChainsMultiplier);
            (ulong c1, ulong c0) = ((ulong)(addend >> 64), (ulong)addend);
            Step();
            (ulong x1, ulong x0) = ((ulong)(State >> 64), (ulong)State);
            Step();
            (ulong y1, ulong y0) = ((ulong)(State >> 64), (ulong)State);
            Step();
            (ulong z1, ulong z0) = ((ulong)(State >> 64), (ulong)State);
            Step();
            (ulong w1, ulong w0) = ((ulong)(State >> 64), (ulong)State);
            for (; ; )
            {
                words[0] = Output(x1, x0);
                words[1] = Output(y1, y0);
                words[2] = Output(z1, z0);
                words[3] = Output(w1, w0);
                words += Chains;
                if (words == end)
                    break;
                Advance(ref x1, ref x0, m1, m0, c1, c0);
                Advance(ref y1, ref y0, m1, m0, c1, c0);
                Advance(ref z1, ref z0, m1, m0, c1, c0);
                Advance(ref w1, ref w0, m1, m0, c1, c0);
            }

            State = new(w1, w0);
        }

        for (int rest = count % Chains; rest > 0; rest--)
            *words++ = Next64();
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

    /// <summary>What a state gives.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Output(ulong high, ulong low) => ulong.RotateRight(high ^ low, (int)(high >> 58));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step() => State = unchecked(State * Multiplier + Increment);

    /// <summary>state * multiplier + addend, modulo 2^128, all in halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Advance(ref ulong high, ref ulong low, ulong m1, ulong m0, ulong c1, ulong c0)
    {
        ulong rest = high * m0 + low * m1 + c1;
        high = Math.BigMul(low, m0, out ulong product) + rest;
        low = product + c0;
        high += low < c0 ? 1UL : 0;
    }
}
