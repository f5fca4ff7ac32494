using Quern.Kernels;
using Quern.Tensors;
using Quern.Tensors.Tests;
using Device = Quern.Tensors.Device;

namespace Quern.Ilgpu.Tests;

/// <summary>
/// Zeros, infinities, NaN, denormal and the largest numbers on ILGPU's processor, against the CPU kernels, which the tests of tensors hold
/// against double precision. Each operation is launched once or twice: a work-item is a thread there.
/// </summary>
[Collection(nameof(Ilgpu))]
public sealed class SpecialValueTests(IlgpuFixture fixture)
{
    // Each with each.
    private static readonly float[] Firsts = [.. SpecialNumbers.Few.SelectMany(number => Enumerable.Repeat(number, SpecialNumbers.Few.Length))];
    private static readonly float[] Seconds = [.. SpecialNumbers.Few.SelectMany(_ => SpecialNumbers.Few)];

    private static readonly Tensor Rows = Tensor.From([.. SpecialNumbers.Few.SelectMany(special => SpecialNumbers.RowWith(special, 5))], [SpecialNumbers.Few.Length, 5]);

    public static TheoryData<Activation> FusedActivations => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(UnaryOperation.Names), MemberType = typeof(UnaryOperation))]
    public void Unary_operations_agree(string name) =>
        AssertSame(device => [UnaryOperation.Named(name).Run(Tensor.From(SpecialNumbers.All, [SpecialNumbers.All.Length], device), null)]);

    [Theory]
    [MemberData(nameof(BinaryOperation.Names), MemberType = typeof(BinaryOperation))]
    public void Binary_operations_agree(string name) =>
        AssertSame(device => [BinaryOperation.Named(name).Run(Vector(Firsts, device), Vector(Seconds, device), null)]);

    [Theory]
    [MemberData(nameof(LayerOperation.ActivationNames), MemberType = typeof(LayerOperation))]
    public void Activations_agree(string name) => AssertSame(device =>
    {
        LayerActivation activation = LayerOperation.Named(name).Activation!;
        Tensor x = Vector(SpecialNumbers.All, device);
        Tensor y = Tensor.Zeros(x.Shape, device), gradient = Tensor.Zeros(x.Shape, device);
        activation.Forward(device, x, y);
        activation.Backward(device, Tensor.Ones(x.Shape, device), x, gradient);
        return [y, gradient];
    });

    [Theory]
    [MemberData(nameof(LossOperation.Names), MemberType = typeof(LossOperation))]
    public void Losses_agree(string name) => AssertSame(device =>
    {
        LossOperation operation = LossOperation.Named(name);
        Tensor output = Vector([.. operation.SpecialOutputs.SelectMany(output => operation.SpecialTargets.Select(_ => output))], device);
        Tensor target = Vector([.. operation.SpecialOutputs.SelectMany(_ => operation.SpecialTargets)], device);
        Tensor loss = Tensor.Zeros([], device), gradient = Tensor.Zeros(output.Shape, device), targetGradient = Tensor.Zeros(output.Shape, device);
        operation.Run(device, output, target, 0.5, loss, gradient, targetGradient);
        return [loss, gradient, targetGradient];
    });

    [Theory]
    [MemberData(nameof(Reduction.Names), MemberType = typeof(Reduction))]
    public void Reductions_agree(string name) => AssertSame(device => [Reduction.Named(name).Run(Rows.To(device), 1, false, null)]);

    [Theory]
    [MemberData(nameof(UpdateOperation.Names), MemberType = typeof(UpdateOperation))]
    public void Steps_of_optimizers_agree(string name) => AssertSame(device =>
    {
        UpdateOperation operation = UpdateOperation.Named(name);
        Tensor parameter = Vector(Firsts, device);
        Tensor state0 = Tensor.Zeros(parameter.Shape, device), state1 = Tensor.Zeros(parameter.Shape, device);
        operation.Run(
            device, new UpdateSlot(parameter, Vector(Seconds, device), operation.StateCount > 0 ? state0 : null, operation.StateCount > 1 ? state1 : null));
        return [parameter, state0, state1];
    });

    [Theory]
    [MemberData(nameof(FusedActivations))]
    public void Activations_of_a_product_and_their_derivatives_agree(Activation activation) => AssertSame(device =>
    {
        int count = SpecialNumbers.Few.Length;
        Tensor column = Vector(SpecialNumbers.Few, device).Reshape(count, 1), ones = Tensor.Ones([1, count], device);
        Tensor output = Tensor.Zeros([count, count], device), gradient = Tensor.Zeros([count, count], device);
        device.MatMul(column, false, ones, false, output, false, new Epilogue<Tensor>(activation: activation));
        device.MatMul(
            column, false, ones, false, gradient, false,
            new Epilogue<Tensor>(gradientOutput: Vector(Seconds, device).Reshape(count, count), gradientActivation: activation));
        return [output, gradient];
    });

    [Fact]
    public void Softmax_LayerNorm_and_CrossEntropy_agree() => AssertSame(device =>
    {
        Tensor x = Rows.To(device);
        Tensor[] results = [.. Enumerable.Range(0, 5).Select(_ => Tensor.Zeros(x.Shape, device))];
        Tensor mean = Tensor.Zeros([x.Shape[0]], device), inverseDeviation = Tensor.Zeros([x.Shape[0]], device);
        device.Softmax(x, results[0]);
        device.SoftmaxBackward(x, Tensor.Full(x.Shape, 0.2f, device), results[1]);
        device.LayerNorm(x, null, null, 5, 1e-5f, results[2], mean, inverseDeviation);
        device.LayerNormBackward(Tensor.From(Plain.Numbers(x.ElementCount, 4), x.Shape, device), x, null, mean, inverseDeviation, 5, results[3], null);
        device.CrossEntropy(x, Tensor.Full([x.Shape[0]], 2, device), 1, Tensor.Zeros([], device), results[4]);
        return [.. results, mean, inverseDeviation];
    });

    [Fact]
    public void Windows_agree() => AssertSame(device =>
    {
        Window2d window = new(5, 4, 5, 4, 3, 1, 1, 1);
        Tensor x = Tensor.From([.. SpecialNumbers.Few.SelectMany(special => SpecialNumbers.RowWith(special, 20))], [SpecialNumbers.Few.Length, 1, 5, 4], device);
        Tensor[] results = [.. Enumerable.Range(0, 4).Select(_ => Tensor.Zeros(x.Shape, device))];
        Tensor weight = Tensor.From(Plain.Numbers(9, 3, 0.5f, 1), [1, 1, 3, 3], device);
        device.Conv2d(x, weight, window, results[0], default);
        device.Conv2dInputGradient(x, weight, window, results[1], default);
        device.MaxPool2d(x, window, results[2]);
        device.AvgPool2d(x, window, true, results[3]);
        return results;
    });

    private static Tensor Vector(float[] numbers, Device device) => Tensor.From(numbers, [numbers.Length], device);

    // NaN meets NaN, an infinity itself, and a zero one of its sign; what is as small as a denormal number has few digits.
    private void AssertSame(Func<Device, Tensor[]> run)
    {
        foreach ((Tensor expected, Tensor actual) in run(Device.Cpu).Zip(run(fixture.Device)))
        {
            Plain.AssertSpecial(Plain.Doubles(expected.ToArray()), actual, 1e-5, i => $"element {i} of shape {expected.Shape}", "The result", leastFloats: 100);
        }
    }
}
