using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Keras;
using Fanwise.Models.Checkpoints.NumPy;
using Fanwise.Models.Files;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>Files of every format, damaged at random: the reader takes them or refuses them in one sentence, at once,
/// and reserves no more memory than their size warrants.</summary>
/// <remarks>A failure names the file and the number from which it is damaged again.</remarks>
public sealed class ReaderMutationTests(ITestOutputHelper output)
{
    private const int Few = 4_000,
        Many = 100_000;

    /// <summary>What a busy machine may take for a file of some 40 KB, hundreds of times what it takes at
    /// rest.</summary>
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(5);

    /// <summary>Of a file's size, beside what any file may take; what is packed may be a thousand times as
    /// much.</summary>
    private const long MostTimes = 64,
        MostPacked = 1100,
        Free = 4 << 20;

    /// <summary>Numbers that tables of sizes and addresses meet worst.</summary>
    private static readonly ulong[] Numbers =
    [
        0,
        1,
        8,
        96,
        0x7FFF_FFFF,
        0xFFFF_FFFF,
        0x1_0000_0000,
        0x7FFF_FFFF_FFFF_FFFF,
        0xFFFF_FFFF_FFFF_FFFF,
        0xFFFF_FFFF_FFFF_FFF0,
        0x1000_0000_0000,
    ];

    [Fact]
    public void AFewThousandDamagedFilesAreReadOrRefused() => Run(Few);

    [Fact]
    [Everything]
    public void AHundredThousandDamagedFilesAreReadOrRefused() => Run(Many);

    private void Run(int count)
    {
        (string Name, byte[] Whole, Func<ByteSource, StoredCheckpoint> Read, long Times)[] files = [.. Files()];
        int taken = 0;
        for (int number = 0; number < count; number++)
        {
            (string name, byte[] whole, Func<ByteSource, StoredCheckpoint> read, long times) = files[
                number % files.Length
            ];
            byte[] damaged = Damage(whole, new Random(number));
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan begun = ProcessorTime.OfThread;
            try
            {
                using MemorySource source = new(name, damaged);
                Use(read(source));
                taken++;
            }
            catch (Exception refusal) when (refusal is CheckpointException or ModelException)
            {
                string sentence = refusal.Message;
                (sentence.Contains('\n') || !sentence.EndsWith('.') || sentence.Length > 2000).ShouldBeFalse(
                    $"{name}, {number}: {sentence}"
                );
            }
            catch (Exception error)
            {
                throw new InvalidOperationException(
                    $"{name}, damaged by {number}, ends in {error.GetType().Name}.",
                    error
                );
            }

            (ProcessorTime.OfThread - begun).ShouldBeLessThan(Suspicious, $"{name}, {number}");
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(
                (times * damaged.Length) + Free,
                $"{name}, {number}"
            );
        }

        output.WriteLine($"{taken} of {count} were taken.");
        taken.ShouldBeInRange(count / 100, count * 99 / 100);
    }

    /// <summary>Everything that a command does with a file: its checksums, its elements, its model.</summary>
    private static void Use(StoredCheckpoint stored)
    {
        foreach (ByteSource source in stored.Checked)
            source.Check(CancellationToken.None);
        byte[] buffer = new byte[64];
        foreach (StoredTensor tensor in stored.Tensors)
        {
            if (tensor.Values is not { } values)
                continue;
            int bytes = (int)Math.Min(buffer.Length, values.Bytes);
            values.Fill(0, buffer.AsSpan(0, bytes));
            values.Fill(values.Shape.Elements - (bytes / values.ElementType.Size()), buffer.AsSpan(0, bytes));
        }

        _ = stored.Model?.Invoke();
    }

    private static IEnumerable<(string, byte[], Func<ByteSource, StoredCheckpoint>, long)> Files()
    {
        yield return ("forms.h5", Hdf5FormsTests.Bytes, KerasHdf5.Read, MostPacked);
        foreach (string path in Golden.Files("h5", "*_mlp*.h5").Concat(Golden.Files("h5", "tfkeras_nested.h5")))
            yield return (Path.GetFileName(path), File.ReadAllBytes(path), KerasHdf5.Read, MostTimes);
        foreach (string path in Golden.Files("h5", "*_mlp.keras"))
            yield return (Path.GetFileName(path), File.ReadAllBytes(path), KerasArchive.Read, MostPacked);
        using ScratchFolder folder = new();
        WeightPlan plan = Model.Read(Golden.Files("h5", "*_mlp.h5").First()).Plan(42);
        foreach (string ending in (string[])[".weights.h5", ".npz"])
        {
            string path = folder.File("ours" + ending);
            CheckpointFormat.Of(path).Write(plan, path);
            yield return (
                "ours" + ending,
                File.ReadAllBytes(path),
                ending == ".npz" ? NpyFile.ReadArchive : KerasHdf5.Read,
                MostPacked
            );
        }
    }

    /// <summary>A place where something stands, mostly: tables are full of zeros.</summary>
    private static int Place(byte[] bytes, Random random)
    {
        int place = random.Next(bytes.Length);
        for (int tries = 0; tries < 8 && bytes[place] == 0; tries++)
            place = random.Next(bytes.Length);
        return place;
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        byte[] bytes = (byte[])whole.Clone();
        for (int times = 1 + random.Next(3); times > 0; times--)
            switch (random.Next(9))
            {
                case 0:
                    bytes[Place(bytes, random)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[Place(bytes, random)] = (byte)random.Next(256);
                    break;
                case 2 when bytes.Length > 16:
                    BitConverter.TryWriteBytes(
                        bytes.AsSpan(Math.Min(Place(bytes, random) / 8 * 8, bytes.Length - 8)),
                        Numbers[random.Next(Numbers.Length)]
                    );
                    break;
                case 3 when bytes.Length > 16:
                    BitConverter.TryWriteBytes(
                        bytes.AsSpan(random.Next(bytes.Length - 4)),
                        (uint)Numbers[random.Next(Numbers.Length)]
                    );
                    break;
                case 4 when bytes.Length > 16: // an address leads to another place of the file
                    BitConverter.TryWriteBytes(
                        bytes.AsSpan(Math.Min(Place(bytes, random) / 8 * 8, bytes.Length - 8)),
                        (long)random.Next(bytes.Length)
                    );
                    break;
                case 5: // a stretch is copied over another
                    int length = random.Next(Math.Min(512, bytes.Length));
                    bytes
                        .AsSpan(random.Next(bytes.Length - length), length)
                        .CopyTo(bytes.AsSpan(random.Next(bytes.Length - length), length));
                    break;
                case 6:
                    int zeros = random.Next(Math.Min(64, bytes.Length));
                    bytes.AsSpan(random.Next(bytes.Length - zeros), zeros).Clear();
                    break;
                case 7 when random.Next(4) == 0:
                    bytes = bytes[..random.Next(1, bytes.Length)];
                    break;
                case 8 when random.Next(4) == 0:
                    bytes = [.. bytes, (byte)random.Next(256)];
                    break;
            }

        return bytes;
    }
}
