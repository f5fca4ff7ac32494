using System.Text;

namespace Quern.Kernels.OpenCl;

/// <summary>Builds programs for one device, from the cache on disk where it has them.</summary>
internal static unsafe class OpenClProgram
{
    // No fast-math option: it would drop the rules for NaN and infinity that the kernels state.
    private const string Options = "-cl-std=CL1.2 -cl-mad-enable";

    /// <summary>Builds a program.</summary>
    /// <param name="context">The context of the device.</param>
    /// <param name="device">The device.</param>
    /// <param name="cache">Where binaries are kept.</param>
    /// <param name="name">What to call the program in an error.</param>
    /// <param name="source">OpenCL C 1.2.</param>
    /// <exception cref="OpenClException">The source does not compile; the message ends with the compiler's output.</exception>
    public static OpenClHandle Build(OpenClHandle context, OpenClDeviceInfo device, ProgramCache cache, string name, string source)
    {
        byte[] key = ProgramCache.KeyOf(device, Options, source);
        if (cache.Read(key) is { } binary && TryBuildBinary(context, device, binary) is { } cached)
        {
            return cached;
        }

        OpenClHandle program = BuildSource(context, device, name, source);
        if (ReadBinary(program) is { } built)
        {
            cache.Write(key, built);
        }

        return program;
    }

    private static OpenClHandle BuildSource(OpenClHandle context, OpenClDeviceInfo device, string name, string source)
    {
        byte[] text = Encoding.UTF8.GetBytes(source);
        OpenClHandle program;
        fixed (byte* bytes = text)
        {
            byte* texts = bytes;
            nuint length = (nuint)text.Length;
            program = OpenClHandle.Program(OpenClNative.CreateProgramWithSource(context, 1, &texts, &length, out OpenClStatus created));
            OpenClException.ThrowIfFailed(created, $"clCreateProgramWithSource of {name}");
        }

        OpenClStatus status = Compile(program, device);
        if (status != OpenClStatus.Success)
        {
            string log = ReadBuildLog(program, device);
            program.Dispose();
            throw new OpenClException($"clBuildProgram of {name} on {device.Name}", status, log);
        }

        return program;
    }

    /// <summary>A driver may refuse a binary, even one it wrote: the source is built then.</summary>
    private static OpenClHandle? TryBuildBinary(OpenClHandle context, OpenClDeviceInfo device, byte[] binary)
    {
        fixed (byte* bytes = binary)
        {
            nint id = device.Id;
            nuint length = (nuint)binary.Length;
            byte* binaries = bytes;
            OpenClStatus binaryStatus;
            OpenClHandle program = OpenClHandle.Program(
                OpenClNative.CreateProgramWithBinary(context, 1, &id, &length, &binaries, &binaryStatus, out OpenClStatus created));
            if (created == OpenClStatus.Success && Compile(program, device) == OpenClStatus.Success)
            {
                return program;
            }

            program.Dispose();
            return null;
        }
    }

    private static OpenClStatus Compile(OpenClHandle program, OpenClDeviceInfo device)
    {
        nint id = device.Id;
        fixed (byte* options = Encoding.UTF8.GetBytes(Options + '\0'))
        {
            return OpenClNative.BuildProgram(program, 1, &id, options, 0, 0);
        }
    }

    private static byte[]? ReadBinary(OpenClHandle program)
    {
        nuint size = 0;
        OpenClStatus status = OpenClNative.GetProgramInfo(program, OpenClNative.ProgramBinarySizes, (nuint)sizeof(nuint), &size, null);
        if (status != OpenClStatus.Success || size == 0)
        {
            return null;
        }

        byte[] binary = new byte[size];
        fixed (byte* bytes = binary)
        {
            byte* binaries = bytes;
            status = OpenClNative.GetProgramInfo(program, OpenClNative.ProgramBinaries, (nuint)sizeof(byte*), &binaries, null);
        }

        return status == OpenClStatus.Success ? binary : null;
    }

    private static string ReadBuildLog(OpenClHandle program, OpenClDeviceInfo device)
    {
        nuint size = 0;
        if (OpenClNative.GetProgramBuildInfo(program, device.Id, OpenClNative.ProgramBuildLog, 0, null, &size) != OpenClStatus.Success || size == 0)
        {
            return "The driver gave no build log.";
        }

        byte[] log = new byte[size];
        fixed (byte* bytes = log)
        {
            OpenClNative.GetProgramBuildInfo(program, device.Id, OpenClNative.ProgramBuildLog, size, bytes, null);
        }

        return Encoding.UTF8.GetString(log).TrimEnd('\0');
    }
}
