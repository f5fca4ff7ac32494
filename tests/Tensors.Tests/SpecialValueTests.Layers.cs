using Quern.Kernels;
using Quern.Tests.Shared;

namespace Quern.Tensors.Tests;

/// <summary>What is computed of many numbers: reductions, norms, windows, products and their activations.</summary>
public abstract partial class SpecialValueTests
{
    [Fact]
    public void Softmax_treats_special_values_as_the_plain_formula()
    {
        foreach (float[] numbers in SpecialNumbers.Rows(Lengths))
        {
            double max = numbers.Select(number => (double)number).Aggregate(Math.Max);
            double sum = numbers.Sum(number => Math.Exp(number - max));
            OnEveryTier(() =>
            {
                Tensor result = Tensor.Zeros([1, numbers.Length], device);
                device.Softmax(Tensor.From(numbers, [1, numbers.Length], device), result);
                Plain.AssertSpecial(
                    [.. numbers.Select(number => Math.Exp(number - max) / sum)], result, 10 * tolerance, i => Describe(numbers, i), "Softmax");
            });
        }
    }

    [Fact]
    public void LayerNorm_treats_special_values_as_the_plain_formula()
    {
        const float Epsilon = 1e-5f;
        foreach (float[] numbers in SpecialNumbers.Rows(Lengths))
        {
            double mean = numbers.Average(number => (double)number);
            double variance = numbers.Average(number => (number - mean) * (number - mean));
            double inverse = 1 / Math.Sqrt(variance + Epsilon);
            OnEveryTier(() =>
            {
                Tensor result = Tensor.Zeros([1, numbers.Length], device);
                Tensor center = Tensor.Zeros([1], device);
                Tensor inverseDeviation = Tensor.Zeros([1], device);
                device.LayerNorm(Tensor.From(numbers, [1, numbers.Length], device), null, null, numbers.Length, Epsilon, result, center, inverseDeviation);

                // The largest numbers' mean has the rounding of its sum, which the small distances from it show.
                Plain.AssertClose(
                    [.. numbers.Select(number => (number - mean) * inverse)], result, 10 * tolerance, $"LayerNorm of {Describe(numbers, 0)}, …");
            });
        }
    }

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Reductions_see_NaN_and_infinities_wherever_they_are(string name)
    {
        Reduction operation = Reduction.Named(name);
        foreach (float special in (ReadOnlySpan<float>)[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            int length = Lengths[^1];
            for (int place = 0; place < length; place++)
            {
                float[] numbers = Plain.Numbers(length, 1);
                numbers[place] = special;
                double[] expected = [operation.Plain(Plain.Doubles(numbers))];
                Plain.AssertClose(expected, operation.Run(Tensor.From(numbers, [length], device), 0, false, null), tolerance, $"{name}, {special} at {place}");
                Plain.AssertClose(expected, operation.Run(Tensor.From(numbers, [length, 1], device), 0, false, null), tolerance, $"{name}, {special} at {place} of a column");
            }
        }
    }

    [Fact]
    public void CrossEntropy_treats_special_values_as_the_plain_formula()
    {
        foreach (float[] numbers in SpecialNumbers.Rows(Lengths))
        {
            int classes = numbers.Length;
            foreach (int wanted in (int[])[.. new HashSet<int> { 0, classes / 2, classes - 1 }])
            {
                float[] one = new float[classes];
                one[wanted] = 1;
                Check(numbers, one, Tensor.From([wanted], [1], device), $"class {wanted}");
            }

            float[] even = [.. Enumerable.Repeat(1f / classes, classes)];
            Check(numbers, even, Tensor.From(even, [1, classes], device), "even probabilities");
        }

        void Check(float[] numbers, float[] probabilities, Tensor target, string what) => OnEveryTier(() =>
        {
            int classes = numbers.Length;
            bool isClass = target.Rank == 1;
            double max = numbers.Select(number => (double)number).Aggregate(Math.Max);
            double sum = numbers.Sum(number => Math.Exp(number - max));
            double weight = probabilities.Sum(probability => (double)probability);

            // What is not wanted costs nothing, be it as unlikely as it will; a probability of zero beside a class that cannot be is undefined.
            double expected = (weight * Math.Log(sum)) - numbers.Zip(probabilities, (x, t) => isClass && t == 0 && !double.IsNaN(max) ? 0 : t * (x - max)).Sum();
            Tensor loss = Tensor.Zeros([], device);
            Tensor gradient = Tensor.Zeros([1, classes], device);
            device.CrossEntropy(Tensor.From(numbers, [1, classes], device), target, 1, loss, gradient);
            Plain.AssertClose([expected], loss, 10 * tolerance, $"CrossEntropy of {Describe(numbers, 0)}, … and {what}");
            Plain.AssertClose(
                [.. numbers.Zip(probabilities, (x, t) => (weight * Math.Exp(x - max) / sum) - t)],
                gradient,
                10 * tolerance,
                $"The gradient of CrossEntropy of {Describe(numbers, 0)}, … and {what}");
        });
    }

    public static TheoryData<Activation> FusedActivations => new(Activation.None, Activation.Relu, Activation.Sigmoid, Activation.Tanh);

    [Theory]
    [MemberData(nameof(FusedActivations))]
    public void Activations_of_a_product_treat_special_values_as_the_plain_formula(Activation activation)
    {
        int count = SpecialNumbers.All.Length;
        Tensor column = Tensor.From(SpecialNumbers.All, [count, 1], device);
        Tensor ones = Tensor.Ones([1, count], device);
        Tensor row = Tensor.From(SpecialNumbers.All, [count], device);
        double[] ofProduct = [.. Enumerable.Range(0, count * count).Select(i => Activate(activation, SpecialNumbers.All[i / count]))];
        double[] ofBias = [.. Enumerable.Range(0, count * count).Select(i => Activate(activation, SpecialNumbers.All[i % count]))];
        OnEveryTier(() =>
        {
            Tensor result = Tensor.Zeros([count, count], device);
            device.MatMul(column, false, ones, false, result, false, new Epilogue<Tensor>(activation: activation));
            Plain.AssertSpecial(ofProduct, result, 10 * tolerance, i => $"{SpecialNumbers.All[i / count]:G9}", $"{activation} of a product", leastFloats: 100);
            device.MatMul(Tensor.Zeros([count, 1], device), false, ones, false, result, false, new Epilogue<Tensor>(row, activation));
            Plain.AssertSpecial(ofBias, result, 10 * tolerance, i => $"{SpecialNumbers.All[i % count]:G9}", $"{activation} of a bias", leastFloats: 100);
        });
    }

    [Theory]
    [MemberData(nameof(FusedActivations))]
    public void Derivatives_in_a_product_treat_special_values_as_the_plain_formula(Activation activation)
    {
        // What an activation can give; the derivative is expressed through it.
        float[] outputs = activation switch
        {
            Activation.Sigmoid => [0, 1, 0.5f, 0.99999994f, 1e-30f, 1e-40f, float.Epsilon, float.NaN],
            Activation.Tanh => [0, -0f, 1, -1, 0.5f, -0.5f, 0.99999994f, -0.99999994f, 1e-30f, -1e-40f, float.Epsilon, float.NaN],
            _ => SpecialNumbers.All,
        };
        int rows = SpecialNumbers.All.Length, columns = outputs.Length;
        Tensor gradients = Tensor.From(SpecialNumbers.All, [rows, 1], device);
        Tensor ones = Tensor.Ones([1, columns], device);
        Tensor output = Tensor.From([.. Enumerable.Range(0, rows).SelectMany(_ => outputs)], [rows, columns], device);
        double[] expected = [.. Enumerable.Range(0, rows * columns).Select(i => Derivative(activation, SpecialNumbers.All[i / columns], outputs[i % columns]))];
        OnEveryTier(() =>
        {
            Tensor result = Tensor.Zeros([rows, columns], device);
            device.MatMul(gradients, false, ones, false, result, false, new Epilogue<Tensor>(gradientOutput: output, gradientActivation: activation));
            Plain.AssertSpecial(
                expected, result, 10 * tolerance, i => $"{SpecialNumbers.All[i / columns]:G9} at {outputs[i % columns]:G9}", $"The derivative of {activation} in a product", leastFloats: 100);
        });
    }

    [Theory]
    [MemberData(nameof(Reductions))]
    public void Reductions_treat_special_values_as_the_plain_formula(string name)
    {
        Reduction operation = Reduction.Named(name);
        foreach (int length in Lengths)
        {
            float[][] rows = [.. SpecialNumbers.Rows(length)];
            Tensor x = Tensor.From([.. rows.SelectMany(numbers => numbers)], [rows.Length, length], device);
            OnEveryTier(() =>
            {
                float[] ofRows = operation.Run(x, 1, false, null).ToArray(), ofColumns = operation.Run(x.Transpose(), 0, false, null).ToArray();
                for (int row = 0; row < rows.Length; row++)
                {
                    Check(operation.Plain(Plain.Doubles(rows[row])), ofRows[row], rows[row], "along rows");
                    Check(operation.Plain(Plain.Doubles(rows[row])), ofColumns[row], rows[row], "along columns");
                    if (row % 3 == 0)
                    {
                        Check(operation.PlainWhole(Plain.Doubles(rows[row])), operation.RunWhole(x.Row(row)).Item(), rows[row], "over all");
                    }
                }
            });
        }

        // What cancels has the rounding errors of the largest numbers; the square of the mean's is infinite where it is no float.
        void Check(double expected, float actual, float[] numbers, string what)
        {
            double error = 10 * tolerance * numbers.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
            double allowed = (10 * tolerance * (Math.Abs(expected) + 0.1)) + (operation.Degree > 0 ? Math.Pow(error, operation.Degree) : 0);
            bool isClose = float.IsFinite((float)expected)
                ? Math.Abs(actual - expected) <= allowed || (operation.IsSpread && error * error > float.MaxValue && float.IsPositiveInfinity(actual))
                : ((float)expected).Equals(actual);
            Expect.True(isClose, $"{name} {what} of {Describe(numbers, 0)}, … is {actual:G9}; expected {expected:G9}.");
        }
    }

    [Fact]
    public void The_gradient_of_Softmax_treats_special_values_as_the_plain_formula()
    {
        int length = Lengths[^1];
        foreach (float special in SpecialNumbers.Addends)
        {
            float[] gradient = SpecialNumbers.RowWith(special, length);
            double[] powers = [.. Plain.Numbers(length, 2).Select(number => Math.Exp(number))];
            float[] output = [.. powers.Select(power => (float)(power / powers.Sum()))];
            double sum = gradient.Zip(output, (g, y) => (double)g * y).Sum();
            OnEveryTier(() =>
            {
                Tensor result = Tensor.Zeros([1, length], device);
                device.SoftmaxBackward(Tensor.From(gradient, [1, length], device), Tensor.From(output, [1, length], device), result);
                Plain.AssertClose([.. gradient.Zip(output, (g, y) => y * (g - sum))], result, 10 * tolerance, $"The gradient of Softmax with {special:G9}");
            });
        }
    }

    [Fact]
    public void The_gradient_of_LayerNorm_treats_special_values_as_the_plain_formula()
    {
        int length = Lengths[^1];
        const float Epsilon = 1e-5f;
        double[] x = Plain.Doubles(Plain.Numbers(length, 2));
        double inverse = 1 / Math.Sqrt(x.Average(number => Math.Pow(number - x.Average(), 2)) + Epsilon);
        double[] normalised = [.. x.Select(number => (number - x.Average()) * inverse)];
        foreach (float special in SpecialNumbers.Addends)
        {
            float[] gradient = SpecialNumbers.RowWith(special, length);
            double shift = gradient.Average(g => (double)g);
            double slope = gradient.Zip(normalised, (g, z) => g * z).Average();
            OnEveryTier(() =>
            {
                Tensor input = Tensor.From([.. x.Select(number => (float)number)], [1, length], device);
                Tensor output = Tensor.Zeros([1, length], device), result = Tensor.Zeros([1, length], device), products = Tensor.Zeros([1, length], device);
                Tensor mean = Tensor.Zeros([1], device), inverseDeviation = Tensor.Zeros([1], device);
                device.LayerNorm(input, null, null, length, Epsilon, output, mean, inverseDeviation);
                device.LayerNormBackward(Tensor.From(gradient, [1, length], device), input, null, mean, inverseDeviation, length, result, products);
                Plain.AssertClose(
                    [.. gradient.Zip(normalised, (g, z) => inverse * (g - shift - (z * slope)))], result, 100 * tolerance, $"The gradient of LayerNorm with {special:G9}");
                Plain.AssertClose(
                    [.. gradient.Zip(normalised, (g, z) => g * z)], products, 100 * tolerance, $"The products of LayerNorm with {special:G9}");
            });
        }
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(3, 5)]
    [InlineData(2, 67)]
    public void Sums_of_channels_treat_special_values_as_the_plain_formula_and_keep_them_apart(int batch, int inner)
    {
        const float Epsilon = 1e-5f;
        float[] specials = SpecialNumbers.Addends;
        int channels = specials.Length;
        float[] special = Plain.Numbers(batch * channels * inner, 1), ordinary = Plain.Numbers(special.Length, 2);
        for (int channel = 0; channel < channels; channel++)
        {
            special[((((batch - 1) * channels) + channel) * inner) + (inner / 2)] = specials[channel];
        }

        int Channel(int i) => i / inner % channels;
        double[] OfChannels(Func<int, double> term) =>
            [.. Enumerable.Range(0, channels).Select(channel => Enumerable.Range(0, special.Length).Where(i => Channel(i) == channel).Sum(term))];
        double count = batch * inner;
        double[] sums = OfChannels(i => special[i]);
        double[] means = [.. sums.Select(sum => sum / count)];

        // A square that is no float is infinite.
        double[] variances = [.. OfChannels(i => (float)Math.Pow(special[i] - means[Channel(i)], 2)).Select(sum => (double)(float)(sum / count))];
        double[] centers = [.. OfChannels(i => ordinary[i]).Select(sum => (double)(float)(sum / count))];
        double[] spreads = [.. OfChannels(i => Math.Pow(ordinary[i] - centers[Channel(i)], 2)).Select(sum => (double)(float)(sum / count))];
        double Inverse(int i) => 1 / Math.Sqrt(spreads[Channel(i)] + Epsilon);
        double Normalised(int i) => (ordinary[i] - centers[Channel(i)]) * Inverse(i);
        double[] products = OfChannels(i => special[i] * Normalised(i));
        double[] expectedOutput = [.. special.Select((number, i) => (number - means[Channel(i)]) / Math.Sqrt(variances[Channel(i)] + Epsilon))];
        double[] expectedGradient = [.. special.Select((g, i) => Inverse(i) * (g - (sums[Channel(i)] / count) - (Normalised(i) * products[Channel(i)] / count)))];
        OnEveryTier(() =>
        {
            Tensor x = Tensor.From(special, [batch, channels, inner], device), other = Tensor.From(ordinary, [batch, channels, inner], device);
            Tensor[] each = [.. Enumerable.Range(0, 7).Select(_ => Tensor.Zeros([channels], device))];
            device.ChannelSum(x, inner, each[0], accumulate: false);
            Check(sums, each[0], "ChannelSum");
            if (inner == 1)
            {
                device.ColumnSum(x.Reshape(batch, channels), each[0], accumulate: false);
                Check(sums, each[0], "ColumnSum");
            }

            device.BatchNormStatistics(x, inner, each[1], each[2]);
            Check(means, each[1], "The mean");
            Check(variances, each[2], "The variance");
            Tensor output = Tensor.Zeros(x.Shape, device);
            device.BatchNorm(x, each[1], each[2], Epsilon, null, null, inner, output);
            Check(expectedOutput, output, "BatchNorm", i => Channel(i));

            Tensor gradient = Tensor.Zeros(x.Shape, device);
            device.BatchNormStatistics(other, inner, each[3], each[4]);
            device.BatchNormBackwardParameters(x, other, each[3], each[4], Epsilon, inner, each[5], each[6]);
            Check(products, each[5], "The gradient of BatchNorm's weight");
            Check(sums, each[6], "The gradient of BatchNorm's bias");
            device.BatchNormBackward(x, other, each[3], each[4], Epsilon, null, each[5], each[6], inner, gradient);
            Check(expectedGradient, gradient, "The gradient of BatchNorm", i => Channel(i));
        });

        // What cancels has the rounding errors of its channel's largest number.
        void Check(double[] expected, Tensor actual, string what, Func<int, int>? channel = null)
        {
            float[] numbers = actual.ToArray();
            for (int i = 0; i < expected.Length; i++)
            {
                float special = specials[channel is null ? i : channel(i)];
                double allowed = tolerance * ((100 * Math.Abs(expected[i])) + (float.IsFinite(special) ? Math.Abs(special) : 0) + 10);
                bool isClose = float.IsFinite((float)expected[i]) ? Math.Abs(numbers[i] - expected[i]) <= allowed : ((float)expected[i]).Equals(numbers[i]);
                Expect.True(isClose, $"{what} of a channel with {special:G9}: element {i} is {numbers[i]:G9}; expected {expected[i]:G9}.");
            }
        }
    }

    [Fact]
    public void Clipping_scales_where_its_factor_is_a_number_below_one() => OnEveryTier(() =>
    {
        Tensor numbers = Tensor.From(SpecialNumbers.All, [SpecialNumbers.All.Length], device);
        foreach (float norm in (float[])[0, float.Epsilon, 1e-30f, 2, 1e30f, float.MaxValue, float.PositiveInfinity, float.NaN])
        {
            double factor = 3 / (norm + 1e-6);
            Tensor x = numbers.Clone();
            device.ClipNorm(x, Tensor.Scalar(norm, device), 3);
            Plain.AssertSpecial(
                [.. SpecialNumbers.All.Select(number => factor < 1 ? number * factor : number)], x, tolerance, i => $"{SpecialNumbers.All[i]:G9} by the norm {norm:G9}", "ClipNorm");
        }
    });

    [Fact]
    public void The_gradient_of_an_embedding_reaches_the_row_that_was_named()
    {
        float[] gradient = [.. SpecialNumbers.Addends.SelectMany(special => SpecialNumbers.RowWith(special, 5))];
        int[] rows = [.. SpecialNumbers.Addends.Select((_, i) => i % 2 == 0 ? i : 1)];
        double[] expected = new double[gradient.Length];
        for (int i = 0; i < gradient.Length; i++)
        {
            expected[(rows[i / 5] * 5) + (i % 5)] += gradient[i];
        }

        RowSegments segments = new();
        segments.Build(rows, skipped: -1);
        OnEveryTier(() =>
        {
            Tensor result = Tensor.Zeros([rows.Length, 5], device);
            device.EmbeddingBackward(Tensor.From(gradient, [rows.Length, 5], device), segments, result);
            Plain.AssertClose(expected, result, 10 * tolerance, "The gradient of an embedding");
        });
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(2, 2, 0)]
    [InlineData(3, 2, 1)]
    public void A_special_value_reaches_the_windows_that_see_it_and_no_others(int size, int stride, int padding)
    {
        const int Batch = 2, Inputs = 3, Outputs = 5, Height = 7, Width = 6;
        int Positions(int length) => WindowAxis.Positions(length, size, stride, padding, 1);
        Window2d window = new(Height, Width, Positions(Height), Positions(Width), size, stride, padding, 1);
        Shape ofInput = [Batch, Inputs, Height, Width], ofOutput = [Batch, Outputs, window.OutputHeight, window.OutputWidth];
        Shape ofPooled = [Batch, Inputs, window.OutputHeight, window.OutputWidth], ofWeight = [Outputs, Inputs, size, size];
        float[] weight = Plain.Numbers(ofWeight.ElementCount, 3, 0.5f, 1);
        float[] ordinary = Plain.Numbers(ofInput.ElementCount, 4);
        foreach (float special in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e37f, -1e30f, 1e-40f, -0f])
        {
            float[] x = SpecialNumbers.RowWith(special, (int)ofInput.ElementCount), gradient = SpecialNumbers.RowWith(special, (int)ofOutput.ElementCount);
            float[] pooledGradient = SpecialNumbers.RowWith(special, (int)ofPooled.ElementCount);
            double[] y = new double[ofOutput.ElementCount], inputGradient = new double[x.Length], weightGradient = new double[weight.Length];
            foreach ((int output, int input, int at) in PlacesOfWindows(window, Batch, Outputs, Inputs))
            {
                // Padding is zeros, which NaN and infinities do not leave at that.
                weightGradient[at] += (double)gradient[output] * (input >= 0 ? ordinary[input] : 0);
                if (input >= 0)
                {
                    y[output] += (double)x[input] * weight[at];
                    inputGradient[input] += (double)gradient[output] * weight[at];
                }
            }

            double[] greatest = [.. Enumerable.Repeat(double.NegativeInfinity, pooledGradient.Length)], mean = new double[greatest.Length], meanGradient = new double[x.Length];
            foreach ((int output, int input, _) in PlacesOfWindows(window, Batch * Inputs, 1, 1))
            {
                if (input >= 0)
                {
                    greatest[output] = Math.Max(greatest[output], x[input]);
                    mean[output] += (double)x[input] / (size * size);
                    meanGradient[input] += (double)pooledGradient[output] / (size * size);
                }
            }

            OnEveryTier(() =>
            {
                Tensor picture = Tensor.From(x, ofInput, device), weights = Tensor.From(weight, ofWeight, device), back = Tensor.From(gradient, ofOutput, device);
                Run(y, ofOutput, "Conv2d", result => device.Conv2d(picture, weights, window, result, default));
                Run(inputGradient, ofInput, "The gradient of Conv2d's input", result => device.Conv2dInputGradient(back, weights, window, result, default));
                Run(weightGradient, ofWeight, "The gradient of Conv2d's weight", result =>
                    device.Conv2dWeightGradient(Tensor.From(ordinary, ofInput, device), back, window, result, false, null, false));
                Run(greatest, ofPooled, "MaxPool2d", result => device.MaxPool2d(picture, window, result));
                Run(mean, ofPooled, "AvgPool2d", result => device.AvgPool2d(picture, window, true, result));
                Run(meanGradient, ofInput, "The gradient of AvgPool2d", result =>
                    device.AvgPool2dBackward(Tensor.From(pooledGradient, ofPooled, device), window, true, result));
            });

            void Run(double[] expected, Shape shape, string what, Action<Tensor> operation)
            {
                Tensor result = Tensor.Zeros(shape, device);
                operation(result);
                Plain.AssertClose(expected, result, 100 * tolerance, $"{what} with {special:G9}");
            }
        }
    }

