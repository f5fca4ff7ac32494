using System.Globalization;
using Quern.Mnist.Report;
using Quern.Mnist.Training;

namespace Quern.MnistAutoencoder.Display;

/// <summary>How far a run is.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Part">How much of it is done, from 0 to 1.</param>
/// <param name="Loss">Its mean training loss so far; null where it is not known.</param>
/// <param name="Gone">Time since the run began.</param>
/// <param name="Left">Time until all epochs are done, by what was done so far; null where nothing was.</param>
/// <param name="ImagesPerSecond">Training images of this epoch a second.</param>
internal readonly record struct RunReading(int Epoch, double Part, double? Loss, TimeSpan Gone, TimeSpan? Left, double ImagesPerSecond);

/// <summary>Lines of text as wide as there is room for, and no wider.</summary>
internal static class RunLines
{
    private const int LeastBar = 8;
    private const int MostBar = 40;

    /// <summary>A line for an epoch that is done.</summary>
    public static string Epoch(EpochResult result, RunOptions options, int width)
    {
        var unit = LossUnit.Of(options);
        string number = Number(result.Epoch, options.Training.Epochs);
        string train = unit.Text(result.TrainLoss), validation = unit.Text(result.ValidationLoss);
        string losses = $"epoch {number}  train {train}  validation {validation}";
        string seconds = result.Seconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";
        string rate = result.ImagesPerSecond.ToString("N0", CultureInfo.InvariantCulture) + " images/s";
        return Widest(
            width,
            $"{losses}  {seconds}  {rate}",
            $"{losses}  {seconds}",
            losses,
            $"epoch {number}  {train}  {validation}",
            $"{number} {validation}");
    }

    /// <summary>What stands before the bar, how long the bar is, and what stands behind it.</summary>
    public static (string Before, int Bar, string After) Progress(RunReading reading, RunOptions options, int width)
    {
        string number = Number(reading.Epoch, options.Training.Epochs);
        string loss = reading.Loss is { } known ? LossUnit.Of(options).Text(known) : "";
        string part = Math.Floor(reading.Part * 100).ToString("0", CultureInfo.InvariantCulture).PadLeft(3) + "%";
        string gone = Clock(reading.Gone);
        string left = reading.Left is { } rest ? Clock(rest) : "-:--";
        string rate = reading.ImagesPerSecond.ToString("N0", CultureInfo.InvariantCulture) + " images/s";
        (string Before, string After)[] forms =
        [
            ($"epoch {number} ", $" {part}  loss {loss}  {gone} gone, {left} left  {rate}"),
            ($"epoch {number} ", $" {part}  loss {loss}  {gone} gone, {left} left"),
            ($"epoch {number} ", $" loss {loss}  {gone} gone, {left} left"),
            ($"epoch {number} ", $" {loss}  {gone} -{left}"),
            ($"{number} ", $" {loss} {gone} -{left}"),
            ($"{number} ", $" -{left}"),
        ];
        foreach (var (before, after) in forms)
        {
            int bar = Math.Min(MostBar, width - before.Length - after.Length);
            if (bar >= LeastBar)
            {
                return (before, bar, after);
            }
        }

        return ("", Math.Max(1, Math.Min(MostBar, width)), "");
    }

    /// <summary>Breaks a text between its words; a word that is too long for a line has one to itself.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        while (text.Length > width)
        {
            int end = text.LastIndexOf(' ', width);
            if (end <= 0)
            {
                end = text.IndexOf(' ', width);
            }

            if (end < 0)
            {
                break;
            }

            yield return text[..end].TrimEnd();
            text = text[(end + 1)..].TrimStart();
        }

        yield return text;
    }

    /// <summary>Minutes and seconds, after an hour hours as well.</summary>
    public static string Clock(TimeSpan time)
    {
        long seconds = (long)Math.Min(time.TotalSeconds, 359_999);
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }

    private static string Number(int epoch, int epochs)
    {
        string all = epochs.ToString(CultureInfo.InvariantCulture);
        return $"{epoch.ToString(CultureInfo.InvariantCulture).PadLeft(all.Length)}/{all}";
    }

    private static string Widest(int width, params ReadOnlySpan<string> forms)
    {
        foreach (string form in forms)
        {
            if (form.Length <= width)
            {
                return form;
            }
        }

        return forms[^1];
    }
}
