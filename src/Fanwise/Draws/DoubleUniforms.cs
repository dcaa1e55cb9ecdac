using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Uniforms on [0, 1) in double precision, scaled: <c>destination[i] = u * multiplier + addend</c>.</summary>
internal readonly unsafe struct DoubleUniforms<L, W, D>(D multiplier, D addend) : IKernel<double>, IWordSink<W>
    where L : struct, IDoubleLanes<W, D>
    where W : unmanaged
    where D : unmanaged
{
    public static int GroupSize => 2;
    public static uint Skip => 1;
    public static int Step => 2 * Blocks<L, W, DoubleUniforms<L, W, D>>.PerStep;
    public static int Rounds => Philox4x32.Rounds;
    public static int BytesPerBlock => 2 * sizeof(double);
    public static W Order => L.Woven;

    /// <summary>The low 20 bits of one word and all of another as the fraction of a number in [1, 2), minus
    /// 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Unit(W high, W low)
    {
        W bits = L.Or(L.ShiftLeft(high, 32), L.And(low, L.Word(uint.MaxValue)));
        return L.Subtract(
            L.AsDoubles(L.MaskedOr(bits, L.Word(0x000FFFFF_FFFFFFFF), L.Word(0x3FF00000_00000000))),
            L.Double(1)
        );
    }

    public void Fill(PhiloxRun* run, double* destination, nint steps) =>
        Blocks<L, W, DoubleUniforms<L, W, D>>.Consecutive(run, run->First, Skip, this, (byte*)destination, steps);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(W x0, W x1, W x2, W x3, byte* destination)
    {
        L.Weave(L.AsWords(Unit(x0, x1)), L.AsWords(Unit(x2, x3)), out W first, out W second);
        D* doubles = (D*)destination;
        (doubles[0], doubles[1]) = (
            L.Add(L.Multiply(L.AsDoubles(first), multiplier), addend),
            L.Add(L.Multiply(L.AsDoubles(second), multiplier), addend)
        );
    }
}
