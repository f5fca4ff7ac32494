using Quern.Nn;
using Quern.Tensors;
using Device = Quern.Tensors.Device;

namespace Quern.Ilgpu.Tests;

/// <summary>A layer of several operations, forwards and backwards, against the CPU.</summary>
[Collection(nameof(Ilgpu))]
public sealed class AttentionTests(IlgpuFixture fixture)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Attention_agrees(bool causal)
    {
        Tensor[] expected = Run(Device.Cpu);
        Tensor[] actual = Run(fixture.Device);
        for (int i = 0; i < expected.Length; i++)
        {
            OperationTests.Close(expected[i], actual[i]);
        }

        Tensor[] Run(Device device)
        {
            MultiheadAttention attention = new(4, 2, new Generator(1), causal: causal, device: device);
            Tensor output = attention.Forward(Tensor.Random([2, 3, 4], new Generator(2), -1, 1).To(device));
            Tensor inputGradient = attention.Backward(Tensor.Random([2, 3, 4], new Generator(3), -1, 1).To(device));
            return [output, inputGradient, .. attention.Parameters.Select(parameter => parameter.Gradient)];
        }
    }
}
