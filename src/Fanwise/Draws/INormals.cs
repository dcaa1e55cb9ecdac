using System.Runtime.Intrinsics;

namespace Fanwise.Draws;

/// <summary>Standard normals of one precision, from registers of words.</summary>
/// <typeparam name="TRegister">A register of normals; the normals of <c>Count</c> blocks are two.</typeparam>
/// <typeparam name="T">A normal.</typeparam>
internal unsafe interface INormals<TRegister, T>
    where TRegister : struct
    where T : unmanaged
{
    /// <summary>The normals that a block makes: 4 singles or 2 doubles.</summary>
    public static abstract int GroupSize { get; }

    /// <summary>Leaves in the place of words what <see cref="Block(ulong*, out TRegister, out TRegister)"/>
    /// takes.</summary>
    /// <remarks>In loops of their own: of a chain of operations as long as the whole transform, a processor holds too
    /// few at a time to keep its units busy.</remarks>
    /// <param name="words">For each register of blocks, words 0 of all its blocks, then words 1, 2 and 3; after the
    /// last, room for two registers for each.</param>
    /// <param name="registers">How many.</param>
    public void Prepare(ulong* words, int registers);

    /// <summary>The normals of each of a register of blocks, in order.</summary>
    /// <param name="words">What <see cref="Prepare"/> has left of it.</param>
    /// <param name="first">The normals of the first half of the blocks.</param>
    /// <param name="second">Those of the second half.</param>
    public void Block(ulong* words, out TRegister first, out TRegister second);

    /// <summary>The normals of one block of four words, with room for two more: the same at every width.</summary>
    public void Block(ulong* words, T* destination);

    /// <summary>A bit for each block: whether one of its normals lies two deviations out or farther.</summary>
    public static abstract uint Outside(TRegister first, TRegister second);

    /// <summary>A bit for each normal of a group: whether it lies within two deviations.</summary>
    public static abstract uint Within(Vector128<T> group);

    public static abstract TRegister Load(T* source);
    public static abstract void Store(TRegister value, T* destination);

    /// <summary>value * multiplier + addend. Two roundings, never a fused one: the reference has two
    /// operations.</summary>
    public static abstract TRegister Scale(TRegister value, TRegister multiplier, TRegister addend);
}
