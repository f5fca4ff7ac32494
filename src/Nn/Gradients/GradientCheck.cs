using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Compares hand-written backward passes with central differences, (L(x + h) - L(x - h)) / 2h, as <c>torch.autograd.gradcheck</c>
/// does. L is the sum of the outputs, each multiplied by a random number.
/// </summary>
/// <remarks>
/// <para>Without a formula the differences are those of float32 outputs, summed in double precision. For each element several steps are
/// tried, a quarter of the one before; the one with the least estimated error counts. An element is skipped, and counted as skipped,
/// where that estimate is above the tolerance: at a kink, as of ReLU at 0, or where rounding hides the derivative.</para>
/// <para>With <see cref="GradientCheckOptions.Formula"/> the differences are taken in double precision; an element is skipped only at a kink.</para>
/// <para>The parameters end with their values and with no gradient.</para>
/// </remarks>
public static class GradientCheck
{
    /// <summary>Checks the gradients of a module with respect to its input and its parameters.</summary>
    /// <param name="module">The module, in training or after <c>Eval(keepForBackward: true)</c>.</param>
    /// <param name="input">An input for it; it is not changed.</param>
    /// <param name="options">How to compare; the defaults if omitted.</param>
    /// <exception cref="InvalidOperationException">
    /// Two forward passes over the same input differ, or a gradient has another shape than its tensor; or the module is in evaluation.
    /// </exception>
    public static GradientCheckReport Run(Module module, Tensor input, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(input);
        return new Comparison(module.GetType().Name, module, null, null, input, options ?? new()).Run();
    }

    /// <summary>Checks the gradients of a network's loss with respect to the input and the parameters.</summary>
    /// <param name="module">The network, in training or after <c>Eval(keepForBackward: true)</c>.</param>
    /// <param name="loss">The loss of its output.</param>
    /// <param name="input">An input for it; it is not changed.</param>
    /// <param name="target">The target of the loss.</param>
    /// <param name="options">How to compare; the defaults if omitted.</param>
    /// <exception cref="InvalidOperationException">
    /// Two forward passes over the same input differ, or a gradient has another shape than its tensor; or the module is in evaluation.
    /// </exception>
    public static GradientCheckReport Run(Module module, Loss loss, Tensor input, Tensor target, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        return new Comparison($"{module.GetType().Name} with {loss.GetType().Name}", module, loss, target, input, options ?? new()).Run();
    }

    /// <summary>Checks the gradient of a loss with respect to the output of a network.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="output">An output; it is not changed.</param>
    /// <param name="target">The target.</param>
    /// <param name="options">How to compare; the defaults if omitted.</param>
    /// <exception cref="InvalidOperationException">The gradient has another shape than the output.</exception>
    public static GradientCheckReport Run(Loss loss, Tensor output, Tensor target, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        return new Comparison(loss.GetType().Name, null, loss, target, output, options ?? new()).Run();
    }

    /// <summary>One check: a module, a loss, or a module with a loss behind it.</summary>
    private sealed class Comparison(string subject, Module? module, Loss? loss, Tensor? target, Tensor input, GradientCheckOptions options)
    {
        // Steps of float32 differences: a quarter of the element, of its tensor's root mean square or of a half, then quarters of that.
        private const int Steps = 5;
        private const double FirstStep = 0.25;
        private const double LeastSize = 0.5;

        // In double precision a difference is right to about the square of this.
        private const double FormulaStep = 1e-5;

        // How many units in the last place a number of the output may be off.
        private const double RoundingUnits = 4;

        private readonly Random _random = new(options.Seed);
        private double[] _weights = [];
        private double[] _output = [];

