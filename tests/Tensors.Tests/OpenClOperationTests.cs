namespace Quern.Tensors.Tests;

/// <summary>The operations on the first OpenCL device, where there is one.</summary>
public sealed class OpenClOperationTests() : OperationTests(FirstDevice(), 3e-6)
{
    /// <summary>The device; without one, the test is skipped with the reason.</summary>
    internal static GpuDevice FirstDevice()
    {
        try
        {
            return Device.OpenCl();
        }
        catch (DeviceException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }
}
