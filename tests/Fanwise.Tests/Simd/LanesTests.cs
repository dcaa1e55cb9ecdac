using System.Reflection;
using Fanwise.Simd;

namespace Fanwise.Tests.Simd;

/// <summary>Every member of the lanes means the same at every width: what <see cref="ScalarLanes"/> says of one word,
/// or, where lanes move, what the member's documentation says.</summary>
[Trait("Category", "Sampling")]
public partial class LanesTests
{
    private const int Rounds = 50;

    public static TheoryData<string> Widths =>
        [.. Dispatch.Supported.Where(static width => width != VectorWidth.Scalar).Select(static width => $"{width}")];

    [Theory]
    [MemberData(nameof(Widths))]
    public void EveryMemberDoesToARegisterWhatItDoesToAWord(string width)
    {
        SortedSet<string> seen = new(StringComparer.Ordinal);
        Dispatch.Run(new Check(seen), Enum.Parse<VectorWidth>(width));
        seen.ShouldBe(Members(typeof(IWordLanes<>), typeof(IDoubleLanes<,>), typeof(ILanes<,,>)));
    }

    /// <summary>Every member by name, kind of lanes and number of parameters.</summary>
    private static SortedSet<string> Members(params Type[] vocabularies) =>
        new SortedSet<string>(
            vocabularies.SelectMany(
                static (type, kind) =>
                    type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                        .Select(method =>
                            Key(
                                method.Name.Replace("get_", "", StringComparison.Ordinal),
                                "WDF"[kind],
                                method.GetParameters().Length
                            )
                        )
            ),
            StringComparer.Ordinal
        );

    private static string Key(string name, char kind, int parameters) => $"{kind}.{name}/{parameters}";

