namespace Quern.Nn.Tests.Gradients;

/// <summary>
/// What each layer computes, written as plainly as can be and in double precision: the oracle of its tests. There is no
/// backward pass here; gradients are found by differences.
/// </summary>
internal sealed partial class PlainFormulas
{
    /// <summary>
    /// A fingerprint of which side of its kink every kinked function was on. Where it differs between two evaluations, a
    /// difference of the results says nothing about the derivative.
    /// </summary>
    public ulong Sides { get; private set; } = 14695981039346656037;

    /// <summary>y[…, outputs] = x[…, inputs] Wᵀ + b.</summary>
    public PlainTensor Linear(PlainTensor x, PlainTensor weight, PlainTensor? bias = null)
    {
        int outputs = weight.Shape[0], inputs = weight.Shape[1];
        PlainTensor y = new(x.Shape.With(^1, outputs));
        for (int sample = 0; sample < x.Values.Length / inputs; sample++)
        {
            for (int output = 0; output < outputs; output++)
            {
                double sum = bias is null ? 0 : bias.Values[output];
                for (int input = 0; input < inputs; input++)
                {
                    sum += x.Values[(sample * inputs) + input] * weight.Values[(output * inputs) + input];
                }

                y.Values[(sample * outputs) + output] = sum;
            }
        }

        return y;
    }

    /// <summary>max(x, 0), with a kink at 0.</summary>
    public PlainTensor Relu(PlainTensor x)
    {
        foreach (double value in x.Values)
        {
            Sides = (Sides ^ (value > 0 ? 1UL : 0UL)) * 1099511628211;
        }

        return x.Map(value => Math.Max(value, 0));
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    public PlainTensor Sigmoid(PlainTensor x) => x.Map(value => 1 / (1 + Math.Exp(-value)));

    /// <summary>tanh(x).</summary>
    public PlainTensor Tanh(PlainTensor x) => x.Map(Math.Tanh);

    /// <summary>The mean of (output - target)²: one number.</summary>
    public PlainTensor MseLoss(PlainTensor output, PlainTensor target)
    {
        double sum = 0;
        for (int i = 0; i < output.Values.Length; i++)
        {
            sum += Math.Pow(output.Values[i] - target.Values[i], 2);
        }

        return new PlainTensor([], [sum / output.Values.Length]);
    }

    /// <summary>The autoencoder, by the names of its parameters.</summary>
    public PlainTensor Autoencoder(PlainTensor x, IReadOnlyDictionary<string, PlainTensor> p)
    {
        x = Relu(Linear(x, p["encoder_fc1.weight"], p["encoder_fc1.bias"]));
        x = Relu(Linear(x, p["encoder_fc2.weight"], p["encoder_fc2.bias"]));
        x = Linear(x, p["encoder_fc3.weight"], p["encoder_fc3.bias"]);
        x = Relu(Linear(x, p["decoder_fc1.weight"], p["decoder_fc1.bias"]));
        x = Relu(Linear(x, p["decoder_fc2.weight"], p["decoder_fc2.bias"]));
        return Sigmoid(Linear(x, p["decoder_fc3.weight"], p["decoder_fc3.bias"]));
    }
}
