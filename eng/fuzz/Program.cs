using Fanwise.Fuzz;
using SharpFuzz;

// fanwise-fuzz TARGET: reads inputs as afl-fuzz hands them over. fanwise-fuzz TARGET FILE: one input, to look at it.
// fanwise-fuzz: the targets' names.
switch (args)
{
    case []:
        foreach (string name in Targets.All.Keys)
            Console.Out.WriteLine(name);
        return 0;
    case [string target] when Targets.All.TryGetValue(target, out Action<byte[]>? read):
        Fuzzer.Run(stream =>
        {
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            Targets.Judge(read, bytes.ToArray());
        });
        return 0;
    case [string target, string file] when Targets.All.TryGetValue(target, out Action<byte[]>? read):
        Console.Out.WriteLine(Targets.Judge(read, File.ReadAllBytes(file)) ?? "read");
        return 0;
    default:
        Console.Error.WriteLine($"A target is one of {string.Join(", ", Targets.All.Keys)}; received '{args[0]}'.");
        return 2;
}
