using System.Globalization;
using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>What layers ask of their arguments.</summary>
internal static class LayerChecks
{
    // The name of a type is asked for only where it is needed: now and then that allocates.
    public static void OutputGradient(Module layer, Tensor outputGradient, Shape output)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (outputGradient.Shape != output)
        {
            OutputGradient(layer.GetType().Name, outputGradient, output);
        }
    }

    public static void OutputGradient(string layer, Tensor outputGradient, Shape output)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (outputGradient.Shape != output)
        {
            throw new ShapeException(
                $"{layer}.Backward: the output gradient has shape {outputGradient.Shape}; the last output has {output}, and its gradient must have the same.");
        }
    }

    /// <summary>Whether an input is [batch, channels, length] or [batch, channels, height, width].</summary>
    /// <param name="layer">The layer that is given it.</param>
    /// <param name="input">The input's shape.</param>
    /// <param name="axes">How many axes come behind the channels: 1 or 2.</param>
    /// <param name="channels">How many channels there must be; null for any number.</param>
    /// <exception cref="ShapeException">It is not.</exception>
    public static void Channels(Module layer, Shape input, int axes, int? channels)
    {
        if (input.Rank != axes + 2 || (channels is not null && input[1] != channels))
        {
            string count = channels?.ToString(CultureInfo.InvariantCulture) ?? "channels";
            (string behind, string remedy) = axes == 1 ? ("length", SequencesRemedy(input, channels)) : ("height, width", ImagesRemedy(input, channels));
            throw new ShapeException($"{layer.GetType().Name}: the input has shape {input}; the layer takes [batch, {count}, {behind}].{remedy}");
        }
    }

    /// <summary>Whether an output is [batch, classes], and its target [batch], the numbers of the classes, or [batch, classes].</summary>
    /// <exception cref="ShapeException">They are not, or there are no elements.</exception>
    public static void Classifier(string operation, Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        bool fits = output.Rank == 2 && (target.Shape == output.Shape || target.Shape == [output.Shape[0]]);
        if (!fits || output.ElementCount == 0)
        {
            throw new ShapeException(
                $"{operation}: the output has shape {output.Shape} and the target {target.Shape}; the output must be [batch, classes] with elements, and the target [batch], the numbers of the classes, or [batch, classes], their probabilities.");
        }
    }

    /// <summary>A tensor that was given for one number, before anything is written.</summary>
    public static void Scalar(string operation, Tensor result, Device device)
    {
        if (result.Device != device && !result.Device.SharesMemoryWith(device))
        {
            throw new DeviceException(
                $"{operation}: the operands live on {device} and the result on {result.Device}; all must live on one device. Give a result there, or none.");
        }

        if (result.Rank > 1 || result.ElementCount != 1)
        {
            throw new ShapeException($"{operation}: the result is one number, and the tensor given for it has shape {result.Shape}. Give one of shape [] or [1], or none.");
        }
    }

    // A pass writes to memory of the layer's own, which may be where its argument lies: the layer's own last result.
    public static void Apart(Module layer, string pass, string name, Tensor argument, Tensor result)
    {
        if (argument.Overlaps(result))
        {
            throw new ArgumentException(
                $"{layer.Label}.{pass}: the {name} is this layer's own last result, which the pass is about to overwrite. In training each place in a network needs a layer of its own: make a second {layer.GetType().Name}, or pass a Clone().");
        }
    }

    /// <summary>What several children of a module are given is read by each, so that none may write over it.</summary>
    /// <param name="module">The module.</param>
    /// <param name="pass">Its pass.</param>
    /// <param name="name">What is given, for the error.</param>
    /// <param name="argument">What is given.</param>
    /// <param name="version">How often its memory had been written before.</param>
    /// <exception cref="InvalidOperationException">It was written since.</exception>
    public static void NotWritten(Module module, string pass, string name, Tensor argument, int version)
    {
        if (argument.Version != version)
        {
            string where = pass == nameof(Module.Forward) ? "first" : "last";
            throw new InvalidOperationException(
                $"{module.Label}.{pass}: a module within wrote over the {name}, which is needed as it was. Let its {where} activation not work in place (inPlace: false).");
        }
    }

    /// <summary>How a window moves over images [batch, channels, height, width], or over sequences [batch, channels, length], which have one row.</summary>
    public static Window2d Window(Module layer, Shape input, Size2d size, Size2d stride, Size2d padding, Size2d dilation)
    {
        Size2d image = input.Rank == 3 ? (1, input[2]) : (input[2], input[3]);
        long height = WindowAxis.LongPositions(image.Height, size.Height, stride.Height, padding.Height, dilation.Height);
        long width = WindowAxis.LongPositions(image.Width, size.Width, stride.Width, padding.Width, dilation.Width);
        if (image.Height == 0 || image.Width == 0 || height == 0 || width == 0)
        {
            long rows = WindowAxis.ReachOf(size.Height, dilation.Height), columns = WindowAxis.ReachOf(size.Width, dilation.Width);
            string smaller = input.Rank == 3
                ? $"with padding {padding.Width} its sequences are shorter than the window, which is {columns} long. Use longer sequences"
                : $"with padding {padding} its images are smaller than the window, which is {rows} by {columns}. Use larger images";
            throw new ShapeException($"{layer.GetType().Name}: the input has shape {input}; {smaller}, more padding or a smaller window.");
        }

        (int outputHeight, int outputWidth) = Axes(layer, input, height, width);
        return Window(layer, input, image, (outputHeight, outputWidth), size, stride, padding, dilation);
    }

    /// <summary>A window over images of a size with so many positions, which must be one that kernels can work with.</summary>
    public static Window2d Window(
        Module layer, Shape input, Size2d image, Size2d positions, Size2d size, Size2d stride, Size2d padding, Size2d dilation)
    {
        Window2d window = new(
            new WindowAxis(image.Height, positions.Height, size.Height, stride.Height, padding.Height, dilation.Height),
            new WindowAxis(image.Width, positions.Width, size.Width, stride.Width, padding.Width, dilation.Width));
        return window.Fault() is string fault ? throw new ShapeException($"{layer.GetType().Name}: the input has shape {input}; {fault}") : window;
    }

    /// <summary>The lengths of the output's last two axes as axes have them.</summary>
    public static (int Height, int Width) Axes(Module layer, Shape input, long height, long width) => Math.Max(height, width) > int.MaxValue
        ? throw new ShapeException(
            $"{layer.GetType().Name}: the input has shape {input}; its output would be {height} by {width}, and an axis is at most {int.MaxValue} long. Use smaller images, or a layer that enlarges or pads them less.")
        : ((int)height, (int)width);

    public static InvalidOperationException NoForward(string layer) =>
        new($"{layer}.Backward: there was no forward pass, and Backward takes a gradient through the last one. Call Forward first.");

    /// <summary>How to make images [batch, channels, height, width] of an input, where its shape says so: with any number of channels if none is given.</summary>
    private static string ImagesRemedy(Shape input, int? channels) =>
        input.Rank == 2 && input[1] > 0 && input[1] % (channels ?? 1) == 0 ? $" Put an Unflatten([{channels?.ToString(CultureInfo.InvariantCulture) ?? "channels"}, height, width]) before it."
        : input.Rank == 3 && (channels is null || input[0] == channels) ? $" For a single image, use Reshape(1, {input[0]}, {input[1]}, {input[2]})."
        : input.Rank == 3 && channels == 1 ? $" For images of one channel, use Reshape({input[0]}, 1, {input[1]}, {input[2]})."
        : string.Empty;

    /// <summary>How to make sequences [batch, channels, length] of an input, where its shape says so: with any number of channels if none is given.</summary>
    private static string SequencesRemedy(Shape input, int? channels) =>
        input.Rank == 2 && (channels is null || input[0] == channels) ? $" For a single sequence, use Reshape(1, {input[0]}, {input[1]})."
        : input.Rank == 2 && channels == 1 ? $" For sequences of one channel, use Reshape({input[0]}, 1, {input[1]})."
        : string.Empty;
}
