using Quern.Nn.Tests.Gradients;
using Quern.Tensors;
using Quern.Tests.Shared;

namespace Quern.Nn.Tests;

/// <summary>Attention: what gradients and PyTorch's figures do not show.</summary>
/// <remarks>Runs alone, since what other tests allocate counts too.</remarks>
[Collection(nameof(TrainingStepTests))]
public class MultiheadAttentionTests
{
    [Fact]
    public void Weights_have_the_names_and_shapes_of_PyTorch()
    {
        MultiheadAttention attention = new(6, 2, new Generator(1));
        Assert.Equal(
            """
            MultiheadAttention(
              in_proj_weight [18, 6]
              in_proj_bias [18]
              (out_proj): Linear(weight [6, 6], bias [6])
            ) 168 parameters
            """.ReplaceLineEndings("\n"),
            attention.ToString());
        Assert.Equal(["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"], attention.State.Select(named => named.Key));
        Assert.Equal(["in_proj_weight", "out_proj.weight"], new MultiheadAttention(6, 2, new Generator(1), bias: false).State.Select(named => named.Key));
        Assert.Equal(
            [("", 126L, Shape.Create([4, 5, 6])), ("out_proj", 42L, Shape.Create([4, 5, 6]))],
            attention.Summary([4, 5, 6]).Layers.Select(layer => (layer.Name, layer.ParameterCount, layer.Output!.Value)));
    }

    [Fact]
    public void A_causal_layer_does_not_see_what_comes_later()
    {
        foreach (Device device in Device.All)
        {
            MultiheadAttention attention = new(4, 2, new Generator(1), causal: true, device: device);
            float[] values = Samples.Values([1, 6, 4], 1);
            float[] whole = attention.Forward(Tensor.From(values, [1, 6, 4], device)).ToArray();
            values.AsSpan(4 * 4).Fill(100);
            float[] changed = attention.Forward(Tensor.From(values, [1, 6, 4], device)).ToArray();
            Assert.Equal(whole[..16], changed[..16]);
            Assert.NotEqual(whole[16..], changed[16..]);

            // Of a shorter sequence the last position is as of a longer one: each length has a mask of its own.
            attention.Eval();
            Assert.True(Tensor.From(whole.AsSpan(0, 16), [1, 4, 4]).AllClose(attention.Forward(Tensor.From(values.AsSpan(0, 16), [1, 4, 4], device)).To(Device.Cpu)));
        }
    }

    [Fact]
    public void The_first_position_of_a_causal_layer_attends_to_itself_alone()
    {
        MultiheadAttention attention = new(4, 2, new Generator(1), causal: true);
        Tensor x = Samples.Tensor([1, 3, 4], 1);
        Tensor values = x.Reshape(3, 4)[..1].MatMul(attention.InProjWeight.Value[8..], transposeRight: true);
        Tensor expected = values.MatMul(attention.OutProj.Weight.Value, transposeRight: true);
        Assert.True(expected.AllClose(attention.Forward(x).Reshape(3, 4)[..1]));
    }

    [Fact]
    public void A_step_allocates_nothing_where_lengths_of_sequences_alternate()
    {
        MultiheadAttention attention = new(8, 2, new Generator(1), causal: true, device: new CpuDevice(1));
        Adam optimizer = new(attention.Parameters);
        Tensor[] inputs = [Samples.Tensor([3, 9, 8], 1), Samples.Tensor([3, 5, 8], 2), Samples.Tensor([1, 9, 8], 3)];
        Step();
        Step();
        Assert.Equal(0, Allocations.LeastOf(Step));

        void Step()
        {
            foreach (Tensor input in inputs)
            {
                attention.Backward(attention.Forward(input));
                optimizer.Step();
                attention.ZeroGradient();
            }
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Generator random = new(1);
        MultiheadAttention attention = new(4, 2, random);
        Assert.Equal(
            "MultiheadAttention: the input has shape [3, 4]; the layer takes [batch, sequence, 4] with at least one position. For a single sequence, use Reshape(1, 3, 4).",
            Assert.Throws<ShapeException>(() => attention.Forward(Tensor.Ones(3, 4))).Message);
        Assert.Equal(
            "MultiheadAttention: the input has shape [2, 3, 5]; the layer takes [batch, sequence, 4] with at least one position.",
            Assert.Throws<ShapeException>(() => attention.Forward(Tensor.Ones(2, 3, 5))).Message);
        Assert.Throws<ShapeException>(() => attention.Forward(Tensor.Ones(2, 0, 4)));
        Assert.Equal(
            "MultiheadAttention: 4 numbers cannot be shared by 3 heads of equal size. Give a divisor of 4. (Parameter 'numHeads')",
            Assert.Throws<ArgumentException>(() => new MultiheadAttention(4, 3, random)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiheadAttention(4, 0, random));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiheadAttention(0, 1, random));
    }

    [Fact]
    public void What_the_backward_pass_needs_must_stay()
    {
        MultiheadAttention attention = new(4, 2, new Generator(1));
        Tensor input = Samples.Tensor([2, 3, 4], 1);
        Assert.Contains(
            "own last result", Assert.Throws<ArgumentException>(() => attention.Forward(attention.Forward(input))).Message, StringComparison.Ordinal);

        attention.Train();
        Tensor output = attention.Forward(input);
        Assert.Throws<ShapeException>(() => attention.Backward(Tensor.Ones(2, 4, 4)));
        input.Fill(1);
        Assert.Contains(
            "MultiheadAttention.Backward: the input", Assert.Throws<InvalidOperationException>(() => attention.Backward(output)).Message, StringComparison.Ordinal);

        attention.Train();
        output = attention.Forward(input);
        attention.InProjWeight.Value.Fill(1);
        Assert.Contains(
            "MultiheadAttention.Backward: the weight", Assert.Throws<InvalidOperationException>(() => attention.Backward(output)).Message, StringComparison.Ordinal);

        attention.Eval();
        attention.Forward(input);
        Assert.Throws<InvalidOperationException>(() => attention.Backward(output));
    }
}