        public GradientCheckReport Run()
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxElements, 1);
            IReadOnlyList<(string Name, Tensor Value, float[] Gradient)> tensors = Backpropagate(out Shape outputShape);
            try
            {
                return new GradientCheckReport(subject, options.Formula is { } formula ? Against(formula, outputShape, tensors) : AgainstItself(tensors));
            }
            finally
            {
                module?.ForgetPasses();
                loss?.ForgetPasses();
                module?.ZeroGradient();
            }
        }

        // The gradients that the backward pass gives, the input's first.
        private List<(string Name, Tensor Value, float[] Gradient)> Backpropagate(out Shape outputShape)
        {
            module?.ZeroGradient();
            module?.ForgetPasses();
            loss?.ForgetPasses();
            Tensor output = Forward(input);
            outputShape = output.Shape;
            _output = Doubles(output);
            _weights = new double[output.ElementCount];
            for (int i = 0; i < _weights.Length; i++)
            {
                _weights[i] = (float)((_random.NextDouble() * 2) - 1);
            }

            // The gradient of a loss is that of the loss times 1.
            Tensor gradient = Tensor.From([.. _weights.Select(weight => (float)weight)], output.Shape, output.Device);
            gradient = loss is null ? gradient : loss.Backward() * gradient.Item();
            List<(string Name, Tensor Value, float[] Gradient)> tensors = [];
            if (options.CheckInput)
            {
                tensors.Add(Checked("input", input, module is null ? gradient : module.Backward(gradient)));
            }
            else
            {
                module?.BackwardParameters(gradient);
            }

            tensors.AddRange(module is null ? [] : module.NamedParameters.Select(named => Checked(named.Key, named.Value.Value, named.Value.Gradient)));
            if (!Doubles(Forward(input)).AsSpan().SequenceEqual(_output))
            {
                throw new InvalidOperationException(
                    $"GradientCheck: two forward passes of {subject} over the same input differ. Reset what it draws from in {nameof(GradientCheckOptions.BeforeForward)}, or call Eval(keepForBackward: true).");
            }

            return tensors;
        }

        private (string Name, Tensor Value, float[] Gradient) Checked(string name, Tensor value, Tensor gradient) =>
            gradient.Shape == value.Shape
                ? (name, value, gradient.ToArray())
                : throw new InvalidOperationException(
                    $"GradientCheck: the gradient of {name} of {subject} has shape {gradient.Shape}; it must have that of the tensor, {value.Shape}.");

        // A copy goes in, since some layers write over their input.
        private Tensor Forward(Tensor x)
        {
            options.BeforeForward?.Invoke();
            Tensor output = module is null ? x : module.Forward(x.Clone());
            return loss is null ? output : loss.Forward(output, target!);
        }

        private TensorComparison[] AgainstItself(IReadOnlyList<(string Name, Tensor Value, float[] Gradient)> tensors) =>
            [.. tensors.Select(tensor => Compare(tensor, DifferenceOfModule(tensor.Value)))];

        private TensorComparison[] Against(
            Func<double[], IReadOnlyDictionary<string, double[]>, double[]> formula, Shape shape, IReadOnlyList<(string Name, Tensor Value, float[] Gradient)> tensors)
        {
            double[] x = Doubles(input);
            Dictionary<string, double[]> parameters = module is null ? [] : module.NamedParameters.ToDictionary(named => named.Key, named => Doubles(named.Value.Value));
            double[] expected = formula(x, parameters);
            if (expected.Length != _output.Length)
            {
                throw new InvalidOperationException(
                    $"GradientCheck: the formula of {subject} gave {expected.Length} numbers; the output has shape {shape}.");
            }

            TensorComparison output = Compared("output", shape, [.. Enumerable.Range(0, expected.Length).Select(i => ((long)i, _output[i], expected[i]))], 0);
            double Loss() => Weighted(formula(x, parameters));
            return
            [
                output,
                .. tensors.Select((tensor, i) => Compare(tensor, DifferenceOfFormula(i == 0 && options.CheckInput ? x : parameters[tensor.Name], Loss))),
            ];
        }

        private TensorComparison Compare((string Name, Tensor Value, float[] Gradient) tensor, Func<int, double, (double Value, double Error)> difference)
        {
            double scale = RootMeanSquare(tensor.Gradient.Select(value => (double)value)) / 10;
            List<(long Index, double Actual, double Expected)> pairs = [];
            int skipped = 0;
            foreach (int i in Chosen(tensor.Gradient.Length))
            {
                double actual = tensor.Gradient[i];
                (double expected, double error) = difference(i, scale);
                if (error <= Tolerance(expected, scale))
                {
                    pairs.Add((i, actual, expected));
                }
                else
                {
                    skipped++;
                }
            }

            return Compared(tensor.Name, tensor.Value.Shape, pairs, skipped);
        }

        private TensorComparison Compared(string name, Shape shape, List<(long Index, double Actual, double Expected)> pairs, int skipped)
        {
            double scale = RootMeanSquare(pairs.Select(pair => pair.Expected)) / 10;
            return new TensorComparison(
                name,
                shape,
                [.. pairs.Select(pair => new ElementComparison(pair.Index, pair.Actual, pair.Expected, Excess(pair.Actual, pair.Expected, scale)))],
                skipped);
        }

        private double Excess(double actual, double expected, double scale)
        {
            double excess = Math.Abs(actual - expected) / Tolerance(expected, scale);
            return double.IsNaN(excess) ? double.PositiveInfinity : excess;
        }

        private double Tolerance(double expected, double scale) =>
            options.AbsoluteTolerance + (options.RelativeTolerance * Math.Max(Math.Abs(expected), scale));

        private Func<int, double, (double Value, double Error)> DifferenceOfModule(Tensor tensor)
        {
            float[] values = tensor.ToArray();
            double size = RootMeanSquare(values.Select(value => (double)value));
            bool isInput = ReferenceEquals(tensor, input);

            // The parameter itself changes; of the input a copy does.
            Tensor changed = isInput ? input.Clone() : tensor;
            double LossAt(int i, float value)
            {
                float before = values[i];
                values[i] = value;
                changed.CopyFrom(values);
                values[i] = before;
                return Weighted(Doubles(Forward(isInput ? changed : input)), _output);
            }

            double rounding = RoundingUnits * Math.Pow(2, -24) * Math.Sqrt(_output.Zip(_weights, (y, weight) => y * weight * y * weight).Sum());
            return (i, scale) =>
            {
                float middle = values[i];
                double step = Math.Max(Math.Max(Math.Abs(middle), size), LeastSize) * FirstStep;
                (double Value, double Error) best = (double.NaN, double.PositiveInfinity);
                double lastValue = double.NaN, lastBend = double.NaN;
                for (int k = 0; k < Steps && !(best.Error <= Tolerance(best.Value, scale) / 4); k++, step /= 4)
                {
                    float above = (float)(middle + step);
                    float below = (float)(middle - step);
                    double width = (double)above - below;
                    double lossAbove = LossAt(i, above), lossBelow = LossAt(i, below);
                    double value = (lossAbove - lossBelow) / width;
                    double noise = 2 * rounding / width;

                    // The loss at the middle is 0. Where it is smooth, the slopes to both sides come nearer with the step; at a kink they do not.
                    double bend = Math.Abs(lossAbove + lossBelow) / width;
                    bool isKink = !(bend <= (lastBend / 2) + (2 * noise));

                    // The error of a central difference goes with the square of the step: a fifteenth of what changed is left.
                    double error = (Math.Abs(value - lastValue) / 4) + noise;
                    if (!isKink && error < best.Error)
                    {
                        best = (value, error);
                    }

                    (lastValue, lastBend) = (value, bend);
                }

                changed.CopyFrom(values);
                return best;
            };
        }

        // At a kink the slopes to both sides differ; elsewhere by no more than the curvature over the step.
        private Func<int, double, (double Value, double Error)> DifferenceOfFormula(double[] at, Func<double> loss)
        {
            double centre = loss();
            return (i, scale) =>
            {
                double middle = at[i];
                double step = FormulaStep * Math.Max(1, Math.Abs(middle));
                at[i] = middle + step;
                double above = loss();
                at[i] = middle - step;
                double below = loss();
                at[i] = middle;
                double value = (above - below) / (2 * step);
                double kink = Math.Abs((above - centre) - (centre - below)) / step;
                return (value, kink > 10 * Math.Sqrt(FormulaStep) * Math.Max(Math.Abs(value), scale) ? double.PositiveInfinity : 0);
            };
        }

        private IEnumerable<int> Chosen(int length)
        {
            if (options.MaxElements >= length)
            {
                return Enumerable.Range(0, length);
            }

            int[] all = [.. Enumerable.Range(0, length)];
            _random.Shuffle(all);
            return all.Take(options.MaxElements);
        }

        private double Weighted(double[] values) => values.Zip(_weights, (value, weight) => value * weight).Sum();

        private double Weighted(double[] values, double[] origin)
        {
            double sum = 0;
            for (int i = 0; i < values.Length; i++)
            {
                sum += (values[i] - origin[i]) * _weights[i];
            }

            return sum;
        }

        private static double RootMeanSquare(IEnumerable<double> values) => Math.Sqrt(values.Select(value => value * value).DefaultIfEmpty().Average());

        private static double[] Doubles(Tensor tensor) => [.. tensor.ToArray().Select(value => (double)value)];
    }
}
