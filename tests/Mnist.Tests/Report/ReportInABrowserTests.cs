using System.Text.Json.Nodes;
using Quern.Nn;

namespace Quern.Mnist.Tests.Report;

public class ReportInABrowserTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Report_opens_from_disk_in_a_real_browser(bool dark)
    {
        Assert.SkipWhen(HeadlessBrowser.Installed is null, "Chromium is not installed.");
        string folder = Directory.CreateTempSubdirectory("quern-report-").FullName;
        try
        {
            string file = Path.Combine(folder, "report.html");
            AtomicFile.WriteText(file, Runs.Report(Runs.History(12)).ToHtml());
            using var browser = await HeadlessBrowser.Start();

            await browser.Open(file);

            byte[] screenshot = await browser.Screenshot(1100, 800, dark);
            KeepIfAsked(screenshot, dark ? "report-dark.png" : "report-light.png");
            Assert.Equal([true, 64], await Facts(browser, "[img.complete, Math.min(img.naturalWidth, 64)]", "const img = document.querySelector('#reconstructions img');"));
            Assert.Equal(
                [true, true, true],
                await Facts(browser, "lines.map(line => line.getBBox().width > 200 && line.getBBox().height > 50)", "const lines = [...document.querySelectorAll('#losses g > path.line')].slice(0, 3);"));
            // The segments of the bar show the shares that were given.
            Assert.Equal(
                [true, true],
                await Facts(browser, "[widths.length === 5, Math.abs(widths[0] / (widths[0] + widths[1]) - 9.1 / 10.5) < 0.02]", "const widths = [...document.querySelectorAll('.bar > span')].map(span => span.getBoundingClientRect().width);"));
            Assert.Equal([dark ? "rgb(20, 22, 24)" : "rgb(247, 246, 243)"], await Facts(browser, "[getComputedStyle(document.body).backgroundColor]"));
            // Nothing sticks out sideways, wide or narrow.
            Assert.Equal([true], await Facts(browser, "[document.documentElement.scrollWidth <= 1100]"));
            KeepIfAsked(await browser.Screenshot(400, 800, dark), dark ? "report-dark-narrow.png" : "report-light-narrow.png");
            Assert.Equal([true], await Facts(browser, "[document.documentElement.scrollWidth <= 400]"));
            // Nor does anything scroll by itself: charts, pictures and tables are as wide as there is room for.
            Assert.Equal([true], await Facts(browser, "[[...document.querySelectorAll('figure, .scroll')].every(part => part.scrollWidth <= part.clientWidth)]"));
            AssertQuiet(browser);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Hostile_names_run_no_script()
    {
        Assert.SkipWhen(HeadlessBrowser.Installed is null, "Chromium is not installed.");
        string folder = Directory.CreateTempSubdirectory("quern-report-").FullName;
        try
        {
            string file = Path.Combine(folder, "report.html");
            AtomicFile.WriteText(file, Runs.Report(Runs.History(3, Runs.Hostile, "<img src=x onerror=document.title='hit'>")).ToHtml());
            using var browser = await HeadlessBrowser.Start();

            await browser.Open(file);

            Assert.Equal([Runs.Hostile.Replace('\u0000', '\uFFFD').Replace('\uD800', '\uFFFD') + ": autoencoder", 0, 1], await Facts(browser, "[document.title, document.scripts.length, document.images.length]"));
            AssertQuiet(browser);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<object[]> Facts(HeadlessBrowser browser, string array, string before = "") =>
        [.. (await browser.Evaluate($"(() => {{ {before} return {array}; }})()"))!.AsArray().Select(ToObject)];

    private static object ToObject(JsonNode? value) => value!.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => (string)value!,
        System.Text.Json.JsonValueKind.Number => (int)value!,
        _ => (bool)value!,
    };

    /// <summary>No message of the console, no exception, and no request but for the file and what it carries.</summary>
    private static void AssertQuiet(HeadlessBrowser browser)
    {
        foreach (var message in browser.Events)
        {
            Assert.DoesNotContain((string)message["method"]!, (string[])["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Network.loadingFailed"]);
            if ((string)message["method"]! == "Network.requestWillBeSent")
            {
                Assert.Matches("^(file|data):", (string)message["params"]!["request"]!["url"]!);
            }
        }
    }

    // For whoever wants to look: QUERN_KEEP_SCREENSHOTS names a folder.
    private static void KeepIfAsked(byte[] screenshot, string name)
    {
        if (Environment.GetEnvironmentVariable("QUERN_KEEP_SCREENSHOTS") is { Length: > 0 } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, name), screenshot);
        }
    }
}
