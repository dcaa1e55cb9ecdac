using System.CommandLine;
using Fanwise.Models.Workers;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise finish: the index of a folder whose shards are all there.</summary>
internal static class FinishCommand
{
    public static Command Create()
    {
        Argument<string> folder = new Argument<string>("DIR")
        {
            Description = "The folder that workers filled.",
        }.NotEmpty();
        Option<bool> clean = new("--clean")
        {
            Description = "Also remove temporary files that killed workers left; only when none is at work.",
        };
        Option<bool> noSync = Arguments.NoSync();
        ToolCommand command = new(
            "finish",
            "Write the index of a folder of shards, where its workers could not see that all were there.",
            InitCommand.SharedExample,
            "fanwise init samples/models/MobileNetV2.json --seed 42 -o checkpoint --max-shard-size 8MB --worker "
                + "1 --workers 2",
            "fanwise finish checkpoint"
        )
        {
            folder,
            clean,
            noSync,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(folder);
            FinishReport report = FolderIndex.Finish(path, sync: !parsed.GetValue(noSync));
            Terminal.Say(
                $"{Terminal.Count(report.Tensors, "tensor")}, {Terminal.Size(report.Bytes)} in {report.Shards} "
                    + $"{(report.Shards == 1 ? "file" : "shards")}: "
                    + $"{(report.AlreadyThere ? "complete already" : "complete, the index was written")}."
            );
            if (parsed.GetValue(clean))
                Terminal.Say($"{FolderIndex.RemoveTemporaries(path)} temporary files were removed.");
            return Invocation.Done;
        });
        return command;
    }
}
