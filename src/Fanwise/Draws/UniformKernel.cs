using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Uniforms on [0, 1) in single precision, scaled: <c>destination[i] = u * multiplier + addend</c>.</summary>
/// <param name="fraction">Ones for the bits of a word that become the fraction of a number in [1, 2), from which 1 is
/// taken.</param>
/// <param name="multiplier">The range, in every lane.</param>
/// <param name="addend">The lower bound, in every lane.</param>
internal readonly unsafe struct UniformKernel<TLanes, TWords, TDoubles, TSingles>(
    uint fraction,
    TSingles multiplier,
    TSingles addend
) : IKernel<float>
    where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
    where TWords : unmanaged
    where TDoubles : unmanaged
    where TSingles : unmanaged
{
    public static int GroupSize => 4;
    public static uint Skip => 1;

    public static int Step => 4 * Blocks<TLanes, TWords, Finish>.PerStep;

    [SkipLocalsInit]
    public void Fill(PhiloxRun* run, float* destination, nint steps)
    {
        ulong* memory = stackalloc ulong[Finish.Constants * TLanes.Count + Scratch.Slack];
        Blocks<TLanes, TWords, Finish>.Consecutive(
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
    private readonly struct Finish : IWordSink<TWords>
    {
        /// <summary>How many registers of constants there are: mask, key 0, key 1, multiplier, addend,
        /// -multiplier.</summary>
        public const int Constants = 6;

        private readonly TWords* _words;
        private readonly TSingles* _singles;

        public Finish(PhiloxRun* run, uint fraction, TSingles multiplier, TSingles addend, void* constants)
        {
            _words = (TWords*)constants;
            _singles = (TSingles*)constants + 3;
            _words[0] = TLanes.Word(fraction | (ulong)fraction << 32);
            _words[1] = TLanes.Word(0x3F800000_3F800000 | run->Keys[18] & fraction);
            _words[2] = TLanes.Word(0x3F800000_3F800000 | run->Keys[19] & fraction);
            (_singles[0], _singles[1], _singles[2]) = (
                multiplier,
                addend,
                TLanes.Subtract(TLanes.Single(0), multiplier)
            );
        }

        public static int Rounds => Philox4x32.Rounds - 1;
        public static int BytesPerBlock => 4 * sizeof(float);
        public static TWords Order => TLanes.Woven;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(TWords x0, TWords x1, TWords x2, TWords x3, byte* destination)
        {
            TWords product0 = TLanes.Product(x0, TLanes.Word(Philox4x32.M0)),
                product1 = TLanes.Product(x2, TLanes.Word(Philox4x32.M1)),
                low = TLanes.Word(uint.MaxValue);
            // Words 0 and 1 of the result in one lane, words 2 and 3 in another.
            TWords pair0 = TLanes.MaskedXor(
                TLanes.XorMasked(TLanes.SwapHalves(product1), x1, low),
                _words[0],
                _words[1]
            );
            TWords pair1 = TLanes.MaskedXor(
                TLanes.XorMasked(TLanes.SwapHalves(product0), x3, low),
                _words[0],
                _words[2]
            );
            TLanes.Weave(pair0, pair1, out TWords first, out TWords second);
            TSingles* singles = (TSingles*)destination;
            (singles[0], singles[1]) = (Scaled(TLanes.AsSingles(first)), Scaled(TLanes.AsSingles(second)));
        }

        /// <summary>(x - 1) * multiplier + addend, rounded after the product and after the sum, as the reference does.
        /// The difference is exact, so x * multiplier - multiplier, rounded once, is that product.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TSingles Scaled(TSingles oneToTwo) =>
            TLanes.Add(
                TLanes.HasFused
                    ? TLanes.Fused(oneToTwo, _singles[0], _singles[2])
                    : TLanes.Multiply(TLanes.Subtract(oneToTwo, TLanes.Single(1)), _singles[0]),
                _singles[1]
            );
    }
}
