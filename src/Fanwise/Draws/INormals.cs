using System.Runtime.Intrinsics;

namespace Fanwise.Draws;

/// <summary>Standard normals of one precision, from registers of words.</summary>
/// <typeparam name="R">A register of normals; the normals of <c>Count</c> blocks are two.</typeparam>
/// <typeparam name="T">A normal.</typeparam>
internal unsafe interface INormals<R, T>
    where R : struct
    where T : unmanaged
{
    /// <summary>The normals that a block makes: 4 singles or 2 doubles.</summary>
    public static abstract int GroupSize { get; }

    /// <summary>The normals of each of a register of blocks, in order.</summary>
    /// <param name="words">Words 0 of all blocks, then words 1, 2 and 3.</param>
    /// <param name="first">The normals of the first half of the blocks.</param>
    /// <param name="second">Those of the second half.</param>
    public void Block(ulong* words, out R first, out R second);

    /// <summary>The normals of one block of four words, as <see cref="Block(ulong*, out R, out R)"/> makes
    /// them.</summary>
    public void Block(ulong* words, T* destination);

    /// <summary>A bit for each block: whether one of its normals lies two deviations out or farther.</summary>
    public static abstract uint Outside(R first, R second);

    /// <summary>A bit for each normal of a group: whether it lies within two deviations.</summary>
    public static abstract uint Within(Vector128<T> group);

    public static abstract R Load(T* source);
    public static abstract void Store(R value, T* destination);

    /// <summary>value * multiplier + addend. Two roundings, never a fused one: the reference has two
    /// operations.</summary>
    public static abstract R Scale(R value, R multiplier, R addend);
}
