using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fanwise.Testing;

/// <summary>A page in headless Chromium that a test looks at and types into, by the DevTools protocol.</summary>
internal sealed class ChromiumPage : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ScratchFolder _profile = new();
    private readonly ClientWebSocket _socket = new();
    private readonly Process _browser;
    private readonly string? _session;
    private int _calls;

    /// <summary>Opens an address.</summary>
    /// <param name="address">The page.</param>
    /// <param name="width">The window's width in pixels of CSS.</param>
    /// <param name="height">Its height.</param>
    /// <param name="dark">Whether the person prefers dark pages.</param>
    public ChromiumPage(string address, int width, int height, bool dark = false)
    {
        _browser = Process.Start(
            new ProcessStartInfo(
                "chromium",
                [
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--no-first-run",
                    "--hide-scrollbars",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--remote-debugging-port=0",
                    $"--user-data-dir={_profile.Path}",
                ]
            )
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        try
        {
            const string Told = "DevTools listening on ";
            string? line;
            do line = _browser.StandardError.ReadLine();
            while (line?.StartsWith(Told, StringComparison.Ordinal) == false);
            line.ShouldNotBeNull("Chromium ended before it could be asked");
            _ = _browser.StandardError.ReadToEndAsync(); // a full pipe would stop it
            _ = _browser.StandardOutput.ReadToEndAsync();
            Wait(_socket.ConnectAsync(new Uri(line[Told.Length..]), CancellationToken.None));
            string target = (string)Ask("Target.createTarget", new() { ["url"] = "about:blank" })["targetId"]!;
            _session = (string)
                Ask("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true })["sessionId"]!;
            Resize(width, height);
            Prefer(dark, "screen");
            Ask("Page.enable", []);
            Ask("Page.navigate", new() { ["url"] = address });
            Until(
                $"location.href === {JsonValue.Create(address).ToJsonString()} && document.readyState === 'complete'"
            );
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Another size of the window.</summary>
    public void Resize(int width, int height) =>
        Ask(
            "Emulation.setDeviceMetricsOverride",
            new()
            {
                ["width"] = width,
                ["height"] = height,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );

    /// <summary>What the person prefers, and whether the page is for a screen or for print.</summary>
    public void Prefer(bool dark, string medium) =>
        Ask(
            "Emulation.setEmulatedMedia",
            new()
            {
                ["media"] = medium,
                ["features"] = new JsonArray(
                    new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }
                ),
            }
        );

    /// <summary>What an expression gives, once a promise that it gives is kept.</summary>
    public JsonNode? Evaluate(string expression)
    {
        JsonObject answer = Ask(
            "Runtime.evaluate",
            new()
            {
                ["expression"] = expression,
                ["returnByValue"] = true,
                ["awaitPromise"] = true,
            }
        );
        answer.ContainsKey("exceptionDetails").ShouldBeFalse(answer.ToJsonString());
        return answer["result"]?["value"]?.DeepClone();
    }

    /// <summary>Waits until a condition holds.</summary>
    public void Until(string condition)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < Patience; Thread.Sleep(20))
            if (Evaluate($"!!({condition})")?.GetValue<bool>() == true)
                return;
        throw new TimeoutException($"Never in {Patience}: {condition}");
    }

    /// <summary>Presses a key and lets it go.</summary>
    /// <param name="key">Its name: <c>Tab</c>, <c>Enter</c>.</param>
    /// <param name="code">Its virtual code: 9, 13.</param>
    /// <param name="text">The character that it types; none of a Tab.</param>
    public void Press(string key, int code, string text = "")
    {
        foreach (string kind in (string[])["keyDown", "keyUp"])
            Ask(
                "Input.dispatchKeyEvent",
                new()
                {
                    ["type"] = kind,
                    ["key"] = key,
                    ["code"] = key,
                    ["windowsVirtualKeyCode"] = code,
                    ["text"] = kind == "keyDown" ? text : "",
                }
            );
    }

    /// <summary>A picture of the window, written as a PNG file.</summary>
    public Picture Photograph(string path)
    {
        Evaluate(
            "document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50))))"
        );
        byte[] png = Convert.FromBase64String(
            (string)Ask("Page.captureScreenshot", new() { ["format"] = "png" })["data"]!
        );
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, png);
        return Picture.Read(png);
    }

    /// <summary>The page as it comes out of a printer on A4, in PDF.</summary>
    public byte[] Print() =>
        Convert.FromBase64String(
            (string)Ask("Page.printToPDF", new() { ["paperWidth"] = 8.27, ["paperHeight"] = 11.69 })["data"]!
        );

    public void Dispose()
    {
        _browser.Kill(entireProcessTree: true);
        _browser.WaitForExit();
        _browser.Dispose();
        _socket.Dispose();
        _profile.Dispose();
    }

    /// <summary>Calls a method and waits for its answer; events between are passed over.</summary>
    private JsonObject Ask(string method, JsonObject parameters)
    {
        int id = ++_calls;
        JsonObject call = new()
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        };
        if (_session is not null)
            call["sessionId"] = _session;
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(call);
        Wait(_socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None));
        while (true)
        {
            JsonObject answer = Receive();
            if (answer["id"]?.GetValue<int>() != id)
                continue;
            answer.ContainsKey("error").ShouldBeFalse($"{method}: {answer["error"]?.ToJsonString()}");
            return answer["result"]!.AsObject();
        }
    }

    private JsonObject Receive()
    {
        using MemoryStream message = new();
        byte[] part = new byte[1 << 16];
        WebSocketReceiveResult received;
        do
        {
            Task<WebSocketReceiveResult> receiving = _socket.ReceiveAsync(part, CancellationToken.None);
            Wait(receiving);
            received = receiving.Result;
            message.Write(part, 0, received.Count);
        } while (!received.EndOfMessage);
        message.Position = 0;
        return JsonNode.Parse(message)!.AsObject();
    }

    private static void Wait(Task task) => task.Wait(Patience).ShouldBeTrue("Chromium does not answer");
}
