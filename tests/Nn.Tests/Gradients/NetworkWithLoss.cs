using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>A loss, or a network with its loss, as one module whose output is the loss: so that it can be checked like a layer.</summary>
internal sealed class NetworkWithLoss : Module
{
    private readonly Loss _loss;
    private readonly Module? _network;
    private readonly Tensor _target;

    public NetworkWithLoss(Module? network, Tensor target, Loss? loss = null)
    {
        _loss = loss ?? new MseLoss();
        _network = network is null ? null : Register("network", network);
        _target = target;
    }

    public override Tensor Forward(Tensor input)
    {
        Tensor output = _network is null ? input : _network.Forward(input);
        return _loss.Forward(output, _target.Rows(0, output.Shape[0]));
    }

    public override Tensor Backward(Tensor outputGradient)
    {
        Tensor gradient = _loss.Backward() * outputGradient;
        return _network is null ? gradient : _network.Backward(gradient);
    }

    public override void BackwardParameters(Tensor outputGradient) => _network?.BackwardParameters(_loss.Backward() * outputGradient);
}
