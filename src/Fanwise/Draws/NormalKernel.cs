using System.Runtime.CompilerServices;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Normals, scaled: <c>destination[i] = z * multiplier + addend</c>.</summary>
/// <remarks>
/// Loops, one after the other, over a batch of blocks that stays in the first-level cache: words, then the steps of Box
/// and Muller's transform. In one loop they need more registers than there are, for names and for what is under way.
/// </remarks>
internal readonly unsafe struct NormalKernel<TLanes, TWords, TNormals, TRegister, T>(
    TNormals normals,
    TRegister multiplier,
    TRegister addend
) : IKernel<T>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
    where TNormals : struct, INormals<TRegister, T>
    where TRegister : struct
    where T : unmanaged
{
    public static int GroupSize => TNormals.GroupSize;
    public static uint Skip => 1;
    public static int Step => Words<TLanes, TWords>.Blocks * TNormals.GroupSize;

    [SkipLocalsInit]
    public void Fill(PhiloxRun* run, T* destination, nint steps)
    {
        ulong* memory = stackalloc ulong[Words<TLanes, TWords>.ScratchLength],
            words = Scratch.Align(memory);
        for (ulong first = run->First; steps > 0; steps -= Words<TLanes, TWords>.Batch)
        {
            int batch = (int)Math.Min(steps, Words<TLanes, TWords>.Batch);
            Words<TLanes, TWords>.Consecutive(run, first, 1, words, batch);
            normals.Prepare(words, batch * (Words<TLanes, TWords>.Blocks / TLanes.Count));
            Transform(words, destination, batch * (Words<TLanes, TWords>.Blocks / TLanes.Count));
            first += (ulong)(batch * Words<TLanes, TWords>.Blocks);
            destination += batch * Step;
        }
    }

    [MethodImpl(Compilation.AtOnce)]
    private void Transform(ulong* words, T* destination, int registers)
    {
        // Out of memory, into registers.
        (TNormals local, TRegister factor, TRegister term) = (normals, multiplier, addend);
        for (; registers > 0; registers--)
        {
            local.Block(words, out TRegister first, out TRegister second);
            TNormals.Store(TNormals.Scale(first, factor, term), destination);
            TNormals.Store(TNormals.Scale(second, factor, term), destination + TNormals.GroupSize * TLanes.Count / 2);
            words += 4 * TLanes.Count;
            destination += TNormals.GroupSize * TLanes.Count;
        }
    }
}
