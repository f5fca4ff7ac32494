namespace Quern.Tensors.Tests;

/// <summary>Special values on the first OpenCL device, where there is one.</summary>
public sealed class OpenClSpecialValueTests() : SpecialValueTests(OpenClOperationTests.FirstDevice(), 3e-6);
