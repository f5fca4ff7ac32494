using System.Xml;
using System.Xml.Linq;
using Quern.Mnist.Models;
using Quern.Mnist.Report;
using Quern.Mnist.Training;

namespace Quern.Mnist.Tests.Report;

public class RunComparisonTests
{
    private static readonly TrainingHistory Plain = Runs.History(4);

    [Fact]
    public void Each_run_has_its_curve_its_best_loss_and_the_settings_in_which_it_differs()
    {
        var worse = Plain with
        {
            Seed = 7,
            Options = new() { Training = new() { LearningRate = 0.01 } },
            Epochs = [.. Plain.Epochs.Take(3).Select(epoch => epoch with { ValidationLoss = epoch.ValidationLoss + (epoch.Epoch == 2 ? 0.001 : 0.01) })],
        };

        var page = Parse(new RunComparison([new("plain", Plain), new("faster", worse)]).ToHtml());

        Assert.Equal(["validation-1", "training-1", "runs", "settings"], page.Descendants("section").Select(section => section.Attribute("id")!.Value));
        Assert.Equal(["plain", "faster"], Section(page, "validation-1").Descendants().Where(text => text.Attribute("class")?.Value == "legend").Select(text => text.Value));
        var rows = Rows(page, "runs");
        Assert.Equal(["plain", "mlp", "mnist", "4", "0.01024", "4"], rows[0][..6]);
        Assert.Equal(["faster", "mlp", "mnist", "3", "0.01472", "2"], rows[1][..6]);
        Assert.Equal(["Run", "lr", "seed"], Section(page, "settings").Descendants("thead").Descendants("th").Select(cell => cell.Value));
        Assert.Equal([["plain", "0.001", "0"], ["faster", "0.01", "7"]], Rows(page, "settings"));
        Assert.Equal(["Best run", "plain", "Its validation loss", "0.01024"], page.Descendants("dl").Single().Descendants().Where(part => part.Name.LocalName is "dt" or "dd").Select(part => part.Value));
    }

    [Fact]
    public void Losses_of_different_units_are_not_drawn_together()
    {
        var page = Parse(new RunComparison([new("plain", Plain), new("drawing", Plain with { Options = new() { Model = ModelKind.Vae, Network = new() { Beta = 2 } } })]).ToHtml());

        Assert.Equal(["validation-1", "training-1", "validation-2", "training-2", "runs", "settings"], page.Descendants("section").Select(section => section.Attribute("id")!.Value));
        Assert.Contains("Nats an image", Section(page, "validation-2").Value);
        Assert.Equal([["plain", "mlp", "\u2013"], ["drawing", "vae", "2"]], Rows(page, "settings"));
        Assert.DoesNotContain(page.Descendants("tr"), row => row.Attribute("class")?.Value == "best");
    }

    [Fact]
    public void A_run_without_epochs_and_runs_of_the_same_settings_are_said()
    {
        var page = Parse(new RunComparison([new("a", Plain with { Epochs = [] }), new(Runs.Hostile, Plain)]).ToHtml());

        Assert.Equal(["a", "mlp", "mnist", "0", "\u2013", "\u2013"], Rows(page, "runs")[0][..6]);
        Assert.Contains("the same settings", Section(page, "settings").Value);
        Assert.Empty(page.Descendants("script"));
    }

    private static string[][] Rows(XDocument page, string section) =>
        [.. Section(page, section).Descendants("tbody").Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];

    private static XElement Section(XDocument page, string id) => page.Descendants("section").Single(section => section.Attribute("id")!.Value == id);

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
