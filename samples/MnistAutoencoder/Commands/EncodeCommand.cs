using System.CommandLine;
using Quern.Mnist.Data;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.MnistAutoencoder.Commands;

/// <summary>Writes the codes of images, with their labels.</summary>
internal static class EncodeCommand
{
    public static Command Create()
    {
        var count = ModelOptions.Count("How many validation images; all of them if there are fewer.", int.MaxValue);
        var to = ModelOptions.Out("The codes: FILE.csv has a line for each image, its label first; beside FILE.npy the labels go to FILE.labels.npy.", ".npy", ".csv");
        var command = new Command("encode", "Write the codes of validation images, with their labels.") { ModelOptions.Model, count, to };
        ModelOptions.AddData(command);
        command.SetAction(parsed =>
        {
            var model = ModelOptions.Open(parsed);
            var images = ModelOptions.Images(parsed);
            int taken = Math.Min(parsed.GetValue(count), images.Count);
            var codes = model.Encode(images, taken);
            ModelOptions.Write(parsed.GetValue(to)!, path => Write(path, codes, images));
            return CommandLine.Done;
        });
        return command;
    }

    private static void Write(string path, Tensor codes, Dataset images)
    {
        if (CodeTable.IsCsv(path))
        {
            CodeTable.Write(path, codes, images.Labels);
            return;
        }

        float[] labels = new float[codes.Shape[0]];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = images.Labels[i];
        }

        Npy.Write(path, codes);
        Npy.Write(Path.ChangeExtension(path, ".labels.npy"), Tensor.From(labels, [labels.Length]));
    }
}
