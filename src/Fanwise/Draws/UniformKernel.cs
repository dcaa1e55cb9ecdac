using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Uniforms on [0, 1) in single precision, scaled: <c>destination[i] = u * multiplier + addend</c>.</summary>
/// <param name="fraction">Ones for the bits of a word that become the fraction of a number in [1, 2), from which 1 is
/// taken.</param>
/// <param name="multiplier">The range, in every lane.</param>
/// <param name="addend">The lower bound, in every lane.</param>
internal readonly unsafe struct UniformKernel<L, W, D, F>(uint fraction, F multiplier, F addend) : IKernel<float>
    where L : struct, ILanes<W, D, F>
    where W : unmanaged
    where D : unmanaged
    where F : unmanaged
{
    public static int GroupSize => 4;
    public static uint Skip => 1;

    public static int Step => 4 * Blocks<L, W, Finish>.PerStep;

    [SkipLocalsInit]
    public void Fill(PhiloxRun* run, float* destination, nint steps)
    {
        ulong* memory = stackalloc ulong[Finish.Constants * L.Count + Scratch.Slack];
        Blocks<L, W, Finish>.Consecutive(
            run,
            run->First,
            Skip,
            new(run, fraction, multiplier, addend, Scratch.Align(memory)),
            (byte*)destination,
            steps
        );
    }

    /// <summary>The last round and all that follows; the bits of 1 ride on the round's keys.</summary>
    /// <remarks>What it needs is in memory that begins where a cache line does; the compiler's own places on the stack
    /// do not.</remarks>
    private readonly struct Finish : IWordSink<W>
    {
        /// <summary>How many registers of constants there are: mask, key 0, key 1, multiplier, addend,
        /// -multiplier.</summary>
        public const int Constants = 6;

        private readonly W* _words;
        private readonly F* _singles;

        public Finish(PhiloxRun* run, uint fraction, F multiplier, F addend, void* constants)
        {
            _words = (W*)constants;
            _singles = (F*)constants + 3;
            _words[0] = L.Word(fraction | (ulong)fraction << 32);
            _words[1] = L.Word(0x3F800000_3F800000 | run->Keys[18] & fraction);
            _words[2] = L.Word(0x3F800000_3F800000 | run->Keys[19] & fraction);
            (_singles[0], _singles[1], _singles[2]) = (multiplier, addend, L.Subtract(L.Single(0), multiplier));
        }

        public static int Rounds => Philox4x32.Rounds - 1;
        public static int BytesPerBlock => 4 * sizeof(float);
        public static W Order => L.Woven;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(W x0, W x1, W x2, W x3, byte* destination)
        {
            W product0 = L.Product(x0, L.Word(Philox4x32.M0)),
                product1 = L.Product(x2, L.Word(Philox4x32.M1)),
                low = L.Word(uint.MaxValue);
            // Words 0 and 1 of the result in one lane, words 2 and 3 in another.
            W pair0 = L.MaskedXor(L.XorMasked(L.SwapHalves(product1), x1, low), _words[0], _words[1]);
            W pair1 = L.MaskedXor(L.XorMasked(L.SwapHalves(product0), x3, low), _words[0], _words[2]);
            L.Weave(pair0, pair1, out W first, out W second);
            F* singles = (F*)destination;
            (singles[0], singles[1]) = (Scaled(L.AsSingles(first)), Scaled(L.AsSingles(second)));
        }

        /// <summary>(x - 1) * multiplier + addend, rounded after the product and after the sum, as the reference does.
        /// The difference is exact, so x * multiplier - multiplier, rounded once, is that product.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private F Scaled(F oneToTwo) =>
            L.Add(
                L.HasFused
                    ? L.Fused(oneToTwo, _singles[0], _singles[2])
                    : L.Multiply(L.Subtract(oneToTwo, L.Single(1)), _singles[0]),
                _singles[1]
            );
    }
}