    private readonly struct Check(SortedSet<string> seen) : IVectorized
    {
        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            Registers<TLanes, TWords, TDoubles, TSingles> registers = new(seen);
            for (int round = 0; round < Rounds; round++)
                registers.CheckAll(new Random(round));
        }
    }

    private sealed unsafe partial class Registers<TLanes, TWords, TDoubles, TSingles>(SortedSet<string> seen)
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        private static readonly int Count = TLanes.Count;
        private Random _random = new();

        public void CheckAll(Random random)
        {
            _random = random;
            Counts();
            Words();
            MovedWords();
            Doubles();
            MovedDoubles();
            Singles();
            MovedSingles();
        }

        private void Counts()
        {
            Seen("Count", 'W', 0);
            Count.ShouldBe(sizeof(TWords) / sizeof(ulong));
            Count.ShouldBe(sizeof(TDoubles) / sizeof(double));
            (2 * Count).ShouldBe(sizeof(TSingles) / sizeof(float));
            // Properties of the processor, of which a kernel may make use or not.
            Seen("HasFewRegisters", 'W', 0);
            Seen("HasFused", 'D', 0);
            Seen("HasLookup", 'D', 0);
            Seen("Ascending", 'W', 0);
            Of(TLanes.Ascending).ShouldBe(Enumerable.Range(0, Count).Select(static i => (ulong)i));
            Seen("Word", 'W', 1);
            Of(TLanes.Word(7)).ShouldAllBe(static word => word == 7);
            Seen("Double", 'D', 1);
            Of(TLanes.Double(-0.5)).ShouldAllBe(static number => number == -0.5);
            Seen("Single", 'F', 1);
            Of(TLanes.Single(2.5f)).ShouldAllBe(static number => number == 2.5f);
        }

        private void Words()
        {
            EachWord("Add", 2, x => TLanes.Add(x[0], x[1]), static x => ScalarLanes.Add(x[0], x[1]));
            EachWord("Subtract", 2, x => TLanes.Subtract(x[0], x[1]), static x => ScalarLanes.Subtract(x[0], x[1]));
            EachWord("And", 2, x => TLanes.And(x[0], x[1]), static x => ScalarLanes.And(x[0], x[1]));
            EachWord("Or", 2, x => TLanes.Or(x[0], x[1]), static x => ScalarLanes.Or(x[0], x[1]));
            EachWord("Xor", 2, x => TLanes.Xor(x[0], x[1]), static x => ScalarLanes.Xor(x[0], x[1]));
            EachWord("Xor", 3, x => TLanes.Xor(x[0], x[1], x[2]), static x => ScalarLanes.Xor(x[0], x[1], x[2]));
            EachWord(
                "XorMasked",
                3,
                x => TLanes.XorMasked(x[0], x[1], x[2]),
                static x => ScalarLanes.XorMasked(x[0], x[1], x[2])
            );
            EachWord(
                "MaskedOr",
                3,
                x => TLanes.MaskedOr(x[0], x[1], x[2]),
                static x => ScalarLanes.MaskedOr(x[0], x[1], x[2])
            );
            EachWord(
                "MaskedXor",
                3,
                x => TLanes.MaskedXor(x[0], x[1], x[2]),
                static x => ScalarLanes.MaskedXor(x[0], x[1], x[2])
            );
            EachWord("Product", 2, x => TLanes.Product(x[0], x[1]), static x => ScalarLanes.Product(x[0], x[1]));
            EachWord("High", 1, x => TLanes.High(x[0]), static x => ScalarLanes.High(x[0]), bits: 32);
            EachWord(
                "HighShuffled",
                1,
                x => TLanes.HighShuffled(x[0]),
                static x => ScalarLanes.HighShuffled(x[0]),
                bits: 32
            );
            EachWord("SwapHalves", 1, x => TLanes.SwapHalves(x[0]), static x => ScalarLanes.SwapHalves(x[0]));
            EachWord("Add32", 2, x => TLanes.Add32(x[0], x[1]), static x => ScalarLanes.Add32(x[0], x[1]));
            EachWord(
                "Multiply32",
                2,
                x => TLanes.Multiply32(x[0], x[1]),
                static x => ScalarLanes.Multiply32(x[0], x[1])
            );
            EachWord("Sign32", 1, x => TLanes.Sign32(x[0]), static x => ScalarLanes.Sign32(x[0]));
            EachWord("ShiftLeft", 2, x => TLanes.ShiftLeft(x[0], 13), static x => ScalarLanes.ShiftLeft(x[0], 13));
            EachWord("ShiftRight", 2, x => TLanes.ShiftRight(x[0], 41), static x => ScalarLanes.ShiftRight(x[0], 41));
            EachWord("ShiftLeft32", 2, x => TLanes.ShiftLeft32(x[0], 9), static x => ScalarLanes.ShiftLeft32(x[0], 9));
            EachWord(
                "ShiftRight32",
                2,
                x => TLanes.ShiftRight32(x[0], 17),
                static x => ScalarLanes.ShiftRight32(x[0], 17)
            );
            EachWord(
                "RotateLeft32",
                2,
                x => TLanes.RotateLeft32(x[0], 16),
                static x => ScalarLanes.RotateLeft32(x[0], 16)
            );
            EachWord(
                "RotateLeft32",
                2,
                x => TLanes.RotateLeft32(x[0], 29),
                static x => ScalarLanes.RotateLeft32(x[0], 29)
            );
            int by = _random.Next(64);
            EachWord("ShiftLeftBy", 2, x => TLanes.ShiftLeftBy(x[0], by), x => ScalarLanes.ShiftLeftBy(x[0], by));
            EachWord("ShiftRightBy", 2, x => TLanes.ShiftRightBy(x[0], by), x => ScalarLanes.ShiftRightBy(x[0], by));
        }

        private void MovedWords()
        {
            (ulong[] a, ulong[] b) = (SomeWords(), SomeWords());
            fixed (ulong* source = a)
            {
                Seen("Load", 'W', 1);
                Of(TLanes.Load(source)).ShouldBe(a);
                ulong[] stored = new ulong[Count];
                Seen("Store", 'W', 2);
                fixed (ulong* destination = stored)
                    TLanes.Store(TLanes.Load(source), destination);
                stored.ShouldBe(a);
            }

            ushort[] indices = [.. a.Select(static word => (ushort)word)];
            Seen("LoadIndices", 'W', 1);
            fixed (ushort* source = indices)
                Of(TLanes.LoadIndices(source)).ShouldBe(indices.Select(static index => (ulong)index));

            Seen("Woven", 'W', 0);
            Seen("Weave", 'W', 4);
            ulong[] woven = Of(TLanes.Woven);
            woven.Order().ShouldBe(Enumerable.Range(0, Count).Select(static i => (ulong)i));
            TLanes.Weave(
                Register<TWords, ulong>([.. woven.Select(i => a[(int)i])]),
                Register<TWords, ulong>([.. woven.Select(i => b[(int)i])]),
                out TWords first,
                out TWords second
            );
            Of(first).Concat(Of(second)).ShouldBe(a.Zip(b, static (x, y) => new[] { x, y }).SelectMany(static x => x));

            // Each 32-bit word fits 16 bits.
            ulong[] low = [.. a.Select(static word => word & 0x0000FFFF_0000FFFF)],
                high = [.. b.Select(static word => word & 0x0000FFFF_0000FFFF)];
            ushort[] shorts = new ushort[4 * Count];
            Seen("Store16", 'W', 3);
            fixed (ushort* destination = shorts)
                TLanes.Store16(Register<TWords, ulong>(low), Register<TWords, ulong>(high), destination);
            shorts.ShouldBe(low.Concat(high).SelectMany(static word => new[] { (ushort)word, (ushort)(word >> 32) }));

            Seen("NarrowWords", 'F', 2);
            Halves(Of(TLanes.NarrowWords(Register<TWords, ulong>(a), Register<TWords, ulong>(b))))
                .ShouldBe(a.Concat(b).Select(static word => (uint)word));
        }

        private void Doubles()
        {
            EachDouble("Add", 2, x => TLanes.Add(x[0], x[1]), static x => ScalarLanes.Add(x[0], x[1]));
            EachDouble("Subtract", 2, x => TLanes.Subtract(x[0], x[1]), static x => ScalarLanes.Subtract(x[0], x[1]));
            EachDouble("Multiply", 2, x => TLanes.Multiply(x[0], x[1]), static x => ScalarLanes.Multiply(x[0], x[1]));
            EachDouble("Divide", 2, x => TLanes.Divide(x[0], x[1]), static x => ScalarLanes.Divide(x[0], x[1]));
            EachDouble("Max", 2, x => TLanes.Max(x[0], x[1]), static x => ScalarLanes.Max(x[0], x[1]));
            EachDouble(
                "Fused",
                3,
                x => TLanes.Fused(x[0], x[1], x[2]),
                static x => ScalarLanes.Fused(x[0], x[1], x[2])
            );
            EachDouble(
                "FusedNegated",
                3,
                x => TLanes.FusedNegated(x[0], x[1], x[2]),
                static x => ScalarLanes.FusedNegated(x[0], x[1], x[2])
            );
            EachDouble(
                "Sqrt",
                1,
                x => TLanes.Sqrt(TLanes.Multiply(x[0], x[0])),
                static x => ScalarLanes.Sqrt(x[0] * x[0])
            );
            EachDouble(
                "Exponent",
                1,
                x => TLanes.Exponent(TLanes.Multiply(x[0], x[0])),
                static x => ScalarLanes.Exponent(x[0] * x[0])
            );
            EachDouble("LessThan", 2, x => TLanes.LessThan(x[0], x[1]), static x => ScalarLanes.LessThan(x[0], x[1]));
            EachDouble(
                "Select",
                3,
                x => TLanes.Select(TLanes.LessThan(x[0], x[1]), x[1], x[2]),
                static x => ScalarLanes.Select(ScalarLanes.LessThan(x[0], x[1]), x[1], x[2])
            );
            double[][] abc = [SomeDoubles(), SomeDoubles(), SomeDoubles()];
            Seen("MultiplyAdd", 'D', 3);
            double[] sums = Of(TLanes.MultiplyAdd(R(abc[0]), R(abc[1]), R(abc[2])));
            for (int i = 0; i < Count; i++)
                sums[i]
                    .ShouldBeOneOf(
                        abc[0][i] * abc[1][i] + abc[2][i],
                        Math.FusedMultiplyAdd(abc[0][i], abc[1][i], abc[2][i])
                    );
        }

        private void MovedDoubles()
        {
            (double[] a, double[] b) = (SomeDoubles(), SomeDoubles());
            Seen("AsDoubles", 'D', 1);
            Seen("AsWords", 'D', 1);
            Of(TLanes.AsDoubles(Register<TWords, ulong>([.. a.Select(BitConverter.DoubleToUInt64Bits)]))).ShouldBe(a);
            Of(TLanes.AsWords(R(a))).ShouldBe(a.Select(BitConverter.DoubleToUInt64Bits));
            double[] stored = new double[Count];
            Seen("Load", 'D', 1);
            Seen("Store", 'D', 2);
            fixed (double* source = a)
            fixed (double* destination = stored)
                TLanes.Store(TLanes.Load(source), destination);
            stored.ShouldBe(a);

            double[] table = [.. Enumerable.Range(0, 64).Select(static i => i + 0.25)];
            ulong[] places = [.. SomeWords().Select(static word => word % 63)];
            Seen("Gather", 'D', 2);
            Seen("LoadPairs", 'D', 4);
            Seen("Lookup", 'D', 2);
            fixed (double* numbers = table)
            fixed (ulong* at = places)
            {
                Of(TLanes.Gather(numbers, TLanes.Load(at))).ShouldBe(places.Select(static place => place + 0.25));
                TLanes.LoadPairs(numbers, at, out TDoubles one, out TDoubles next);
                Of(one).ShouldBe(places.Select(static place => place + 0.25));
                Of(next).ShouldBe(places.Select(static place => place + 1.25));
                ulong[] sources = SomeWords();
                if (TLanes.HasLookup)
                    Of(TLanes.Lookup(numbers, Register<TWords, ulong>(sources)))
                        .ShouldBe(sources.Select(static source => (source >> 48 & 15) + 0.25));
            }

            Seen("Interleave", 'D', 4);
            TLanes.Interleave(R(a), R(b), out TDoubles first, out TDoubles second);
            Of(first).Concat(Of(second)).ShouldBe(a.Zip(b, static (x, y) => new[] { x, y }).SelectMany(static x => x));

            double limit = 2;
            Seen("Within", 'D', 2);
            TLanes.Within(R(a), TLanes.Double(limit)).ShouldBe(Bits(a.Select(x => Math.Abs(x) < limit)));
        }

        private void Singles()
        {
            EachPair("Add", 2, x => TLanes.Add(x[0], x[1]), static x => ScalarLanes.Add(x[0], x[1]));
            EachPair("Subtract", 2, x => TLanes.Subtract(x[0], x[1]), static x => ScalarLanes.Subtract(x[0], x[1]));
            EachPair("Multiply", 2, x => TLanes.Multiply(x[0], x[1]), static x => ScalarLanes.Multiply(x[0], x[1]));
            EachPair("Divide", 2, x => TLanes.Divide(x[0], x[1]), static x => ScalarLanes.Divide(x[0], x[1]));
            EachPair("Max", 2, x => TLanes.Max(x[0], x[1]), static x => ScalarLanes.Max(x[0], x[1]));
            EachPair("Fused", 3, x => TLanes.Fused(x[0], x[1], x[2]), static x => ScalarLanes.Fused(x[0], x[1], x[2]));
            EachPair(
                "Sqrt",
                1,
                x => TLanes.Sqrt(TLanes.Multiply(x[0], x[0])),
                static x => ScalarLanes.Sqrt(ScalarLanes.Multiply(x[0], x[0]))
            );
            EachPair(
                "Select",
                3,
                x => TLanes.Select(TLanes.LessThan(x[0], x[1]), x[1], x[2]),
                static x => ScalarLanes.Select(ScalarLanes.LessThan(x[0], x[1]), x[1], x[2])
            );
            EachPair(
                "FromIntegers",
                1,
                x => TLanes.FromIntegers(TLanes.AsWords(x[0])),
                static x => ScalarLanes.FromIntegers(ScalarLanes.AsWords(x[0]))
            );
            float[] a = SomeSingles(),
                b = SomeSingles();
            Seen("LessThan", 'F', 2);
            Halves(Of(TLanes.LessThan(R(a), R(b)))).ShouldBe(a.Zip(b, static (x, y) => x < y ? uint.MaxValue : 0));
            float[] large = [.. a.Select(static x => x * 1e8f)];
            Seen("ToIntegers", 'F', 1);
            Halves(Of(TLanes.ToIntegers(R(large)))).ShouldBe(large.Select(static x => (uint)(int)x));
        }

        private void MovedSingles()
        {
            (float[] a, float[] b) = (SomeSingles(), SomeSingles());
            Seen("AsSingles", 'F', 1);
            Seen("AsWords", 'F', 1);
            Of(TLanes.AsSingles(TLanes.AsWords(R(a)))).ShouldBe(a);
            Halves(Of(TLanes.AsWords(R(a)))).ShouldBe(a.Select(BitConverter.SingleToUInt32Bits));
            float[] stored = new float[2 * Count];
            Seen("Load", 'F', 1);
            Seen("Store", 'F', 2);
            Seen("LoadHalves", 'F', 2);
            Seen("StoreHalves", 'F', 3);
            fixed (float* source = a)
            fixed (float* destination = stored)
            {
                TLanes.Store(TLanes.Load(source), destination);
                stored.ShouldBe(a);
                Of(TLanes.LoadHalves(source + Count, source)).ShouldBe(a[Count..].Concat(a[..Count]));
                TLanes.StoreHalves(R(b), destination + Count, destination);
                stored.ShouldBe(b[Count..].Concat(b[..Count]));
            }

            (double[] low, double[] high) = (SomeDoubles(), SomeDoubles());
            Seen("Narrow", 'F', 2);
            Of(TLanes.Narrow(R(low), R(high))).ShouldBe(low.Concat(high).Select(static x => (float)x));
            Seen("StoreNarrowed", 'F', 3);
            float[] narrowed = new float[2 * Count];
            fixed (float* destination = narrowed)
                TLanes.StoreNarrowed(R(low), R(high), destination);
            narrowed.ShouldBe(low.Concat(high).Select(static x => (float)x));

            Seen("InterleavePairs", 'F', 4);
            TLanes.InterleavePairs(R(a), R(b), out TSingles first, out TSingles second);
            Of(first)
                .Concat(Of(second))
                .ShouldBe(Enumerable.Range(0, Count).SelectMany(i => new[] { a[i], b[i], a[Count + i], b[Count + i] }));

            float limit = 2;
            Seen("Within", 'F', 2);
            TLanes.Within(R(a), TLanes.Single(limit)).ShouldBe(Bits(a.Select(x => MathF.Abs(x) < limit)));
        }
    }
}
