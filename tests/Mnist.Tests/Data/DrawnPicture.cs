using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Quern.Mnist.Tests.Data;

/// <summary>Draws digits of straight strokes, of any size, in any colours, and saves them as pictures.</summary>
internal static class DrawnPicture
{
    // In a unit square, y down.
    private static readonly (double X, double Y)[][] Strokes =
    [
        [(0.5, 0.1), (0.75, 0.25), (0.8, 0.5), (0.72, 0.78), (0.5, 0.9), (0.28, 0.78), (0.2, 0.5), (0.25, 0.25), (0.5, 0.1)],
        [(0.35, 0.25), (0.55, 0.1), (0.55, 0.9)],
        [(0.22, 0.3), (0.35, 0.12), (0.62, 0.12), (0.75, 0.3), (0.65, 0.5), (0.25, 0.88), (0.8, 0.88)],
        [(0.2, 0.12), (0.8, 0.12), (0.45, 0.9)],
    ];

    public static int Kinds => Strokes.Length;

    /// <summary>Draws one.</summary>
    /// <param name="kind">Which digit: 0, 1, 2, or 3 for a seven.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="ink">The colour of the strokes.</param>
    /// <param name="paper">The colour of the rest.</param>
    /// <param name="box">Left, top and side of the square that is drawn in; null for nine tenths of the picture's lesser side.</param>
    /// <param name="pen">The width of the strokes as a share of that side.</param>
    public static Image<Rgba32> Draw(int kind, int width, int height, Rgba32 ink, Rgba32 paper, (double Left, double Top, double Side)? box = null, double pen = 0.1)
    {
        var (left, top, side) = box ?? (0.05 * width, 0.05 * height, 0.9 * Math.Min(width, height));
        Image<Rgba32> picture = new(width, height, paper);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double u = (x + 0.5 - left) / side, v = (y + 0.5 - top) / side;
                double distance = double.MaxValue;
                for (int i = 0; i + 1 < Strokes[kind].Length; i++)
                {
                    var (a, b) = (Strokes[kind][i], Strokes[kind][i + 1]);
                    double dx = b.X - a.X, dy = b.Y - a.Y;
                    double t = Math.Clamp((((u - a.X) * dx) + ((v - a.Y) * dy)) / ((dx * dx) + (dy * dy)), 0, 1);
                    distance = Math.Min(distance, Math.Sqrt(Math.Pow(u - a.X - (t * dx), 2) + Math.Pow(v - a.Y - (t * dy), 2)));
                }

                if (distance <= pen / 2)
                {
                    picture[x, y] = ink;
                }
            }
        }

        return picture;
    }

    /// <summary>Saves a dozen of them, three of each digit in a folder of its own: PNG, JPEG, BMP and GIF, of varied size and tone.</summary>
    public static void SaveDozen(string folder)
    {
        string[] endings = ["png", "jpg", "png", "jpg", "bmp", "gif"];
        Rgba32 white = new(250, 250, 250), black = new(5, 5, 5), paper = new(235, 230, 215), blue = new(30, 30, 90);
        Random random = new(4);
        for (int i = 0; i < 12; i++)
        {
            int kind = i / 3;
            int width = random.Next(60, 420), height = random.Next(60, 420);
            double side = Math.Min(width, height) * (0.5 + (0.4 * random.NextDouble()));
            var box = ((width - side) * random.NextDouble(), (height - side) * random.NextDouble(), side);
            bool isLight = i % 2 == 1;
            using Image picture = Draw(kind, width, height, isLight ? white : blue, isLight ? black : paper, box, 0.05 + (0.08 * random.NextDouble()));
            Directory.CreateDirectory(Path.Combine(folder, "0127"[kind].ToString()));
            picture.Save(Path.Combine(folder, "0127"[kind].ToString(), $"{i}.{endings[(i + (i / 6)) % 6]}"));
        }
    }
}
