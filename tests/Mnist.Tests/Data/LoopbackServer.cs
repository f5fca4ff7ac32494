using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Quern.Mnist.Tests.Data;

/// <summary>A web server on the loopback address that answers each request as a test's script says.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Request> _requests = [];
    private readonly Func<Request, Answer> _script;

    public LoopbackServer(Func<Request, Answer> script)
    {
        _script = script;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/files/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    public Request[] Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Answers like an ordinary file server, ranges included.</summary>
    public static Answer Serve(byte[] file, Request request) =>
        request.From is not long from ? new Answer("200 OK", file)
        : from >= file.Length ? new Answer("416 Range Not Satisfiable", [])
        : new Answer("206 Partial Content", file[(int)from..], $"Content-Range: bytes {from}-{file.Length - 1}/{file.Length}\r\n");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        CancellationToken stop = _stop.Token;
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(stop), stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient client, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using StreamReader reader = new(stream, Encoding.ASCII);
                string path = (await reader.ReadLineAsync(stop))!.Split(' ')[1];
                long? from = null;
                while (await reader.ReadLineAsync(stop) is { Length: > 0 } line)
                {
                    if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                    {
                        from = long.Parse(line["Range: bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
                    }
                }

                Request request = new(path[(path.LastIndexOf('/') + 1)..], from);
                lock (_requests)
                {
                    _requests.Add(request);
                }

                Answer answer = _script(request);
                int sent = answer.BreakAfter ?? answer.Body.Length;
                string length = answer.TellsLength ? $"Content-Length: {answer.Body.Length}\r\n" : "";
                string head = $"HTTP/1.1 {answer.Status}\r\n{length}Connection: close\r\n{answer.Headers}\r\n";
                await stream.WriteAsync(Encoding.UTF8.GetBytes(head), stop);
                await stream.WriteAsync(answer.Body.AsMemory(0, sent), stop);
                for (; answer.ThenTrickle && sent < answer.Body.Length; sent++)
                {
                    await stream.WriteAsync(answer.Body.AsMemory(sent, 1), stop);
                    await Task.Delay(20, stop);
                }

                if (answer.ThenSilent)
                {
                    // Until the other side gives up.
                    await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stop);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
            }
        }
    }

    public sealed record Request(string File, long? From);

    // BreakAfter: how many bytes of the body to send before hanging up; null for all.
    // ThenSilent: keep the connection open and say nothing instead of hanging up.
    // ThenTrickle: send the rest byte by byte, slowly.
    // TellsLength: state the length of the body beforehand; else its end is that of the connection.
    public sealed record Answer(
        string Status, byte[] Body, string Headers = "", int? BreakAfter = null, bool ThenSilent = false, bool ThenTrickle = false, bool TellsLength = true);
}
