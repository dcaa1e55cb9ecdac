using System.Runtime.InteropServices;
using Fanwise.Simd;

namespace Fanwise.Tests.Simd;

/// <content>How a register is held against words: random operands, and what is in each lane.</content>
public partial class LanesTests
{
    private sealed unsafe partial class Registers<TLanes, TWords, TDoubles, TSingles>
    {
        private void EachWord(
            string name,
            int arity,
            Func<TWords[], TWords> register,
            Func<ulong[], ulong> word,
            int bits = 64
        )
        {
            Seen(name, 'W', arity);
            ulong[][] given = [SomeWords(), SomeWords(), SomeWords()];
            ulong mask = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
            Of(register([.. given.Select(Register<TWords, ulong>)]))
                .Select(made => made & mask)
                .ShouldBe(
                    Enumerable.Range(0, Count).Select(i => word([.. given.Select(x => x[i])]) & mask),
                    $"{typeof(TLanes).Name}.{name}"
                );
        }

        private void EachDouble(
            string name,
            int arity,
            Func<TDoubles[], TDoubles> register,
            Func<double[], double> word
        )
        {
            Seen(name, 'D', arity);
            double[][] given = [SomeDoubles(), SomeDoubles(), SomeDoubles()];
            Of(register([.. given.Select(R)]))
                .Select(BitConverter.DoubleToUInt64Bits)
                .ShouldBe(
                    Enumerable
                        .Range(0, Count)
                        .Select(i => BitConverter.DoubleToUInt64Bits(word([.. given.Select(x => x[i])]))),
                    $"{typeof(TLanes).Name}.{name}"
                );
        }

        private void EachPair(string name, int arity, Func<TSingles[], TSingles> register, Func<Pair[], Pair> word)
        {
            Seen(name, 'F', arity);
            float[][] given = [SomeSingles(), SomeSingles(), SomeSingles()];
            Of(register([.. given.Select(R)]))
                .ShouldBe(
                    Enumerable
                        .Range(0, Count)
                        .Select(i => word([.. given.Select(x => new Pair(x[2 * i], x[2 * i + 1]))]))
                        .SelectMany(static pair => new[] { pair.Low, pair.High }),
                    $"{typeof(TLanes).Name}.{name}"
                );
        }

        private void Seen(string name, char kind, int parameters) => seen.Add(Key(name, kind, parameters));

        private ulong[] SomeWords() =>
            [.. Enumerable.Range(0, Count).Select(_ => (ulong)_random.NextInt64() << 1 ^ (ulong)_random.NextInt64())];

        private double[] SomeDoubles() => [.. Enumerable.Range(0, Count).Select(_ => 8 * _random.NextDouble() - 4)];

        private float[] SomeSingles() => [.. Enumerable.Range(0, 2 * Count).Select(_ => 8 * _random.NextSingle() - 4)];

        private static uint Bits(IEnumerable<bool> flags) =>
            flags.Select(static (flag, i) => flag ? 1u << i : 0).Aggregate(0u, static (all, bit) => all | bit);

        private static ulong[] Of(TWords register) => Parts<TWords, ulong>(register);

        private static double[] Of(TDoubles register) => Parts<TDoubles, double>(register);

        private static float[] Of(TSingles register) => Parts<TSingles, float>(register);

        private static TDoubles R(double[] numbers) => Register<TDoubles, double>(numbers);

        private static TSingles R(float[] numbers) => Register<TSingles, float>(numbers);

        private static uint[] Halves(ulong[] words) => MemoryMarshal.Cast<ulong, uint>(words).ToArray();

        private static TPart[] Parts<TRegister, TPart>(TRegister register)
            where TRegister : unmanaged
            where TPart : unmanaged => MemoryMarshal.Cast<TRegister, TPart>([register]).ToArray();

        private static TRegister Register<TRegister, TPart>(TPart[] parts)
            where TRegister : unmanaged
            where TPart : unmanaged => MemoryMarshal.Cast<TPart, TRegister>(parts)[0];
    }
}
