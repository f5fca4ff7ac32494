using Quern.Mnist.Data;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Training;

/// <summary>Batches of images for an autoencoder: the targets are the images, and the inputs the same, or noisy ones.</summary>
internal sealed class AutoencoderBatches : BatchSource
{
    private readonly DeviceImages _images;
    private readonly NoiseMaker? _noise;
    private readonly Generator _streams;
    private readonly bool _isTraining;
    private (Tensor Images, Tensor Noisy, int Start, Batch Rows)? _part;

    /// <param name="images">The images; they are copied to the device as bytes.</param>
    /// <param name="options">Batch size and noise.</param>
    /// <param name="seed">The seed of noise and order.</param>
    /// <param name="isTraining">Whether order and noise are others in each epoch, rather than the same in all.</param>
    /// <param name="device">Where batches lie.</param>
    public AutoencoderBatches(Dataset images, TrainerOptions options, ulong seed, bool isTraining, Device device)
        : base(images.Count, options.BatchSize, isTraining ? seed : null)
    {
        _images = new DeviceImages(images, device);
        _images.SetOrder(Order);
        _noise = options.Denoise is { } noise ? new NoiseMaker(noise) : null;
        _streams = new Generator(seed);
        _isTraining = isTraining;
    }

    protected override void OnOrderChanged() => _images.SetOrder(Order);

    protected override Batch LoadBatch(int batch, int first, int length)
    {
        if (_noise is null)
        {
            Tensor images = _images.Gather(first, length);
            return new Batch(images, images);
        }

        // What is drawn belongs to the whole batch: its parts have the same noise in any number of processes.
        Tensor whole = _images.Gather(batch * BatchSize, BatchLength(batch));
        _streams.Stream = _isTraining ? RandomStreams.TrainingNoise(((Epoch - 1L) * BatchCount) + batch) : RandomStreams.ValidationNoise(batch);
        Tensor noisy = _noise.AddTo(whole, _streams);
        return length == whole.Shape[0] ? new Batch(noisy, whole) : Part(noisy, whole, first - (batch * BatchSize), length);
    }

    // The views of one part are those of the next, while batches have the same length.
    private Batch Part(Tensor noisy, Tensor images, int start, int length)
    {
        if (_part is not { } part || !ReferenceEquals(part.Noisy, noisy) || !ReferenceEquals(part.Images, images) || part.Start != start || part.Rows.Inputs.Shape[0] != length)
        {
            _part = part = (images, noisy, start, new Batch(noisy.Rows(start, length), images.Rows(start, length)));
        }

        return part.Rows;
    }
}
