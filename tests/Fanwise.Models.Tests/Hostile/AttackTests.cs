using System.Text;
using Fanwise.Generations;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Models.Tests.ModelFiles;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Hostile;

/// <summary>The files of an attack, kept in tests/attack: each is read or refused in one sentence, and what it makes
/// the readers allocate is bounded by its bytes.</summary>
public sealed class AttackTests : IDisposable
{
    /// <summary>What every reading may allocate over its time: tables of layers, buffers of archives, and the most that
    /// wrappers which make their layers again may take before they are refused.</summary>
    private const long Allowance = 512 << 20;

    /// <summary>And for each byte of the file.</summary>
    private const long MostPerByte = 20_000;

    private const string Shard = "model-00001-of-00001.safetensors";
    private static readonly string Folder = Path.Combine(Golden.Root, "tests", "attack");
    private readonly ScratchFolder _scratch = new();

    public static TheoryData<string> Models => Names("models");

    public static TheoryData<string> Archives => Names("archives");

    public static TheoryData<string> Indices => Names("indices");

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void AModelIsReadOrRefused(string name) => ReadModel(Path.Combine(Folder, "models", name));

    [Theory]
    [MemberData(nameof(Archives))]
    public void AnArchiveIsReadOrRefused(string name)
    {
        string path = Path.Combine(Folder, "archives", name);
        ReadModel(path);
        Judge(
            path,
            () =>
            {
                using CheckpointReader checkpoint = CheckpointReader.Open(path);
            }
        );
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void AnIndexNamesFilesOfItsFolderOrIsRefused(string name)
    {
        SafetensorsWriter.Write(new([Checkpoints.TestPlans.Weight("a", [2])]), _scratch.File("outside.safetensors"));
        string folder = _scratch.File("folder");
        Directory.CreateDirectory(folder);
        File.Copy(_scratch.File("outside.safetensors"), Path.Combine(folder, Shard));
        File.Copy(Path.Combine(Folder, "indices", name), Path.Combine(folder, "model.safetensors.index.json"));
        bool isRead = Judge(folder, () => CheckpointVerifier.Verify(folder));
        isRead.ShouldBe(name is "ok.json" or "floatsize.json", name); // some writers count bytes in floating numbers
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/dev/zero")]
    [InlineData(Shard)] // itself
    [InlineData("pipe")]
    [InlineData("folder")]
    public void AShardThatIsALinkToWhatIsNoneIsRefused(string target)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string folder = _scratch.File("folder");
        Directory.CreateDirectory(Path.Combine(folder, "folder"));
        Clients.Run("mkfifo", Path.Combine(folder, "pipe"));
        File.CreateSymbolicLink(Path.Combine(folder, Shard), target);
        File.Copy(Path.Combine(Folder, "indices", "ok.json"), Path.Combine(folder, "model.safetensors.index.json"));
        Judge(folder, () => CheckpointVerifier.Verify(folder)).ShouldBeFalse();
        Judge(folder, () => ReportSource.Open(folder).Dispose()).ShouldBeFalse();

        File.Delete(Path.Combine(folder, "model.safetensors.index.json"));
        File.CreateSymbolicLink(Path.Combine(folder, "model.safetensors.index.json"), target);
        Judge(folder, () => CheckpointVerifier.Verify(folder)).ShouldBeFalse();
    }

    public static TheoryData<string, string, string> Headers =>
        new()
        {
            { "a header beyond the file", "", "header" },
            { "two tensors that overlap", """{"a":F32[2]0,8,"b":F32[2]4,12}""", "overlap" },
            { "a hole between tensors", """{"a":F32[2]0,8,"b":F32[2]12,20}""", "" },
            { "a product beside a zero", """{"a":F32[0,4611686018427387904,4611686018427387904]0,0}""", "" },
            { "a product beyond 2^63", """{"a":F32[4294967296,4294967296]0,0}""", "" },
            { "a negative length", """{"a":F32[-1]0,0}""", "" },
            { "a length with a fraction", """{"a":F32[2.0]0,8}""", "" },
            { "a length with an exponent", """{"a":F32[2e0]0,8}""", "" },
            { "offsets below zero", """{"a":F32[2]-8,0}""", "" },
            { "offsets in reverse", """{"a":F32[2]8,0}""", "" },
            { "offsets beyond 2^63", """{"a":F32[2]18446744073709551608,18446744073709551616}""", "" },
            { "offsets beyond the file", """{"a":F32[2305843009213693952]0,9223372036854775808}""", "" },
            { "one name twice", """{"a":F32[2]0,8,"a":F32[2]0,8}""", "twice" },
            { "metadata that are no strings", """{"__metadata__":{"a":1}}""", "" },
            { "an array", "[1]", "" },
            { "two values", "{}x", "" },
            { "a byte order mark", "\uFEFF{}", "" },
            { "half of a character", """{"\ud800":F32[2]0,8}""", "" },
        };

    [Theory]
    [MemberData(nameof(Headers))]
    public void AHeaderThatContradictsItselfIsRefused(string what, string header, string word)
    {
        byte[] json = Encoding.UTF8.GetBytes(Expanded(header));
        byte[] length = BitConverter.GetBytes(header.Length == 0 ? 1L << 40 : json.Length);
        string path = _scratch.File("a.safetensors");
        File.WriteAllBytes(path, [.. length, .. json, .. new byte[20]]);
        CheckpointException error = Should.Throw<CheckpointException>(() => CheckpointReader.Open(path), what);
        error.Message.ShouldContain(word);
        error.Message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("[")]
    [InlineData("{\"__metadata__\":{\"a\":")]
    [InlineData("{\"class_name\":\"Sequential\",\"config\":")]
    [InlineData("{\"class_name\":\"Constant\",\"config\":{\"value\":[")]
    public void NestingIsRefusedByEveryReaderOfJson(string level)
    {
        string text = string.Concat(Enumerable.Repeat(level, 100_000));
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Judge(level, () => Texts.Plan(text)).ShouldBeFalse();
        Judge(level, () => CustomLayers.Read(new MemoryStream(bytes))).ShouldBeFalse();
        Judge(level, () => Configuration.Read(text)).ShouldBeFalse();
        File.WriteAllBytes(_scratch.File("a.safetensors"), [.. BitConverter.GetBytes((long)bytes.Length), .. bytes]);
        Judge(level, () => CheckpointReader.Open(_scratch.File("a.safetensors"))).ShouldBeFalse();
        File.WriteAllBytes(_scratch.File("model.safetensors.index.json"), bytes);
        Judge(level, () => SafetensorsIndex.Read(_scratch.File("model.safetensors.index.json"))).ShouldBeFalse();
        Directory.CreateDirectory(_scratch.File("tfjs"));
        File.WriteAllBytes(_scratch.File("tfjs/model.json"), bytes);
        Judge(level, () => CheckpointReader.Open(_scratch.File("tfjs"))).ShouldBeFalse();
    }

    private static void ReadModel(string path)
    {
        long length = new FileInfo(path).Length,
            before = GC.GetAllocatedBytesForCurrentThread();
        WeightPlan? plan = null;
        bool isRead = Judge(
            path,
            () =>
            {
                plan = Model.Read(path).Plan(42);
                plan.Explain();
            }
        );
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(Allowance + MostPerByte * length, path);
        if (isRead && plan!.Bytes < 1 << 24)
            Judge(path, () => Report.Of(ReportSource.Of(plan, "title")));
    }

    /// <summary>Whether something is done; what refuses it is one of the library's exceptions, in one
    /// sentence.</summary>
    private static bool Judge(string what, Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception exception) when (exception is ModelException or InitializerException or CheckpointException)
        {
            exception.Message.ShouldNotContain("\n", Case.Sensitive, what);
            exception.Message.Length.ShouldBeInRange(10, 2000, what);
            return false;
        }
    }

    /// <summary>A header as the format has it, of a shorter form: type, shape and offsets.</summary>
    private static string Expanded(string header) =>
        System.Text.RegularExpressions.Regex.Replace(
            header,
            @"F32(\[[^\]]*\])(-?[0-9]+,[0-9]+)",
            """{"dtype":"F32","shape":$1,"data_offsets":[$2]}"""
        );

    private static TheoryData<string> Names(string kind) =>
        [
            .. Directory
                .GetFiles(Path.Combine(Folder, kind))
                .Select(static path => Path.GetFileName(path)!)
                .Order(StringComparer.Ordinal),
        ];
}
