using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fanwise.Draws;
using Fanwise.Generations;
using Fanwise.TensorFlow;
using Fanwise.Testing;

namespace Fanwise.Tests.GoldenFiles;

/// <summary>What replaying a golden file needs: reading its cases, comparing bytes, configurations and messages,
/// collecting what differs.</summary>
internal sealed partial class Replay
{
    /// <summary>Sentences of TensorFlow's kernels and of Python's own functions: there only the refusal is ours to
    /// give.</summary>
    private static readonly string[] Foreign =
    [
        "{{function_node",
        "Value for attr",
        "Value passed to parameter",
        "tuple index out of range",
        "Invalid value in tensor used for shape",
    ];

    /// <summary>So many values of an orthogonal tensor are in the files, or all.</summary>
    private const int FirstValues = 64;

    private readonly List<string> _wrong = [];
    private string _name = "";
    private int _compared;

    /// <summary>Replays one list of every file of a kind, entry by entry in order.</summary>
    /// <param name="file">The files' pattern.</param>
    /// <param name="list">The list's name.</param>
    /// <param name="inOwnCopy">How many comparisons the project's own copy leads to.</param>
    /// <param name="compare">Compares what an entry holds.</param>
    public static void Every(string file, string list, int inOwnCopy, Action<Replay, JsonElement> compare)
    {
        Replay replay = new();
        foreach (
            (JsonElement golden, JsonElement element) in Golden
                .Files("tensorflow", file)
                .Select(Golden.Read)
                .SelectMany(golden => Elements(golden, list).Select(element => (golden, element)))
        )
        {
            replay.Release = golden
                .GetProperty("made_with")
                .GetProperty("tensorflow")
                .GetString()!
                .StartsWith("2.21", StringComparison.Ordinal)
                ? GraphRelease.TensorFlow221
                : GraphRelease.TensorFlow2;
            string name = element.TryGetProperty("id", out JsonElement id) ? id.GetString()! : element.GetRawText();
            int compared = replay._compared;
            try
            {
                replay._name = name;
                compare(replay, element);
                if (replay._compared == compared)
                    replay._wrong.Add($"{name}: holds nothing that is compared");
            }
            catch (Exception error)
                when (error is InitializerException or KeyNotFoundException or InvalidOperationException)
            {
                replay._wrong.Add($"{name}: {error.Message}");
            }
        }

        replay._wrong.ShouldBeEmpty($"{replay._wrong.Count} of {replay._compared} comparisons");
        Golden.ShouldHaveSeen(replay._compared, inOwnCopy);
    }

    /// <summary>The release that drew the file, as far as its graphs differ from 2.9's.</summary>
    public GraphRelease Release { get; private set; }

    public static PythonValue Config(JsonElement config)
    {
        PythonValue value = PythonValue.Parse(config.GetRawText());
        return PythonValue.Dictionary([
            .. value.Entries!.Select(static entry =>
                (entry.Key, entry is { Key: "scale", Value.Text: "nan" } ? double.NaN : entry.Value)
            ),
        ]);
    }

    public static Shape ShapeOf(JsonElement shape) =>
        Shape.Create(shape.EnumerateArray().Select(static length => length.GetInt64()).ToArray());

    public static BigInteger? Seed(JsonElement seed) =>
        seed.ValueKind == JsonValueKind.Null ? null : BigInteger.Parse(seed.GetRawText(), CultureInfo.InvariantCulture);

