using System.Globalization;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Pictures;
using Quern.Mnist.Training;
using Quern.Nn;

namespace Quern.Mnist.Report;

/// <summary>
/// A training run on one page: <c>report.html</c>. The page is one file, opens from disk, and needs neither network nor
/// script. What is not given is left out.
/// </summary>
public sealed record TrainingReport
{
    private const int MapImages = 2000;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>The settings and losses of the run.</summary>
    public required TrainingHistory History { get; init; }

    /// <summary>Where the data came from, in a sentence or two.</summary>
    public string? Origin { get; init; }

    /// <summary>Originals above reconstructions; with noise, noisy images above reconstructions above originals.</summary>
    public ContactSheet? Reconstructions { get; init; }

    /// <summary>What a variational autoencoder draws from numbers of the standard normal distribution.</summary>
    public ContactSheet? Samples { get; init; }

    /// <summary>Paths through the code from one image to another.</summary>
    public ContactSheet? Walk { get; init; }

    /// <summary>Codes of validation images.</summary>
    public CodeMap? Codes { get; init; }

    /// <summary>Where the time of the training went.</summary>
    public IReadOnlyList<TimeShare> TimeShares { get; init; } = [];

    /// <summary>Draws what there is to show of a run: what its model makes of validation images, and where its time went.</summary>
    /// <param name="run">The run; its model is left in evaluation mode.</param>
    public static TrainingReport Of(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var (history, images) = (run.History, run.Data.Validation);
        var variational = run.Model as VariationalAutoencoder;
        int mapped = Math.Min(MapImages, images.Count);
        return new()
        {
            History = history,
            Origin = run.Data.Origin,
            Reconstructions = ReconstructionSheet.Of(run.Model, images, noise: history.Options.Training.Denoise, seed: history.Seed),
            Samples = variational is null ? null : PriorSheet.Of(variational, seed: history.Seed),
            Walk = variational is null || images.Count < 2 ? null : CodeWalkSheet.Of(variational, images),
            Codes = new(run.Model.Encode(images, mapped).ToArray(), images.Labels[..mapped].ToArray(), run.Model.Bottleneck),
            TimeShares = run.TimeShares,
        };
    }

    /// <summary>How far the epoch under way is; null for a run that is over. A browser loads the page of a run under way again every few seconds.</summary>
    public TrainingProgress? Progress { get; init; }

    /// <summary>The page as HTML.</summary>
    public string ToHtml()
    {
        const int SecondsBetweenLooks = 3;
        var page = new ReportPage($"{DatasetName()}: {ModelTitle()}", Lede(), [.. Figures()], Progress is null ? null : SecondsBetweenLooks);
        if (History.Epochs.Count > 0)
        {
            AddLosses(page);
        }

        AddRates(page);
        AddReconstructions(page);
        AddSamples(page);
        AddCodes(page);
        AddTimes(page);
        if (History.Epochs.Count > 0)
        {
            AddReference(page);
        }

        AddEpochs(page);
        AddSettings(page);
        return page.Close(History.Epochs.Count == 0 || Progress is not null
            ? "Made by Quern."
            : "Made by Quern. Beside this file lie history.json and history.csv with the same numbers, training.svg and reconstructions.png.");
    }

    private string Lede()
    {
        string run = $"{DatasetName()} squeezed into {Number(History.Options.Network.Bottleneck)} numbers an image and drawn again{(History.Options.Training.Denoise is null ? "" : " without the noise on them")} by {ModelName()}, trained on {History.Device} with {Count(History.Threads, "thread")}";
        int asked = History.Options.Training.Epochs;
        if (Progress is { } progress)
        {
            string loss = progress.Loss is { } soFar ? $", training loss {Loss(soFar)} so far" : "";
            return $"{run}. Epoch {Number(progress.Epoch)} of {Number(asked)} is under way: {Percent((double)progress.Step / progress.Steps)} done{loss}.";
        }

        return History.Epochs.Count switch
        {
            0 => $"{run}. The run was stopped before its first epoch ended.",
            var done when done < asked && History.HasRunOutOfPatience =>
                $"{run} for {Count(done, "epoch")} of {Number(asked)}: the last {Number(History.Options.Training.Patience!.Value)} brought no lower validation loss.",
            var done when done < asked => $"{run}. The run was stopped after {Number(done)} of {Count(asked, "epoch")}.",
            var done => $"{run} for {Count(done, "epoch")}.",
        };
    }

