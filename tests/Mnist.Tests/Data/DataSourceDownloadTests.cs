using System.Net;
using System.Net.Sockets;
using Quern.Mnist.Data;
using static Quern.Mnist.Tests.Data.LoopbackServer;

namespace Quern.Mnist.Tests.Data;

public sealed class DataSourceDownloadTests : IDisposable
{
    private readonly TemporaryFolder _cache = new();

    private readonly List<Socket> _deaf = [];

    public void Dispose()
    {
        _cache.Dispose();
        _deaf.ForEach(socket => socket.Dispose());
    }

    private static Answer Whole(Request request) => Serve(TestSet.ZippedFile(request.File), request);

    private static LoopbackServer GoodServer() => new(Whole);

    private DataSource Source(params Uri[] mirrors) => SourceOf(TestSet.Published(ofGzip: false, mirrors));

    private DataSource SourceOf(KnownDataset set) => new()
    {
        CacheDirectory = _cache.Path,
        Datasets = [set],
        StallTimeout = TimeSpan.FromSeconds(20),
        SyntheticTrainCount = 30,
        SyntheticValidationCount = 20,
    };

    private static void AssertIsTestSet(DataSplits splits)
    {
        Assert.True(splits.IsVerified);
        Assert.Equal("mnist", splits.Name);
        Assert.Equal(TestSet.Contents[0][16..], splits.Train.Images.ToArray());
        Assert.Equal(TestSet.Contents[1][8..], splits.Train.Labels.ToArray());
        Assert.Equal(TestSet.Contents[2][16..], splits.Validation.Images.ToArray());
        Assert.Equal(TestSet.Contents[3][8..], splits.Validation.Labels.ToArray());
    }

