using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Data;

/// <summary>Adds noise to batch after batch in memory that it reuses.</summary>
internal sealed class NoiseMaker(ImageNoise noise)
{
    private readonly Workspace _noise = new();
    private readonly Workspace _result = new();
    private Tensor? _zero;
    private Tensor? _one;
    private Tensor? _lower;
    private Tensor? _upper;

    /// <summary>The noisy images, which belong to this object until the next call.</summary>
    public Tensor AddTo(Tensor images, Generator generator)
    {
        Prepare(images.Device);
        Tensor draws = _noise.Get(images.Shape, images.Device);
        Tensor result = _result.Get(images.Shape, images.Device);
        if (noise.Kind == NoiseKind.Gaussian)
        {
            draws.FillRandomNormal(generator, 0, (float)noise.Amount);
            images.Add(draws, result);
            result.Maximum(_zero!, result);
            return result.Minimum(_one!, result);
        }

        // A pixel keeps its value where its draw from [0, 1) is at least the lower bound, and becomes 1 from the upper one up.
        draws.FillRandom(generator);
        draws.GreaterOrEqual(_lower!, result);
        result.Multiply(images, result);
        if (noise.Kind == NoiseKind.SaltPepper)
        {
            draws.GreaterOrEqual(_upper!, draws);
            result.Maximum(draws, result);
        }

        return result;
    }

    private void Prepare(Device device)
    {
        if (_zero?.Device != device)
        {
            double dark = noise.Kind == NoiseKind.SaltPepper ? noise.Amount / 2 : noise.Amount;
            _zero = Tensor.Scalar(0, device);
            _one = Tensor.Scalar(1, device);
            _lower = Tensor.Scalar((float)dark, device);
            _upper = Tensor.Scalar((float)(1 - (noise.Amount / 2)), device);
        }
    }
}
