using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Fanwise.Benchmarks;

/// <summary>Columns for fills: ns per element and GB/s, where a benchmark says how many elements of how many bytes it
/// makes (<see cref="ElementsAttribute"/>).</summary>
internal sealed class PerElement : ManualConfig
{
    public PerElement()
    {
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
        AddColumnProvider(
            DefaultColumnProviders.Descriptor,
            DefaultColumnProviders.Params,
            DefaultColumnProviders.Statistics,
            DefaultColumnProviders.Metrics,
            DefaultColumnProviders.Job
        );
        AddColumn(
            new FromElements("ns/element", static (nanoseconds, elements, _) => nanoseconds / elements),
            new FromElements("GB/s", static (nanoseconds, elements, bytes) => elements * bytes / nanoseconds)
        );
        // Many short iterations: the columns show the fastest, and the machine may have others to serve.
        AddJob(
            Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithWarmupCount(3)
                .WithIterationCount(30)
                .WithUnrollFactor(1)
                .WithMinInvokeCount(1)
                .WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(5))
        );
        WithArtifactsPath("artifacts/benchmarks");
    }

    private sealed class FromElements(string name, Func<double, double, double, double> of) : IColumn
    {
        public string Id => name;
        public string ColumnName => name;
        public bool AlwaysShow => true;
        public ColumnCategory Category => ColumnCategory.Custom;
        public int PriorityInCategory => 0;
        public bool IsNumeric => true;
        public UnitType UnitType => UnitType.Dimensionless;
        public string Legend => $"{name}, of the fastest iteration";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
            GetValue(summary, benchmarkCase, SummaryStyle.Default);

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
        {
            ElementsAttribute? elements = benchmarkCase
                .Descriptor.WorkloadMethod.GetCustomAttributes(typeof(ElementsAttribute), inherit: false)
                .OfType<ElementsAttribute>()
                .FirstOrDefault();
            return elements is not null && summary[benchmarkCase]?.ResultStatistics is { } statistics
                ? of(statistics.Min, elements.Count, elements.Bytes).ToString("0.000")
                : "-";
        }

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
    }
}

/// <summary>How many elements one call makes, and the size of each.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ElementsAttribute(int count, int bytes = 4) : Attribute
{
    public int Count => count;

    public int Bytes => bytes;
}
