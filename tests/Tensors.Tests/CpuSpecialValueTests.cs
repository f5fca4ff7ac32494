namespace Quern.Tensors.Tests;

/// <summary>Special values on the processor, on each of its vector widths.</summary>
public sealed class CpuSpecialValueTests() : SpecialValueTests(Device.Cpu, 1e-6)
{
    private protected override void OnEveryTier(Action check) => Tiers.Run(check);
}
