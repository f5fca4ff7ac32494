namespace Quern.Tensors.Tests;

/// <summary>Special values on an OpenCL device, where there is one.</summary>
public sealed class OpenClSpecialValueTests() : SpecialValueTests(OpenClOperationTests.OpenClDevice(), 3e-6);
