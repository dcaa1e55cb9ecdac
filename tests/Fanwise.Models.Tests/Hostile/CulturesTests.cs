using System.Globalization;
using System.Text.Json;
using Fanwise.Generations;
using Fanwise.Models.Checkpoints.Safetensors;
using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Models.Workers;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.Hostile;

/// <summary>Nothing that is read, written or said depends on the culture of the application around it.</summary>
public sealed class CulturesTests : IDisposable
{
    private static readonly string Samples = Path.Combine(Golden.Root, "samples", "models");
    private readonly ScratchFolder _folder = new();

    public static TheoryData<string> Names => [.. Cultures.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryResultIsThatOfTheInvariantCulture(string name)
    {
        CultureInfo culture = Cultures.Of(name);
        (-1.5).ToString("R", culture).ShouldNotBe("-1.5"); // it would show
        Dictionary<string, string> expected = Results(CultureInfo.InvariantCulture),
            found = Results(culture);
        found.Keys.ShouldBe(expected.Keys);
        foreach ((string what, string result) in expected)
            found[what].ShouldBe(result, what);
    }

    private Dictionary<string, string> Results(CultureInfo culture)
    {
        Dictionary<string, string> results = [];
        Exception? failure = null;
        Thread thread = new(() =>
        {
            CultureInfo.CurrentCulture = culture;
            CultureInfo.CurrentUICulture = culture;
            try
            {
                foreach (
                    string path in Directory.GetFiles(Samples).Where(static path => new FileInfo(path).Length < 60_000)
                )
                    OfModel(path, results);
                OfInitializers(results);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        failure.ShouldBeNull(failure?.ToString());
        return results;
    }

    private void OfModel(string path, Dictionary<string, string> results)
    {
        string name = Path.GetFileName(path);
        WeightPlan plan = Model.Read(path).Plan(42);
        results[$"digest {name}"] = PlanDigest.Of(plan);
        results[$"digest by layers {name}"] = PlanDigest.Of(plan.WithLayerFans());
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
            plan.Explain().Write(writer);
        results[$"explanation {name}"] = Golden.Hash(json.ToArray());
        if (plan.Bytes > 2_000_000)
            return;
        results[$"report {name}"] = Golden.Hash(Report.Of(ReportSource.Of(plan, "title")).Page.ToArray());
        foreach (CheckpointFormat format in CheckpointFormat.All)
        {
            string file = _folder.File("file" + format.Extension);
            results[$"{format.Name} {name}"] = Try(() =>
            {
                format.Write(plan, file, new() { Overwrite = true, Sync = false });
                return Bytes(file);
            });
        }

        string folder = _folder.File("shards");
        new CheckpointFolder(ShardPlan.Split(plan, 20_000), folder).Write(
            Worker.Alone,
            Resume.No,
            new() { Overwrite = true, Sync = false }
        );
        results[$"shards {name}"] = Bytes(folder);
    }

    private static void OfInitializers(Dictionary<string, string> results)
    {
        string[] texts =
        [
            """{"class_name":"VarianceScaling","config":{"scale":1.5"""
                + ""","mode":"fan_in","distribution":"uniform","seed":-7}}""",
            """{"class_name":"RandomNormal","config":{"mean":-0.25,"stddev":1e-7,"seed":-3}}""",
            """{"class_name":"Constant","config":{"value":-1.5}}""",
            """{"class_name":"Identity","config":{"gain":-2.5}}""",
            "LECUN_UNIFORM",
            "lecun_unifrom",
            """{"class_name":"RandomUniform","config":{"minval":"-1,5"}}""",
        ];
        foreach (string text in texts)
        {
            results[text] = Try(() =>
            {
                Conversion read = Configuration.Read(text);
                return $"{string.Join(" ", read.Notes)} {read.Initializer.GetConfig().ToJson()} "
                    + $"{read.Initializer.Serialize().ToJson()}";
            });
        }

        foreach (string rule in (string[])["convolution:groups=2;batch=-1", "along:in=-1/out=-2", "nothing:-1.5"])
            results[rule] = Try(() => FanRule.Parse(FanRule.Parse(rule).Name).Name);
        foreach (string value in (string[])["[1.5, -2, -1e-300, 1e22, NaN, -Infinity]", "{\"a\": -0.5}", "1,5"])
            results[value] = Try(() => PythonValue.Parse(value).ToJson() + PythonValue.Parse(value).Representation);
        results["shape"] = Try(() => ((Shape)new long[] { 1234567, -2 }).ToString());
        results["large shape"] = Try(() => ((Shape)new long[] { 1234567, 2 }).ToString());
        results["bfloat16"] = ((BFloat16)(-1.5f)).ToString();
        results["scale"] = Try(() =>
            new VarianceScaling { Scale = -1.5, Seed = 1 }
                .ValuesFor([3, 4], ElementType.Float32)
                .ToString()
        );
        results["size"] = Try(() => $"{ByteSize.Parse("1.5MB")} {ByteSize.Parse("1,5MB")}");
    }

    private static string Try(Func<string> result)
    {
        try
        {
            return result();
        }
        catch (Exception exception)
            when (exception is InitializerException or ModelException or CheckpointException or FormatException)
        {
            return exception.Message;
        }
    }

    private static string Bytes(string path) =>
        Directory.Exists(path)
            ? string.Join(
                ",",
                Directory
                    .GetFiles(path)
                    .Order(StringComparer.Ordinal)
                    .Select(static file => Golden.Hash(File.ReadAllBytes(file)))
            )
            : Golden.Hash(File.ReadAllBytes(path));
}
