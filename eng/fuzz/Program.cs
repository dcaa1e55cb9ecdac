using Fanwise.Fuzz;
using SharpFuzz;

// With a target it reads inputs as afl-fuzz hands them over, or without afl-fuzz one from stdin, to look at it.
// Without a target it lists them.
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
    default:
        Console.Error.WriteLine($"A target is one of {string.Join(", ", Targets.All.Keys)}; received '{args[0]}'.");
        return 2;
}