    // Each element of each window: where it gives to, where it takes from or -1 on the padding, and its weight.
    private static IEnumerable<(int Output, int Input, int Weight)> PlacesOfWindows(Window2d window, int batch, int outputs, int inputs)
    {
        int area = window.Area;
        for (long i = 0; i < (long)batch * outputs * inputs * window.OutputArea * area; i++)
        {
            int at = (int)(i % area), place = (int)(i / area % window.OutputArea), pair = (int)(i / area / window.OutputArea);
            (int input, int output, int sample) = (pair % inputs, pair / inputs % outputs, pair / inputs / outputs);
            int row = (place / window.OutputWidth * window.Rows.Stride) - window.Rows.Padding + (at / window.Columns.Size);
            int column = (place % window.OutputWidth * window.Columns.Stride) - window.Columns.Padding + (at % window.Columns.Size);
            bool isInside = row >= 0 && row < window.InputHeight && column >= 0 && column < window.InputWidth;
            yield return (
                (((sample * outputs) + output) * window.OutputArea) + place,
                isInside ? (((((sample * inputs) + input) * window.InputHeight) + row) * window.InputWidth) + column : -1,
                (((output * inputs) + input) * area) + at);
        }
    }

    // A product is a sum that starts from zero, so it has no negative zero: hence + 0.0.
    private static double Activate(Activation activation, double x) => activation switch
    {
        Activation.Relu => double.IsNaN(x) ? x : Math.Max(x, 0) + 0.0,
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x) + 0.0,
        _ => x + 0.0,
    };

    private static double Derivative(Activation activation, double gradient, double y) => activation switch
    {
        Activation.Relu => y > 0 ? gradient + 0.0 : 0,
        Activation.Sigmoid => (gradient + 0.0) * (y * (1 - y)),
        Activation.Tanh => (gradient + 0.0) * (1 - (y * y)),
        _ => gradient + 0.0,
    };
}