    private string[] CachedFiles() =>
        [.. Directory.GetFiles(Path.Combine(_cache.Path, "mnist"), "*.gz*").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_download_is_verified_and_the_next_run_finds_it_in_the_cache(bool checksumsOfGzip)
    {
        using LoopbackServer server = GoodServer();
        DataSource source = SourceOf(TestSet.Published(checksumsOfGzip, server.Address));

        DataSplits first = await source.ResolveAsync("mnist", null, 0);
        DataSplits second = await source.ResolveAsync(null, null, 0);

        AssertIsTestSet(first);
        AssertIsTestSet(second);
        Assert.Contains("downloaded", first.Origin, StringComparison.Ordinal);
        Assert.Contains("from the cache", second.Origin, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Length);
        Assert.Equal(TestSet.Names.Select(n => n + ".gz").Order(StringComparer.Ordinal), CachedFiles());
    }

    [Fact]
    public async Task Progress_ends_with_every_byte_of_every_file()
    {
        using LoopbackServer server = GoodServer();
        Recorder progress = new();

        await Source(server.Address).ResolveAsync("mnist", null, 0, progress);

        foreach (string name in TestSet.Names)
        {
            DownloadProgress last = progress.Reports.Last(r => r.File == name + ".gz");
            Assert.Equal(TestSet.ZippedFile(last.File).Length, last.Received);
            Assert.Equal(last.Received, last.Total);
        }
    }

    [Fact]
    public async Task A_mirror_that_is_down_is_passed_over()
    {
        using LoopbackServer server = GoodServer();

        AssertIsTestSet(await Source(DownAddress(), server.Address).ResolveAsync("mnist", null, 0));
    }

    [Fact]
    public async Task A_mirror_without_the_file_is_passed_over()
    {
        using LoopbackServer lacking = new(_ => new Answer("404 Not Found", []));
        using LoopbackServer server = GoodServer();

        AssertIsTestSet(await Source(lacking.Address, server.Address).ResolveAsync("mnist", null, 0));
    }

    [Theory]
    [InlineData("file:///etc/hostname")]
    [InlineData("unix:/tmp/socket")]
    [InlineData("javascript:alert(1)")]
    [InlineData("ftp://127.0.0.1/file")]
    [InlineData("//")]
    [InlineData("http://")]
    [InlineData("http://[")]
    [InlineData("http://uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu\u00FC/")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_mirror_that_redirects_to_what_is_not_followed_is_passed_over(string? location)
    {
        string header = location is null ? "" : $"Location: {location}\r\n";
        using LoopbackServer astray = new(_ => new Answer("302 Found", [], header));
        using LoopbackServer server = GoodServer();

        AssertIsTestSet(await Source(astray.Address, server.Address).ResolveAsync("mnist", null, 0));
        Assert.Equal(4, server.Requests.Length);
        _ = await Assert.ThrowsAsync<DatasetException>(() => SourceOf(TestSet.Published(ofGzip: true, astray.Address) with { Name = "other" }).ResolveAsync("other", null, 0));
        Assert.Equal(DataSource.Synthetic, (await SourceOf(TestSet.Published(ofGzip: true, astray.Address) with { Name = "other" }).ResolveAsync(null, null, 0)).Name);
    }

    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("303 See Other")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    public async Task A_mirror_that_has_moved_is_followed(string status)
    {
        using LoopbackServer server = GoodServer();
        using LoopbackServer moved = new(r => new Answer(status, [], $"Location: {server.Address}{r.File}\r\n"));

        AssertIsTestSet(await Source(moved.Address).ResolveAsync("mnist", null, 0));
    }

    [Fact]
    public async Task What_a_server_says_cannot_command_a_terminal()
    {
        using LoopbackServer loud = new(_ => new Answer("404 \u001b[2J\u0007gone", []));

        string message = (await Assert.ThrowsAsync<DatasetException>(() => Source(loud.Address).ResolveAsync("mnist", null, 0))).Message;
        string origin = (await Source(loud.Address).ResolveAsync(null, null, 0)).Origin;

        Assert.All([message, origin], text =>
        {
            Assert.DoesNotContain(text, char.IsControl);
            Assert.Contains("404", text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(".gz.partial")]
    [InlineData(".lock")]
    public async Task A_link_planted_in_the_cache_is_not_written_through(string suffix)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        string mine = _cache.File("mine");
        File.WriteAllText(mine, "mine");
        Directory.CreateDirectory(_cache.File("mnist"));
        string name = suffix == ".lock" ? suffix : TestSet.Names[0] + suffix;
        File.CreateSymbolicLink(_cache.File($"mnist/{name}"), suffix == ".lock" ? _cache.File("new") : mine);
        using LoopbackServer server = GoodServer();

        AssertIsTestSet(await Source(server.Address).ResolveAsync("mnist", null, 0));

        Assert.Equal("mine", File.ReadAllText(mine));
        Assert.False(File.Exists(_cache.File("new")));
        Assert.Null(server.Requests[0].From);
    }

    [Fact]
    public async Task The_cache_folder_is_made_for_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other rights.");
        using LoopbackServer server = GoodServer();

        await Source(server.Address).ResolveAsync("mnist", null, 0);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_cache.File("mnist")));
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(100, false)]
    [InlineData(100, true)]
    public async Task A_mirror_that_falls_silent_or_trickles_is_passed_over(int sentBefore, bool trickles)
    {
        using LoopbackServer silent = new(r => r.File.StartsWith("train-images", StringComparison.Ordinal) && r.From is null
            ? Whole(r) with { BreakAfter = sentBefore, ThenSilent = !trickles, ThenTrickle = trickles }
            : new Answer("503 Service Unavailable", []));
        using LoopbackServer server = GoodServer();
        DataSource source = new()
        {
            CacheDirectory = _cache.Path,

            // On a busy machine even the good one may need longer: it is asked again then.
            Datasets = [TestSet.Published(ofGzip: false, [silent.Address, .. Enumerable.Repeat(server.Address, 5)])],

            // Short, since a test has to wait for it.
            StallTimeout = TimeSpan.FromMilliseconds(700),
        };

        AssertIsTestSet(await source.ResolveAsync("mnist", null, 0));

        Assert.Equal(TestSet.Names.Select(name => name + ".gz").Order(), server.Requests.Select(request => request.File).Distinct().Order());
    }

    [Fact]
    public async Task A_mirror_that_serves_a_wrong_file_is_passed_over()
    {
        using LoopbackServer page = new(_ => new Answer("200 OK", "<html>Log in to this network</html>"u8.ToArray()));
        using LoopbackServer other = new(_ => new Answer("200 OK", IdxBytes.Zip(IdxBytes.Plain([20], new byte[20]))));
        using LoopbackServer server = GoodServer();

        AssertIsTestSet(await Source(page.Address, other.Address, server.Address).ResolveAsync("mnist", null, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mirror_that_sends_far_too_much_is_cut_off(bool tellsLength)
    {
        Recorder progress = new();
        using LoopbackServer flood = new(_ => new Answer("200 OK", new byte[1 << 20], TellsLength: tellsLength));
        using LoopbackServer server = GoodServer();

        AssertIsTestSet(await Source(flood.Address, server.Address).ResolveAsync("mnist", null, 0, progress));

        // Not more than the file decompressed and what gzip adds to it at most.
        Assert.InRange(progress.Reports.Max(r => r.Received), 1, tellsLength ? TestSet.Zipped[0].Length : TestSet.Contents[0].Length + (64 * 1024));
        Assert.All(server.Requests, r => Assert.Null(r.From));
    }

    [Fact]
    public async Task A_download_that_breaks_off_is_taken_up_where_it_broke()
    {
        using LoopbackServer server = new(r => r.From is null ? Whole(r) with { BreakAfter = Whole(r).Body.Length / 2 } : Whole(r));

        AssertIsTestSet(await Source(server.Address).ResolveAsync("mnist", null, 0));

        Assert.Equal(8, server.Requests.Length);
        Assert.Equal(TestSet.Zipped[0].Length / 2, server.Requests[1].From);
    }

    [Fact]
    public async Task The_next_mirror_takes_up_what_another_broke_off()
    {
        using LoopbackServer breaking = new(r => r.From is null ? Whole(r) with { BreakAfter = 10 } : new Answer("503 Service Unavailable", []));
        using LoopbackServer server = GoodServer();

        AssertIsTestSet(await Source(breaking.Address, server.Address).ResolveAsync("mnist", null, 0));

        Assert.All(server.Requests, r => Assert.Equal(10, r.From));
    }

    [Fact]
    public async Task A_mirror_that_knows_no_ranges_is_asked_from_the_start()
    {
        using LoopbackServer breaking = new(r => Whole(r) with { BreakAfter = 10 });
        using LoopbackServer server = new(r => Whole(r with { From = null }));

        AssertIsTestSet(await Source(breaking.Address, server.Address).ResolveAsync("mnist", null, 0));
    }

    [Theory]
    [InlineData("bytes 4-19/20")]
    [InlineData("bytes 11-19/20")]
    [InlineData(null)]
    public async Task A_mirror_that_answers_with_another_range_is_passed_over_and_what_is_there_is_kept(string? range)
    {
        using LoopbackServer breaking = new(r => r.From is null ? Whole(r) with { BreakAfter = 10 } : new Answer("503 Service Unavailable", []));
        using LoopbackServer wrong = new(r => new Answer("206 Partial Content", new byte[16], range is null ? "" : $"Content-Range: {range}\r\n"));
        using LoopbackServer server = GoodServer();

        AssertIsTestSet(await Source(breaking.Address, wrong.Address, server.Address).ResolveAsync("mnist", null, 0));

        Assert.Equal(4, wrong.Requests.Length);
        Assert.All(server.Requests, r => Assert.Equal(10, r.From));
    }

    [Fact]
    public async Task A_half_file_is_cut_to_what_is_known_to_be_good()
    {
        Directory.CreateDirectory(_cache.File("mnist"));
        File.WriteAllBytes(_cache.File($"mnist/{TestSet.Names[0]}.gz.partial"), new byte[TestSet.Zipped[0].Length + 5]);
        using LoopbackServer server = new(r => Whole(r with { From = null }));

        AssertIsTestSet(await Source(server.Address).ResolveAsync("mnist", null, 0));

        // Without the cut the end of the rubbish would be left behind the file, which would be fetched once more.
        Assert.Equal(4, server.Requests.Length);
    }

    [Fact]
    public async Task A_half_file_of_an_earlier_run_is_completed_and_never_taken_for_whole()
    {
        using (LoopbackServer breaking = new(r => r.From is null ? Whole(r) with { BreakAfter = 50 } : new Answer("503 Service Unavailable", [])))
        {
            await Assert.ThrowsAsync<DatasetException>(() => Source(breaking.Address).ResolveAsync("mnist", null, 0));
        }

        Assert.Equal([TestSet.Names[0] + ".gz.partial"], CachedFiles());
        using LoopbackServer server = GoodServer();
        AssertIsTestSet(await Source(server.Address).ResolveAsync("mnist", null, 0));
        Assert.Equal(50, server.Requests[0].From);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rubbish_left_by_an_earlier_run_is_replaced(bool longerThanTheFile)
    {
        Directory.CreateDirectory(_cache.File("mnist"));
        byte[] rubbish = new byte[longerThanTheFile ? TestSet.Zipped[0].Length + 5 : 100];
        File.WriteAllBytes(_cache.File($"mnist/{TestSet.Names[0]}.gz.partial"), rubbish);
        using LoopbackServer server = GoodServer();

        AssertIsTestSet(await Source(server.Address).ResolveAsync("mnist", null, 0));
    }

    [Fact]
    public async Task A_damaged_file_in_the_cache_is_fetched_again()
    {
        using LoopbackServer server = GoodServer();
        await Source(server.Address).ResolveAsync("mnist", null, 0);
        string path = _cache.File($"mnist/{TestSet.Names[2]}.gz");
        File.WriteAllBytes(path, TestSet.Zipped[2][..^9]);

        AssertIsTestSet(await Source(server.Address).ResolveAsync("mnist", null, 0));

        Assert.Equal(5, server.Requests.Length);
        Assert.Equal(TestSet.Zipped[2], File.ReadAllBytes(path));
    }

    [Fact]
    public async Task Two_runs_at_once_download_once_and_both_have_the_data()
    {
        using LoopbackServer server = GoodServer();

        DataSplits[] both = await Task.WhenAll(
            Task.Run(() => Source(server.Address).ResolveAsync("mnist", null, 0)),
            Task.Run(() => Source(server.Address).ResolveAsync("mnist", null, 0)));

        Assert.All(both, AssertIsTestSet);
        Assert.Equal(4, server.Requests.Length);
    }

    [Fact]
    public async Task Who_waits_for_another_run_can_be_cancelled()
    {
        using CancellationTokenSource cancel = new();
        Directory.CreateDirectory(_cache.File("mnist"));
        using IDisposable other = await DatasetCache.LockAsync(_cache.File("mnist"), () => { }, default);
        Recorder progress = new() { OnReport = _ => cancel.Cancel() };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Source(DownAddress()).ResolveAsync("mnist", null, 0, progress, cancel.Token));

        Assert.Null(progress.Reports[0].Host);
    }

    [Fact]
    public async Task A_download_can_be_cancelled()
    {
        using CancellationTokenSource cancel = new();
        using LoopbackServer server = GoodServer();
        Recorder progress = new() { OnReport = _ => cancel.Cancel() };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Source(server.Address).ResolveAsync(null, null, 0, progress, cancel.Token));
    }

    [Fact]
    public async Task A_dataset_asked_for_by_name_that_cannot_be_had_is_an_error_that_says_what_to_do()
    {
        Uri down = DownAddress();

        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => Source(down).ResolveAsync("mnist", null, 0));

        Assert.Contains(TestSet.Names[0], error.Message, StringComparison.Ordinal);
        Assert.Contains(down.Host, error.Message, StringComparison.Ordinal);
        Assert.Contains("--data DIR", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_name_and_a_network_digits_are_drawn_and_the_user_is_told()
    {
        DataSplits splits = await Source(DownAddress()).ResolveAsync(null, null, 3);

        Assert.Equal("synthetic", splits.Name);
        Assert.Equal((30, 20), (splits.Train.Count, splits.Validation.Count));
        Assert.Contains("Synthetic digits", splits.Origin, StringComparison.Ordinal);
        Assert.Contains("--data DIR", splits.Origin, StringComparison.Ordinal);
        Assert.Equal(SyntheticDigits.Draw(3, 30, 20).Images.ToArray(), splits.Validation.Images.ToArray());
    }

    [Fact]
    public async Task A_cache_folder_that_cannot_be_made_is_an_error_that_names_it()
    {
        string file = _cache.File("a-file");
        File.WriteAllText(file, "");
        DataSource source = new() { CacheDirectory = file, Datasets = [TestSet.Published(ofGzip: false, DownAddress())] };

        Assert.Contains(file, (await Assert.ThrowsAsync<DatasetException>(() => source.ResolveAsync("mnist", null, 0))).Message, StringComparison.Ordinal);
    }

    // The address of a port that is taken, so that nobody else gets it, but where nobody listens.
    private Uri DownAddress()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _deaf.Add(socket);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/");
    }

    private sealed class Recorder : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public Action<DownloadProgress>? OnReport { get; init; }

        public void Report(DownloadProgress value)
        {
            Reports.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
