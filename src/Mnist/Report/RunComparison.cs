using System.Globalization;
using Quern.Mnist.Pictures;
using Quern.Mnist.Training;

namespace Quern.Mnist.Report;

/// <summary>A run to compare with others.</summary>
/// <param name="Name">What it is called, such as the name of its folder.</param>
/// <param name="History">Its settings and losses.</param>
public sealed record ComparedRun(string Name, TrainingHistory History);

/// <summary>Several runs on one page: their curves, their best losses, and the settings in which they differ. It needs neither network nor script.</summary>
/// <param name="Runs">The runs, at least one. Losses are drawn together where they are measured in the same unit.</param>
public sealed record RunComparison(IReadOnlyList<ComparedRun> Runs)
{
    private const string Missing = "\u2013";

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>The page as HTML.</summary>
    public string ToHtml()
    {
        var units = Runs.GroupBy(run => LossUnit.Of(run.History.Options)).ToArray();
        ReportPage page = new("Comparison of runs", $"{Runs.Count.ToString(Invariant)} runs, their losses, and the settings in which they differ.", [.. Figures(units)]);
        int number = 0;
        foreach (var unit in units)
        {
            number++;
            AddCurves(page, $"validation-{number}", "Validation loss", unit.Key.Sentence, unit, epoch => epoch.ValidationLoss);
            AddCurves(page, $"training-{number}", "Training loss", "The mean over the training images of each epoch, while the weights move.", unit, epoch => epoch.TrainLoss);
        }

        AddResults(page, units);
        AddSettings(page);
        return page.Close("Made by Quern from the history.json of each run.");
    }

    private static EpochResult? Best(ComparedRun run) => run.History.Epochs.MinBy(epoch => epoch.ValidationLoss);

    private static IEnumerable<ComparedRun> Finished(IEnumerable<ComparedRun> runs) => runs.Where(run => run.History.Epochs.Count > 0);

    private static IEnumerable<(string, string)> Figures(IReadOnlyList<IGrouping<LossUnit, ComparedRun>> units)
    {
        foreach (var unit in units)
        {
            if (Finished(unit).MinBy(run => Best(run)!.ValidationLoss) is { } run)
            {
                yield return (units.Count == 1 ? "Best run" : $"Best run in {(unit.Key.IsNats ? "nats" : "squared error")}", run.Name);
                yield return ("Its validation loss", unit.Key.Text(Best(run)!.ValidationLoss));
            }
        }
    }

    private static void AddCurves(ReportPage page, string id, string title, string text, IGrouping<LossUnit, ComparedRun> runs, Func<EpochResult, double> loss)
    {
        if (!Finished(runs).Any())
        {
            return;
        }

        LineChart chart = new()
        {
            Title = $"{title} of each run over the epochs",
            Description = "A line for each run.",
            XLabel = "Epoch",
            YLabel = runs.Key.Axis,
            YFormat = runs.Key.Format,
            LogarithmicWhereWide = true,
            Series = [.. Finished(runs).Select(run => new ChartSeries(run.Name, [.. ShownEpochs.Of(run.History.Epochs).Select(epoch => new ChartPoint(epoch.Epoch, loss(epoch)))]))],
        };
        page.AddSection(id, title, text, html => ReportPage.WriteFigure(html, chart));
    }

    private void AddResults(ReportPage page, IReadOnlyList<IGrouping<LossUnit, ComparedRun>> units)
    {
        var bestOfAll = units.Count == 1 ? Finished(Runs).MinBy(run => Best(run)!.ValidationLoss) : null;
        page.AddSection(
            "runs",
            "Runs",
            "The best validation loss of each run, and the epoch after which it was reached.",
            html => ReportPage.WriteTable(
                html,
                ["Run", "Model", "Data", "Epochs", "Best loss", "At epoch", "Linear probe", "Seconds"],
                Runs.Select(run => (string[])
                [
                    run.Name,
                    Names.Of(run.History.Options.Model),
                    run.History.Dataset,
                    run.History.Epochs.Count.ToString(Invariant),
                    Best(run) is { } best ? LossUnit.Of(run.History.Options).Text(best.ValidationLoss) : Missing,
                    Best(run)?.Epoch.ToString(Invariant) ?? Missing,
                    run.History.Figures?.ProbeAccuracy?.ToString("0.0%", Invariant) ?? Missing,
                    run.History.Epochs.Sum(epoch => epoch.Seconds).ToString("N1", Invariant),
                ]),
                bestOfAll is null ? -1 : Runs.ToList().IndexOf(bestOfAll)),
            isLong: true);
    }

    private void AddSettings(ReportPage page)
    {
        var settings = Runs.Select(run => new Dictionary<string, string>(run.History.Options.Named())
        {
            ["seed"] = run.History.Seed.ToString(Invariant),
            ["device"] = run.History.Device,
            ["dataset"] = run.History.Dataset,
        }).ToArray();
        string[] different = [.. settings.SelectMany(run => run.Keys).Distinct().Where(name => settings.Select(run => run.GetValueOrDefault(name)).Distinct().Count() > 1)];
        page.AddSection(
            "settings",
            "Settings that differ",
            different.Length == 0 ? "The runs have the same settings." : "Named as on the command line. All other settings are the same.",
            html =>
            {
                if (different.Length > 0)
                {
                    ReportPage.WriteTable(
                        html,
                        ["Run", .. different.Select(name => name.Replace('_', ' '))],
                        Runs.Zip(settings, (run, own) => (string[])[run.Name, .. different.Select(name => own.GetValueOrDefault(name, Missing))]));
                }
            },
            isLong: true);
    }
}
