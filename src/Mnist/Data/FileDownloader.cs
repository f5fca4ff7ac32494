using System.Net;
using System.Net.Http.Headers;

namespace Quern.Mnist.Data;

/// <summary>
/// Fetches a file from the first mirror that gives it whole. It grows under a temporary name, is taken up again where it
/// broke off, and gets its own name only once its checksum is right. Redirects are followed to https, and to http only from a
/// mirror whose own address is http.
/// </summary>
internal sealed class FileDownloader : IDisposable
{
    private const int TriesPerMirror = 3;

    // Room for the gzip header and stored blocks: no compressed file is larger than this beyond its contents.
    private const int GzipOverhead = 64 * 1024;

    // A mirror that trickles less than this is as good as silent.
    private const int LeastPerStallTimeout = 16 * 1024;

    private const int MaxRedirects = 5;

    private readonly HttpClient _client;
    private readonly TimeSpan _stallTimeout;

    /// <param name="connectTimeout">How long a connection may take.</param>
    /// <param name="stallTimeout">How long a connected mirror may send next to nothing.</param>
    public FileDownloader(TimeSpan connectTimeout, TimeSpan stallTimeout)
        : this(new SocketsHttpHandler { ConnectTimeout = connectTimeout, AllowAutoRedirect = false }, stallTimeout)
    {
    }

    /// <param name="handler">Sends the requests; it follows no redirects by itself.</param>
    /// <param name="stallTimeout">How long a connected mirror may send next to nothing.</param>
    internal FileDownloader(HttpMessageHandler handler, TimeSpan stallTimeout)
    {
        _stallTimeout = stallTimeout;
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Quern", "1.0"));
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Fetches a file and returns its verified contents.</summary>
    /// <param name="file">The file; it is asked for with .gz behind its name.</param>
    /// <param name="mirrors">Where to ask, in order.</param>
    /// <param name="destination">Where the compressed file goes.</param>
    /// <param name="progress">Told as bytes arrive.</param>
    /// <param name="cancellationToken">Ends the download; what has arrived stays for the next try.</param>
    /// <exception cref="DatasetException">No mirror gave it.</exception>
    public async Task<IdxArray> DownloadAsync(
        KnownFile file,
        IReadOnlyList<Uri> mirrors,
        string destination,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken)
    {
        string partial = destination + ".partial";
        DatasetCache.DeleteLink(partial);
        List<string> failures = [];
        foreach (Uri mirror in mirrors)
        {
            Uri address = new(mirror, file.Name + ".gz");
            string failure = "";
            for (int attempt = 0; attempt < TriesPerMirror; attempt++)
            {
                long before = LengthOf(partial);
                try
                {
                    await FetchAsync(address, partial, file.Bytes + GzipOverhead, progress, cancellationToken).ConfigureAwait(false);
                    IdxArray array = file.ReadVerified(partial, address.AbsoluteUri);
                    File.Move(partial, destination, overwrite: true);
                    return array;
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    failure = e.GetBaseException().Message;
                    if (LengthOf(partial) <= before)
                    {
                        break;
                    }
                }
                catch (DataFormatException e)
                {
                    failure = e.Message;
                    File.Delete(partial);
                    if (before == 0)
                    {
                        break;
                    }

                    // What an earlier try had left may be what is wrong: once more from the start.
                }
            }

            failures.Add($"{mirror.Host}: {failure}");
        }

        throw new DatasetException($"Cannot download {file.Name}.gz ({string.Join("; ", failures)}).");
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private async Task FetchAsync(Uri address, string partial, long limit, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            stall.CancelAfter(_stallTimeout);
            long received = LengthOf(partial);
            using HttpResponseMessage response = await SendAsync(address, received, stall.Token).ConfigureAwait(false);
            if (received > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // Nothing is left to fetch; the checksum will tell whether what is here is the file.
                return;
            }

            if (response.StatusCode == HttpStatusCode.OK)
            {
                received = 0;
            }
            else if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != received)
            {
                throw new HttpRequestException($"answered {(int)response.StatusCode} {response.ReasonPhrase}");
            }

            long? total = received + response.Content.Headers.ContentLength;
            if (total > limit)
            {
                throw new HttpRequestException($"offers {total:N0} bytes where at most {limit:N0} are expected");
            }

            using FileStream target = new(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
            target.SetLength(received);
            target.Position = received;
            using Stream body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
            byte[] buffer = new byte[64 * 1024];
            string file = Path.GetFileName(address.LocalPath);
            stall.CancelAfter(_stallTimeout);
            long receivedInTime = received;
            while (true)
            {
                progress?.Report(new DownloadProgress(file, address.Host, received, total));
                if (received - receivedInTime >= LeastPerStallTimeout)
                {
                    stall.CancelAfter(_stallTimeout);
                    receivedInTime = received;
                }

                int got = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
                if (got == 0)
                {
                    return;
                }

                received += got;
                if (received > limit)
                {
                    throw new DataFormatException($"It sends more than the {limit:N0} bytes expected.");
                }

                await target.WriteAsync(buffer.AsMemory(0, got), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (UriFormatException e)
        {
            // A host that reads as an address and yet cannot be asked for.
            throw new HttpRequestException(e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException(
                e.InnerException is TimeoutException ? "no connection in time" : $"next to nothing came for {_stallTimeout.TotalSeconds:0.#} s");
        }
    }

    // Redirects are followed here rather than by the handler, which would end in an exception of its own at an address it cannot read.
    private async Task<HttpResponseMessage> SendAsync(Uri address, long from, CancellationToken cancellationToken)
    {
        bool mayBePlain = address.Scheme == Uri.UriSchemeHttp;
        for (int redirects = 0; ; redirects++)
        {
            if (address.Scheme != Uri.UriSchemeHttps && !(mayBePlain && address.Scheme == Uri.UriSchemeHttp))
            {
                throw new HttpRequestException($"{(redirects == 0 ? "is" : "leads to")} an address of {address.Scheme}:, which is not followed");
            }

            using HttpRequestMessage request = new(HttpMethod.Get, address);
            if (from > 0)
            {
                request.Headers.Range = new RangeHeaderValue(from, null);
            }

            HttpResponseMessage response =
                await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                return response;
            }

            using (response)
            {
                string location = response.Headers.NonValidated.TryGetValues("Location", out HeaderStringValues values) ? values.ToString() : "";
                if (redirects == MaxRedirects)
                {
                    throw new HttpRequestException($"redirects more than {MaxRedirects} times");
                }

                address = location.Length > 0 && Uri.TryCreate(address, location, out Uri? next)
                    ? next
                    : throw new HttpRequestException($"redirects to '{location}', which is no address");
            }
        }
    }
}
