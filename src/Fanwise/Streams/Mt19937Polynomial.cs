using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fanwise.Simd;

namespace Fanwise.Streams;

/// <summary>Powers of t modulo MT19937's characteristic polynomial phi over GF(2), and what they do: if t^n mod phi is
/// the sum of t^i over some i, then x[n + j] is the sum of x[i + j] over these i, for every j.</summary>
/// <remarks>Source: H. Haramoto, M. Matsumoto, T. Nishimura, F. Panneton, P. L'Ecuyer, "Efficient jump ahead for
/// F2-linear random number generators", INFORMS Journal on Computing 20 (2008).</remarks>
internal static unsafe class Mt19937Polynomial
{
    public const int Degree = 19937;

    /// <summary>The words of 64 bits that hold a polynomial of lower degree; bit i is the coefficient of t^i.</summary>
    public const int Words = 312;

    /// <summary>The words of a window and all that a polynomial may ask for behind it, a multiple of 16.</summary>
    public const int ReachableWords = (Mt19937.Size + Degree + 15) / 16 * 16;

    /// <summary>The word in which reduced and unreduced coefficients meet, and the bits of the reduced ones.</summary>
    private const int Border = Degree / 64;
    private const ulong ReducedBits = (1UL << Degree % 64) - 1;

    /// <summary>The exponents of phi; made by eng/mt19937/characteristic.py.</summary>
    private static ReadOnlySpan<ushort> Exponents =>
        [
            19937,
            19314,
            19087,
            18860,
            18691,
            18633,
            18406,
            18237,
            18179,
            18068,
            17952,
            17841,
            17783,
            17725,
            17498,
            17445,
            17329,
            17271,
            17160,
            17044,
            16933,
            16875,
            16822,
            16817,
            16595,
            16590,
            16537,
            16421,
            16368,
            16363,
            16252,
            16141,
            16136,
            16025,
            15967,
            15909,
            15682,
            15629,
            15576,
            15513,
            15455,
            15349,
            15344,
            15228,
            15117,
            15059,
            15006,
            15001,
            14953,
            14779,
            14774,
            14721,
            14605,
            14552,
            14547,
            14436,
            14325,
            14320,
            14209,
            14151,
            14093,
            13866,
            13813,
            13760,
            13697,
            13639,
            13533,
            13528,
            13412,
            13301,
            13243,
            13190,
            13185,
            13137,
            12963,
            12958,
            12905,
            12789,
            12736,
            12731,
            12673,
            12620,
            12509,
            12504,
            12393,
            12335,
            12277,
            11997,
            11944,
            11881,
            11838,
            11717,
            11712,
            11611,
            11485,
            11384,
            11374,
            11321,
            11215,
            11157,
            11147,
            11089,
            10920,
            10761,
            10693,
            10128,
            9969,
            9901,
            9505,
            8206,
            7979,
            7752,
            7583,
            7525,
            7477,
            7129,
            6569,
            6337,
            5661,
            4753,
            4362,
            4135,
            3908,
            3681,
            3454,
            3227,
            3000,
            2773,
            2493,
            1870,
            1643,
            1585,
            1416,
            1189,
            0,
        ];

    /// <summary>t^<paramref name="n"/> mod phi.</summary>
    /// <param name="n">0 or more.</param>
    /// <param name="width">Of the registers; every one gives the same.</param>
    public static ulong[] PowerOfT(BigInteger n, VectorWidth width)
    {
        // The leading binary digits of n that make a number below the degree are one term.
        int rest = 0;
        while (n >> rest >= Degree)
            rest++;
        int first = (int)(n >> rest);
        ulong[] power = new ulong[Words];
        power[first / 64] = 1UL << first % 64;
        ulong[] square = new ulong[2 * Words];
        while (--rest >= 0)
        {
            int digit = (n >> rest).IsEven ? 0 : 1;
            for (int word = 0; word < Words; word++)
            {
                // Digits of a square stand at even places, so that a further factor t moves none into the next word.
                square[2 * word] = Spread((uint)power[word]) << digit;
                square[2 * word + 1] = Spread((uint)(power[word] >> 32)) << digit;
            }

            Dispatch.Run(new Reduction(square, power), width);
        }

        return power;
    }

    /// <summary>The window <paramref name="power"/> leads to.</summary>
    /// <param name="power">t^n mod phi.</param>
    /// <param name="reachable"><see cref="ReachableWords"/> words of the recurrence.</param>
    /// <param name="width">Of the registers; every one gives the same.</param>
    /// <returns>x[n..n + 623]; of x[n], the upper bit alone is meant.</returns>
    public static uint[] Apply(ulong[] power, uint[] reachable, VectorWidth width)
    {
        uint[] window = new uint[Mt19937.Size];
        ushort[] exponents = new ushort[Degree];
        int count = 0;
        for (int word = 0; word < Words; word++)
        for (ulong left = power[word]; left != 0; left &= left - 1)
            exponents[count++] = (ushort)(64 * word + BitOperations.TrailingZeroCount(left));
        Dispatch.Run(new Sums(exponents, count, reachable, window), width);
        return window;
    }

    /// <summary>Bit i of a word at place 2 i.</summary>
    private static ulong Spread(ulong word)
    {
        word = (word | word << 16) & 0x0000FFFF_0000FFFF;
        word = (word | word << 8) & 0x00FF00FF_00FF00FF;
        word = (word | word << 4) & 0x0F0F0F0F_0F0F0F0F;
        word = (word | word << 2) & 0x33333333_33333333;
        return (word | word << 1) & 0x55555555_55555555;
    }

