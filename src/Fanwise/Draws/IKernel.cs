using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>Makes elements, a whole step of them at a time; everything about slices that begin and end elsewhere is
/// <see cref="Slices"/>'.</summary>
internal unsafe interface IKernel<T>
    where T : unmanaged
{
    /// <summary>The elements of a group: what one base counter makes.</summary>
    public static abstract int GroupSize { get; }

    /// <summary>How many blocks the base counters of two groups are apart.</summary>
    public static abstract uint Skip { get; }

    /// <summary>The elements of one step, a multiple of the group's; at most
    /// <see cref="Slices.LargestStep"/>.</summary>
    public static abstract int Step { get; }

    /// <summary>Makes the elements of the groups that begin at <paramref name="run"/>.</summary>
    /// <param name="run">The base counter of the first group. The base counters of all groups that matter differ in
    /// word 0 alone.</param>
    /// <param name="destination">Room for <paramref name="steps"/> whole steps.</param>
    /// <param name="steps">At least 1.</param>
    public void Fill(PhiloxRun* run, T* destination, nint steps);
}
