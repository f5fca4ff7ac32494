using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A layer that takes in the activation behind it, and the derivative of the one below: no pass over memory is left for either.</summary>
internal interface IActivatedLayer
{
    /// <summary>The layer's pass and that of the activation, whose output is returned; the layer's own is not computed.</summary>
    /// <param name="input">The layer's input.</param>
    /// <param name="activation">The activation behind the layer, or null.</param>
    Tensor Forward(Tensor input, ActivationLayer? activation);

    /// <summary>The layer's backward pass, and that of the activation that made its input.</summary>
    /// <param name="outputGradient">The loss's derivative with respect to the layer's output.</param>
    /// <param name="below">The activation, or null.</param>
    Tensor Backward(Tensor outputGradient, ActivationLayer? below);
}
