using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Quern.Mnist.Tests.Report;

/// <summary>A real Chromium without a window, driven over its DevTools protocol.</summary>
internal sealed class HeadlessBrowser : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _deadline = new(Patience);
    private readonly List<JsonObject> _events = [];
    private string? _session;
    private int _lastId;

    private HeadlessBrowser(Process process, string profile)
    {
        _process = process;
        _profile = profile;
    }

    /// <summary>Where Chromium lies, or null.</summary>
    public static string? Installed { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Everything that the page reported: console messages, exceptions, requests.</summary>
    public IReadOnlyList<JsonObject> Events => _events;

    public static async Task<HeadlessBrowser> Start()
    {
        string profile = Directory.CreateTempSubdirectory("quern-browser-").FullName;
        var start = new ProcessStartInfo(Installed!) { RedirectStandardError = true };
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var browser = new HeadlessBrowser(Process.Start(start)!, profile);
        try
        {
            await browser.Connect();
            return browser;
        }
        catch
        {
            browser.Dispose();
            throw;
        }
    }

    /// <summary>Opens a page and waits until it is loaded.</summary>
    public async Task Open(string file)
    {
        await Send("Page.setLifecycleEventsEnabled", new() { ["enabled"] = true });
        var answer = await Send("Page.navigate", new() { ["url"] = new Uri(file).AbsoluteUri });
        string loader = (string)answer["loaderId"]!;
        while (!_events.Any(message => message["params"] is { } facts && (string?)facts["loaderId"] == loader && (string?)facts["name"] == "load"))
        {
            _events.Add(await Receive());
        }
    }

    /// <summary>The value of an expression of JavaScript in the page.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        var answer = await Send("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true });
        Assert.Null(answer["exceptionDetails"]?.ToJsonString());
        return answer["result"]!["value"];
    }

    /// <summary>A picture of the whole page, as PNG.</summary>
    public async Task<byte[]> Screenshot(int width, int height, bool dark)
    {
        await Send("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        var scheme = new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" };
        await Send("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(scheme) });
        var answer = await Send("Page.captureScreenshot", new() { ["format"] = "png", ["captureBeyondViewport"] = true });
        return Convert.FromBase64String((string)answer["data"]!);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _deadline.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A child of the browser may still be writing there; the folder is in the temporary place.
        }
    }

    private async Task Connect()
    {
        const string Announcement = "DevTools listening on ";
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync(_deadline.Token) ?? throw new InvalidOperationException("Chromium ended before it listened.");
        }
        while (!line.StartsWith(Announcement, StringComparison.Ordinal));

        // Nobody else reads what it goes on to say, and a full pipe would stop it.
        _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);

        await _socket.ConnectAsync(new Uri(line[Announcement.Length..]), _deadline.Token);
        var target = await Send("Target.createTarget", new() { ["url"] = "about:blank" });
        var attached = await Send("Target.attachToTarget", new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true });
        _session = (string)attached["sessionId"]!;
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            await Send(domain + ".enable", []);
        }
    }

    private async Task<JsonObject> Send(string method, JsonObject parameters)
    {
        int id = ++_lastId;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
        {
            message["sessionId"] = _session;
        }

        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, _deadline.Token);
        while (true)
        {
            var answer = await Receive();
            if ((int?)answer["id"] == id)
            {
                return answer["result"]?.AsObject() ?? throw new InvalidOperationException($"{method}: {answer["error"]}");
            }

            _events.Add(answer);
        }
    }

    private async Task<JsonObject> Receive()
    {
        var message = new MemoryStream();
        byte[] buffer = new byte[65536];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), _deadline.Token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!.AsObject();
    }
}
