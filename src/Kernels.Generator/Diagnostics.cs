using Microsoft.CodeAnalysis;

namespace Quern.Kernels.Generator;

/// <summary>Why a kernel was refused. Each message says what to write instead; <c>docs/kernels.md</c> lists them.</summary>
internal static class Diagnostics
{
    public static readonly DiagnosticDescriptor KernelForm = Create(
        "QK0001", "A kernel has the wrong form", "The kernel '{0}' {1}");

    public static readonly DiagnosticDescriptor ParameterType = Create(
        "QK0002",
        "A kernel's parameter has the wrong type",
        "The parameter '{0}' has type '{1}'; a kernel takes ArrayView<T> of numbers or structs of numbers, and numbers, bool, enums and structs of these by value");

    public static readonly DiagnosticDescriptor NotAvailable = Create(
        "QK0003", "Not available in a kernel", "{0} is not available in a kernel; {1}");

    public static readonly DiagnosticDescriptor TypeNotAvailable = Create(
        "QK0004",
        "Type not available in a kernel",
        "The type '{0}' is not available in a kernel; use bool, whole numbers up to 64 bits, enums, float, double, Float4, structs of these, or ArrayView<T>{1}");

    public static readonly DiagnosticDescriptor MemberNotAvailable = Create(
        "QK0005", "Member not available in a kernel", "'{0}' is not available in a kernel; {1}");

    public static readonly DiagnosticDescriptor StaticField = Create(
        "QK0006",
        "Static field in a kernel",
        "The static field '{0}' cannot be read in a kernel; make it a const, or pass its value as a parameter");

    public static readonly DiagnosticDescriptor Recursion = Create(
        "QK0007", "Recursion in a kernel", "'{0}' calls itself, here or through other methods; kernels have no stack, so write a loop");

    public static readonly DiagnosticDescriptor EvaluationOrder = Create(
        "QK0008",
        "A side effect inside an expression",
        "C leaves open when {0} happens inside a larger expression; make it a statement of its own, or the whole right side of an assignment to a local");

    public static readonly DiagnosticDescriptor View = Create(
        "QK0009", "A view is used in a way that kernels do not support", "{0}");

    public static readonly DiagnosticDescriptor MemoryAllocation = Create(
        "QK0010", "Memory is allocated in the wrong place", "{0}");

    public static readonly DiagnosticDescriptor DivergentBarrier = Create(
        "QK0011",
        "A barrier that only some work-items of a group may reach",
        "Not all work-items of a group may reach this barrier, since {0}; move it out, and put the condition around the reads and writes only");

    public static readonly DiagnosticDescriptor ChosenIntegers = Create(
        "QK0012",
        "Integer constants are chosen, then converted to float",
        "ILGPU takes the bits of the chosen integer for a float here; choose between floats: 1f : 0f");

    public static readonly DiagnosticDescriptor SignedDivision = Create(
        "QK0013",
        "Signed division by a power of two",
        "ILGPU shifts here, which is wrong where '{0}' is negative, and it may be; use uint, or build it from values that cannot be negative");

    public static readonly DiagnosticDescriptor UnsignedDivision = Create(
        "QK0014",
        "Unsigned division by a power of two",
        "ILGPU shifts with the sign here, which is wrong from 2^31 up; write >> {0}");

    public static readonly DiagnosticDescriptor FloatComparison = Create(
        "QK0015",
        "A comparison of floats whose meaning for NaN is not safe",
        "ILGPU turns this comparison round, which is wrong for NaN; choose with a single '<', '>', '<=' or '>=' in ?:, and test for NaN with XMath.IsNaN");

    public static readonly DiagnosticDescriptor HostMath = Create(
        "QK0016", "A function of the host's mathematics", "'{0}' is not the same everywhere; {1}");

    public static readonly DiagnosticDescriptor OperatorForm = new(
        "QK0017",
        "An operator that cannot run on a GPU",
        "The operator '{0}' runs on the processor only; declare it and the types around it 'partial', so that it gets its OpenCL C",
        "Quern.Kernels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor StructLayout = Create(
        "QK0018",
        "A struct that lies otherwise in C than in C#",
        "The struct '{0}' holds a Float4 where C wants 16 bytes of alignment and C# does not give them; put Float4 fields first and fill the struct up to a multiple of 16 bytes, or name four floats");

    public static readonly DiagnosticDescriptor BoolOfHost = Create(
        "QK0019",
        "A bool that comes from the host",
        "ILGPU takes no bool from the host, also not in the struct or the elements of '{0}'; take a byte, and compare it with 0");

    // After an error that no project can turn off, the compiler goes no further, and tells of nothing that follows from it, such as a missing launcher.
    private static DiagnosticDescriptor Create(string id, string title, string message)
        => new(id, title, message, "Quern.Kernels", DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: WellKnownDiagnosticTags.NotConfigurable);
}
