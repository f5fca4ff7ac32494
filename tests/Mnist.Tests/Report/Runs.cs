using Quern.Mnist.Pictures;
using Quern.Mnist.Report;
using Quern.Mnist.Training;

namespace Quern.Mnist.Tests.Report;

/// <summary>Made-up runs to report on.</summary>
internal static class Runs
{
    /// <summary>Text that breaks a page which forgets to escape.</summary>
    public const string Hostile = "<script>alert(1)</script>\"'&\u0000\uD800 </style> https://example.invalid";

    public static TrainingHistory History(int epochs, string dataset = "mnist", string device = "cpu") => new()
    {
        Dataset = dataset,
        Device = device,
        Threads = 2,
        Seed = 0,
        Options = new(),
        Epochs =
        [
            .. Enumerable.Range(1, epochs).Select(epoch => new EpochResult(
                epoch,
                TrainLoss: 0.0063 + (0.0335 / Math.Pow(epoch, 1.25)),
                ValidationLoss: 0.0059 + (0.0141 / Math.Pow(epoch, 0.85)),
                Seconds: 1.1 + (0.07 * (epoch % 3)),
                ImagesPerSecond: 60000 / (1.1 + (0.07 * (epoch % 3))))),
        ],
    };

    public static TrainingReport Report(TrainingHistory history) => new()
    {
        History = history,
        Reconstructions = Sheet(),
        TimeShares = [new("Matrix products", 9.1), new("Element-wise", 1.4), new("Optimizer", 1.1), new("Data", 0.8), new("Other", 0.35)],
    };

    /// <summary>Rings above fainter rings.</summary>
    private static ContactSheet Sheet()
    {
        var sheet = new ContactSheet(rows: 4, columns: 16, scale: 2, rowsPerGroup: 2);
        float[] image = new float[28 * 28];
        for (int row = 0; row < sheet.Rows; row++)
        {
            for (int column = 0; column < sheet.Columns; column++)
            {
                for (int i = 0; i < image.Length; i++)
                {
                    float distance = MathF.Sqrt(MathF.Pow((i % 28) - 13.5f, 2) + MathF.Pow((i / 28) - 13.5f, 2));
                    image[i] = MathF.Max(0, 1 - (MathF.Abs(distance - 4 - (column / 3f)) / (row % 2 == 0 ? 2 : 3)));
                }

                sheet.Put(row, column, image);
            }
        }

        return sheet;
    }
}
