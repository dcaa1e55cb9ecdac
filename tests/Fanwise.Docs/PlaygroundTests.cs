using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fanwise.Models;
using Fanwise.Models.Plans;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>What eng/playground.sh makes, made once and opened from the disk in Chromium.</summary>
public class PlaygroundTests
{
    private static readonly Lazy<(string Folder, string Said)> Built = new(static () =>
    {
        string folder = Path.Combine(Golden.Root, "artifacts", "playground");
        return (folder, Clients.Run("bash", Path.Combine(Golden.Root, "eng", "playground.sh"), folder));
    });

    private static string Address => new Uri(Path.Combine(Built.Value.Folder, "index.html")).ToString();

    [RequiresFact("chromium", "browser")]
    public void ItDrawsWhatKerasDrewAndIsSmall()
    {
        Built.Value.Said.ShouldContain("1578 of 1578 golden cases agree");
        // How long it took is for people: a test's machine has other work.
        Built.Value.Said.ShouldMatch(@"; the first value came after \d+\.\d\d s\n");
        string[] sizes = ["the library", "the runtime", ".NET's assemblies"];
        foreach (string group in sizes)
            Regex.IsMatch(Built.Value.Said, $@"  {Regex.Escape(group)}: [\d.]+ MB, packed [\d.]+ MB\n").ShouldBeTrue();
        Directory
            .EnumerateFiles(Built.Value.Folder)
            .Sum(static file => new FileInfo(file).Length)
            .ShouldBeLessThan(6_000_000);
    }

    [RequiresTheory("chromium", "browser")]
    [InlineData("autoencoder.json", "tensorflow")]
    [InlineData("generator.json", "jax")]
    [InlineData("recurrent_attention.keras", "torch")]
    public void AModelThatIsDroppedIsExplainedAsTheLibraryExplainsIt(string name, string backend)
    {
        string path = Path.Combine(Golden.Root, "samples", "models", name);
        using ChromiumPage page = Open(dark: false);
        Choose(page, "backend", backend);
        Choose(page, "seed", "43");
        Drop(page, name, File.ReadAllBytes(path));
        page.Until("document.querySelector('#model-state').textContent.length > 0");

        PlanExplanation explained = Model.Read(path).Plan(43, new() { Backend = Backends.Parse(backend) }).Explain();
        int warnings = explained.Sum(static weight => weight.Warnings.Count);
        Text(page, "document.querySelector('#model-state').textContent")
            .ShouldBe(
                $"{name}: {explained.Count} weights, {explained.Plan.Parameters:N0} parameters, {warnings} warnings; "
                    + $"seed 43."
            );
        JsonArray rows = page.Evaluate(
                    "[...document.querySelectorAll('#weights tbody tr')].map(row => [...row.cells].map(cell => "
                        + "cell.textContent))"
                )!
            .AsArray();
        rows.Count.ShouldBe(explained.Count);
        foreach ((WeightExplanation weight, JsonNode? row) in explained.Zip(rows))
        {
            ((string)row![0]!).ShouldBe(weight.Weight.Name);
            ((string)row[1]!).ShouldBe(weight.Explanation.Initializer);
            ((string)row[2]!).ShouldStartWith($"{weight.Weight.Shape} ");
            ((string)row[5]!).ShouldBe(string.Join(", ", weight.Weight.Seeds.Select(static seed => seed.Seed)));
            ((string)row[6]!).ShouldBe(string.Join(' ', weight.Warnings.Select(static warning => warning.Sentence)));
        }
    }

    [RequiresFact("chromium", "browser")]
    public void WhatIsNoModelIsAnsweredWithTheLibrarysSentence()
    {
        using ChromiumPage page = Open(dark: false);
        Drop(page, "start.txt", "not a model"u8.ToArray());
        page.Until("document.querySelector('#model-state').className === 'error'");
        string expected = Should
            .Throw<ModelException>(() => Model.Read(new MemoryStream("not a model"u8.ToArray())))
            .Message;
        Text(page, "document.querySelector('#model-state').textContent").ShouldBe($"start.txt: {expected}");
    }

    [RequiresFact("chromium", "browser", "axe")]
    public void NobodyIsKeptOut()
    {
        string axe = File.ReadAllText(Clients.AccessibilityScript);
        foreach (bool dark in (bool[])[false, true])
        {
            using ChromiumPage page = Open(dark);
            DropModel(page);
            page.Evaluate($"{axe}; 0");
            Text(page, "axe.run().then(found => found.violations.map(rule => rule.id).join(' '))").ShouldBe("");
        }
    }

    /// <summary>The pictures are for people: they lie in artifacts/pictures.</summary>
    [RequiresTheory("chromium", "browser")]
    [InlineData("playground", 1280, 1900, false)]
    [InlineData("playground", 1280, 1900, true)]
    [InlineData("playground-phone", 390, 2400, false)]
    [InlineData("playground-phone", 390, 2400, true)]
    [InlineData("playground-print", 718, 2400, false)] // A4 within its margins
    public void APictureOfThePageIsTaken(string name, int width, int height, bool dark)
    {
        using ChromiumPage page = Open(dark, width, height);
        DropModel(page);
        if (name == "playground-print")
            page.Prefer(dark, "print");
        Picture picture = page.Photograph(
            Path.Combine(Golden.Root, "artifacts", "pictures", $"{name}-{(dark ? "dark" : "light")}.png")
        );
        (picture.Width, picture.Height).ShouldBe((width, height));
        picture.Colours.ShouldBeGreaterThan(50);
        picture.Background.ShouldBeLessThan(0.97, "a blank page is one colour");
        if (dark)
            picture.Lightness.ShouldBeLessThan(0.3);
        else
            picture.Lightness.ShouldBeGreaterThan(0.8);
        page.Evaluate("document.documentElement.scrollWidth")!
            .GetValue<int>()
            .ShouldBeLessThanOrEqualTo(width, "nothing is wider than the window");
    }

    private static ChromiumPage Open(bool dark, int width = 1280, int height = 1900)
    {
        ChromiumPage page = new(Address, width, height, dark);
        page.Until("document.body.dataset.ready");
        return page;
    }

    private static void DropModel(ChromiumPage page)
    {
        Drop(
            page,
            "autoencoder.json",
            File.ReadAllBytes(Path.Combine(Golden.Root, "samples", "models", "autoencoder.json"))
        );
        page.Until("document.querySelectorAll('#weights tbody tr').length > 0");
    }

    /// <summary>What a hand does with a file over the field: it enters, moves, lets go.</summary>
    private static void Drop(ChromiumPage page, string name, byte[] bytes) =>
        page.Evaluate(
            $$"""
            (() => {
              const bytes = Uint8Array.from(atob("{{Convert.ToBase64String(bytes)}}"), letter => letter.charCodeAt(0));
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File([bytes], {{JsonSerializer.Serialize(name)}}));
              const init = { dataTransfer, bubbles: true, cancelable: true };
              for (const kind of ["dragenter", "dragover", "drop"])
                document.getElementById("drop").dispatchEvent(new DragEvent(kind, init));
            })()
            """
        );

    private static void Choose(ChromiumPage page, string id, string value) =>
        page.Evaluate(
            $"(() => {{ const field = document.getElementById('{id}'); field.value = '{value}'; "
                + "field.dispatchEvent(new Event('input', { bubbles: true })); })()"
        );

    private static string Text(ChromiumPage page, string expression) => (string)page.Evaluate(expression)!;
}
