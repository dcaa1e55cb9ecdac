using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fanwise.Cli;

/// <summary>Bars on stderr for work that takes long: how much is done, how fast, how long it will still take.</summary>
/// <remarks>A class of its own, so that its library is loaded only for a terminal.</remarks>
internal static class ProgressBars
{
    /// <summary>Work that ends sooner shows no bar.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(0.5);

    /// <summary>How often the bars are brought up to date.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.1);

    /// <summary>Runs work that reports steps as it comes to them, each by name, done and total; a bar for
    /// each.</summary>
    /// <param name="rate">How a number done in a second is written.</param>
    /// <param name="work">The work; what it throws is thrown.</param>
    public static void Run(Func<long, string> rate, Action<Action<string, long, long>> work)
    {
        Steps steps = new();
        Task running = Task.Run(() => work(steps.Report));
        // Whoever waits for a task that failed would be given another exception than the work's own.
        if (Task.WaitAny([running], Delay) < 0)
            AnsiConsole
                .Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
                .Progress()
                .AutoClear(true)
                .Columns(
                    new TaskDescriptionColumn(),
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new RateColumn(steps, rate)
                )
                .Start(context =>
                {
                    Dictionary<string, ProgressTask> bars = new(StringComparer.Ordinal);
                    do steps.Show(context, bars);
                    while (Task.WaitAny([running], Interval) < 0);
                });
        running.GetAwaiter().GetResult();
    }

    /// <summary>How far each step is, told by the threads that work and read by the one that draws.</summary>
    private sealed class Steps
    {
        private readonly List<Step> _steps = [];

        public void Report(string what, long done, long total)
        {
            lock (_steps)
            {
                Step? step = _steps.Find(step => step.What == what);
                if (step is null)
                    _steps.Add(step = new(what, total, Stopwatch.GetTimestamp()));
                step.Done = done;
            }
        }

        public void Show(ProgressContext context, Dictionary<string, ProgressTask> bars)
        {
            lock (_steps)
                foreach (Step step in _steps)
                {
                    if (!bars.TryGetValue(step.What, out ProgressTask? bar))
                        bar = bars[step.What] = context.AddTask(Description(step.What), maxValue: step.Total);
                    bar.Value = step.Done;
                }
        }

        /// <summary>How much of the step that a bar shows is done in a second since it began; 0 at its very
        /// begin.</summary>
        public double RateOf(ProgressTask bar)
        {
            lock (_steps)
                return
                    _steps.Find(step => Description(step.What) == bar.Description) is { } step
                    && Stopwatch.GetElapsedTime(step.Begin).TotalSeconds is > 0 and double seconds
                    ? step.Done / seconds
                    : 0;
        }

        private static string Description(string what) => Markup.Escape(Terminal.Printable(what));
    }

    private sealed class Step(string what, long total, long begin)
    {
        public string What => what;

        public long Total => total;

        public long Begin => begin;

        public long Done { get; set; }
    }

    /// <summary>The mean rate since the step began, and how long the rest takes at that rate.</summary>
    /// <remarks>Spectre.Console's own columns take the rate of the last few reports, which jumps where the work reports
    /// in large parts.</remarks>
    private sealed class RateColumn(Steps steps, Func<long, string> rate) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            double perSecond = steps.RateOf(task);
            if (perSecond <= 0)
                return new Text("");
            TimeSpan left = TimeSpan.FromSeconds(Math.Min((task.MaxValue - task.Value) / perSecond, MostSeconds));
            return new Text(
                string.Create(CultureInfo.InvariantCulture, $"{rate((long)perSecond)} {left:hh\\:mm\\:ss} left")
            );
        }

        /// <summary>A day, less a second: no more is written as hours, minutes and seconds.</summary>
        private const double MostSeconds = 86_399;
    }
}
