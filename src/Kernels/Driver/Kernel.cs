using Quern.Kernels.Operators;

namespace Quern.Kernels;

/// <summary>A GPU kernel: a C# method marked <see cref="KernelAttribute"/> and the OpenCL C that it became when the library was built.</summary>
/// <remarks>The generator makes one instance for each kernel; drivers use it as the key of what they have compiled.</remarks>
public sealed class Kernel
{
    /// <summary>Describes a kernel; called by generated code.</summary>
    /// <param name="name">The C# method: namespace, class and method, with dots.</param>
    /// <param name="entryPoint">The name of the <c>__kernel</c> function.</param>
    /// <param name="openClSource">The whole OpenCL C 1.2 program.</param>
    /// <param name="groupX">The group size along x that the kernel was compiled for; 0 for any.</param>
    /// <param name="groupY">The group size along y that the kernel was compiled for; 0 for any.</param>
    /// <param name="groupZ">The group size along z that the kernel was compiled for; 0 for any.</param>
    public Kernel(string name, string entryPoint, string openClSource, int groupX = 0, int groupY = 0, int groupZ = 0)
        : this(name, entryPoint, openClSource, [], [], groupX, groupY, groupZ)
    {
    }

    /// <summary>Describes a kernel that applies operators; called by generated code.</summary>
    /// <param name="name">The C# method: namespace, class and method, with dots.</param>
    /// <param name="entryPoint">The name of the <c>__kernel</c> function.</param>
    /// <param name="text">The OpenCL C of the kernel, without the functions of the operators.</param>
    /// <param name="operators">The operators that it applies.</param>
    /// <param name="typeArguments">What the method's type parameters stand for; empty if it has none.</param>
    /// <param name="groupX">The group size along x that the kernel was compiled for; 0 for any.</param>
    /// <param name="groupY">The group size along y that the kernel was compiled for; 0 for any.</param>
    /// <param name="groupZ">The group size along z that the kernel was compiled for; 0 for any.</param>
    /// <param name="usesDouble">Whether the kernel computes with <see cref="double"/>.</param>
    public Kernel(
        string name,
        string entryPoint,
        string text,
        OperatorSource[] operators,
        Type[] typeArguments,
        int groupX = 0,
        int groupY = 0,
        int groupZ = 0,
        bool usesDouble = false)
    {
        Name = name;
        EntryPoint = entryPoint;
        OpenClSource = OperatorSource.Program(text, operators);
        TypeArguments = typeArguments;
        GroupX = groupX;
        GroupY = groupY;
        GroupZ = groupZ;
        UsesDouble = usesDouble;
    }

    /// <summary>The C# method: namespace, class and method, with dots.</summary>
    public string Name { get; }

    /// <summary>The name of the <c>__kernel</c> function.</summary>
    public string EntryPoint { get; }

    /// <summary>The whole OpenCL C 1.2 program: the kernel and what it calls.</summary>
    public string OpenClSource { get; }

    /// <summary>What the method's type parameters stand for, in their order; empty if it has none.</summary>
    public IReadOnlyList<Type> TypeArguments { get; }

    /// <summary>The group size along x that the kernel was compiled for; 0 for any.</summary>
    public int GroupX { get; }

    /// <summary>The group size along y that the kernel was compiled for; 0 for any.</summary>
    public int GroupY { get; }

    /// <summary>The group size along z that the kernel was compiled for; 0 for any.</summary>
    public int GroupZ { get; }

    /// <summary>Whether the kernel computes with <see cref="double"/>, which not every OpenCL device has.</summary>
    public bool UsesDouble { get; }

    /// <summary>Checks that a launch has the groups that the kernel was compiled for.</summary>
    /// <param name="size">The launch.</param>
    /// <exception cref="ArgumentException">The group has another size.</exception>
    public void CheckGroup(LaunchSize size)
    {
        if (GroupX != 0 && (size.GroupX != GroupX || size.GroupY != GroupY || size.GroupZ != GroupZ))
        {
            throw new ArgumentException(
                $"{Name}: the launch has groups of {size.GroupX} x {size.GroupY} x {size.GroupZ} work-items; the kernel asks for {GroupX} x {GroupY} x {GroupZ}. "
                + "Launch it with that size, or change its [Kernel] attribute.",
                nameof(size));
        }
    }

    /// <summary>The <see cref="Name"/>, with the type arguments.</summary>
    public override string ToString() => TypeArguments.Count == 0 ? Name : $"{Name}<{string.Join(", ", TypeArguments.Select(type => type.Name))}>";
}
