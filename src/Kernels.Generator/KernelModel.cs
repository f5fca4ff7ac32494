namespace Quern.Kernels.Generator;

/// <summary>A kernel's translation and what its launcher needs.</summary>
/// <param name="Namespace">The namespace of the kernel's class; empty for none.</param>
/// <param name="Types">The classes around the kernel, outermost first, as they are declared: <c>internal static partial class Relu</c>.</param>
/// <param name="Method">The kernel's method.</param>
/// <param name="Accessibility"><c>public</c>, <c>internal</c>, …</param>
/// <param name="Name">Namespace, classes and method, with dots.</param>
/// <param name="EntryPoint">The OpenCL C function.</param>
/// <param name="Source">The OpenCL C program.</param>
/// <param name="UsesDouble">Whether the program computes with <c>double</c>, which not every device has.</param>
/// <param name="Parameters">The method's parameters.</param>
/// <param name="Group">The arguments of <c>[Kernel]</c>: the group's size; empty for any.</param>
/// <param name="TypeParameters">The method's type parameters; empty if it has none.</param>
/// <param name="Uses">The operators whose formulas the kernel calls, as C# names them.</param>
internal sealed record KernelModel(
    string Namespace,
    EquatableArray<string> Types,
    string Method,
    string Accessibility,
    string Name,
    string EntryPoint,
    string Source,
    bool UsesDouble,
    EquatableArray<KernelParameter> Parameters,
    EquatableArray<int> Group,
    EquatableArray<KernelTypeParameter> TypeParameters,
    EquatableArray<string> Uses);

/// <summary>A kernel's type parameter, which stands for an operator.</summary>
/// <param name="Name">The C# name.</param>
/// <param name="Constraint">What it must be, as C# says it.</param>
internal sealed record KernelTypeParameter(string Name, string Constraint);

/// <summary>A kernel's parameter.</summary>
/// <param name="Name">The C# name, escaped where it is a keyword.</param>
/// <param name="Type">The C# type; for a view, that of its elements.</param>
/// <param name="Form">How a launch passes it.</param>
internal sealed record KernelParameter(string Name, string Type, KernelParameterForm Form);

/// <summary>How a launch passes a parameter.</summary>
internal enum KernelParameterForm
{
    /// <summary>As a number that is a kernel's argument by itself.</summary>
    Number,

    /// <summary>By its bytes.</summary>
    Value,

    /// <summary>As a view.</summary>
    View,
}
