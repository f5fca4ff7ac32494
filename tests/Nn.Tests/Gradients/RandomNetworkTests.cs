using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>Stacks of layers that nobody thought of, on every device of the machine.</summary>
public class RandomNetworkTests
{
    private const int Networks = 100;

    public static TheoryData<string> Devices => [.. Device.All.Select(device => device.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Random_networks_agree_with_the_plain_formulas(string device)
    {
        List<string> failures = [];
        int kinks = 0, compared = 0;
        for (int seed = 0; seed < Networks; seed++)
        {
            GradientCase network = RandomNetworks.Make(seed);
            GradientCheckReport report = CaseCheck.Run(network, Device.Parse(device));
            failures.AddRange(report.Failures(network with { Kinks = report.Kinks() }));
            kinks += report.Kinks();
            compared += report.Compared();
        }

        Assert.Empty(failures);
        Assert.InRange(kinks, 0, compared / 100);
    }
}
