using Quern.Kernels.Operators;
using Quern.Tensors;

foreach (Device device in Device.All)
{
    Tensor x = Tensor.From([-3, -0.5, 0, 0.5, 3]).To(device);
    Tensor y = Tensor.From([0, 0, 0, 1, 1]).To(device);
    Console.WriteLine($"{device} swish {Text(x.Map<Swish>())}");
    Console.WriteLine($"{device} huber {Text(x.Zip<Huber>(y))}");
    Console.WriteLine($"{device} swish of the square {Text(x.Map<Compose<SquareOperator, Swish>>())}");
}

static string Text(Tensor tensor) => string.Join(' ', tensor.ToArray().Select(number => number.ToString("F4")));

/// <summary>x / (1 + exp(-x)).</summary>
internal readonly partial struct Swish : IUnaryOperator
{
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Multiply(x, SigmoidOperator.Invoke<S, V>(x));
}

/// <summary>½ d² where |d| is below 1, |d| - ½ elsewhere; d is the difference.</summary>
internal readonly partial struct Huber : IBinaryOperator
{
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V half = S.Broadcast(0.5f);
        V distance = S.Abs(S.Subtract(left, right));
        V squared = S.Multiply(half, S.Multiply(distance, distance));
        return S.Select(S.Greater(S.Broadcast(1), distance), squared, S.Subtract(distance, half));
    }
}
