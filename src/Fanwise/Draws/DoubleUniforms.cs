using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Uniforms on [0, 1) in double precision, scaled: <c>destination[i] = u * multiplier + addend</c>.</summary>
internal readonly unsafe struct DoubleUniforms<TLanes, TWords, TDoubles>(TDoubles multiplier, TDoubles addend)
    : IKernel<double>,
        IWordSink<TWords>
    where TLanes : struct, IDoubleLanes<TWords, TDoubles>
    where TWords : unmanaged
    where TDoubles : unmanaged
{
    public static int GroupSize => 2;
    public static uint Skip => 1;
    public static int Step => 2 * Blocks<TLanes, TWords, DoubleUniforms<TLanes, TWords, TDoubles>>.PerStep;
    public static int Rounds => Philox4x32.Rounds;
    public static int BytesPerBlock => 2 * sizeof(double);
    public static TWords Order => TLanes.Woven;

    /// <summary>The low 20 bits of one word and all of another as the fraction of a number in [1, 2), minus
    /// 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TDoubles Unit(TWords high, TWords low)
    {
        TWords bits = TLanes.Or(TLanes.ShiftLeft(high, 32), TLanes.And(low, TLanes.Word(uint.MaxValue)));
        return TLanes.Subtract(
            TLanes.AsDoubles(TLanes.MaskedOr(bits, TLanes.Word(0x000FFFFF_FFFFFFFF), TLanes.Word(0x3FF00000_00000000))),
            TLanes.Double(1)
        );
    }

    public void Fill(PhiloxRun* run, double* destination, nint steps) =>
        Blocks<TLanes, TWords, DoubleUniforms<TLanes, TWords, TDoubles>>.Consecutive(
            run,
            run->First,
            Skip,
            this,
            (byte*)destination,
            steps
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(TWords x0, TWords x1, TWords x2, TWords x3, byte* destination)
    {
        TLanes.Weave(TLanes.AsWords(Unit(x0, x1)), TLanes.AsWords(Unit(x2, x3)), out TWords first, out TWords second);
        TDoubles* doubles = (TDoubles*)destination;
        (doubles[0], doubles[1]) = (
            TLanes.Add(TLanes.Multiply(TLanes.AsDoubles(first), multiplier), addend),
            TLanes.Add(TLanes.Multiply(TLanes.AsDoubles(second), multiplier), addend)
        );
    }
}
