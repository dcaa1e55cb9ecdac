using System.CommandLine;

namespace Fanwise.Cli.Commands;

/// <summary>fanwise init: every weight of a model, as Python Keras would initialise it.</summary>
internal static class InitCommand
{
    public const string Example = "fanwise init samples/models/MobileNetV2.json --seed 42 -o mobilenet.safetensors";

    public static Command Create()
    {
        Argument<FileInfo> model = new("MODEL") { Description = "A Keras 3 JSON, a .keras archive, a Keras 2 JSON or a TensorFlow.js model.json." };
        ToolCommand command = new("init", "Every weight of the model, as Python Keras would initialise it.", Example) { model };
        command.SetAction(parsed => Invocation.Done);
        return command;
    }
}
