using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Quern.Mnist.Report;
using Quern.MnistAutoencoder.Serving;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>What a run can be watched with: a page in a browser, TensorBoard, the comparison of runs; and its end where nothing more is gained.</summary>
public sealed class WatchingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_report_is_served_while_the_run_goes_on_and_no_longer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill command to send an interrupt with.");
        using var process = Sample.StartInterruptible(_folder.Path, "--data", _folder.WriteData(), "--epochs", "100000", "--serve", "0", "--out", "out");
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(line);
        }
        while (!line.StartsWith("While the run goes on", StringComparison.Ordinal));
        Uri address = new(line[line.IndexOf("http", StringComparison.Ordinal)..]);
        Assert.True(address.IsLoopback);
        while (line is not null && !line.StartsWith("epoch      2/", StringComparison.Ordinal))
        {
            line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        }

        using HttpClient client = new();
        string page = await client.GetStringAsync(address, TestContext.Current.CancellationToken);

        Assert.Contains("of 100000 is under way", page);
        Assert.Contains("data:image/png;base64,", page);
        XDocument.Parse(page.Replace("<!DOCTYPE html>", ""));
        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", process.Id.ToString()]);
        _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Sample.WaitForExit(process);
        Assert.Equal(130, process.ExitCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(address, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: {0}", "200 OK", "the page")]
    [InlineData("GET /?again HTTP/1.1\r\nhost:{0}", "200 OK", "the page")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost:{1}", "200 OK", "the page")]
    [InlineData("HEAD / HTTP/1.1\r\nHost: {0}", "200 OK", "")]
    [InlineData("GET /history.json HTTP/1.1\r\nHost: {0}", "404 Not Found", "The report is at")]
    [InlineData("GET /../../etc/passwd HTTP/1.1\r\nHost: {0}", "404 Not Found", "The report is at")]
    [InlineData("POST / HTTP/1.1\r\nHost: {0}", "405 Method Not Allowed", "only a page")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com", "421 Misdirected Request", "no other")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.com:{1}", "421 Misdirected Request", "no other")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1.example.com:{1}", "421 Misdirected Request", "no other")]
    [InlineData("GET / HTTP/1.1\r\nHost: {0}\r\nHost: example.com", "421 Misdirected Request", "no other")]
    [InlineData("GET / HTTP/1.1", "421 Misdirected Request", "no other")]
    [InlineData("GET /", "400 Bad Request", "cannot be read")]
    [InlineData("", "400 Bad Request", "cannot be read")]
    public async Task The_server_shows_its_page_under_its_own_name_and_nothing_else(string request, string status, string body)
    {
        using LoopbackServer server = new(0, () => "the page");
        Uri address = new(server.Address);

        string answer = await Ask(address, string.Format(request, address.Authority, address.Port) + "\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer);
        string[] parts = answer.Split("\r\n\r\n", 2);
        Assert.Contains(body, parts[1]);
        Assert.Equal(body.Length == 0, parts[1].Length == 0);
    }

    [Fact]
    public async Task Endless_headers_are_cut_off_and_the_next_browser_is_answered()
    {
        using LoopbackServer server = new(0, () => "the page");
        Uri address = new(server.Address);

        Assert.StartsWith("HTTP/1.1 400", await Ask(address, "GET / HTTP/1.1\r\nHost: " + new string('x', 16 * 1024)));
        Assert.StartsWith("HTTP/1.1 200", await Ask(address, $"GET / HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line_and_exit_code_2()
    {
        using LoopbackServer server = new(0, () => "");
        int port = new Uri(server.Address).Port;

        var result = await Sample.Run(_folder.Path, "--data", _folder.WriteData(), "--serve", port.ToString(), "--out", "out");

        Assert.Equal(2, result.ExitCode);
        Assert.Matches($@"^error: --serve: port {port} [^\n]*\n$", result.Error);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task Curves_for_TensorBoard_go_into_the_folder_of_the_run_and_leave_it_with_the_run()
    {
        string data = _folder.WriteData();
        var result = await Run("--data", data, "--epochs", "2", "--tensorboard", "--out", "out");
        string first = Assert.Single(SummaryWriter.FilesIn(_folder["out"]));
        Assert.Contains(Path.GetFileName(first), result.Output);
        Assert.Contains("loss/validation", Encoding.Latin1.GetString(File.ReadAllBytes(first)));

        await Run("--resume", "out", "--epochs", "3", "--tensorboard");
        Assert.Equal(2, SummaryWriter.FilesIn(_folder["out"]).Count);
        await Run("--data", data, "--epochs", "1", "--out", "out", "--overwrite");
        Assert.Empty(SummaryWriter.FilesIn(_folder["out"]));
    }

    [Fact]
    public async Task A_run_ends_when_nothing_more_is_gained()
    {
        var result = await Run("--data", _folder.WriteData(), "--lr", "0.5", "--epochs", "200", "--patience", "2", "--out", "out");

        int epochs = JsonNode.Parse(File.ReadAllText(_folder["out/history.json"]))!["epochs"]!.AsArray().Count;
        Assert.InRange(epochs, 3, 199);
        Assert.Contains($"Ended after {epochs} of 200 epochs: the last 2 brought no lower validation loss.", result.Output);
        Assert.Contains($"Best epoch: {epochs - 2} of {epochs}", result.Output);
    }

    [Fact]
    public async Task Runs_are_compared_on_one_page()
    {
        string data = _folder.WriteData();
        await Run("--data", data, "--epochs", "1", "--out", "runs/a");
        await Run("--data", data, "--epochs", "2", "--bottleneck", "8", "--out", "runs/b");

        await Run("report", "compare", "runs/a", "runs/b/", "runs/a/", "--out", "all.html");
        await Run("report", "compare", "runs/a/history.json", "--out", "one.html");

        string page = File.ReadAllText(_folder["all.html"]);
        Assert.Contains("2 runs", page);
        Assert.Contains("<th scope=\"col\">bottleneck</th>", page);
        Assert.Contains("<th scope=\"row\">b</th>", page);
        Assert.Contains("<th scope=\"row\">a</th>", File.ReadAllText(_folder["one.html"]));
    }

    private async Task<SampleResult> Run(params string[] arguments)
    {
        var result = await CommandProcess.Run(_folder.Path, arguments);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        return result;
    }

    private static async Task<string> Ask(Uri address, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        using StreamReader reader = new(client.GetStream());
        await reader.BaseStream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
