using Quern.Nn.Tests.Gradients;
using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>A backward pass that would give wrong gradients is refused: by the layer's name, with what was changed and what to do.</summary>
public class PassesTests
{
    private static readonly Func<Module>[] Layers =
    [
        () => new Linear(6, 6, new Generator(1)), () => new Relu(), () => new Tanh(), () => new Silu(), () => new Softmax(),
        () => new LayerNorm([6]), () => new BatchNorm1d(6), () => new Dropout(new Generator(1)),
    ];

    private static readonly Func<Module>[] PictureLayers =
    [
        () => new Conv2d(3, 3, 3, new Generator(1), padding: 1), () => new ConvTranspose2d(3, 3, 3, new Generator(1), padding: 1),
        () => new MaxPool2d(2), () => new AvgPool2d(2), () => new Upsample(2), () => new BatchNorm2d(3),
    ];

    public static IEnumerable<(Module Layer, Tensor Input)> All =>
        Layers.Select(make => (make(), Samples.Tensor([4, 6], 1))).Concat(PictureLayers.Select(make => (make(), Samples.Tensor([2, 3, 6, 6], 1))));

    [Fact]
    public void After_two_forward_passes()
    {
        foreach ((Module layer, Tensor input) in All)
        {
            layer.Forward(input);
            Tensor gradient = Samples.Tensor(layer.Forward(input).Shape, 2);
            string message = Refused(() => layer.Backward(gradient));
            Assert.StartsWith($"{layer.GetType().Name}.Backward: Forward ran more than once", message, StringComparison.Ordinal);
            Assert.Contains("Eval()", message, StringComparison.Ordinal);
            Refused(() => layer.Backward(gradient));

            layer.Forward(input);
            layer.Backward(gradient);
            layer.Backward(gradient);
            layer.Forward(input);
            layer.Train();
            Assert.Contains("Call Forward first", Refused(() => layer.Backward(gradient)), StringComparison.Ordinal);
            layer.Forward(input);
            layer.Backward(gradient);
        }
    }

    [Fact]
    public void After_the_input_was_written_in_whichever_way()
    {
        Tensor other = Samples.Tensor([4, 6], 5);
        Action<Tensor>[] writes =
        [
            input => input.Fill(1), input => input[0, 0] = 100, input => input.CopyFrom(other), input => input.CopyFrom(other.ToArray()), input => input.Add(1, input),
            input => other.Exp(input), input => other.MatMul(Samples.Tensor([6, 6], 1), result: input), input => input.FillRandom(new Generator(1)),
            input => input.AsSpan()[0] = 1, input => input[2..].Fill(1), input => input.Reshape(24)[0] = 1,
        ];
        foreach (Action<Tensor> write in writes)
        {
            foreach (Module layer in (Module[])[new Linear(6, 6, new Generator(1)), new Silu(), new LayerNorm([6]), new BatchNorm1d(6)])
            {
                Tensor input = Samples.Tensor([4, 6], 1);
                Sequential network = new(("first", layer));
                network.Forward(input);
                write(input);
                string message = Refused(() => network.Backward(other));
                Assert.StartsWith($"{layer.GetType().Name} 'first'.Backward: the input of the last Forward, of shape [4, 6], was written since", message, StringComparison.Ordinal);
                Assert.Contains("Clone()", message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Reading_changes_nothing()
    {
        Linear layer = new(6, 6, new Generator(1));
        Tensor input = Samples.Tensor([4, 6], 1);
        Tensor output = layer.Forward(input);
        _ = (input.ToArray(), input.AsReadOnlySpan()[0], input[0, 0], input.Sum(), output.Exp(), layer.Weight.Value.Clone(), layer.Weight.Value.ToString());
        layer.Backward(output);
    }

    [Fact]
    public void After_the_output_was_written()
    {
        foreach (Module layer in (Module[])[new Tanh(), new Relu(), new Softmax(), new Sequential(new Linear(6, 6, new Generator(1)), new Sigmoid())])
        {
            Tensor output = layer.Forward(Samples.Tensor([4, 6], 1));
            output.Multiply(2, output);
            Assert.Contains("the output of the last Forward", Refused(() => layer.Backward(Samples.Tensor([4, 6], 2))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void After_the_optimizer_changed_a_weight_that_it_needs()
    {
        foreach (Func<IReadOnlyList<Parameter>, Optimizer> make in (Func<IReadOnlyList<Parameter>, Optimizer>[])[parameters => new Adam(parameters), parameters => new Sgd(parameters)])
        {
            Linear layer = new(6, 6, new Generator(1));
            Tensor gradient = layer.Forward(Samples.Tensor([4, 6], 1)).Clone();
            layer.Backward(gradient);
            make(layer.Parameters).Step();
            Assert.Contains("the weight of the last Forward", Refused(() => layer.Backward(gradient)), StringComparison.Ordinal);
            layer.BackwardParameters(gradient);
        }
    }

    [Fact]
    public void In_evaluation_unless_asked_for()
    {
        foreach ((Module layer, Tensor input) in All)
        {
            Tensor gradient = layer.Forward(input).Clone();
            layer.Eval();
            layer.Forward(input);
            Assert.Contains("Eval(keepForBackward: true)", Refused(() => layer.Backward(gradient)), StringComparison.Ordinal);
            layer.Eval(keepForBackward: true);
            Assert.False(layer.IsTraining);
            gradient = layer.Forward(input).Clone();
            layer.Backward(gradient);
        }
    }

    [Fact]
    public void From_a_second_thread_that_trains_at_once()
    {
        Waiting waiting = new();
        Sequential network = new(new Linear(6, 6, new Generator(1)), waiting);
        Tensor input = Samples.Tensor([4, 6], 1);
        Thread first = new(() => network.Forward(input));
        first.Start();
        waiting.Entered.Wait();
        string message = Refused(() => network.Forward(input));
        Assert.Contains("Sequential.Forward: another thread", message, StringComparison.Ordinal);
        Assert.Contains("Eval()", message, StringComparison.Ordinal);
        waiting.MayLeave.Set();
        first.Join();
        network.Backward(input);
    }

    [Fact]
    public void Losses_that_are_kept_stay_and_two_of_them_share_no_gradient()
    {
        MseLoss loss = new();
        Tensor target = Tensor.Zeros([4, 6]);
        List<Tensor> losses = [];
        for (int i = 0; i < 5; i++)
        {
            losses.Add(loss.Forward(Tensor.Full([4, 6], i), target));
            loss.Backward();
        }

        Assert.Equal([0, 1, 4, 9, 16], losses.Select(value => value.Item()));
        loss.Forward(target, target);
        loss.Forward(target, target);
        Assert.Contains("Evaluate", Refused(() => loss.Backward()), StringComparison.Ordinal);
        loss.Forward(target, target);
        loss.Backward().Fill(1);
        Assert.Contains("the gradient of the last Forward", Refused(() => loss.Backward()), StringComparison.Ordinal);
    }

    private static string Refused(Action action) => Assert.Throws<InvalidOperationException>(action).Message;

    /// <summary>Holds a thread in its forward pass.</summary>
    private sealed class Waiting : Module
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim MayLeave { get; } = new();

        public override Tensor Forward(Tensor input)
        {
            Entered.Set();
            MayLeave.Wait();
            return input;
        }

        public override Tensor Backward(Tensor outputGradient) => outputGradient;
    }
}
