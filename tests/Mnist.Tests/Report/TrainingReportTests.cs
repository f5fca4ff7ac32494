using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Pictures;
using Quern.Mnist.Report;
using Quern.Mnist.Tests.Pictures;
using Quern.Mnist.Training;

namespace Quern.Mnist.Tests.Report;

public partial class TrainingReportTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    public void Page_is_well_formed_and_refers_to_nothing_outside(int epochs)
    {
        string html = Runs.Report(Runs.History(epochs)).ToHtml();
        var page = Parse(html);

        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", html);
        var references = page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href" or "srcset" or "action" or "data");
        Assert.All(references, reference => Assert.StartsWith("data:image/png;base64,", reference.Value));
        Assert.DoesNotMatch("url\\(|@import", html);
        Assert.Equal(epochs == 0 ? [] : ["http://www.w3.org/2000/svg"], Addresses().Matches(html).Select(match => match.Value).Distinct());
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "iframe" or "object");
    }

    [Fact]
    public void Empty_elements_are_closed_as_html_wants_them()
    {
        string html = Runs.Report(Runs.History(2)).ToHtml();

        // HTML takes <span/> for an open tag.
        Assert.All(SelfClosed().Matches(html), match => Assert.Contains(match.Groups[1].Value, (string[])["meta", "img", "path", "circle", "line", "rect"]));
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        string html = Runs.Report(Runs.History(2, Runs.Hostile, Runs.Hostile)).ToHtml();
        var page = Parse(html);

        Assert.DoesNotContain("<script", html);
        string shown = Runs.Hostile.Replace('\u0000', '\uFFFD').Replace('\uD800', '\uFFFD');
        Assert.Equal(2, Section(page, "settings").Descendants("td").Count(cell => cell.Value == shown));
    }

    [Fact]
    public void Table_of_epochs_holds_the_history_and_marks_the_best()
    {
        var history = Runs.History(3);
        history = history with { Epochs = [history.Epochs[0], history.Epochs[1] with { ValidationLoss = 0.001 }, history.Epochs[2]] };

        var rows = Section(Parse(Runs.Report(history).ToHtml()), "epochs").Descendants("tbody").Elements("tr").ToArray();

        Assert.Equal(["1", "2", "3"], rows.Select(row => row.Element("th")!.Value));
        Assert.Equal(["0.03980", "0.02000", "1.17", "51,282"], rows[0].Elements("td").Select(cell => cell.Value));
        Assert.Equal([null, "best", null], rows.Select(row => row.Attribute("class")?.Value));
    }

    [Fact]
    public void Picture_is_the_contact_sheet()
    {
        var report = Runs.Report(Runs.History(1));

        string source = Parse(report.ToHtml()).Descendants("img").Single().Attribute("src")!.Value;

        var png = PngDecoder.Decode(Convert.FromBase64String(source["data:image/png;base64,".Length..]));
        Assert.Equal(report.Reconstructions!.Pixels.ToArray(), png.Pixels);
    }

    [Fact]
    public void Shares_of_time_add_up_to_the_whole()
    {
        var section = Section(Parse(Runs.Report(Runs.History(1)).ToHtml()), "times");

        var shares = section.Descendants("tbody").Elements("tr").Select(row => row.Elements("td").Last().Value);
        Assert.Equal(["71.4%", "11.0%", "8.6%", "6.3%", "2.7%"], shares);
        Assert.Equal(5, section.Descendants("div").Single().Elements("span").Count());
    }

    [Fact]
    public void Comparison_is_made_on_mnist_with_the_reference_settings_only()
    {
        string[] epochs = [.. Section(Parse(Runs.Report(Runs.History(7)).ToHtml()), "reference").Descendants("tbody").Elements("tr").Select(row => row.Element("th")!.Value)];
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], epochs);

        var history = Runs.History(7);
        TrainingHistory[] others = [history with { Dataset = "synthetic" }, history with { Options = new() { Network = new() { Bottleneck = 16 } } }];
        Assert.All(others, other =>
        {
            var section = Section(Parse(Runs.Report(other).ToHtml()), "reference");
            Assert.Empty(section.Descendants("table"));
            Assert.Contains("not comparable", section.Value);
        });
    }

    [Fact]
    public void A_denoising_run_shows_noise_reconstructions_and_originals_and_how_far_they_are_apart()
    {
        var history = Runs.History(2) with
        {
            Options = new() { Model = ModelKind.Conv, Training = new() { Denoise = new(NoiseKind.Gaussian, 0.3) } },
            Figures = new() { ProbeAccuracy = 0.9123, NoisyPsnr = 12.34, ReconstructedPsnr = 22.56 },
        };

        var page = Parse(Runs.Report(history).ToHtml());

        Assert.Contains("gaussian noise of 0.3", Section(page, "reconstructions").Value);
        string header = page.Descendants("header").Single().Value;
        Assert.All((string[])["12.3 dB", "22.6 dB", "91.2%", "a convolutional autoencoder", "without the noise"], part => Assert.Contains(part, header));
        Assert.Contains("gaussian:0.3", Section(page, "settings").Value);
        Assert.Empty(Section(page, "reference").Descendants("table"));
    }

    [Fact]
    public void A_variational_run_shows_its_prior_and_its_code_and_counts_in_nats()
    {
        var history = Runs.History(2) with { Options = new() { Model = ModelKind.Vae, Network = new() { Beta = 2 } } };
        var report = Runs.Report(history);

        var page = Parse(new TrainingReport { History = history, Samples = report.Reconstructions, Walk = report.Reconstructions }.ToHtml());

        Assert.Equal(
            ["losses", "samples", "walk", "reference", "epochs", "settings"], page.Descendants("section").Select(section => section.Attribute("id")!.Value));
        Assert.Contains("Nats an image", Section(page, "epochs").Value);
        Assert.Contains("Loss in nats an image", Section(page, "losses").Value);
        var rows = Section(page, "settings").Descendants("tr").Select(row => (row.Element("th")!.Value, row.Element("td")!.Value));
        Assert.Contains(("Beta", "2"), rows);
    }

    [Fact]
    public void Learning_rate_and_gradient_norm_are_drawn_where_they_are_known_and_the_best_epoch_is_marked()
    {
        var history = Runs.History(3);
        history = history with { Epochs = [.. history.Epochs.Select(epoch => epoch with { LearningRate = 0.1 / epoch.Epoch, GradientNorm = 2 + epoch.Epoch })] };

        var page = Parse(Runs.Report(history).ToHtml());
        var constant = Parse(Runs.Report(history with { Epochs = [.. history.Epochs.Select(epoch => epoch with { LearningRate = 0.1 })] }).ToHtml());

        Assert.Equal(["Learning rate and gradient norm"], Section(page, "rates").Elements("h2").Select(heading => heading.Value));
        Assert.Contains("Gradient norm, epoch 3: 5", Section(page, "rates").Value);
        Assert.Equal(["Gradient norm"], Section(constant, "rates").Elements("h2").Select(heading => heading.Value));
        Assert.DoesNotContain(Parse(Runs.Report(Runs.History(3)).ToHtml()).Descendants("section"), section => section.Attribute("id")!.Value == "rates");
        Assert.Single(Section(page, "losses").Descendants(), text => text.Name.LocalName == "text" && text.Value == "best");
    }

    [Fact]
    public void A_run_under_way_says_how_far_it_is_and_is_loaded_again()
    {
        string html = (Runs.Report(Runs.History(3)) with { Progress = new(4, 30, 120, 3840, 0.0123) }).ToHtml();

        Assert.Contains("Epoch 4 of 12 is under way: 25.0% done, training loss 0.01230 so far.", Parse(html).Descendants("header").Single().Value);
        Assert.Contains("http-equiv=\"refresh\"", html);
        Assert.DoesNotContain("http-equiv=\"refresh\"", Runs.Report(Runs.History(3)).ToHtml());
    }

    [Fact]
    public void A_run_that_ran_out_of_patience_says_so()
    {
        var history = Runs.History(5) with { Options = new() { Training = new() { Patience = 2 } } };
        history = history with { Epochs = [.. history.Epochs.Select(epoch => epoch with { ValidationLoss = Math.Abs(epoch.Epoch - 3.1) })] };

        var page = Parse(Runs.Report(history).ToHtml());

        Assert.Contains("for 5 epochs of 12: the last 2 brought no lower validation loss", page.Descendants("header").Single().Value);
        Assert.Contains("2 epochs", Section(page, "settings").Value);
    }

    [Fact]
    public void One_epoch_reads_as_one()
    {
        var losses = Section(Parse(Runs.Report(Runs.History(1)).ToHtml()), "losses");

        Assert.Contains("After its one epoch the training loss is 0.03980 and the validation loss 0.02000.", losses.Value);
        var ticks = losses.Descendants().Where(element => element.Name.LocalName == "text" && element.Attribute("text-anchor")?.Value == "middle").Select(text => text.Value);
        Assert.Equal(["1", "Epoch"], ticks);
    }

    [Fact]
    public void A_long_run_makes_no_long_page_and_the_best_epoch_is_on_it()
    {
        var history = Runs.History(10_000);
        history = history with { Epochs = [.. history.Epochs.Select(epoch => epoch.Epoch == 7_777 ? epoch with { ValidationLoss = 0.0001 } : epoch)] };

        string html = Runs.Report(history).ToHtml();

        Assert.InRange(html.Length, 1, 400_000);
        var rows = Section(Parse(html), "epochs").Descendants("tbody").Elements("tr").ToArray();
        Assert.InRange(rows.Length, 150, 210);
        Assert.Equal(["1", "7777", "10000"], [rows[0].Element("th")!.Value, rows.Single(row => row.Attribute("class")?.Value == "best").Element("th")!.Value, rows[^1].Element("th")!.Value]);
    }

    [Fact]
    public void The_title_names_data_and_model_and_the_pictures_name_their_rows()
    {
        var history = Runs.History(2) with { Dataset = "fashion-mnist", Options = new() { Model = ModelKind.Conv, Training = new() { Denoise = new(NoiseKind.Gaussian, 0.3) } } };

        var page = Parse(Runs.Report(history).ToHtml());

        Assert.Equal("Fashion-MNIST: convolutional autoencoder", page.Descendants("h1").Single().Value);
        Assert.Equal(["noisy", "drawn", "clean", "noisy"], Section(page, "reconstructions").Descendants("span").Select(span => span.Value));
    }

    [Fact]
    public void Labels_in_the_midst_of_their_points_do_not_overlap()
    {
        var places = ScatterChart.Apart([.. Enumerable.Range(0, 10).Select(i => (300.0 + (i % 2), 200.0 + (i % 3)))]);

        Assert.All(places.Select((place, i) => (place, i)), one => Assert.All(
            places.Skip(one.i + 1), other => Assert.True(Math.Sqrt(Math.Pow(other.X - one.place.X, 2) + Math.Pow(other.Y - one.place.Y, 2)) > 20)));
    }

    [Fact]
    public void What_is_not_given_is_left_out()
    {
        var page = Parse(new TrainingReport { History = Runs.History(0) }.ToHtml());

        Assert.Equal(["settings"], page.Descendants("section").Select(section => section.Attribute("id")!.Value));
        Assert.Contains("before its first epoch ended", page.Descendants("header").Single().Value);
    }

    private static XElement Section(XDocument page, string id) => page.Descendants("section").Single(section => section.Attribute("id")!.Value == id);

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    [GeneratedRegex("https?://[^\"' )<]*")]
    private static partial Regex Addresses();

    [GeneratedRegex("<([a-z]+)[^>]*/>")]
    private static partial Regex SelfClosed();
}