    /// <summary>Reduces a polynomial of twice the length.</summary>
    /// <remarks>
    /// From the top down, every coefficient c[i] becomes c[i] + the sum of c[i + 19937 - e] over the exponents e of phi
    /// but the first, taken where i + 19937 - e is 19937 or more. All these lie at least 623 places above i, so that a
    /// register of up to 512 is computed at once.
    /// </remarks>
    private readonly struct Reduction(ulong[] square, ulong[] result) : IVectorized
    {
        /// <summary>Zeros behind the highest coefficient, as far as a sum reaches.</summary>
        private const int Length = 2 * Words + Words + 16;

        [SkipLocalsInit]
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            ulong* memory = stackalloc ulong[Length + Scratch.Slack],
                high = Scratch.Align(memory);
            new Span<ulong>(high, Length).Clear();
            fixed (ulong* source = square)
            fixed (ulong* low = result)
            {
                const int chunk = 8; // words of the widest register
                for (int word = 2 * Words - chunk; word >= Words - chunk; word -= chunk)
                    Chunk<TLanes, TWords>(source, high, word, high);
                new Span<ulong>(high + Words - chunk, chunk).CopyTo(new Span<ulong>(low + Words - chunk, chunk));
                low[Border] &= ReducedBits;
                new Span<ulong>(high + Words - chunk, chunk - 1).Clear();
                high[Border] &= ~ReducedBits;
                for (int word = Words - 2 * chunk; word >= 0; word -= chunk)
                    Chunk<TLanes, TWords>(source, high, word, low);
            }
        }

        [MethodImpl(Compilation.AtOnce)]
        private static void Chunk<TLanes, TWords>(ulong* source, ulong* high, int word, ulong* destination)
            where TLanes : struct, IWordLanes<TWords>
            where TWords : unmanaged
        {
            ref ushort exponents = ref MemoryMarshal.GetReference(Exponents);
            int count = Exponents.Length;
            for (int end = word + 8; word < end; word += TLanes.Count)
            {
                TWords sum = TLanes.Load(source + word);
                for (int term = 1; term < count; term++)
                {
                    int distance = Degree - Unsafe.Add(ref exponents, term);
                    ulong* from = high + word + distance / 64;
                    if (from + TLanes.Count < high + Border)
                        continue;
                    if (from >= high + 2 * Words)
                        break;
                    // The other word is shifted twice: a shift by 64 is none.
                    sum = TLanes.Xor(
                        sum,
                        TLanes.ShiftRightBy(TLanes.Load(from), distance % 64),
                        TLanes.ShiftLeft(TLanes.ShiftLeftBy(TLanes.Load(from + 1), 63 - distance % 64), 1)
                    );
                }

                TLanes.Store(sum, destination + word);
            }
        }
    }

    /// <summary>The sums of a window's words.</summary>
    private readonly struct Sums(ushort[] exponents, int count, uint[] reachable, uint[] window) : IVectorized
    {
        [MethodImpl(Compilation.AtOnce)]
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            fixed (ushort* first = exponents)
            fixed (
                uint* source = reachable,
                    destination = window
            )
            {
                // 13 registers at a time: a window is 39 of the widest.
                for (int word = 0; word < Mt19937.Size; word += 26 * TLanes.Count)
                {
                    TWords a = TLanes.Word(0);
                    TWords b = a,
                        c = a,
                        d = a,
                        e = a,
                        f = a,
                        g = a;
                    TWords h = a,
                        i = a,
                        j = a,
                        k = a,
                        l = a,
                        m = a;
                    for (ushort* exponent = first; exponent < first + count; exponent++)
                    {
                        ulong* from = (ulong*)(source + *exponent + word);
                        a = TLanes.Xor(a, TLanes.Load(from));
                        b = TLanes.Xor(b, TLanes.Load(from + TLanes.Count));
                        c = TLanes.Xor(c, TLanes.Load(from + 2 * TLanes.Count));
                        d = TLanes.Xor(d, TLanes.Load(from + 3 * TLanes.Count));
                        e = TLanes.Xor(e, TLanes.Load(from + 4 * TLanes.Count));
                        f = TLanes.Xor(f, TLanes.Load(from + 5 * TLanes.Count));
                        g = TLanes.Xor(g, TLanes.Load(from + 6 * TLanes.Count));
                        h = TLanes.Xor(h, TLanes.Load(from + 7 * TLanes.Count));
                        i = TLanes.Xor(i, TLanes.Load(from + 8 * TLanes.Count));
                        j = TLanes.Xor(j, TLanes.Load(from + 9 * TLanes.Count));
                        k = TLanes.Xor(k, TLanes.Load(from + 10 * TLanes.Count));
                        l = TLanes.Xor(l, TLanes.Load(from + 11 * TLanes.Count));
                        m = TLanes.Xor(m, TLanes.Load(from + 12 * TLanes.Count));
                    }

                    ulong* to = (ulong*)(destination + word);
                    TLanes.Store(a, to);
                    TLanes.Store(b, to + TLanes.Count);
                    TLanes.Store(c, to + 2 * TLanes.Count);
                    TLanes.Store(d, to + 3 * TLanes.Count);
                    TLanes.Store(e, to + 4 * TLanes.Count);
                    TLanes.Store(f, to + 5 * TLanes.Count);
                    TLanes.Store(g, to + 6 * TLanes.Count);
                    TLanes.Store(h, to + 7 * TLanes.Count);
                    TLanes.Store(i, to + 8 * TLanes.Count);
                    TLanes.Store(j, to + 9 * TLanes.Count);
                    TLanes.Store(k, to + 10 * TLanes.Count);
                    TLanes.Store(l, to + 11 * TLanes.Count);
                    TLanes.Store(m, to + 12 * TLanes.Count);
                }
            }
        }
    }
}
