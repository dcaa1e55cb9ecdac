using TorchSharpTraining;

// Two small networks, each trained from three beginnings: Fanwise's, TorchSharp's own, and a Keras model's.
// The first argument is the folder for the curves, the second how many steps are trained.
string folder = args.Length > 0 ? args[0] : ".";
int steps = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 200;
Training.Run(Console.Out, folder, steps);