    private string DatasetName() => History.Dataset switch
    {
        "mnist" => "MNIST digits",
        "fashion-mnist" => "Fashion-MNIST",
        "synthetic" => "Synthetic digits",
        "custom" => "Images of a folder",
        var other => other,
    };

    private string ModelTitle() => ModelName()[(ModelName().IndexOf(' ') + 1)..];

    private string ModelName() => History.Options.Model switch
    {
        ModelKind.Conv => "a convolutional autoencoder",
        ModelKind.Vae => "a variational autoencoder",
        _ => "an autoencoder",
    };

    private IEnumerable<(string, string)> Figures()
    {
        if (History.Epochs.Count > 0)
        {
            yield return ("Validation loss", Loss(History.Epochs[^1].ValidationLoss));
            yield return ("Best epoch", Number(History.Epochs.MinBy(epoch => epoch.ValidationLoss)!.Epoch));
            yield return ("Training loss", Loss(History.Epochs[^1].TrainLoss));
            yield return ("Training time", $"{History.Epochs.Sum(epoch => epoch.Seconds).ToString("N1", Invariant)} s");
            yield return ("Images per second", MedianImagesPerSecond().ToString("N0", Invariant));
            if (History.Figures is { NoisyPsnr: { } noisy, ReconstructedPsnr: { } reconstructed })
            {
                yield return ("PSNR of noisy images", Decibels(noisy));
                yield return ("PSNR of reconstructions", Decibels(reconstructed));
            }

            if (History.Figures?.ProbeAccuracy is { } accuracy)
            {
                yield return ("Linear probe", Percent(accuracy));
            }
        }
        else
        {
            yield return ("Epochs finished", "0");
        }
    }

    private double MedianImagesPerSecond()
    {
        double[] rates = [.. History.Epochs.Select(epoch => epoch.ImagesPerSecond).Order()];
        return rates.Length % 2 == 1 ? rates[rates.Length / 2] : (rates[(rates.Length / 2) - 1] + rates[rates.Length / 2]) / 2;
    }

    private void AddLosses(ReportPage page)
    {
        var chart = LossChart.For(History);
        page.AddSection("losses", "Loss", chart.Description, html => ReportPage.WriteFigure(html, chart));
    }

    private void AddRates(ReportPage page)
    {
        var charts = RateCharts.For(History);
        if (charts.Count > 0)
        {
            page.AddSection("rates", string.Join(" and ", charts.Select((chart, i) => i == 0 ? chart.YLabel : chart.YLabel.ToLowerInvariant())), string.Join(' ', charts.Select(chart => chart.Description)), html =>
            {
                foreach (var chart in charts)
                {
                    ReportPage.WriteFigure(html, chart);
                }
            });
        }
    }

    private void AddReconstructions(ReportPage page)
    {
        string squeezed = $"the same from {Number(History.Options.Network.Bottleneck)} numbers each";
        if (History.Options.Training.Denoise is { } noise)
        {
            AddPicture(
                page,
                "reconstructions",
                "Noise, reconstructions and originals",
                $"In each group of rows, above: validation images under {Name(noise.Kind)} noise of {noise.Amount.ToString(Invariant)}, which is all that the network is shown. In the middle: {squeezed}. Below: the clean originals, which it never trained on.",
                "Rows of noisy digits, each above the row of their reconstructions and that of the clean originals",
                Reconstructions,
                "noisy",
                "drawn",
                "clean");
        }
        else
        {
            AddPicture(
                page,
                "reconstructions",
                "Originals and reconstructions",
                $"In each pair of rows, above: images of the validation set, which the network never trained on. Below: {squeezed}.",
                "Rows of original digits, each above the row of their reconstructions",
                Reconstructions,
                "original",
                "drawn");
        }
    }

    private void AddSamples(ReportPage page)
    {
        AddPicture(
            page,
            "samples",
            "Drawn from the prior",
            $"Nobody wrote these: {Number(History.Options.Network.Bottleneck)} numbers each, drawn from the standard normal distribution and decoded.",
            "Rows of digits that the network made up",
            Samples);
        AddPicture(
            page,
            "walk",
            "A walk through the code",
            "In each row, on the left and on the right: the reconstructions of two validation images. Between them: what lies on the straight line from one code to the other.",
            "Rows of digits that turn into other digits from left to right",
            Walk);
    }

