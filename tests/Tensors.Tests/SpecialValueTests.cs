namespace Quern.Tensors.Tests;

/// <summary>
/// Zeros, infinities, NaN, denormal and the largest numbers: every operation treats them as its formula does in double precision, rounded to
/// a float. A device is tested by a class that derives from this one.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="tolerance">How far a number may lie from the exact one, in proportion to it.</param>
public abstract partial class SpecialValueTests(Device device, double tolerance)
{
    // One, a few, and as many as several vectors hold.
    private static readonly int[] Lengths = [1, 5, 67];

    public static TheoryData<string> Unary => UnaryOperation.Names;

    public static TheoryData<string> Binary => BinaryOperation.Names;

    public static TheoryData<string> Activations => LayerOperation.ActivationNames;

    public static TheoryData<string> Losses => LossOperation.Names;

    public static TheoryData<string> Reductions => Reduction.Names;

    public static TheoryData<string> Updates => UpdateOperation.Names;

    public static TheoryData<string> ShapeOperations => ShapeOperation.Names;

    [Theory]
    [MemberData(nameof(Unary))]
    public void Unary_operations_treat_special_values_as_the_plain_formula(string name)
    {
        UnaryOperation operation = UnaryOperation.Named(name);
        OnEveryTier(() => Plain.AssertSpecial(
            [.. SpecialNumbers.All.Select(number => operation.Plain(number))],
            operation.Run(Tensor.From(SpecialNumbers.All, [SpecialNumbers.All.Length], device), null),
            tolerance,
            i => $"{SpecialNumbers.All[i]:G9}",
            name));
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Activations_of_layers_and_their_gradients_treat_special_values_as_the_limits_of_their_formulas(string name)
    {
        LayerActivation activation = LayerOperation.Named(name).Activation!;
        Tensor x = Tensor.From(SpecialNumbers.All, [SpecialNumbers.All.Length], device);
        Tensor ones = Tensor.Ones(x.Shape, device);
        OnEveryTier(() =>
        {
            Tensor result = Tensor.Zeros(x.Shape, device);
            activation.Forward(device, x, result);
            Check(activation.Plain, name);
            activation.Backward(device, ones, x, result);
            Check(activation.Derivative, $"The gradient of {name}");

            // A gate that is a denormal number has few digits, and the operand multiplies their error.
            void Check(Func<double, double> plain, string what) => Plain.AssertSpecial(
                [.. SpecialNumbers.All.Select(number => plain(number))], result, 10 * tolerance, i => $"{SpecialNumbers.All[i]:G9}", what, leastFloats: 100);
        });
    }

    [Theory]
    [MemberData(nameof(Binary))]
    public void Binary_operations_treat_special_values_as_the_plain_formula(string name)
    {
        BinaryOperation operation = BinaryOperation.Named(name);
        int count = SpecialNumbers.All.Length;
        Tensor column = Tensor.From(SpecialNumbers.All, [count, 1], device);
        Tensor row = Tensor.From(SpecialNumbers.All, [count], device);
        double[] expected = Plain.Broadcast(SpecialNumbers.All, [count, 1], SpecialNumbers.All, [count], [count, count], operation.Plain);
        OnEveryTier(() => Plain.AssertSpecial(
            expected, operation.Run(column, row, null), tolerance, i => $"{SpecialNumbers.All[i / count]:G9} and {SpecialNumbers.All[i % count]:G9}", name));
        OnEveryTier(() =>
        {
            foreach (float number in SpecialNumbers.All)
            {
                double[] byNumber = [.. SpecialNumbers.All.Select(left => operation.Plain(left, number))];
                Plain.AssertSpecial(byNumber, operation.RunNumber(row, number, null), tolerance, i => $"{SpecialNumbers.All[i]:G9} and the number {number:G9}", name);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Updates))]
    public void Steps_of_optimizers_treat_special_values_as_the_plain_formula(string name)
    {
        UpdateOperation operation = UpdateOperation.Named(name);
        float[] numbers = SpecialNumbers.All;
        int count = numbers.Length;
        float[] parameters = [.. numbers.SelectMany(parameter => Enumerable.Repeat(parameter, count))];
        float[] gradients = [.. Enumerable.Range(0, count).SelectMany(_ => numbers)];
        OnEveryTier(() =>
        {
            Tensor parameter = Tensor.From(parameters, [count * count], device), gradient = Tensor.From(gradients, [count * count], device);
            Tensor state0 = Tensor.Zeros(parameter.Shape, device), state1 = Tensor.Zeros(parameter.Shape, device);
            UpdateSlot slot = new(parameter, gradient, operation.StateCount > 0 ? state0 : null, operation.StateCount > 1 ? state1 : null);
            for (int step = 1; step <= 2; step++)
            {
                float[][] before = [parameter.ToArray(), state0.ToArray(), state1.ToArray()];
                (double Parameter, double State0, double State1)[] expected =
                    [.. Enumerable.Range(0, count * count).Select(i => operation.Plain(before[0][i], gradients[i], before[1][i], before[2][i]))];
                operation.Run(device, slot);
                Check([.. expected.Select(of => of.Parameter)], parameter, "The parameter");
                Check([.. expected.Select(of => of.State0)], state0, "The first state");
                Check([.. expected.Select(of => of.State1)], state1, "The second state");

                // Digits cancel where a step is nearly the parameter; what is as small as a denormal number has few.
                void Check(double[] expected, Tensor actual, string what) => Plain.AssertClose(
                    expected, actual, 10 * tolerance, $"{what} after step {step} of {name}", i => $"{before[0][i]:G9}, with the gradient {gradients[i]:G9}");
            }
        });
    }

    [Fact]
    public void What_is_not_chosen_does_not_reach_the_result() => OnEveryTier(() =>
    {
        float[] numbers = SpecialNumbers.All;
        int count = numbers.Length;
        Tensor conditions = Tensor.From(numbers, [count, 1], device), values = Tensor.From(numbers, [count], device);
        foreach (float other in (float[])[float.NaN, float.PositiveInfinity, -0f])
        {
            Tensor others = Tensor.Full([count], other, device);
            float[] Expected(Func<float, float, float> choose) => [.. numbers.SelectMany(condition => numbers.Select(value => choose(condition, value)))];
            float[] first = Expected((condition, value) => condition != 0 ? value : other), second = Expected((condition, value) => condition != 0 ? other : value);
            AssertSameBits(first, Tensor.Where(conditions, values, others));
            AssertSameBits(first, Tensor.Where(conditions, values, other));
            AssertSameBits(second, Tensor.Where(conditions, others, values));
            AssertSameBits(second, Tensor.Where(conditions, other, values));
            AssertSameBits(second, values.Expand(count, count).MaskedFill(conditions, other));
        }
    });

    [Fact]
    public void What_is_only_moved_keeps_its_bits() => OnEveryTier(() =>
    {
        float[] numbers = SpecialNumbers.All;
        Tensor x = Tensor.From(numbers, [numbers.Length], device);
        AssertSameBits(numbers, x.Clone());
        AssertSameBits([.. numbers.Reverse()], x.Flip());
        AssertSameBits(numbers, x.Reshape(1, numbers.Length).Transpose());
        AssertSameBits([.. numbers.SelectMany(number => new[] { number, number })], Tensor.Stack([x, x], -1));
        Assert.All(numbers, number => AssertSameBits([number, number, number], Tensor.Full([3], number, device)));
        Tensor rows = Tensor.Zeros([2, 1], device);
        device.Embedding(x.Reshape(numbers.Length, 1), [numbers.Length - 1, 1], rows);
        AssertSameBits([numbers[^1], numbers[1]], rows);
    });

    [Theory]
    [MemberData(nameof(Losses))]
    public void Losses_treat_special_values_as_the_plain_formula(string name) => OnEveryTier(() =>
    {
        LossOperation operation = LossOperation.Named(name);
        foreach (float output in operation.SpecialOutputs)
        {
            foreach (float target in operation.SpecialTargets)
            {
                string operands = $"{output:G9} and {target:G9}";

                // Two widths: the last elements of a vector kernel are computed apart.
                foreach (int count in (ReadOnlySpan<int>)[1, 32])
                {
                    Tensor loss = Tensor.Zeros([], device);
                    Tensor gradient = Tensor.Zeros([count], device);
                    operation.Run(
                        device, Tensor.Full([count], output, device), Tensor.Full([count], target, device), 1, loss, gradient, null);

                    // Digits cancel in 1 - y, exp(v) - 1 - v and the like.
                    Plain.AssertClose([operation.Plain(output, target) * count], loss, 10 * tolerance, $"{name} of {count} times {operands}");
                    Plain.AssertClose(
                        [.. Enumerable.Repeat(operation.OutputGradient(output, target), count)],
                        gradient,
                        10 * tolerance,
                        $"The gradient of {name} of {operands}");
                }
            }
        }
    });

    // The processor's kernels come in several vector widths.
    private protected virtual void OnEveryTier(Action check) => check();

    private static void AssertSameBits(float[] expected, Tensor actual) => Assert.Equal(Bits(expected), Bits(actual.ToArray()));

    // Any NaN is as good as another.
    private static uint[] Bits(float[] numbers) => [.. numbers.Select(number => BitConverter.SingleToUInt32Bits(float.IsNaN(number) ? float.NaN : number))];

    private static string Describe(float[] numbers, int i) => $"{numbers[i]:G9} in a row of {numbers.Length} with {numbers[numbers.Length / 2]:G9}";
}
