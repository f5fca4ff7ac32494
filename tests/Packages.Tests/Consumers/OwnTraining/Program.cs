using Quern.Kernels.Operators;
using Quern.Nn;
using Quern.Tensors;

foreach (Device device in Device.All)
{
    Tensor points = Tensor.From([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]).To(device);
    Tensor answers = Tensor.From([0, 1, 1, 0], [4, 1]).To(device);
    Generator random = new(1);
    Sequential network = new(
        new Linear(2, 8, random, device: device),
        new ElementWise<Swish, SwishGradient>(),
        new Linear(8, 1, random, device: device));
    ElementWiseLoss<PseudoHuber> loss = new();
    Lion optimizer = new(network.Parameters, 0.01);
    for (int step = 0; step < 1000; step++)
    {
        optimizer.LearningRate = 0.01 * (1 - (step / 1000.0));
        loss.Forward(network.Forward(points), answers);
        optimizer.ZeroGradient();
        network.Backward(loss.Backward());
        optimizer.Step();
    }

    Console.WriteLine($"{device} {string.Join(' ', network.Forward(points).ToArray().Select(answer => Math.Abs(answer).ToString("F1")))}");
}

/// <summary>x · s, with s = sigmoid(x).</summary>
internal readonly partial struct Swish : IUnaryOperator
{
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Multiply(x, SigmoidOperator.Invoke<S, V>(x));
}

/// <summary>outputGradient · s (1 + x (1 - s)).</summary>
internal readonly partial struct SwishGradient : IBinaryOperator
{
    public static V Invoke<S, V>(V outputGradient, V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V one = S.Broadcast(1);
        V s = SigmoidOperator.Invoke<S, V>(x);
        return S.Multiply(outputGradient, S.Multiply(s, S.MultiplyAdd(x, S.Subtract(one, s), one)));
    }
}

/// <summary>√(1 + d²) - 1, where d is the difference; its derivative is d / √(1 + d²).</summary>
internal readonly partial struct PseudoHuber : ILossOperator
{
    public static V Invoke<S, V>(V output, V target, V parameter, out V outputGradient, out V targetGradient)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V one = S.Broadcast(1);
        V difference = S.Subtract(output, target);
        V root = S.Sqrt(S.MultiplyAdd(difference, difference, one));
        outputGradient = S.Divide(difference, root);
        targetGradient = S.Negate(outputGradient);
        return S.Subtract(root, one);
    }
}

/// <summary>A step of Lion: p -= rate · sign(β₁ m + (1 - β₁) g); m = β₂ m + (1 - β₂) g.</summary>
internal readonly partial struct LionStep : IUpdateOperator
{
    public static int StateCount => 1;

    public static void Invoke<S, V>(
        ref V parameter, V gradient, ref V state0, ref V state1, V c0, V c1, V c2, V c3, V c4, V c5, V c6, V c7)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V direction = S.MultiplyAdd(S.Subtract(gradient, state0), c1, state0);
        V step = S.Select(S.Broadcast(-0.0f), direction, c0);
        parameter = S.Subtract(parameter, S.Select(S.Equal(direction, S.Broadcast(0)), direction, step));
        state0 = S.MultiplyAdd(S.Subtract(gradient, state0), c2, state0);
    }
}

/// <summary>Lion. Source: Chen et al., 2023.</summary>
internal sealed class Lion(IReadOnlyList<Parameter> parameters, double learningRate, double beta1 = 0.9, double beta2 = 0.99)
    : Optimizer(parameters, learningRate, "exp_avg")
{
    public override void Step() => Update<LionStep>((float)LearningRate, (float)(1 - beta1), (float)(1 - beta2));
}
