using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Quern.MnistAutoencoder.Serving;

/// <summary>Shows one page to browsers on this machine, and to nobody else: it listens on the loopback address, and refuses names of other hosts, which a hostile page could point to it.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private const int MaxRequestBytes = 16 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string> _page;
    private readonly int _port;

    /// <summary>Starts to listen.</summary>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <param name="page">Makes the page as HTML: called for each request, from any thread.</param>
    /// <exception cref="BadInputException">The port is taken, or must not be used.</exception>
    public LoopbackServer(int port, Func<string> page)
    {
        _page = page;
        _listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            _listener.Start();
        }
        catch (SocketException error)
        {
            throw new BadInputException($"--serve: port {port} cannot be used: {error.Message}. Give another, or 0 for any that is free.");
        }

        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Accept(_stop.Token);
    }

    /// <summary>Where the page is.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task Accept(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = Answer(await _listener.AcceptTcpClientAsync(stop), stop);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A browser that went away before it was listened to.
            }
        }
    }

    private async Task Answer(TcpClient client, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                await stream.WriteAsync(Respond(await ReadHead(stream, limit.Token)), limit.Token);
                client.Client.Shutdown(SocketShutdown.Send);
                // Closing while the browser still sends would take the answer away from it.
                await stream.CopyToAsync(Stream.Null, limit.Token);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A browser that went away, or the end of the run.
        }
    }

    // The first line and the headers; null where they are too long or broken off.
    private static async Task<string?> ReadHead(NetworkStream stream, CancellationToken limit)
    {
        byte[] buffer = new byte[MaxRequestBytes];
        int length = 0;
        while (length < buffer.Length)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), limit);
            if (read == 0)
            {
                return null;
            }

            length += read;
            int end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return Encoding.Latin1.GetString(buffer, 0, end);
            }
        }

        return null;
    }

    private byte[] Respond(string? head)
    {
        string[] lines = head?.Split("\r\n") ?? [];
        string[] request = lines.Length > 0 ? lines[0].Split(' ') : [];
        if (request.Length != 3 || !request[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            return Response("400 Bad Request", "The request cannot be read.", withBody: true);
        }

        bool withBody = request[0] != "HEAD";
        string[] hosts = [.. lines[1..].Where(line => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)).Select(line => line[5..].Trim())];
        return hosts.Length != 1 || !IsOwn(hosts[0]) ? Response("421 Misdirected Request", $"This server is {Address} and no other.", withBody)
            : request[0] is not ("GET" or "HEAD") ? Response("405 Method Not Allowed", "There is only a page to look at.", withBody)
            : request[1].Split('?')[0] != "/" ? Response("404 Not Found", $"The report is at {Address}.", withBody)
            : Response("200 OK", _page(), withBody, "text/html");
    }

    private bool IsOwn(string host) =>
        ((string[])["127.0.0.1", "localhost"]).Any(name =>
            host.Equals(string.Create(CultureInfo.InvariantCulture, $"{name}:{_port}"), StringComparison.OrdinalIgnoreCase)
            || (_port == 80 && host.Equals(name, StringComparison.OrdinalIgnoreCase)));

    private static byte[] Response(string status, string body, bool withBody, string type = "text/plain")
    {
        byte[] content = Encoding.UTF8.GetBytes(body);
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: {type}; charset=utf-8\r\nContent-Length: {content.Length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. withBody ? content : []];
    }
}
