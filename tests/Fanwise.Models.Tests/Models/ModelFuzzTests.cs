using System.Text;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Models.Tests.ModelFiles;

/// <summary>Mutations of the recorded models: each gives a plan or one sentence, in bounded time and memory, and never
/// another exception.</summary>
public class ModelFuzzTests
{
    private const int MutationsOfAModel = 40;

    private static readonly string[] Tokens =
    [
        "null",
        "true",
        "-1",
        "0",
        "1e400",
        "NaN",
        "4611686018427387904",
        "9223372036854775807",
        "99999999999999999999",
        "1.5",
        "\"\"",
        "\"glorot_uniform\"",
        "[]",
        "{}",
        "[[]]",
        "[null, null]",
        "[0, -1]",
        "\"x\"",
        "\"Dense\"",
        "\"Functional\"",
        "\"channels_first\"",
        "[\"dense\", 0, 0]",
        "{\"class_name\": \"Orthogonal\", \"config\": {}}",
    ];

    [Fact]
    public void AMutatedModelGivesAPlanOrOneSentence()
    {
        Random random = new(20_240_607);
        int plans = 0,
            errors = 0;
        foreach (
            string path in Golden
                .Files("models", "*.json")
                .Where(static path =>
                    !path.Contains(".weights.", StringComparison.Ordinal)
                    && !path.EndsWith("manifest.json", StringComparison.Ordinal)
                )
        )
        {
            byte[] text = File.ReadAllBytes(path);
            for (int i = 0; i < MutationsOfAModel; i++)
            {
                byte[] mutated = Mutate(text, random);
                TimeSpan before = ProcessorTime.OfThread;
                try
                {
                    Model model = Model.Read(new MemoryStream(mutated));
                    WeightPlan plan = model.Plan(
                        1,
                        new() { Generation = ModelGeneration.All[random.Next(ModelGeneration.All.Count)] }
                    );
                    plan.Select(static weight => weight.Name).Distinct().Count().ShouldBe(plan.Count);
                    plans++;
                }
                catch (ModelException error)
                {
                    error.Message.ShouldNotContain("\n");
                    error.Message.Length.ShouldBeInRange(10, 1000);
                    errors++;
                }
                catch (Exception error) when (error is not Shouldly.ShouldAssertException)
                {
                    throw new InvalidOperationException(
                        $"{Path.GetFileName(path)}, mutation {i}: {Encoding.UTF8.GetString(mutated)}",
                        error
                    );
                }

                (ProcessorTime.OfThread - before).ShouldBeLessThan(TimeSpan.FromSeconds(20), path);
            }
        }

        plans.ShouldBeGreaterThan(0);
        errors.ShouldBeGreaterThan(0);
    }

    /// <summary>A value replaced by another one of the text or of the list, a piece taken out or doubled, a byte
    /// changed.</summary>
    private static byte[] Mutate(byte[] text, Random random)
    {
        int kind = random.Next(5);
        (int start, int length) = Value(text, random);
        byte[] before = text[..start],
            after = text[(start + length)..];
        switch (kind)
        {
            case 0 or 1:
                return [.. before, .. Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]), .. after];
            case 2:
                (int other, int count) = Value(text, random);
                return [.. before, .. text.AsSpan(other, count), .. after];
            case 3:
                return [.. before, .. after];
            default:
                byte[] copy = [.. text];
                copy[random.Next(copy.Length)] = (byte)random.Next(256);
                return copy;
        }
    }

    /// <summary>A random value of the text: what stands behind a colon, up to where it ends.</summary>
    private static (int Start, int Length) Value(byte[] text, Random random)
    {
        int from = random.Next(text.Length),
            colon = text.AsSpan(from).IndexOf(": "u8);
        int start = (colon < 0 ? text.AsSpan().IndexOf(": "u8) : from + colon) + 2;
        int depth = 0,
            end = start;
        bool quoted = false;
        for (; end < text.Length; end++)
        {
            char c = (char)text[end];
            if (c == '"')
                quoted = !quoted;
            if (quoted)
                continue;
            if (c is '{' or '[')
                depth++;
            if (c is '}' or ']' && --depth < 0 || c == ',' && depth == 0)
                break;
        }

        return (start, end - start);
    }
}
