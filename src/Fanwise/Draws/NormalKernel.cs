using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Normals, scaled: <c>destination[i] = z * multiplier + addend</c>.</summary>
/// <remarks>
/// Loops, one after the other, over a batch of blocks that stays in the first-level cache: words, then the steps of Box
/// and Muller's transform. In one loop they need more registers than there are, for names and for what is under way.
/// </remarks>
internal readonly unsafe struct NormalKernel<L, W, N, R, T>(N normals, R multiplier, R addend) : IKernel<T>
    where L : struct, IWordLanes<W>
    where W : unmanaged
    where N : struct, INormals<R, T>
    where R : struct
    where T : unmanaged
{
    public static int GroupSize => N.GroupSize;
    public static uint Skip => 1;
    public static int Step => Words<L, W>.Blocks * N.GroupSize;

    [SkipLocalsInit]
    public void Fill(PhiloxRun* run, T* destination, nint steps)
    {
        ulong* memory = stackalloc ulong[Words<L, W>.ScratchLength],
            words = Scratch.Align(memory);
        for (ulong first = run->First; steps > 0; steps -= Words<L, W>.Batch)
        {
            int batch = (int)Math.Min(steps, Words<L, W>.Batch);
            Words<L, W>.Consecutive(run, first, 1, words, batch);
            normals.Prepare(words, batch * (Words<L, W>.Blocks / L.Count));
            Transform(words, destination, batch * (Words<L, W>.Blocks / L.Count));
            first += (ulong)(batch * Words<L, W>.Blocks);
            destination += batch * Step;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(ulong* words, T* destination, int registers)
    {
        (N local, R factor, R term) = (normals, multiplier, addend); // out of memory, into registers
        for (; registers > 0; registers--)
        {
            local.Block(words, out R first, out R second);
            N.Store(N.Scale(first, factor, term), destination);
            N.Store(N.Scale(second, factor, term), destination + N.GroupSize * L.Count / 2);
            words += 4 * L.Count;
            destination += N.GroupSize * L.Count;
        }
    }
}
