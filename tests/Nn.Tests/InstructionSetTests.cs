using Quern.Tests.Shared;

namespace Quern.Nn.Tests;

public class InstructionSetTests
{
    public static TheoryData<string> SwitchedOff => InstructionSets.SwitchedOff;

    [Theory]
    [MemberData(nameof(SwitchedOff))]
    public void Gradients_and_parity_hold_on_narrower_vectors(string switchedOff) =>
        InstructionSets.RunAgain(
            typeof(InstructionSetTests).Assembly,
            ["*.Outputs_agree_with_the_plain_formula*", "*.Random_networks_agree*", "*.LayerParity*", "*.OptimizerParity*"],
            switchedOff);
}
