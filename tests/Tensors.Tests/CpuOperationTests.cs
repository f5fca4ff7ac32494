namespace Quern.Tensors.Tests;

/// <summary>The operations on the processor.</summary>
public sealed class CpuOperationTests() : OperationTests(Device.Cpu, 1e-6);
