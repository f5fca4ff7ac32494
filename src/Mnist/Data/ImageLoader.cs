using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Data;

/// <summary>
/// Batches of images for a classifier: inputs [batch, rows * columns] from 0 for background to 1 for full ink, targets [batch], the labels. The images
/// stay on the device as bytes.
/// </summary>
public sealed class ImageLoader : BatchSource
{
    private readonly Workspace _labels = new();
    private readonly DeviceImages _images;
    private readonly Dataset _data;
    private readonly Device _device;
    private readonly float[] _staging;

    /// <summary>Makes a loader.</summary>
    /// <param name="images">The images and their labels.</param>
    /// <param name="batchSize">Images in a batch: at least 1. The last batch has what is left.</param>
    /// <param name="shuffleSeed">Chooses the order of the images in each epoch; null to take them as they lie.</param>
    /// <param name="dropLast">Whether a last batch that is smaller than the others is left out.</param>
    /// <param name="device">Where batches lie; the processor if not given.</param>
    /// <exception cref="ArgumentException">There are no images, <paramref name="batchSize"/> is less than 1, or <paramref name="dropLast"/> would leave no batch.</exception>
    public ImageLoader(Dataset images, int batchSize, ulong? shuffleSeed = null, bool dropLast = false, Device? device = null)
        : base((images ?? throw new ArgumentNullException(nameof(images))).Count, batchSize, shuffleSeed, dropLast)
    {
        _data = images;
        _device = device ?? Device.Cpu;
        _images = new DeviceImages(images, _device);
        _images.SetOrder(Order);
        _staging = new float[Math.Min(batchSize, images.Count)];
    }

    /// <inheritdoc/>
    protected override void OnOrderChanged() => _images.SetOrder(Order);

    /// <inheritdoc/>
    protected override Batch LoadBatch(int batch, int first, int length)
    {
        Span<float> staging = _staging.AsSpan(0, length);
        for (int i = 0; i < length; i++)
        {
            staging[i] = _data.Labels[Order[first + i]];
        }

        Tensor labels = _labels.Get([length], _device);
        labels.CopyFrom(staging);
        return new Batch(_images.Gather(first, length), labels);
    }
}
