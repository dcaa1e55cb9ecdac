using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Normals truncated at two deviations, scaled: <c>destination[i] = z * multiplier + addend</c>, |z| &lt;
/// 2.</summary>
/// <remarks>
/// A group takes what lies within from as many blocks as it needs: one in 83 % of the cases (singles). So, for a tile
/// of groups that stays in the first-level cache:
/// the first block of all of them, and a list of those that are not full; the second block of those on the list, again
/// in full registers; one group in 10^5 is made on its own.
/// These are methods of their own: in one, 1.3 times slower.
/// </remarks>
internal readonly unsafe struct TruncatedNormalKernel<TLanes, TWords, TNormals, TRegister, T>(
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
    /// <summary>The groups of a tile, of 16 bytes each.</summary>
    private const int Tile = 1024;

    public static int GroupSize => TNormals.GroupSize;
    public static uint Skip => 64 * (uint)TNormals.GroupSize;
    public static int Step => Words<TLanes, TWords>.Blocks * TNormals.GroupSize;

    [SkipLocalsInit]
    public void Fill(PhiloxRun* run, T* destination, nint steps)
    {
        ulong* memory = stackalloc ulong[Words<TLanes, TWords>.ScratchLength],
            words = Scratch.Align(memory);
        ushort* list = stackalloc ushort[Tile + Math.Max(Words<TLanes, TWords>.Blocks, Groups.PerByte)];
        for (ulong first = run->First; steps > 0; )
        {
            int part = (int)Math.Min(steps, Tile / Words<TLanes, TWords>.Blocks);
            FirstBlocks(run, first, words, destination, part);
            int unfilled = List(destination, list, part * (Words<TLanes, TWords>.Blocks / TLanes.Count));
            if (unfilled > 0)
                SecondBlocks(run, first, words, destination, list, unfilled);
            Scale(destination, part * (Words<TLanes, TWords>.Blocks / TLanes.Count));
            first += (ulong)part * (ulong)Words<TLanes, TWords>.Blocks * Skip;
            destination += part * Step;
            steps -= part;
        }
    }

    /// <summary>The normals of each group's first block.</summary>
    private void FirstBlocks(PhiloxRun* run, ulong first, ulong* words, T* tile, int steps)
    {
        for (; steps > 0; steps -= Words<TLanes, TWords>.Batch)
        {
            int batch = Math.Min(steps, Words<TLanes, TWords>.Batch);
            Words<TLanes, TWords>.Consecutive(run, first, Skip, words, batch);
            Transform(words, tile, batch * (Words<TLanes, TWords>.Blocks / TLanes.Count));
            first += (ulong)(batch * Words<TLanes, TWords>.Blocks) * Skip;
            tile += batch * Step;
        }
    }

    /// <summary>Lists the groups that have a normal outside.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private static int List(T* tile, ushort* list, int registers)
    {
        int listed = 0;
        for (int group = 0; registers > 0; group += Groups.PerByte)
        {
            uint outside = 0;
            for (
                int bit = 0;
                bit < Groups.PerByte && registers > 0;
                bit += TLanes.Count, registers--, tile += TNormals.GroupSize * TLanes.Count
            )
                outside |=
                    TNormals.Outside(TNormals.Load(tile), TNormals.Load(tile + TNormals.GroupSize * TLanes.Count / 2))
                    << bit;
            listed = Groups.Append(outside, group, list, listed);
        }

        return listed;
    }

    /// <summary>The listed groups take what they lack from their second block.</summary>
    [SkipLocalsInit]
    private void SecondBlocks(PhiloxRun* run, ulong first, ulong* words, T* tile, ushort* list, int listed)
    {
        T* second = stackalloc T[Words<TLanes, TWords>.Batch * Step];
        new Span<ushort>(list + listed, Words<TLanes, TWords>.Blocks).Fill(list[listed - 1]);
        while (listed > 0)
        {
            int steps = Math.Min(
                (listed + Words<TLanes, TWords>.Blocks - 1) / Words<TLanes, TWords>.Blocks,
                Words<TLanes, TWords>.Batch
            );
            Words<TLanes, TWords>.Listed(run, first + 1, Skip, list, words, steps);
            Transform(words, second, steps * (Words<TLanes, TWords>.Blocks / TLanes.Count));
            int count = Math.Min(listed, steps * Words<TLanes, TWords>.Blocks);
            Merge(run, first, tile, second, list, count);
            list += count;
            listed -= count;
        }
    }

    [MethodImpl(Compilation.AtOnce)]
    private void Transform(ulong* words, T* destination, int registers)
    {
        TNormals local = normals;
        local.Prepare(words, registers);
        for (; registers > 0; registers--)
        {
            local.Block(words, out TRegister first, out TRegister second);
            TNormals.Store(first, destination);
            TNormals.Store(second, destination + TNormals.GroupSize * TLanes.Count / 2);
            words += 4 * TLanes.Count;
            destination += TNormals.GroupSize * TLanes.Count;
        }
    }

    /// <summary>Keeps, in order, what lies within of each group's two blocks.</summary>
    [MethodImpl(Compilation.AtOnce)]
    private void Merge(PhiloxRun* run, ulong first, T* tile, T* second, ushort* list, int count)
    {
        byte* places = MergeTable<T>.Places;
        for (int i = 0; i < count; i++, second += TNormals.GroupSize)
        {
            T* group = tile + list[i] * TNormals.GroupSize;
            Vector128<T> normals1 = Vector128.Load(group),
                normals2 = Vector128.Load(second);
            MergeTable<T>
                .Merge(
                    places,
                    normals1.AsByte(),
                    TNormals.Within(normals1),
                    normals2.AsByte(),
                    TNormals.Within(normals2),
                    out int kept
                )
                .As<byte, T>()
                .Store(group);

            // Only the last group before counter word 1 changes can have its second block beyond.
            uint word0 = (uint)(first + list[i] * Skip);
            if (kept < TNormals.GroupSize || word0 == uint.MaxValue)
                Alone(run, word0, group);
        }
    }

    /// <summary>One group, block by block: the rule itself.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Alone(PhiloxRun* run, uint word0, T* group)
    {
        ulong* words = stackalloc ulong[4 + 2];
        T* block = stackalloc T[4];
        UInt128 counter = run->Counter + (word0 - run->First);
        for (int kept = 0; kept < TNormals.GroupSize; counter = unchecked(counter + 1))
        {
            (words[0], words[1], words[2], words[3]) = Philox4x32.Block(counter, run->Key);
            normals.Block(words, block);
            for (int i = 0; i < TNormals.GroupSize && kept < TNormals.GroupSize; i++)
                if ((TNormals.Within(Vector128.CreateScalar(block[i])) & 1) != 0)
                    group[kept++] = block[i];
        }
    }

    [MethodImpl(Compilation.AtOnce)]
    private void Scale(T* tile, int registers)
    {
        (TRegister factor, TRegister term) = (multiplier, addend);
        for (int half = TNormals.GroupSize * TLanes.Count / 2; registers > 0; registers--, tile += 2 * half)
        {
            TNormals.Store(TNormals.Scale(TNormals.Load(tile), factor, term), tile);
            TNormals.Store(TNormals.Scale(TNormals.Load(tile + half), factor, term), tile + half);
        }
    }
}

/// <summary>Lists of groups.</summary>
internal static unsafe class Groups
{
    /// <summary>The groups of one byte of bits.</summary>
    public const int PerByte = 8;

    /// <summary>For every byte, which of its bits are ones: their numbers, a byte each, from the lowest on.</summary>
    private static readonly ulong[] Ones = CreateOnes();

    /// <summary>Appends <paramref name="first"/> + the number of each one among <paramref name="bits"/>; up to eight
    /// places after the new end may be written, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Append(uint bits, int first, ushort* list, int count)
    {
        Vector128<ushort> numbers = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Ones[(byte)bits]).AsByte());
        (numbers + Vector128.Create((ushort)first)).Store(list + count);
        return count + BitOperations.PopCount(bits);
    }

    private static ulong[] CreateOnes()
    {
        ulong[] ones = new ulong[256];
        for (int bits = 0; bits < ones.Length; bits++)
        {
            int at = 0;
            for (int bit = 0; bit < PerByte; bit++)
                if ((bits >> bit & 1) != 0)
                    ones[bits] |= (ulong)bit << (8 * at++);
        }

        return ones;
    }
}
