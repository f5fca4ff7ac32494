namespace Quern.Tensors.Tests;

/// <summary>The operations on an OpenCL device, where there is one.</summary>
public sealed class OpenClOperationTests() : OperationTests(OpenClDevice(), 3e-6)
{
    /// <summary>The device that <c>QUERN_OPENCL_DEVICE</c> names, such as opencl:1, else the first GPU, else the first; without one, the test is skipped with the reason.</summary>
    internal static GpuDevice OpenClDevice()
    {
        try
        {
            return (GpuDevice)Device.Parse(Environment.GetEnvironmentVariable("QUERN_OPENCL_DEVICE") ?? "opencl");
        }
        catch (DeviceException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }
}
