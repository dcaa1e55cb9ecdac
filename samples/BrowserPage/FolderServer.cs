using System.Net;

namespace BrowserPage;

/// <summary>Serves the files of a folder to this machine: a page that is opened as a file may not fetch
/// others.</summary>
internal sealed class FolderServer : IDisposable
{
    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html",
        [".js"] = "text/javascript",
        [".json"] = "application/json",
        [".bin"] = "application/octet-stream",
    };

    private readonly string _folder;
    private readonly HttpListener _listener = new();

    public FolderServer(string folder, int port)
    {
        _folder = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        _listener.Prefixes.Add($"http://localhost:{port}/");
        _listener.Start();
    }

    public void Run()
    {
        while (true)
            Answer(_listener.GetContext());
    }

    public void Dispose() => _listener.Close();

    private void Answer(HttpListenerContext context)
    {
        using HttpListenerResponse response = context.Response;
        string name = context.Request.Url!.LocalPath.TrimStart('/'),
            path = Path.GetFullPath(Path.Combine(_folder, name.Length == 0 ? "index.html" : name));
        if (
            !path.StartsWith(_folder, StringComparison.Ordinal)
            || !Types.TryGetValue(Path.GetExtension(path), out string? type)
            || !File.Exists(path)
        )
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
            return;
        }

        response.ContentType = type;
        using FileStream file = File.OpenRead(path);
        file.CopyTo(response.OutputStream);
    }
}