    public static PythonValue Optional(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? PythonValue.Parse(value.GetRawText()) : default;

    /// <summary>Compares drawn bytes with the hash that an element holds.</summary>
    public void Bytes(Values values, JsonElement expected, string place = "")
    {
        _compared++;
        TypedTensor tensor = values.ToTensor();
        if (Golden.Hash(tensor.Bytes) == expected.GetProperty("sha256").GetString())
            return;
        string first = string.Join(
            ' ',
            Enumerable
                .Range(0, (int)Math.Min(3, tensor.Shape.Elements))
                .Select(i => Convert.ToHexStringLower(Reversed(tensor, i)))
        );
        _wrong.Add(
            $"{_name}{place}: drew {first}, expected "
                + $"{string.Join(' ', expected.GetProperty("first").EnumerateArray().Take(3))}"
        );
    }

    /// <summary>Compares an orthogonal tensor: its normals bit for bit, itself to a tolerance. (The reference
    /// decomposes float16 in float16: some units in the last place.)</summary>
    public void Orthogonal(Values values, JsonElement expected)
    {
        double tolerance =
            expected.TryGetProperty("tolerance", out JsonElement given) ? given.GetDouble()
            : values.ElementType == ElementType.Float16 ? 5e-3
            : 1e-5;
        if (expected.TryGetProperty("normal", out JsonElement normal))
            Bytes(((OrthogonalValues)values).NormalMatrix, normal, " (normals)");
        _compared++;
        double[] drawn = Doubles(values.ToTensor());
        double[] wanted =
        [
            .. expected.GetProperty("values").EnumerateArray().Select(static value => value.GetDouble()),
        ];
        if (wanted.Length < Math.Min(drawn.Length, FirstValues) || wanted.Length > drawn.Length)
            _wrong.Add($"{_name}: drew {drawn.Length} values, expected {wanted.Length}");
        double worst = drawn
            .Zip(wanted)
            .Select(static pair => Math.Abs(pair.First - pair.Second))
            .DefaultIfEmpty(0)
            .Max();
        if (!(worst <= tolerance))
            _wrong.Add($"{_name}: off by {worst}");
    }

    public void Pairs(IEnumerable<(long, long)?> pairs, JsonElement expected, string place = "")
    {
        _compared++;
        string drawn = string.Join(' ', pairs),
            wanted = string.Join(
                ' ',
                expected.EnumerateArray().Select(static pair => (pair[0].GetInt64(), pair[1].GetInt64()))
            );
        if (drawn != wanted)
            _wrong.Add($"{_name}{place}: pairs {drawn}, expected {wanted}");
    }

    public void Configuration(PythonValue configuration, JsonElement expected)
    {
        _compared++;
        string wanted = PythonValue
            .Parse(expected.GetRawText())
            .ToJson()
            .Replace("\"nan\"", "NaN", StringComparison.Ordinal);
        if (configuration.ToJson() != wanted)
            _wrong.Add($"{_name}: {configuration.ToJson()}, expected {wanted}");
    }

    public void Equal<T>(T drawn, T expected, string what)
    {
        _compared++;
        if (!Equals(drawn, expected))
            _wrong.Add($"{_name}: {what} {drawn}, expected {expected}");
    }

    /// <summary>Compares a refusal with the reference's, or its absence; then what was accepted.</summary>
    public void Attempt<T>(JsonElement expected, Func<T> attempt, Action<T>? compare = null)
    {
        bool refused = expected.TryGetProperty("error", out JsonElement error);
        if (refused || compare is null || expected.TryGetProperty("accepted", out _))
            _compared++; // else what is compared later counts
        T result;
        try
        {
            result = attempt();
        }
        catch (InitializerException ours)
        {
            string wanted = refused ? error.GetProperty("message").GetString()! : "none";
            if (
                !refused
                || wanted.Length > 0
                    && !Array.Exists(Foreign, wanted.Contains)
                    && Sorted(ours.Message) != Sorted(wanted)
            )
                _wrong.Add($"{_name}: refused with '{ours.Message}', expected '{wanted}'");
            return;
        }

        if (refused)
            _wrong.Add($"{_name}: accepted, expected '{error.GetProperty("message")}'");
        else
            compare?.Invoke(result);
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement file, string list) =>
        file.TryGetProperty(list, out JsonElement elements) ? elements.EnumerateArray() : default;

    /// <summary>The order inside a printed Python set is arbitrary.</summary>
    private static string Sorted(string message) =>
        PrintedSet()
            .Replace(
                message,
                static match =>
                    $"{{{string.Join(", ", match.Groups[1].Value.Split(", ").Order(StringComparer.Ordinal))}}}"
            );

    [GeneratedRegex(@"\{('[^{}]*')\}")]
    private static partial Regex PrintedSet();

    private static byte[] Reversed(TypedTensor tensor, int index)
    {
        int size = tensor.ElementType.Size();
        byte[] element = tensor.Bytes.Slice(index * size, size).ToArray();
        Array.Reverse(element);
        return element;
    }

    private static double[] Doubles(TypedTensor tensor) =>
        tensor.ElementType switch
        {
            ElementType.Float64 => tensor.As<double>().ToArray(),
            ElementType.Float16 => Array.ConvertAll(tensor.As<Half>().ToArray(), static value => (double)value),
            _ => Array.ConvertAll(tensor.As<float>().ToArray(), static value => (double)value),
        };
}
