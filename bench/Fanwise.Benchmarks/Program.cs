using BenchmarkDotNet.Running;
using Fanwise.Benchmarks;

// One question a class; `bench/run NAME` runs those whose names contain NAME. `check` is the guard of bench/check.
if (args is ["check", ..]) return Guard.Run();
BenchmarkSwitcher.FromAssembly(typeof(Guard).Assembly).Run(args, new PerElement());
return 0;
