using System.Diagnostics;

namespace Fanwise.Testing;

/// <summary>Pages in headless Chromium.</summary>
internal static class Chromium
{
    /// <summary>The document of a page after its scripts ran, as HTML; what it writes to its console is the test's
    /// failure.</summary>
    public static string Open(string address)
    {
        using ScratchFolder profile = new();
        ProcessStartInfo start = new(
            "chromium",
            [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--window-size=1280,4000",
                "--virtual-time-budget=5000",
                $"--user-data-dir={profile.Path}",
                "--dump-dom",
                address,
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string document = process.StandardOutput.ReadToEnd();
        process.WaitForExit(60_000).ShouldBeTrue();
        errors.Result.ShouldNotContain("CONSOLE");
        return document;
    }
}
