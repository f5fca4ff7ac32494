namespace Quern.Kernels.OpenCl;

/// <summary>What an OpenCL call answers, named as in the OpenCL headers less the <c>CL_</c>.</summary>
public enum OpenClStatus
{
    /// <summary>The call succeeded.</summary>
    Success = 0,

    /// <summary>No device of the kind that was asked for.</summary>
    DeviceNotFound = -1,

    /// <summary>The device is there, but cannot be used now.</summary>
    DeviceNotAvailable = -2,

    /// <summary>The driver has no compiler.</summary>
    CompilerNotAvailable = -3,

    /// <summary>The device has no memory left for a buffer.</summary>
    MemObjectAllocationFailure = -4,

    /// <summary>The device has no resources left, or a kernel read or wrote outside its memory.</summary>
    OutOfResources = -5,

    /// <summary>The host has no memory left.</summary>
    OutOfHostMemory = -6,

    /// <summary>Timing was asked of a queue made without it.</summary>
    ProfilingInfoNotAvailable = -7,

    /// <summary>Source and destination of a copy overlap.</summary>
    MemCopyOverlap = -8,

    /// <summary>The program does not compile.</summary>
    BuildProgramFailure = -11,

    /// <summary>A buffer could not be mapped.</summary>
    MapFailure = -12,

    /// <summary>A part of a buffer starts at an address that the device does not allow.</summary>
    MisalignedSubBufferOffset = -13,

    /// <summary>A command that was waited for failed.</summary>
    ExecStatusErrorForEventsInWaitList = -14,

    /// <summary>The program could not be compiled with these options.</summary>
    CompileProgramFailure = -15,

    /// <summary>The program could not be linked.</summary>
    LinkProgramFailure = -17,

    /// <summary>An argument is outside its range.</summary>
    InvalidValue = -30,

    /// <summary>The device type is unknown.</summary>
    InvalidDeviceType = -31,

    /// <summary>The platform is unknown.</summary>
    InvalidPlatform = -32,

    /// <summary>The device is unknown or belongs elsewhere.</summary>
    InvalidDevice = -33,

    /// <summary>The context is unknown or closed.</summary>
    InvalidContext = -34,

    /// <summary>The queue does not have these properties.</summary>
    InvalidQueueProperties = -35,

    /// <summary>The queue is unknown or closed.</summary>
    InvalidCommandQueue = -36,

    /// <summary>The host pointer does not fit the flags.</summary>
    InvalidHostPtr = -37,

    /// <summary>The buffer is unknown or released.</summary>
    InvalidMemObject = -38,

    /// <summary>The stored binary does not fit this device.</summary>
    InvalidBinary = -42,

    /// <summary>The compiler does not know an option.</summary>
    InvalidBuildOptions = -43,

    /// <summary>The program is unknown or released.</summary>
    InvalidProgram = -44,

    /// <summary>The program was not built for this device.</summary>
    InvalidProgramExecutable = -45,

    /// <summary>The program has no kernel of that name.</summary>
    InvalidKernelName = -46,

    /// <summary>The kernel differs between devices.</summary>
    InvalidKernelDefinition = -47,

    /// <summary>The kernel is unknown or released.</summary>
    InvalidKernel = -48,

    /// <summary>The kernel has no argument of that number.</summary>
    InvalidArgIndex = -49,

    /// <summary>The value of a kernel's argument is not valid.</summary>
    InvalidArgValue = -50,

    /// <summary>The size of a kernel's argument is not the declared one.</summary>
    InvalidArgSize = -51,

    /// <summary>Not all arguments of the kernel were set.</summary>
    InvalidKernelArgs = -52,

    /// <summary>The launch has too many or too few axes.</summary>
    InvalidWorkDimension = -53,

    /// <summary>The groups are larger than the device allows, or do not divide the launch.</summary>
    InvalidWorkGroupSize = -54,

    /// <summary>The group is larger along one axis than the device allows.</summary>
    InvalidWorkItemSize = -55,

    /// <summary>The launch starts outside its range.</summary>
    InvalidGlobalOffset = -56,

    /// <summary>A list of events is not valid.</summary>
    InvalidEventWaitList = -57,

    /// <summary>An event is unknown or released.</summary>
    InvalidEvent = -58,

    /// <summary>The operation is not allowed here.</summary>
    InvalidOperation = -59,

    /// <summary>A buffer is empty or larger than the device allows.</summary>
    InvalidBufferSize = -61,

    /// <summary>The launch has no work-items or too many.</summary>
    InvalidGlobalWorkSize = -63,

    /// <summary>A property is unknown.</summary>
    InvalidProperty = -64,

    /// <summary>The loader found no installed driver.</summary>
    PlatformNotFound = -1001,
}
