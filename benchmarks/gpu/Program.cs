using Quern.Benchmarks.Verify;
using Quern.Ilgpu;
using Quern.Tensors;

if (args.Length == 0)
{
    Console.Error.WriteLine("Name the devices to measure, such as: cuda opencl");
    return 2;
}

IlgpuDevices.Register();
bool agree = true;
foreach (string name in args)
{
    Device device;
    try
    {
        device = Device.Parse(name);
    }
    catch (DeviceException error)
    {
        Console.WriteLine($"\n{error.Message}");
        agree = false;
        continue;
    }

    Console.WriteLine($"\n### {device.Name}: {device.Description}");
    agree &= Training.Run(device);

    // Each work-item of ILGPU's processor is a thread: a product would take minutes.
    if (!device.Name.StartsWith("ilgpu-cpu", StringComparison.Ordinal))
    {
        agree &= Products.Run(device);
    }
}

return agree ? 0 : 1;
