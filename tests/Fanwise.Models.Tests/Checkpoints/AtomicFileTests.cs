using Fanwise.Models.Checkpoints;
using Fanwise.Models.Files;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>A file is whole under its name or not there.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheNameAppearsAtCommit(bool sync)
    {
        using AtomicFile file = AtomicFile.Create(_folder.File("a.bin"), 6, sync: sync);
        file.Write(3, [4, 5, 6]);
        file.Write(0, [1, 2, 3]);
        _folder.Names().ShouldHaveSingleItem().ShouldMatch(@"^\.a\.bin\.[A-Za-z0-9-]*-\d+-[0-9a-f]{32}\.tmp$");
        file.Commit();
        _folder.Names().ShouldBe(["a.bin"]);
        File.ReadAllBytes(_folder.File("a.bin")).ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void WithoutCommitNothingIsLeft()
    {
        using (AtomicFile file = AtomicFile.Create(_folder.File("a.bin"), 3))
            file.Write(0, [1, 2, 3]);
        _folder.Names().ShouldBeEmpty();
    }

    [Fact]
    public void AnUnfinishedFileGetsNoName()
    {
        using (AtomicFile file = AtomicFile.Create(_folder.File("a.bin"), 3))
        {
            file.Write(0, [1, 2]);
            Should.Throw<InvalidOperationException>(file.Commit);
            Should.Throw<ArgumentOutOfRangeException>(() => file.Write(2, [1, 2]));
        }

        _folder.Names().ShouldBeEmpty();
    }

    [Fact]
    public void AnExistingFileStaysUnlessOverwritingIsAskedFor()
    {
        File.WriteAllText(_folder.File("a.bin"), "old");
        CheckpointException error = Should.Throw<CheckpointException>(() =>
            AtomicFile.Create(_folder.File("a.bin"), 3)
        );
        error.Code.ShouldBe(FanwiseError.TargetExists);
        error.Message.ShouldContain(_folder.File("a.bin"));
        File.ReadAllText(_folder.File("a.bin")).ShouldBe("old");

        using AtomicFile file = AtomicFile.Create(_folder.File("a.bin"), 3, overwrite: true);
        file.Write(0, "new"u8);
        File.ReadAllText(_folder.File("a.bin")).ShouldBe("old");
        file.Commit();
        File.ReadAllText(_folder.File("a.bin")).ShouldBe("new");
    }

    [Fact]
    public void AFileThatAppearsMeanwhileStays()
    {
        using (AtomicFile file = AtomicFile.Create(_folder.File("a.bin"), 1))
        {
            file.Write(0, [1]);
            File.WriteAllText(_folder.File("a.bin"), "other");
            Should.Throw<CheckpointException>(file.Commit).Code.ShouldBe(FanwiseError.TargetExists);
        }

        File.ReadAllText(_folder.File("a.bin")).ShouldBe("other");
        _folder.Names().ShouldBe(["a.bin"]);
    }

    [Fact]
    public void AMissingFolderIsAnInputOutputError()
    {
        CheckpointException error = Should.Throw<CheckpointException>(() =>
            AtomicFile.Create(_folder.File("none/a.bin"), 3)
        );
        error.Code.ShouldBe(FanwiseError.InputOutput);
        error.Message.ShouldContain("its folder does not exist");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/dev/null")]
    [InlineData("/tmp")]
    [InlineData("/tmp/")]
    public void FoldersDevicesAndNothingAreRefusedEvenWhenOverwriting(string path) =>
        Should
            .Throw<CheckpointException>(() => AtomicFile.Create(path, 3, overwrite: true))
            .Code.ShouldBe(FanwiseError.Request);

    [Fact]
    public void ALongNameGetsAShorterTemporaryOne()
    {
        string name = new('x', 255);
        using AtomicFile file = AtomicFile.Create(_folder.File(name), 0);
        file.Commit();
        _folder.Names().ShouldBe([name]);
    }

    [Fact]
    public void TheModeFollowsTheUsersMask()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(_folder.File("plain"), "");
        using AtomicFile file = AtomicFile.Create(_folder.File("a.bin"), 0);
        file.Commit();
        File.GetUnixFileMode(_folder.File("a.bin")).ShouldBe(File.GetUnixFileMode(_folder.File("plain")));
    }

    [Fact]
    public void WhoSeesTheNameCanReadTheFile()
    {
        List<string> read = [];
        using AtomicFile file = AtomicFile.Create(
            _folder.File("a"),
            1,
            overwrite: false,
            sync: false,
            (step, _) =>
            {
                if (step != DiskStep.Rename)
                    return;
                string temporary = Directory.GetFiles(_folder.Path).ShouldHaveSingleItem();
                read.Add(File.ReadAllText(temporary));
                FileSystem.IsUnlocked(temporary).ShouldBeFalse();
            }
        );
        file.Write(0, "1"u8);
        file.Commit();
        read.ShouldBe(["1"]);
    }
}
