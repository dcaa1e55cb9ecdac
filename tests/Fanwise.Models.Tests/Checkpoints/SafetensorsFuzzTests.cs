using System.Diagnostics;
using System.Text;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>Random files, most of them nearly right: the reader takes them or refuses them, and does no more work than
/// their size warrants.</summary>
/// <remarks>Twenty seconds; $FANWISE_FUZZ_SECONDS sets another time. A failure names the seed, from which the file is
/// made again.</remarks>
public class SafetensorsFuzzTests(ITestOutputHelper output)
{
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u0000",
            "\\ud800",
            "\\u0061",
            "\"a\"",
            "\"dtype\"",
            "\"shape\"",
            "\"data_offsets\"",
            "\"__metadata__\"",
            "\"F32\"",
            "\"F4\"",
            "null",
            "true",
            "0",
            "1",
            "-1",
            "1.0",
            "1e9",
            "4294967296",
            "9223372036854775807",
            "18446744073709551615",
            "18446744073709551616",
            " ",
            "\0",
            "\uFEFF",
            "/*",
            "//",
            "{}",
            "[0,0]",
            "[]",
            "\"\":",
            "\"x\":1,",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF],
        [0xC3],
    ];

    [Fact]
    public void NoFileCrashesHangsOrAllocatesBeyondASmallMultipleOfItsSize()
    {
        double seconds = double.TryParse(Environment.GetEnvironmentVariable("FANWISE_FUZZ_SECONDS"), out double asked)
            ? asked
            : 20;
        int first = Environment.TickCount;
        Stopwatch watch = Stopwatch.StartNew();
        int files = 0,
            taken = 0;
        int slowestSeed = first;
        TimeSpan slowest = default;
        for (; watch.Elapsed.TotalSeconds < seconds; files++)
        {
            int seed = unchecked(first + files);
            byte[] file = MakeFile(new Random(seed));
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan before = ProcessorTime.OfThread;
            try
            {
                SafetensorsFile read = SafetensorsFile.Read(file);
                taken++;
                CheckAccepted(read, seed);
            }
            catch (CheckpointException exception)
            {
                exception.Code.ShouldBe(FanwiseError.Malformed, $"seed {seed}");
                exception.Message.Length.ShouldBeLessThan(1000, $"seed {seed}");
            }
            catch (Exception exception) when (exception is not ShouldAssertException)
            {
                throw new ShouldAssertException($"The file of seed {seed} must be taken or refused.", exception);
            }

            (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(
                (40L * file.Length) + 65_536,
                $"seed {seed}"
            );
            TimeSpan time = ProcessorTime.OfThread - before;
            if (time > slowest)
                (slowest, slowestSeed) = (time, seed);
        }

        output.WriteLine(
            $"{files} files from seed {first}, {taken} of them taken, the slowest in "
                + $"{slowest.TotalMilliseconds:F1} ms (seed {slowestSeed})"
        );
        files.ShouldBeGreaterThan(0);
        taken.ShouldBeGreaterThan(0);
        taken.ShouldBeLessThan(files);
        slowest.TotalSeconds.ShouldBeLessThan(5, $"seed {slowestSeed}");
    }

    private static void CheckAccepted(SafetensorsFile file, int seed)
    {
        long end = 0;
        foreach (SafetensorsEntry tensor in file.Tensors)
        {
            tensor.Begin.ShouldBe(end, $"seed {seed}");
            end = tensor.End;
            ((UInt128)tensor.Shape.Elements * (UInt128)tensor.Type.Bits).ShouldBe(
                (UInt128)(tensor.End - tensor.Begin) * 8,
                $"seed {seed}"
            );
        }

        (file.DataOffset + end).ShouldBe(file.Length, $"seed {seed}");
        file.Tensors.Select(static tensor => tensor.Name)
            .Distinct(StringComparer.Ordinal)
            .Count()
            .ShouldBe(file.Tensors.Count, $"seed {seed}");
    }

    private static byte[] MakeFile(Random random)
    {
        if (random.Next(50) == 0)
        {
            byte[] noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            return noise;
        }

        StringBuilder header = new("{");
        int data = 0,
            tensors = random.Next(random.Next(20) == 0 ? 300 : 5);
        if (random.Next(3) == 0)
            header.Append("\"__metadata__\":{\"seed\":\"42\"}").Append(tensors > 0 ? "," : "");
        for (int i = 0; i < tensors; i++)
        {
            SafetensorsType type = SafetensorsType.All[random.Next(SafetensorsType.All.Count)];
            int[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(5))];
            int size = (shape.Aggregate(1, static (product, length) => product * length) * type.Bits + 7) / 8;
            header.Append(
                $"{(i > 0 ? "," : "")}\"t{(random.Next(30) == 0 ? 0 : i)}\":{{\"dtype\":\""
                    + $"{type.Name}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{data},"
                    + $"{data + size}]}}"
            );
            data += size;
        }

        List<byte> json = [.. Encoding.UTF8.GetBytes(header.Append('}').Append(' ', random.Next(8)).ToString())];
        for (int edits = random.Next(3) == 0 ? 0 : random.Next(1, 6); edits > 0 && json.Count > 0; edits--)
        {
            int at = random.Next(json.Count);
            switch (random.Next(5))
            {
                case 0:
                    json[at] = (byte)random.Next(256);
                    break;
                case 1:
                    json.RemoveAt(at);
                    break;
                case 2:
                    json.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 3:
                    json.InsertRange(at, json.GetRange(at, Math.Min(random.Next(80), json.Count - at)));
                    break;
                default:
                    json.RemoveRange(at, Math.Min(random.Next(80), json.Count - at));
                    break;
            }
        }

        byte[] file = SafetensorsReaderTests.File(
            [.. json],
            Math.Max(0, data + (random.Next(20) == 0 ? random.Next(-9, 9) : 0))
        );
        if (random.Next(20) == 0)
            file[random.Next(8)] = (byte)random.Next(256);
        return file;
    }
}