    private static void AddPicture(ReportPage page, string id, string title, string text, string alternative, ContactSheet? sheet, params string[] rowNames)
    {
        if (sheet is null)
        {
            return;
        }

        page.AddSection(id, title, text, html =>
        {
            using var png = new MemoryStream();
            sheet.WritePng(png);
            html.Start("figure");
            if (rowNames.Length > 0)
            {
                // The names of the rows stand beside them, in letters that stay readable on a small screen.
                html.Start("div", ("class", "sheet")).Start("div", ("class", "sheet-rows"));
                for (int row = 0; row < sheet.Rows; row++)
                {
                    html.Element("span", rowNames[row % rowNames.Length]);
                }

                html.End();
            }

            html.Element(
                "img",
                "",
                ("src", "data:image/png;base64," + Convert.ToBase64String(png.GetBuffer(), 0, (int)png.Length)),
                ("width", Number(sheet.Width)),
                ("height", Number(sheet.Height)),
                ("alt", alternative));
            if (rowNames.Length > 0)
            {
                html.End();
            }

            html.End();
        });
    }

    private void AddCodes(ReportPage page)
    {
        if (Codes?.ToChart() is { } chart)
        {
            string probe = History.Figures?.ProbeAccuracy is { } accuracy
                ? $" Of all validation images, one linear layer on the whole codes tells {Percent(accuracy)} right (the linear probe above), though the network never saw a label."
                : "";
            page.AddSection("codes", "Map of the codes", chart.Description + probe, html =>
            {
                html.Start("figure");
                chart.WriteInline(html);
                html.End();
            });
        }
    }

    private void AddTimes(ReportPage page)
    {
        double total = TimeShares.Sum(share => share.Seconds);
        if (!(total > 0))
        {
            return;
        }

        string text = $"{total.ToString("N2", Invariant)} seconds of training, without the validation.";
        page.AddSection("times", "Where the time went", text, html =>
        {
            html.Start("div", ("class", "bar"), ("aria-hidden", "true"));
            for (int i = 0; i < TimeShares.Count; i++)
            {
                string grow = (TimeShares[i].Seconds / total).ToString("0.####", Invariant);
                html.Element("span", "", ("class", Colour(i)), ("style", $"flex-grow:{grow}"));
            }

            html.End().Start("table").Start("thead").Start("tr");
            html.Element("th", "Part", ("scope", "col")).Element("th", "Seconds", ("scope", "col")).Element("th", "Share", ("scope", "col"));
            html.End().End().Start("tbody");
            for (int i = 0; i < TimeShares.Count; i++)
            {
                html.Start("tr").Start("th", ("scope", "row")).Element("span", "", ("class", $"swatch {Colour(i)}")).Text(TimeShares[i].Name).End();
                html.Element("td", TimeShares[i].Seconds.ToString("N2", Invariant)).Element("td", Percent(TimeShares[i].Seconds / total)).End();
            }

            html.End().End();
        });
    }

    private void AddReference(ReportPage page)
    {
        if (!ReferenceCurve.AppliesTo(History))
        {
            page.AddSection(
                "reference",
                "Compared with PyTorch",
                "The reference is PyTorch on MNIST with the plain autoencoder, batches of 128, a learning rate of 0.001 and a bottleneck of 32. This run had other data or settings, so its losses are not comparable with it.",
                _ => { });
            return;
        }

        var reached = ReferenceCurve.Validation.Join(
            History.Epochs,
            point => point.Epoch,
            epoch => epoch.Epoch,
            (point, epoch) => (string[])[Number(point.Epoch), Loss(epoch.ValidationLoss), Loss(point.Loss), SignedPercent((epoch.ValidationLoss / point.Loss) - 1)]);
        page.AddSection(
            "reference",
            "Compared with PyTorch",
            "Validation loss of the same network with the same settings, trained by PyTorch. Seeds alone move it by some 4%.",
            html => ReportPage.WriteTable(html, ["Epoch", "This run", "PyTorch", "Difference"], reached));
    }

