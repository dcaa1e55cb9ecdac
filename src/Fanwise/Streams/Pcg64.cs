using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>PCG64 (XSL-RR): a linear congruence of 128 bits, entered at any step by its power. A value: whoever draws
/// goes on with a copy.</summary>
/// <remarks>Source: M. O'Neill 2014, PCG; numpy/random/src/pcg64.</remarks>
internal struct Pcg64 : IEquatable<Pcg64>
{
    /// <summary>0x2360ED051FC65DA44385DF649FCCF645.</summary>
    public static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    /// <summary>So many congruences go on side by side in <see cref="Fill(ulong*, int)"/>, since each waits for its own
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
    public unsafe void Fill(ulong* words, int count)
    {
        int whole = count / Chains * Chains;
        if (whole > 0)
        {
            UInt128* states = stackalloc UInt128[Chains];
            for (int chain = 0; chain < Chains; chain++)
            {
                Step();
                states[chain] = State;
            }

            UInt128* step = stackalloc UInt128[2];
            (step[0], step[1]) = (ChainsMultiplier, unchecked(Increment * ChainsSum));
            Fill(words, words + whole, (ulong*)states, (ulong*)step);
            State = states[Chains - 1];
        }

        for (int i = whole; i < count; i++)
            words[i] = Next64();
    }

    /// <summary>The words of states and of those that follow them.</summary>
    /// <param name="words">Where they go.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="states">The first states, of each the low half first; in the end the last ones.</param>
    /// <param name="step">Multiplier and addend of a step, which stay in memory: the registers are for the
    /// states.</param>
    [MethodImpl(Compilation.AtOnce)]
    private static unsafe void Fill(ulong* words, ulong* end, ulong* states, ulong* step)
    {
        (ulong x0, ulong x1) = (states[0], states[1]);
        (ulong y0, ulong y1) = (states[2], states[3]);
        (ulong z0, ulong z1) = (states[4], states[5]);
        (ulong w0, ulong w1) = (states[6], states[7]);
        for (; ; )
        {
            words[0] = Output(x1, x0);
            words[1] = Output(y1, y0);
            words[2] = Output(z1, z0);
            words[3] = Output(w1, w0);
            words += Chains;
            if (words == end)
                break;
            Advance(ref x1, ref x0, step);
            Advance(ref y1, ref y0, step);
            Advance(ref z1, ref z0, step);
            Advance(ref w1, ref w0, step);
        }

        (states[6], states[7]) = (w0, w1);
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
    /// <param name="high">The state's high half.</param>
    /// <param name="low">Its low half.</param>
    /// <param name="step">Multiplier and addend, of each the low half first.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Advance(ref ulong high, ref ulong low, ulong* step)
    {
        high = high * step[0] + low * step[1] + HighProduct(low, step[0]) + step[3];
        low = low * step[0] + step[2];
        high += low < step[2] ? 1UL : 0;
    }

    /// <summary>The high half of a product. Both halves at once would go by way of memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong HighProduct(ulong a, ulong b) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);
}
