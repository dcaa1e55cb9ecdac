using Fanwise.Testing;

namespace Fanwise.Models.Tests.Checkpoints;

/// <summary>A weight's name is a name in an archive, and leads nowhere else.</summary>
public sealed class ArchiveNamesTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a/../../x")]
    [InlineData("/abs")]
    [InlineData("a\0b")]
    [InlineData("../x")]
    [InlineData("a//b")]
    [InlineData("a\\..\\b")]
    [InlineData("\\abs")]
    [InlineData("a\\/b")]
    [InlineData("c:x")]
    public void AnArchivesNamesStayInItsFolder(string name)
    {
        foreach (string format in (string[])["npz"])
            Should
                .Throw<CheckpointException>(() =>
                    CheckpointFormat.Parse(format).Write(new([TestPlans.Weight(name, [1])]), _folder.File("a"))
                )
                .Message.ShouldContain("must stay within its folder");
        _folder.Names().ShouldBeEmpty();
    }

    [Fact]
    public void ABackslashInALayersNameIsKept()
    {
        CheckpointFormat.Parse("npz").Write(new([TestPlans.Weight("back\\slash", [1])]), _folder.File("a.npz"));
        using System.IO.Compression.ZipArchive archive = System.IO.Compression.ZipFile.OpenRead(_folder.File("a.npz"));
        archive.Entries.Select(static entry => entry.FullName).ShouldBe(["back\\slash.npy"]);
    }

    [Fact]
    public void AnArchivesNamesDoNotHideEachOther()
    {
        // NumPy takes a member's name with its ending, too; on Windows a backslash is a slash; what is no Unicode has
        // one replacement.
        foreach (
            (string first, string second) in ((string, string)[])[("a", "a.npy"), ("a/b", "a\\b"), ("\ud800", "\udfff")]
        )
            Should
                .Throw<CheckpointException>(() =>
                    CheckpointFormat
                        .Parse("npz")
                        .Write(
                            new([TestPlans.Weight(first, [1]), TestPlans.Weight(second, [1])]),
                            _folder.File("a.npz")
                        )
                )
                .Message.ShouldContain("must differ");
    }

    [Theory]
    [InlineData("layers/../vars/0")]
    [InlineData("layers/./vars/0")]
    [InlineData("layers/a\0/vars/0")]
    public void AnHdf5FilesNamesStayInItsGroups(string path) =>
        Should.Throw<CheckpointException>(() =>
            CheckpointFormat
                .Parse("weights.h5")
                .Write(new([TestPlans.Weight("a", [1]) with { StorePaths = [path] }]), _folder.File("a.h5"))
        );
}
