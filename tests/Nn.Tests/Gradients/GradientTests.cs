using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>The checks that every line of <see cref="GradientCases"/> goes through, on every device of the machine.</summary>
public class GradientTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (Device device in Device.All)
            {
                foreach (GradientCase subject in GradientCases.All)
                {
                    cases.Add(subject.Name, device.Name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_agree_with_the_plain_formula_and_gradients_with_its_differences(string name, string device)
    {
        GradientCase subject = GradientCases.Named(name);
        Assert.Empty(CaseCheck.Run(subject, Device.Parse(device)).Failures(subject));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_add_up_over_two_backward_passes(string name, string device)
    {
        GradientCase subject = GradientCases.Named(name);
        Device at = Device.Parse(device);
        Module module = subject.MakeModule(at);
        float[][] first = Gradients(module, subject, 2, at);
        module.ZeroGradient();
        float[][] second = Gradients(module, subject, 3, at);
        module.ZeroGradient();
        Gradients(module, subject, 2, at);
        float[][] both = Gradients(module, subject, 3, at);
        for (int i = 0; i < both.Length; i++)
        {
            double[] sum = [.. first[i].Zip(second[i], (a, b) => (double)a + b)];
            double tenth = Math.Sqrt(sum.Select(value => value * value).DefaultIfEmpty().Average()) / 10;
            Assert.All(both[i].Zip(sum), pair => Assert.Equal(pair.Second, pair.First, 1e-5 * Math.Max(Math.Abs(pair.Second), tenth) + 1e-11));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_smaller_batch_after_a_larger_one_gives_what_a_new_module_gives(string name, string device)
    {
        GradientCase subject = GradientCases.Named(name);
        Device at = Device.Parse(device);
        Module used = subject.MakeModule(at);
        Gradients(used, subject, 2, at);
        used.ZeroGradient();
        GradientCase smaller = subject with { Input = subject.Input.With(0, (subject.Input[0] + 1) / 2) };
        Module fresh = subject.MakeModule(at);
        Assert.Equal(Gradients(fresh, smaller, 3, at), Gradients(used, smaller, 3, at));
        Assert.Equal(Output(fresh, smaller, at), Output(used, smaller, at));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void BackwardParameters_gives_the_gradients_of_Backward(string name, string device)
    {
        GradientCase subject = GradientCases.Named(name);
        Device at = Device.Parse(device);
        Module module = subject.MakeModule(at);
        float[][] gradients = Gradients(module, subject, 2, at);
        module.ZeroGradient();
        Tensor output = module.Forward(subject.MakeInput(at));
        module.BackwardParameters(Samples.Tensor(output.Shape, 2, at));
        Assert.Equal(gradients, module.Parameters.Select(parameter => parameter.Gradient.ToArray()));
    }

    private static float[] Output(Module module, GradientCase subject, Device device) => module.Forward(subject.MakeInput(device)).ToArray();

    // The gradients of the parameters, after a forward and a backward pass.
    private static float[][] Gradients(Module module, GradientCase subject, int seed, Device device)
    {
        Tensor output = module.Forward(subject.MakeInput(device));
        module.Backward(Samples.Tensor(output.Shape, seed, device));
        return [.. module.Parameters.Select(parameter => parameter.Gradient.ToArray())];
    }
}