    private void AddEpochs(ReportPage page)
    {
        if (History.Epochs.Count == 0)
        {
            return;
        }

        var shown = ShownEpochs.Of(History.Epochs);
        int best = Enumerable.Range(0, shown.Count).MinBy(i => shown[i].ValidationLoss);
        string rateFormat = shown.Select(epoch => epoch.LearningRate).Distinct().Count() == 1 ? "0.######" : "0.00e-0";
        bool hasRates = shown.Any(epoch => epoch.LearningRate is not null);
        string[] headings = ["Epoch", "Training loss", "Validation loss", "Seconds", "Images per second", .. hasRates ? (string[])["Learning rate"] : []];
        var rows = shown.Select(epoch => (string[])
        [
            Number(epoch.Epoch),
            Loss(epoch.TrainLoss),
            Loss(epoch.ValidationLoss),
            epoch.Seconds.ToString("N2", Invariant),
            epoch.ImagesPerSecond.ToString("N0", Invariant),
            .. hasRates ? (string[])[epoch.LearningRate?.ToString(rateFormat, Invariant) ?? ""] : [],
        ]);
        string some = shown.Count < History.Epochs.Count ? $"{Number(shown.Count)} of {Number(History.Epochs.Count)} epochs, the best among them; history.json has them all. " : "";
        string text = some + LossUnit.Of(History.Options).Sentence + " The training loss is an average while the weights move; the validation loss is taken after the epoch, its best in bold.";
        page.AddSection(
            "epochs",
            "Epochs",
            text,
            html => ReportPage.WriteTable(html, headings, rows, best),
            isLong: true);
    }

    private void AddSettings(ReportPage page) =>
        page.AddSection("settings", "Settings", "The same settings and seed give the same losses to the last bit, on the CPU whatever the number of threads.", html =>
        {
            (string Name, string Value)[] settings =
            [
                ("Data set", History.Dataset),
                ("Device", History.Device),
                ("Threads", Number(History.Threads)),
                .. History.Processes is { } processes ? ((string, string)[])[("Processes", Number(processes))] : [],
                ("Seed", History.Seed.ToString(Invariant)),
                ("Epochs", Number(History.Options.Training.Epochs)),
                ("Batch size", Number(History.Options.Training.BatchSize)),
                ("Learning rate", History.Options.Training.LearningRate.ToString(Invariant)),
                ("Bottleneck", Number(History.Options.Network.Bottleneck)),
                .. ModelSettings(),
            ];
            html.Start("table", ("class", "settings")).Start("tbody");
            foreach (var (name, value) in Origin is null ? settings : [("Data", Origin), .. settings])
            {
                html.Start("tr").Element("th", name, ("scope", "row")).Element("td", value).End();
            }

            html.End().End();
        });

    // Those that are not the defaults.
    private IEnumerable<(string, string)> ModelSettings()
    {
        var (network, training) = (History.Options.Network, History.Options.Training);
        yield return ("Model", Names.Of(History.Options.Model));
        if (network.Initializer != WeightInitializer.Glorot)
        {
            yield return ("First weights", Names.Of(network.Initializer));
        }

        if (network.BatchNorm)
        {
            yield return ("Batch norm", "yes");
        }

        if (network.Dropout > 0)
        {
            yield return ("Dropout", network.Dropout.ToString(Invariant));
        }

        if (network.CodeActivation != CodeActivation.None)
        {
            yield return ("Bottleneck activation", Names.Of(network.CodeActivation));
        }

        if (training.Denoise is { } noise)
        {
            yield return ("Noise", noise.ToString());
        }

        if (History.Options.Model == ModelKind.Vae)
        {
            yield return ("Beta", network.Beta.ToString(Invariant));
        }

        if (training.Schedule != LearningRateSchedule.Constant)
        {
            yield return ("Schedule", Names.Of(training.Schedule));
        }

        if (training.WeightDecay > 0)
        {
            yield return ("Weight decay", training.WeightDecay.ToString(Invariant));
        }

        if (training.Patience is { } patience)
        {
            yield return ("Patience", Count(patience, "epoch"));
        }

        if (training.Clip is { } clip)
        {
            yield return ("Gradient norm at most", clip.ToString(Invariant));
        }
    }

    private static string Name(NoiseKind noise) => noise == NoiseKind.SaltPepper ? "salt-and-pepper" : Names.Of(noise);

    private static string Decibels(double value) => $"{value.ToString("0.0", Invariant)} dB";

    private static string Colour(int index) => $"share-{Number(index % 6)}";

    private string Loss(double value) => LossUnit.Of(History.Options).Text(value);

    private static string Percent(double share) => share.ToString("0.0%", Invariant);

    private static string SignedPercent(double share) => share.ToString("+0.0%;\u22120.0%;0.0%", Invariant);

    private static string Number(int value) => value.ToString(Invariant);

    private static string Count(int value, string unit) => $"{Number(value)} {unit}{(value == 1 ? "" : "s")}";
}
