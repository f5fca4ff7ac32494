using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>The gradient check is worth something: it finds the mistakes that backward passes have.</summary>
public class BrokenLayerTests
{
    [Fact]
    public void A_right_layer_passes_the_check() => Assert.Empty(Check(Mistake.None));

    [Theory]
    [InlineData(Mistake.WeightSign, "weight")]
    [InlineData(Mistake.WeightFactor, "weight")]
    [InlineData(Mistake.TransposedWeightGradient, "weight")]
    [InlineData(Mistake.BiasMeanNotSum, "bias")]
    [InlineData(Mistake.BiasOfFirstSampleOnly, "bias")]
    [InlineData(Mistake.TransposedWeight, "input")]
    [InlineData(Mistake.InputSign, "input")]
    [InlineData(Mistake.MissingActivationDerivative, "input")]
    [InlineData(Mistake.ActivationDerivativeOfInput, "input")]
    [InlineData(Mistake.OneWrongElement, "weight")]
    public void The_check_finds(Mistake mistake, string where)
    {
        IReadOnlyList<string> failures = Check(mistake);
        Assert.Contains(failures, failure => failure.Contains($": {where} differs", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Differences_of_the_module_itself_find_mistakes_too(Mistake mistake)
    {
        GradientCheckReport report = GradientCheck.Run(new BrokenLayer(5, mistake, Device.Cpu), Samples.Tensor([7, 5], 1));
        // A thousandth of one element lies within the tolerance.
        Assert.Equal(mistake is Mistake.None or Mistake.OneWrongElement, report.Passed);
    }

    public static TheoryData<Mistake> Mistakes => [.. Enum.GetValues<Mistake>()];

    [Fact]
    public void The_check_finds_a_wrong_forward_pass()
    {
        GradientCase subject = new(
            "half a Linear", [4, 3], (random, device) => new Linear(3, 2, random, device: device), (f, x, p) => f.Linear(x, p["weight"]));
        Assert.Contains(Failures(subject), failure => failure.Contains("output differs", StringComparison.Ordinal));
    }

    [Fact]
    public void The_check_finds_kinks_that_were_not_declared()
    {
        GradientCase subject = GradientCases.Named("Relu with zeros") with { Kinks = 0 };
        Assert.Contains(Failures(subject), failure => failure.Contains("kink", StringComparison.Ordinal));
    }

    // A square layer, so that a transposed weight has the right shape.
    private static IReadOnlyList<string> Check(Mistake mistake) => Failures(new GradientCase(
        $"Broken ({mistake})", [7, 5], (_, device) => new BrokenLayer(5, mistake, device), (f, x, p) => f.Sigmoid(f.Linear(x, p["weight"], p["bias"]))));

    private static IReadOnlyList<string> Failures(GradientCase subject) => CaseCheck.Run(subject, Device.Cpu).Failures(subject);

    public enum Mistake
    {
        None,
        WeightSign,
        WeightFactor,
        TransposedWeightGradient,
        BiasMeanNotSum,
        BiasOfFirstSampleOnly,
        TransposedWeight,
        InputSign,
        MissingActivationDerivative,
        ActivationDerivativeOfInput,
        OneWrongElement,
    }

    /// <summary>A linear layer with a sigmoid, written with tensor operations, and a mistake in its backward pass.</summary>
    private sealed class BrokenLayer : Module
    {
        private readonly Mistake _mistake;
        private readonly Parameter _weight;
        private readonly Parameter _bias;
        private Tensor? _input;
        private Tensor? _sum;
        private Tensor? _output;

        public BrokenLayer(int size, Mistake mistake, Device device)
        {
            _mistake = mistake;
            _weight = RegisterParameter("weight", Samples.Tensor([size, size], 21, device));
            _bias = RegisterParameter("bias", Tensor.Zeros([size], device));
        }

        public override Tensor Forward(Tensor input)
        {
            _input = input;
            _sum = input.MatMul(_weight.Value, transposeRight: true) + _bias.Value;
            _output = _sum.Sigmoid();
            return _output;
        }

        public override Tensor Backward(Tensor outputGradient)
        {
            Tensor output = _mistake == Mistake.ActivationDerivativeOfInput ? _sum! : _output!;
            Tensor gradient = _mistake == Mistake.MissingActivationDerivative ? outputGradient : outputGradient * output * (1 - output);

            Tensor weight = _mistake == Mistake.TransposedWeightGradient
                ? _input!.MatMul(gradient, transposeLeft: true)
                : gradient.MatMul(_input!, transposeLeft: true);
            weight *= _mistake switch { Mistake.WeightSign => -1, Mistake.WeightFactor => 2, _ => 1 };
            if (_mistake == Mistake.OneWrongElement)
            {
                weight[1, 3] *= 1.001f;
            }

            _weight.AccumulateGradient(out _).CopyFrom(weight);
            _bias.AccumulateGradient(out _).CopyFrom(_mistake switch
            {
                Mistake.BiasMeanNotSum => gradient.Mean(0),
                Mistake.BiasOfFirstSampleOnly => gradient.Rows(0, 1).Reshape(-1),
                _ => gradient.Sum(0),
            });

            Tensor inputGradient = gradient.MatMul(_weight.Value, transposeRight: _mistake == Mistake.TransposedWeight);
            return _mistake == Mistake.InputSign ? -inputGradient : inputGradient;
        }
    }
}
