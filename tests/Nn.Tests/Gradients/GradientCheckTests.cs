using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>The check that users run: differences of the module itself, in float32.</summary>
public class GradientCheckTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (GradientCase subject in GradientCases.All.Where(subject => subject.Input.ElementCount <= 512))
            {
                cases.Add(subject.Name, Device.Cpu.Name);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_layer_passes_without_a_formula(string name, string device)
    {
        GradientCase subject = GradientCases.Named(name);
        GradientCheckReport report = GradientCheck.Run(
            subject.MakeModule(Device.Parse(device)), subject.MakeInput(Device.Parse(device)), new GradientCheckOptions { MaxElements = 40, RelativeTolerance = 3e-3, CheckInput = subject.Indices == 0 });
        Assert.True(report.Passed, report.ToString());
        int compared = report.Tensors.Sum(tensor => tensor.Elements.Count), skipped = report.Tensors.Sum(tensor => tensor.Skipped);
        Assert.True(compared > skipped, report.ToString());
    }

    [Fact]
    public void A_network_with_its_loss_and_a_loss_alone_pass()
    {
        Sequential network = new(new Linear(5, 7, new Generator(1)), new Tanh(), new Linear(7, 3, new Generator(2)));
        Tensor target = Samples.Tensor([4, 3], 3);
        GradientCheckReport report = GradientCheck.Run(network, new MseLoss(), Samples.Tensor([4, 5], 1), target);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(["input", "0.weight", "0.bias", "2.weight", "2.bias"], report.Tensors.Select(tensor => tensor.Name));
        Assert.True(GradientCheck.Run(new MseLoss(), Samples.Tensor([4, 3], 4), target).Passed);
    }

    [Fact]
    public void As_many_elements_are_compared_as_are_asked_for_and_the_input_where_it_is()
    {
        Linear layer = new(3, 2, new Generator(1));
        Tensor input = Samples.Tensor([4, 3], 1);

        GradientCheckReport some = GradientCheck.Run(layer, input, new GradientCheckOptions { MaxElements = 2 });
        GradientCheckReport all = GradientCheck.Run(layer, input, new GradientCheckOptions { CheckInput = false });

        Assert.Equal([2, 2, 2], some.Tensors.Select(tensor => tensor.Elements.Count + tensor.Skipped));
        Assert.Equal([("weight", 6), ("bias", 2)], all.Tensors.Select(tensor => (tensor.Name, tensor.Elements.Count + tensor.Skipped)));
        Assert.True(some.Passed && all.Passed);
    }

    [Fact]
    public void The_module_and_the_input_are_left_as_they_were()
    {
        Linear layer = new(3, 2, new Generator(1));
        float[] weight = layer.Weight.Value.ToArray();
        Tensor input = Samples.Tensor([4, 3], 1);
        float[] values = input.ToArray();
        GradientCheck.Run(layer, input);
        Assert.Equal(weight, layer.Weight.Value.ToArray());
        Assert.Equal(values, input.ToArray());
        Assert.False(layer.Weight.HasGradient);
        layer.Backward(layer.Forward(input));
    }

    [Fact]
    public void A_module_that_draws_is_refused_unless_it_is_made_repeatable()
    {
        Generator generator = new(5);
        Dropout dropout = new(generator, 0.5);
        Tensor input = Samples.Tensor([6, 5], 1);
        Assert.Contains("BeforeForward", Assert.Throws<InvalidOperationException>(() => GradientCheck.Run(dropout, input)).Message, StringComparison.Ordinal);
        Assert.True(GradientCheck.Run(dropout, input, new GradientCheckOptions { BeforeForward = () => generator.Stream = 7 }).Passed);
    }

    [Fact]
    public void The_report_names_the_worst_element_with_what_was_expected()
    {
        GradientCheckReport report = GradientCheck.Run(new Doubled(), Samples.Tensor([2, 3], 1));
        TensorComparison input = Assert.Single(report.Tensors);
        Assert.False(report.Passed);
        Assert.Equal(3 * input.Worst!.Value.Expected, 2 * input.Worst.Value.Actual, 2e-3);
        Assert.Contains("GRADIENTS DIFFER", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("error / tolerance", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>y = 2x, with a gradient of 3.</summary>
    private sealed class Doubled : Module
    {
        public override Tensor Forward(Tensor input) => input * 2;

        public override Tensor Backward(Tensor outputGradient) => outputGradient * 3;
    }
}
