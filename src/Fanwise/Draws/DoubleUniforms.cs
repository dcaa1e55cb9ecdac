using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Uniforms on [0, 1) in double precision, scaled: <c>destination[i] = u * multiplier + addend</c>.</summary>
internal readonly unsafe struct DoubleUniforms<L, W, D>(D multiplier, D addend) : IKernel<double>
    where L : struct, IDoubleLanes<W, D> where W : struct where D : struct
{
    public static int GroupSize => 2;
    public static uint Skip => 1;
    public static int Step => 8 * L.Count;

    /// <summary>The low 20 bits of one word and all of another as the fraction of a number in [1, 2), minus 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Unit(W high, W low)
    {
        W bits = L.Or(L.ShiftLeft(high, 32), L.And(low, L.Word(uint.MaxValue)));
        return L.Subtract(L.AsDoubles(L.MaskedOr(bits, L.Word(0x000FFFFF_FFFFFFFF), L.Word(0x3FF00000_00000000))), L.Double(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(PhiloxRun* run, double* destination, nint steps)
    {
        W next = L.Word((ulong)L.Count), a = L.Add(L.Word(run->First), L.Ascending);
        for (; steps > 0; steps--)
        {
            W b = L.Add(a, next), c = L.Add(b, next), d = L.Add(c, next);
            PhiloxRun.FourBlocks<L, W>(run, a, b, c, d, Philox4x32.Rounds,
                out W a0, out W a1, out W a2, out W a3, out W b0, out W b1, out W b2, out W b3,
                out W c0, out W c1, out W c2, out W c3, out W d0, out W d1, out W d2, out W d3);
            Store(a0, a1, a2, a3, destination);
            Store(b0, b1, b2, b3, destination + 2 * L.Count);
            Store(c0, c1, c2, c3, destination + 4 * L.Count);
            Store(d0, d1, d2, d3, destination + 6 * L.Count);
            destination += Step;
            a = L.Add(d, next);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(W x0, W x1, W x2, W x3, double* destination)
    {
        L.Interleave(Unit(x0, x1), Unit(x2, x3), out D first, out D second);
        L.Store(L.Add(L.Multiply(first, multiplier), addend), destination);
        L.Store(L.Add(L.Multiply(second, multiplier), addend), destination + L.Count);
    }
}
