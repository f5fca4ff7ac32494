using System.Net;
using Quern.Mnist.Data;

namespace Quern.Mnist.Tests.Data;

public sealed class FileDownloaderTests : IDisposable
{
    private static readonly KnownFile File = TestSet.Published(ofGzip: false).Files[0];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private async Task<(IdxArray? Array, string[] Asked)> Download(string mirror, params (string From, string To)[] redirects)
    {
        Dictionary<string, string> moved = redirects.ToDictionary(r => r.From, r => r.To);
        FakeMirrors mirrors = new(moved);
        using FileDownloader downloader = new(mirrors, TimeSpan.FromSeconds(20));
        IdxArray? array = null;
        try
        {
            array = await downloader.DownloadAsync(File, [new Uri(mirror)], _folder.File("file.gz"), null, default);
        }
        catch (DatasetException)
        {
        }

        return (array, [.. mirrors.Asked]);
    }

    [Theory]
    [InlineData("https://a/", "https://b/x", true)]
    [InlineData("https://a/", "/elsewhere", true)]
    [InlineData("https://a/", "//b/x", true)]
    [InlineData("https://a/", "http://a/x", false)]
    [InlineData("http://a/", "http://b/x", true)]
    [InlineData("http://a/", "https://b/x", true)]
    [InlineData("https://a/", "file:///x", false)]
    [InlineData("http://a/", "file:///x", false)]
    [InlineData("http://a/", "ws://b/x", false)]
    public async Task A_redirect_is_followed_to_https_and_to_http_only_from_a_mirror_of_http(string mirror, string target, bool isFollowed)
    {
        (IdxArray? array, string[] asked) = await Download(mirror, (mirror + File.Name + ".gz", target));

        Assert.Equal(isFollowed, array is not null);
        Assert.Equal(isFollowed ? [mirror + File.Name + ".gz", new Uri(new Uri(mirror), target).AbsoluteUri] : [mirror + File.Name + ".gz"], asked);
    }

    [Fact]
    public async Task A_mirror_that_begins_anew_overwrites_what_was_left_and_nothing_stays_behind_it()
    {
        System.IO.File.WriteAllBytes(_folder.File("file.gz.partial"), [.. TestSet.Zipped[0], 1, 2, 3]);

        (IdxArray? array, string[] asked) = await Download("https://a/");

        Assert.NotNull(array);
        Assert.Single(asked);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        (IdxArray? array, string[] asked) = await Download("https://a/", ($"https://a/{File.Name}.gz", "https://a/2"), ("https://a/2", $"https://a/{File.Name}.gz"));

        Assert.Null(array);
        Assert.Equal(6, asked.Length);
    }

    [Fact]
    public async Task A_mirror_of_another_scheme_is_not_asked() => Assert.Empty((await Download("ftp://a/")).Asked);

    /// <summary>Gives the file at every address that has not moved.</summary>
    private sealed class FakeMirrors(Dictionary<string, string> moved) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string address = request.RequestUri!.AbsoluteUri;
            Asked.Add(address);
            HttpResponseMessage response = new(moved.ContainsKey(address) ? HttpStatusCode.Redirect : HttpStatusCode.OK) { RequestMessage = request };
            if (moved.TryGetValue(address, out string? target))
            {
                response.Headers.TryAddWithoutValidation("Location", target);
            }
            else
            {
                response.Content = new ByteArrayContent(TestSet.Zipped[0]);
            }

            return Task.FromResult(response);
        }
    }
}
