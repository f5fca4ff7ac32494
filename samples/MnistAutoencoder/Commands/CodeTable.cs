using System.Globalization;
using System.Text;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.MnistAutoencoder.Commands;

/// <summary>Codes in a text file: a line of names, then one line for each code, its label first.</summary>
internal static class CodeTable
{
    private const string Label = "label";

    public static bool IsCsv(string path) => string.Equals(Path.GetExtension(path), ".csv", StringComparison.OrdinalIgnoreCase);

    public static void Write(string path, Tensor codes, ReadOnlySpan<byte> labels)
    {
        int width = codes.Shape[1];
        float[] numbers = codes.ToArray();
        var text = new StringBuilder(Label);
        for (int i = 0; i < width; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $",code_{i}");
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            if (i % width == 0)
            {
                text.Append('\n').Append(labels[i / width]);
            }

            text.Append(',').Append(numbers[i].ToString("R", CultureInfo.InvariantCulture));
        }

        AtomicFile.WriteText(path, text.Append('\n').ToString());
    }

    /// <summary>Reads codes [count, width] back; a first line of names and a column of labels may be missing.</summary>
    /// <exception cref="BadInputException">A line is not as it should be.</exception>
    public static Tensor Read(string path, int width)
    {
        List<float> numbers = [];
        int row = 0;
        bool hasLabel = false;
        foreach (string line in File.ReadLines(path))
        {
            row++;
            string[] cells = line.Split(',');
            bool isHeader = row == 1 && !float.TryParse(cells[0], NumberStyles.Float, CultureInfo.InvariantCulture, out _);
            hasLabel |= isHeader && cells[0].Trim() == Label;
            if (isHeader || string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (cells.Length != width + (hasLabel ? 1 : 0))
            {
                throw new BadInputException($"--codes: line {row} of '{path}' has {cells.Length} cells; expected {(hasLabel ? "a label and " : "")}{width} numbers, the model's code.");
            }

            foreach (string cell in cells.AsSpan(hasLabel ? 1 : 0))
            {
                if (!float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out float number))
                {
                    throw new BadInputException($"--codes: line {row} of '{path}' has '{cell[..Math.Min(cell.Length, 20)]}', which is no number.");
                }

                numbers.Add(number);
            }
        }

        return Tensor.From(numbers.ToArray(), [numbers.Count / width, width]);
    }
}
