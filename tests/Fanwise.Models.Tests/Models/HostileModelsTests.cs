using System.Text;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Wrong, contradictory and hostile models: one sentence that names the layer, the key and the
/// value.</summary>
public class HostileModelsTests
{
    public static TheoryData<string, string[]> Wrong =>
        new()
        {
            { "", ["empty"] },
            { "not JSON", ["JSON"] },
            { "{\"class_name\": \"Sequential\"", ["ends in the middle"] },
            { "[1, 2]", ["object"] },
            { "{\"a\": 1}", ["class_name", "\"a\""] },
            { Texts.Layer("Dense", "\"name\": \"d\", \"units\": 3"), ["Dense"] },
            {
                Texts.Sequential(Texts.Input, Texts.Layer("Dense", "\"name\": \"d\", \"units\": 3, \"units\": 4")),
                ["\"units\"", "twice"]
            },
            { Texts.Sequential(Texts.Input, Texts.Layer("Dens", "\"name\": \"d\"")), ["'d'", "'Dens'", "'Dense'"] },
            {
                Texts.Sequential(Texts.Input, Texts.Layer("Dense", "\"name\": \"d\", \"unitz\": 3")),
                ["'d'", "\"unitz\"", "'units'"]
            },
            { Texts.Sequential(Texts.Input, Texts.Layer("Dense", "\"name\": \"d\"")), ["'d'", "\"units\"", "nothing"] },
            {
                Texts.Sequential(Texts.Input, Texts.Layer("Dense", "\"name\": \"d\", \"units\": -3")),
                ["'d'", "\"units\"", "-3"]
            },
            {
                Texts.Sequential(Texts.Input, Texts.Layer("Dense", "\"name\": \"d\", \"units\": NaN")),
                ["'d'", "\"units\"", "NaN"]
            },
            {
                Texts.Sequential(Texts.Input, Texts.Layer("Dense", "\"name\": \"d\", \"units\": 4611686018427387904")),
                ["'d'", "kernel", "4611686018427387904"]
            },
            {
                Texts.Sequential(Texts.Input, Texts.Layer("Dense", "\"name\": \"d\", \"units\": 1152921504606846975")),
                ["'d'", "kernel", "1152921504606846975"]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer("Dense", "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": \"glorot_unifrom\"")
                ),
                ["'d'", "kernel_initializer", "'glorot_unifrom'", "'glorot_uniform'"]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer(
                        "Dense",
                        "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": {\"class_name\": "
                            + "\"VarianceScaling\", \"config\": {\"scale\": 0}}"
                    )
                ),
                ["'d'", "`scale`", "0"]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer(
                        "Dense",
                        "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": {\"class_name\": "
                            + "\"VarianceScaling\", \"config\": {\"scale\": NaN}}"
                    )
                ),
                ["'d'", "`scale`", "NaN"]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer(
                        "Dense",
                        "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": {\"class_name\": "
                            + "\"VarianceScaling\", \"config\": {\"mode\": \"fan\"}}"
                    )
                ),
                ["'d'", "`mode`", "fan"]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer(
                        "Dense",
                        "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": {\"class_name\": "
                            + "\"VarianceScaling\", \"config\": {\"distribution\": \"x\"}}"
                    )
                ),
                ["'d'", "`distribution`", ": x"]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer(
                        "Dense",
                        "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": {\"class_name\": \"HeNormal\", "
                            + "\"config\": {\"sed\": 1}}"
                    )
                ),
                ["'d'", "\"sed\""]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer(
                        "Dense",
                        "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": {\"class_name\": \"HeNormal\", "
                            + "\"config\": {\"seed\": 1.5}}"
                    )
                ),
                ["'d'", "\"seed\"", "1.5"]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer(
                        "Dense",
                        "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": {\"class_name\": \"HeNormal\", "
                            + "\"config\": {\"dtype\": \"float32\"}}"
                    )
                ),
                ["'d'", "\"dtype\""]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer("Dense", "\"name\": \"d\", \"units\": 3, \"kernel_initializer\": \"constant\"")
                ),
                ["'d'", "\"value\""]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer("Dense", "\"name\": \"d\", \"units\": 3, \"bias_initializer\": \"orthogonal\"")
                ),
                ["'d'", "bias", "rank 2"]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer("Dense", "\"name\": \"d\", \"units\": 3, \"dtype\": \"float12\"")
                ),
                ["'d'", "float12"]
            },
            {
                Texts.Sequential(Texts.Input, Texts.Layer("Dropout", "\"name\": \"d\", \"rate\": \"half\"")),
                ["'d'", "\"rate\"", "half"]
            },
            {
                Texts.Sequential(Texts.Input, Texts.Layer("Dropout", "\"name\": \"d\", \"rate\": 1.5")),
                ["'d'", "\"rate\"", "1.5"]
            },
            {
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer("Conv2D", "\"name\": \"c\", \"filters\": 3, \"kernel_size\": 3")
                ),
                ["'c'", "rank 4"]
            },
            {
                Texts.Sequential(
                    Image(8),
                    Texts.Layer("Conv2D", "\"name\": \"c\", \"filters\": 4, \"kernel_size\": 3, \"groups\": 2")
                ),
                ["'c'", "\"groups\"", "(3)"]
            },
            {
                Texts.Sequential(
                    Image(8),
                    Texts.Layer("Conv2D", "\"name\": \"c\", \"filters\": 3, \"kernel_size\": 3, \"groups\": 2")
                ),
                ["'c'", "\"groups\"", "2"]
            },
            {
                Texts.Sequential(
                    Image(2),
                    Texts.Layer("Conv2D", "\"name\": \"c\", \"filters\": 3, \"kernel_size\": 3")
                ),
                ["'c'", "(None, 2, 2, 3)"]
            },
            {
                Texts.Sequential(
                    Image(8),
                    Texts.Layer("Conv2D", "\"name\": \"c\", \"filters\": 3, \"kernel_size\": [3, 0]")
                ),
                ["'c'", "\"kernel_size\""]
            },
            {
                Texts.Sequential(Texts.Input, Texts.Layer("Reshape", "\"name\": \"r\", \"target_shape\": [3]")),
                ["'r'", "target_shape", "4"]
            },
            { Texts.Sequential(Texts.Input, Texts.Dense("a"), Texts.Dense("a")), ["'a'"] },
            { Texts.Sequential(Texts.Input, Texts.Dense("a/b")), ["\"name\"", "/"] },
            {
                Texts.Sequential(
                    Texts.Input,
                    """{"module": null, "class_name": "Mine", "config": {"name": "m"},"""
                        + """ "registered_name": "my_package>Mine"}"""
                ),
                ["'m'", "my_package>Mine"]
            },
            {
                Texts.Functional(
                    "b",
                    Texts.Input,
                    Texts.Called(Texts.Dense("a"), "a", "b"),
                    Texts.Called(Texts.Dense("b"), "b", "a")
                ),
                ["cycle", "'a'", "'b'"]
            },
            { Texts.Functional("a", Texts.Input, Texts.Called(Texts.Dense("a"), "a", "a")), ["cycle", "'a'"] },
            { Texts.Functional("a", Texts.Input, Texts.Called(Texts.Dense("a"), "a", "gone")), ["'a'", "'gone'"] },
            {
                Texts.Functional("gone", Texts.Input, Texts.Called(Texts.Dense("a"), "a", "x")),
                ["'gone'", "output_layers"]
            },
            {
                Texts.Functional(
                    "s",
                    Texts.Input,
                    Texts.Called(Texts.Dense("a", 4), "a", "x"),
                    Texts.Called(Texts.Dense("b", 5), "b", "x"),
                    Texts.Called(Texts.Layer("Add", "\"name\": \"s\""), "s", "a", "b")
                ),
                ["'s'", "(None, 4)", "(None, 5)"]
            },
            {
                Texts.Functional(
                    "a",
                    Texts.Input,
                    Texts.Called(Texts.Dense("a")[..^1] + ", \"build_config\": {\"input_shape\": [null, 5]}}", "a", "x")
                ),
                ["'a'", "(None, 5)", "(None, 4)"]
            },
            {
                "{\"module\": \"keras\", \"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", \"layers\": 3}}",
                ["\"layers\"", "3"]
            },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void AWrongModelIsRefusedInOneSentence(string text, string[] parts)
    {
        string message = Should.Throw<ModelException>(() => Texts.Plan(text)).Message;
        foreach (string part in parts)
            message.ShouldContain(part);
        message.ShouldNotContain("\n");
        message.ShouldMatch(@"[.?]\z"); // a suggestion is a question
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void JsonNestedTenThousandDeepIsRefused(string level)
    {
        string message = Should
            .Throw<ModelException>(() => Texts.Read(string.Concat(Enumerable.Repeat(level, 10_000))))
            .Message;
        message.ShouldContain("deeper than");
    }

    [Fact]
    public void ModelsNestedAHundredDeepAreRead()
    {
        string model = Texts.Sequential(Texts.Input, Texts.Dense("d"));
        for (int i = 0; i < 100; i++)
            model = Texts.Sequential(
                Texts.Input,
                model.Replace("\"name\": \"model\"", $"\"name\": \"m{i}\"", StringComparison.Ordinal)
            );
        Texts.Plan(model).Count.ShouldBe(2);
    }

    /// <summary>What is allocated grows with the layers: eight times the layers take less than ten times as much; and
    /// work that grew with their square would pass the bound.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AHundredThousandLayersTakeLinearWork(bool reversed)
    {
        (long few, _) = Cost(12_500);
        (long many, TimeSpan time) = Cost(100_000);
        many.ShouldBeLessThan(few * 10);
        time.ShouldBeLessThan(TimeSpan.FromMinutes(5));

        (long Bytes, TimeSpan Time) Cost(int layers)
        {
            string[] entries =
            [
                .. Enumerable
                    .Range(0, layers)
                    .Select(static i => Texts.Called(Texts.Dense($"d{i}"), $"d{i}", i == 0 ? "x" : $"d{i - 1}")),
            ];
            if (reversed)
                Array.Reverse(entries);
            byte[] text = Encoding.UTF8.GetBytes(Texts.Functional($"d{layers - 1}", [Texts.Input, .. entries]));
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan used = ProcessorTime.Of(() =>
                Model.Read(new MemoryStream(text)).Plan(42).Count.ShouldBe(2 * layers)
            );
            return (GC.GetAllocatedBytesForCurrentThread() - before, used);
        }
    }

    [Fact]
    public void PythonsConstantsAreNumbersWhereOneMayBe() =>
        Texts
            .Plan(
                Texts.Sequential(
                    Texts.Input,
                    Texts.Layer("ReLU", "\"name\": \"r\", \"max_value\": Infinity, \"threshold\": -Infinity"),
                    Texts.Layer("Masking", "\"name\": \"m\", \"mask_value\": NaN"),
                    Texts.Dense("d")
                )
            )
            .Count.ShouldBe(2);

    [Fact]
    public void NamesWithPythonsConstantsStayWhatTheyAre() =>
        Texts
            .Plan(Texts.Sequential(Texts.Input, Texts.Dense("a: NaN, Infinity")))[0]
            .Name.ShouldBe("a: NaN, Infinity/kernel");

    private static string Image(int size) =>
        """{"module": "keras.layers", "class_name": "InputLayer","""
        + $$""" "config": {"batch_shape": [null, {{size}}, {{size}}, 3], "name": "x"} }""";
}
