using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;
using Quern.Tensors;
using Kernel = Quern.Kernels.Kernel;

namespace Quern.Ilgpu;

/// <summary>Compiles kernels for a device. The method that becomes the kernel is found by <see cref="Kernel.Name"/>.</summary>
/// <param name="device">The device.</param>
/// <param name="accelerator">The accelerator that runs the kernels.</param>
/// <param name="assemblies">Where the methods are, compiled against ILGPU.</param>
internal sealed class KernelCompiler(IlgpuDeviceInfo device, Accelerator accelerator, Assembly[] assemblies) : IDisposable
{
    // A kernel that ILGPU refuses spoils the context: later kernels fail in it. So after a refusal another context compiles, while the
    // first goes on to hold the memory and to run what is loaded.
    private Accelerator? _substitute;

    /// <summary>Compiles a kernel and makes it ready for launches.</summary>
    /// <exception cref="DeviceException">There is no such method, or ILGPU or the device's driver refused it.</exception>
    public LoadedKernel Load(Kernel kernel, IlgpuDriver driver)
    {
        MethodInfo method = Find(kernel);
        int group = kernel.GroupX * kernel.GroupY * kernel.GroupZ;
        try
        {
            CompiledKernel compiled = (_substitute ?? accelerator).CompileKernel(
                EntryPointDescription.FromExplicitlyGroupedKernel(method), new KernelSpecialization(group == 0 ? null : group, null));
            return new LoadedKernel(driver, kernel, accelerator.LoadKernel(compiled), method);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Any exception: ILGPU throws whatever the stage that fails happens to throw.
            Replace();
            throw new DeviceException(
                $"Device {device.Name}: ILGPU could not compile the kernel {kernel} for {device.Description}: {IlgpuDriver.Reason(error)} "
                + "docs/kernels.md lists what a kernel may hold.",
                error);
        }
    }

    /// <summary>Closes the context of its own, if there is one.</summary>
    public void Dispose()
    {
        if (_substitute is not null)
        {
            Context context = _substitute.Context;
            _substitute.Dispose();
            context.Dispose();
            _substitute = null;
        }
    }

    /// <summary>Has another context compile from now on; where ILGPU makes none, the one at hand goes on.</summary>
    private void Replace()
    {
        Dispose();
        Context? context = null;
        try
        {
            context = IlgpuContext.Create(device.Type);
            _substitute = IlgpuContext.Open(context, device.Type, device.Index);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            context?.Dispose();
        }
    }

    private MethodInfo Find(Kernel kernel)
    {
        int dot = kernel.Name.LastIndexOf('.');
        foreach (Assembly assembly in assemblies)
        {
            if (assembly.GetType(kernel.Name[..dot])?.GetMethod(kernel.Name[(dot + 1)..], BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic) is { } method)
            {
                return method.IsGenericMethodDefinition ? method.MakeGenericMethod([.. kernel.TypeArguments]) : method;
            }
        }

        throw new DeviceException(
            $"Device {device.Name}: there is no copy of the kernel {kernel} that was compiled against ILGPU. "
            + "Compile its file in a project that imports ILGPU instead of Quern.Kernels.Language, and give IlgpuDriver that assembly.");
    }
}
