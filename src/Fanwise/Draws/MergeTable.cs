using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fanwise.Draws;

/// <summary>Keeps those elements of two registers that two masks name, in order: by a lookup of where each byte of the
/// result comes from.</summary>
/// <typeparam name="T">The elements, of which 16 bytes are a group.</typeparam>
internal static unsafe class MergeTable<T>
    where T : unmanaged
{
    /// <summary>For every mask of the first register, and for every number of elements that it fills and every mask of
    /// the second: 16 bytes' places, or one beyond where the result has zeros.</summary>
    public static readonly byte* Places = Create();

    private static int Elements => 16 / sizeof(T);

    private static int Masks => 1 << Elements;

    /// <summary>The first of the elements kept, and how many there would be.</summary>
    /// <param name="places"><see cref="Places"/>.</param>
    /// <param name="first">Whose elements come first.</param>
    /// <param name="firstMask">A bit for each of them that is kept.</param>
    /// <param name="second">Whose elements follow.</param>
    /// <param name="secondMask">A bit for each of them that is kept.</param>
    /// <param name="kept">How many both masks name, of which the result has room for as many as one register.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Merge(
        byte* places,
        Vector128<byte> first,
        uint firstMask,
        Vector128<byte> second,
        uint secondMask,
        out int kept
    )
    {
        int filled = BitOperations.PopCount(firstMask);
        kept = filled + BitOperations.PopCount(secondMask);
        // A place of 255 gives 0 by the shuffles of x64 and Arm64 alike: nothing has to be masked.
        return Vector128.ShuffleNative(first, Vector128.Load(places + 16 * firstMask))
            | Vector128.ShuffleNative(second, Vector128.Load(places + 16 * ((1 + filled) * Masks + (int)secondMask)));
    }

    private static byte* Create()
    {
        byte* places = (byte*)NativeMemory.AlignedAlloc((nuint)(16 * Masks * (Elements + 2)), 64);
        new Span<byte>(places, 16 * Masks * (Elements + 2)).Fill(byte.MaxValue);
        Lay(places, 0);
        for (int filled = 0; filled <= Elements; filled++)
            Lay(places + 16 * Masks * (1 + filled), filled);
        return places;
    }

    /// <summary>The places for every mask, from element <paramref name="filled"/> of the result on.</summary>
    private static void Lay(byte* places, int filled)
    {
        for (int mask = 0; mask < Masks; mask++, places += 16)
        {
            int at = filled * sizeof(T);
            for (int place = 0; place < 16 && at < 16; place++)
                if ((mask >> place / sizeof(T) & 1) != 0)
                    places[at++] = (byte)place;
        }
    }
}
