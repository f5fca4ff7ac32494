using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Data;

/// <summary>Images on a device, one byte a pixel, with the order to take them in.</summary>
internal sealed class DeviceImages
{
    private const float PixelScale = 1f / 255;

    private readonly Workspace _batch = new();
    private readonly DeviceMemory<byte> _pixels;
    private readonly DeviceMemory<int> _order;
    private readonly Device _device;
    private readonly int _pixelsOfOne;

    public DeviceImages(Dataset images, Device device)
    {
        _device = device;
        _pixelsOfOne = images.Rows * images.Columns;
        _pixels = device.Upload(images.ImageArray);
        _order = device.Allocate<int>(images.Count);
    }

    /// <summary>Takes a new order.</summary>
    public void SetOrder(ReadOnlySpan<int> order) => _order.CopyFrom(order);

    /// <summary>Images from a place in the order on: [length, pixels], from 0 to 1. The tensor is overwritten by the next call.</summary>
    public Tensor Gather(int first, int length)
    {
        Tensor images = _batch.Get([length, _pixelsOfOne], _device);
        images.Gather(_pixels, _order, first, PixelScale);
        return images;
    }
}
