using Quern.Tests.Shared;

namespace Quern.Nn.Tests.Gradients;

// Activations, normalisation and losses.
internal sealed partial class PlainFormulas
{
    /// <summary>x where x > 0, slope · x elsewhere; with a kink at 0.</summary>
    public PlainTensor LeakyRelu(PlainTensor x, double slope) => Map(x, value => value > 0 ? value : slope * value);

    /// <summary>A function of each element, with a kink at 0.</summary>
    public PlainTensor Map(PlainTensor x, Func<double, double> function)
    {
        Relu(x);
        return x.Map(function);
    }

    /// <summary>x Φ(x).</summary>
    public PlainTensor Gelu(PlainTensor x) => x.Map(value => value * NormalDistribution.Phi(value));

    /// <summary>½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
    public PlainTensor GeluTanh(PlainTensor x) =>
        x.Map(value => 0.5 * value * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (value + (0.044715 * value * value * value)))));

    /// <summary>x / (1 + exp(-x)).</summary>
    public PlainTensor Silu(PlainTensor x) => x.Map(value => value / (1 + Math.Exp(-value)));

    /// <summary>exp(x) over its sum along the last axis.</summary>
    public PlainTensor Softmax(PlainTensor x) => ByRow(x, x.Shape[^1], row =>
    {
        double max = row.Max();
        double sum = row.Sum(value => Math.Exp(value - max));
        return [.. row.Select(value => Math.Exp(value - max) / sum)];
    });

    /// <summary>Each run of as many numbers as the weight has, normalised.</summary>
    public PlainTensor LayerNorm(PlainTensor x, int columns, double epsilon, PlainTensor? weight = null, PlainTensor? bias = null) =>
        ByRow(x, columns, row =>
        {
            double mean = row.Average();
            double deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + epsilon);
            return [.. row.Select((value, j) => ((value - mean) / deviation * (weight?.Values[j] ?? 1)) + (bias?.Values[j] ?? 0))];
        });

    /// <summary>The channels of each sample normalised in groups, then a factor and an offset for each channel.</summary>
    public PlainTensor GroupNorm(PlainTensor x, int groups, double epsilon, PlainTensor? weight = null, PlainTensor? bias = null)
    {
        int channels = x.Shape[1], sample = x.Values.Length / x.Shape[0], inner = sample / channels;
        PlainTensor y = LayerNorm(x, sample / groups, epsilon);
        return new PlainTensor(
            y.Shape, [.. y.Values.Select((value, i) => i / inner % channels is var channel ? (value * (weight?.Values[channel] ?? 1)) + (bias?.Values[channel] ?? 0) : 0)]);
    }

    /// <summary>The rows of a table that the numbers name.</summary>
    public PlainTensor Embedding(PlainTensor x, PlainTensor table)
    {
        int columns = table.Shape[1];
        return new PlainTensor([.. x.Shape, columns], [.. x.Values.SelectMany(row => table.Values.Skip((int)row * columns).Take(columns))]);
    }

    /// <summary>Attention of each position to all, or to itself and those before it.</summary>
    public PlainTensor MultiheadAttention(PlainTensor x, int heads, bool causal, IReadOnlyDictionary<string, PlainTensor> p)
    {
        int length = x.Shape[1], numbers = x.Shape[2], head = numbers / heads;
        PlainTensor projected = Linear(x, p["in_proj_weight"], p.GetValueOrDefault("in_proj_bias"));
        PlainTensor found = new(x.Shape);
        for (int batch = 0; batch < x.Shape[0]; batch++)
        {
            for (int first = 0; first < numbers; first += head)
            {
                for (int query = 0; query < length; query++)
                {
                    int last = causal ? query + 1 : length;
                    double[] scores = new double[last];
                    for (int key = 0; key < last; key++)
                    {
                        for (int i = first; i < first + head; i++)
                        {
                            scores[key] += At(0, query, i) * At(1, key, i) / Math.Sqrt(head);
                        }
                    }

                    double[] weights = Softmax(new PlainTensor([last], scores)).Values;
                    for (int i = first; i < first + head; i++)
                    {
                        found.Values[(((batch * length) + query) * numbers) + i] = weights.Select((weight, key) => weight * At(2, key, i)).Sum();
                    }
                }
            }

            double At(int part, int position, int i) => projected.Values[(((((batch * length) + position) * 3) + part) * numbers) + i];
        }

        return Linear(found, p["out_proj.weight"], p.GetValueOrDefault("out_proj.bias"));
    }

    /// <summary>The mean of -(t ln o + (1 - t) ln(1 - o)).</summary>
    public PlainTensor BceLoss(PlainTensor output, PlainTensor target) => Mean(output, target, (o, t) =>
        -(t * Math.Max(Math.Log(o), -100)) - ((1 - t) * Math.Max(Math.Log(1 - o), -100)));

    /// <summary>The mean of -(t ln s + (1 - t) ln(1 - s)) with s = sigmoid(x).</summary>
    public PlainTensor BceWithLogitsLoss(PlainTensor output, PlainTensor target) => Mean(output, target, (x, t) =>
        Math.Max(x, 0) - (x * t) + Math.Log(1 + Math.Exp(-Math.Abs(x))));

    /// <summary>The mean over rows of -Σ t ln p, with p = softmax(x) and t the probabilities.</summary>
    public PlainTensor CrossEntropyLoss(PlainTensor output, PlainTensor probabilities)
    {
        PlainTensor p = Softmax(output);
        double sum = p.Values.Zip(probabilities.Values, (value, t) => -t * Math.Log(value)).Sum();
        return new PlainTensor([], [sum / output.Shape[0]]);
    }

    /// <summary>
    /// The same with q[j] = weight[j] · ((1 - smoothing) · t[j] + smoothing / classes) for t: with classes, rows of the ignored one left out and the mean weighted.
    /// </summary>
    public PlainTensor CrossEntropyLoss(
        PlainTensor output, PlainTensor probabilities, float[] weight, double smoothing, float[]? classes = null, int ignored = -1)
    {
        PlainTensor p = Softmax(output);
        int rows = output.Shape[0], columns = output.Shape[1];
        double sum = 0, count = 0;
        for (int row = 0; row < rows; row++)
        {
            if (classes is not null && classes[row] == ignored)
            {
                continue;
            }

            count += classes is null ? 1 : weight[(int)classes[row]];
            for (int j = 0; j < columns; j++)
            {
                int i = (row * columns) + j;
                sum -= weight[j] * (((1 - smoothing) * probabilities.Values[i]) + (smoothing / columns)) * Math.Log(p.Values[i]);
            }
        }

        return new PlainTensor([], [count == 0 ? 0 : sum / count]);
    }

    /// <summary>The mean over rows of ½ Σ (exp(v) + m² - 1 - v).</summary>
    public PlainTensor KlDivergence(PlainTensor mean, PlainTensor logVariance)
    {
        double sum = mean.Values.Zip(logVariance.Values, (m, v) => 0.5 * (Math.Exp(v) + (m * m) - 1 - v)).Sum();
        return new PlainTensor([], [sum / mean.Shape[0]]);
    }

    /// <summary>The mean over all elements of a loss that has no kinks.</summary>
    public PlainTensor Mean(PlainTensor output, PlainTensor target, Func<double, double, double> loss) =>
        new([], [output.Values.Zip(target.Values, loss).Average()]);

    private static PlainTensor ByRow(PlainTensor x, int columns, Func<double[], double[]> function) =>
        new(x.Shape, [.. x.Values.Chunk(columns).SelectMany(function)]);
}
