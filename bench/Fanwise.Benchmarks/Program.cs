using BenchmarkDotNet.Running;
using Fanwise.Benchmarks;

// One question a class; `bench/run NAME` runs those whose names contain NAME. `check` is the guard of bench/check,
// `table` the rest of the table of bench/table, `program` what bench/transformers.py asks.
if (args is ["check", ..])
    return Guard.Run(args.AsSpan(1));
if (args is ["program", ..])
    return Programs.Run(args.AsSpan(1));
if (args is ["table", ..])
    return Table.Run(args.AsSpan(1));
BenchmarkSwitcher.FromAssembly(typeof(Guard).Assembly).Run(args, new PerElement());
return 0;
