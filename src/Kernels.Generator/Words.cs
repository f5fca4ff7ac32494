using Microsoft.CodeAnalysis;

namespace Quern.Kernels.Generator;

/// <summary>The words of the kernel language and what they are in OpenCL C. What is not here is not available.</summary>
internal static class Words
{
    private const string LanguageNamespace = "Quern.Kernels.Language";

    /// <summary>Whether a type is one of <c>Quern.Kernels.Language</c>.</summary>
    public static bool IsWord(ITypeSymbol? type)
        => type is { ContainingType: null } && type.ContainingNamespace?.ToDisplayString() == LanguageNamespace;

    public static bool IsWord(ITypeSymbol? type, string name) => type?.Name == name && IsWord(type);

    public static bool IsFloat4(ITypeSymbol? type) => IsWord(type, "Float4");

    /// <summary>Whether a type is <c>ArrayView&lt;T&gt;</c>, and of what elements.</summary>
    public static bool IsView(ITypeSymbol? type, out ITypeSymbol? element)
    {
        element = IsWord(type, "ArrayView") ? ((INamedTypeSymbol)type!).TypeArguments[0] : null;
        return element is not null;
    }

    /// <summary>Whether a type is <c>float</c> or <c>double</c>.</summary>
    public static bool IsFloat(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Single or SpecialType.System_Double;

    /// <summary>Whether a method is one of <c>Atomic</c>.</summary>
    public static bool IsAtomic(IMethodSymbol method) => IsWord(method.ContainingType, "Atomic");

    /// <summary>Whether calling a word does more than to give a value.</summary>
    public static bool HasEffects(IMethodSymbol word) => word.Name == "Barrier" || IsAtomic(word);

    /// <summary>The OpenCL C name of a number type; an enum's is that of its numbers.</summary>
    public static string? ScalarName(ITypeSymbol type) => Number(type) switch
    {
        SpecialType.System_Void => "void",
        SpecialType.System_Boolean => "bool",
        SpecialType.System_SByte => "char",
        SpecialType.System_Byte => "uchar",
        SpecialType.System_Int16 => "short",
        SpecialType.System_UInt16 => "ushort",
        SpecialType.System_Int32 => "int",
        SpecialType.System_UInt32 => "uint",
        SpecialType.System_Int64 => "long",
        SpecialType.System_UInt64 => "ulong",
        SpecialType.System_Single => "float",
        SpecialType.System_Double => "double",
        _ => null,
    };

    /// <summary>Whether a type is a whole number or an enum; <paramref name="bits"/> is then its width.</summary>
    public static bool IsInteger(ITypeSymbol? type, out int bits, out bool isSigned)
    {
        (bits, isSigned) = Number(type) switch
        {
            SpecialType.System_SByte => (8, true),
            SpecialType.System_Byte => (8, false),
            SpecialType.System_Int16 => (16, true),
            SpecialType.System_UInt16 => (16, false),
            SpecialType.System_Int32 => (32, true),
            SpecialType.System_UInt32 => (32, false),
            SpecialType.System_Int64 => (64, true),
            SpecialType.System_UInt64 => (64, false),
            _ => (0, false),
        };
        return bits > 0;
    }

    /// <summary>The place of a work-item or a group: a property of <c>Grid</c> or <c>Group</c>.</summary>
    /// <param name="property">The property.</param>
    /// <param name="group">The group's size, where the kernel asks for one; zeros for any.</param>
    public static Expression? Place(IPropertySymbol property, (int X, int Y, int Z) group)
    {
        if (!IsWord(property.ContainingType))
        {
            return null;
        }

        return (property.ContainingType.Name, property.Name) switch
        {
            ("Grid", "IdxX") => Call("get_group_id", 0),
            ("Grid", "IdxY") => Call("get_group_id", 1),
            ("Grid", "IdxZ") => Call("get_group_id", 2),
            ("Grid", "DimX") => Call("get_num_groups", 0),
            ("Grid", "DimY") => Call("get_num_groups", 1),
            ("Grid", "DimZ") => Call("get_num_groups", 2),
            ("Index3D", "X") => Call("get_global_id", 0),
            ("Index3D", "Y") => Call("get_global_id", 1),
            ("Index3D", "Z") => Call("get_global_id", 2),
            ("Group", "IdxX") => Call("get_local_id", 0),
            ("Group", "IdxY") => Call("get_local_id", 1),
            ("Group", "IdxZ") => Call("get_local_id", 2),
            ("Group", "DimX") => Size(group.X, 0),
            ("Group", "DimY") => Size(group.Y, 1),
            ("Group", "DimZ") => Size(group.Z, 2),
            ("Group", "LinearIndex") => LinearIndex(group),
            _ => null,
        };

        static Expression Size(int size, int axis) => size > 0 ? Literals.Of(size)!.Value : Call("get_local_size", axis);
    }

    /// <summary>Whether a property of <c>Grid</c>, <c>Group</c> or <c>Index3D</c> differs from one work-item of a group to the next.</summary>
    public static bool DiffersInGroup(IPropertySymbol property)
        => IsWord(property.ContainingType)
            && (property.ContainingType.Name, property.Name) is ("Group", "IdxX" or "IdxY" or "IdxZ" or "LinearIndex") or ("Index3D", _);

    /// <summary>The OpenCL C function of a function of <c>XMath</c> or <c>Interop</c>, with its arguments filled in.</summary>
    public static Expression? Function(IMethodSymbol method, IReadOnlyList<string> arguments)
    {
        if (!IsWord(method.ContainingType))
        {
            return null;
        }

        bool isFloat = method.Parameters.Length > 0 && IsFloat(method.Parameters[0].Type);
        bool isDouble = isFloat && method.Parameters[0].Type.SpecialType == SpecialType.System_Double;
        string all = string.Join(", ", arguments);
        switch (method.ContainingType.Name, method.Name)
        {
            case ("Interop", "FloatAsInt"):
                return Expression.Of($"as_{(isDouble ? "ulong" : "uint")}({all})");
            case ("Interop", "IntAsFloat"):
                return Expression.Of($"as_{(method.ReturnType.SpecialType == SpecialType.System_Double ? "double" : "float")}({all})");
            case ("XMath", "Min" or "Max"):
                return Expression.Of($"{(isFloat ? "f" : "")}{method.Name.ToLowerInvariant()}({all})");
            case ("XMath", "Clamp"):
                return Expression.Of(isFloat ? $"fmax(fmin({arguments[0]}, {arguments[2]}), {arguments[1]})" : $"clamp({all})");
            case ("XMath", "Abs"):
                // abs of OpenCL C gives the unsigned type.
                return isFloat ? Expression.Of($"fabs({all})") : Expression.Cast(ScalarName(method.ReturnType)!, Expression.Of($"abs({all})"));
            case ("XMath", "Rcp"):
                return Expression.Of($"({(isDouble ? "1.0" : "1.0f")} / ({all}))");
            default:
                string? name = method.ContainingType.Name == "XMath" ? FloatFunction(method.Name) : null;
                return name is null ? null : Expression.Of($"{name}({all})");
        }
    }

    /// <summary>The OpenCL C function of a method of <c>Atomic</c>.</summary>
    public static string? AtomicFunction(IMethodSymbol method) => method.Name switch
    {
        "Add" or "Min" or "Max" or "And" or "Or" or "Xor" => "atomic_" + method.Name.ToLowerInvariant(),
        "Exchange" => "atomic_xchg",
        "CompareExchange" => "atomic_cmpxchg",
        _ => null,
    };

    /// <summary>The word to write instead of a function of the host's <c>Math</c> or <c>MathF</c>.</summary>
    public static string Instead(IMethodSymbol method) => method.Name switch
    {
        "FusedMultiplyAdd" => "write a * b + c",
        "CopySign" => "choose the sign with ?:",
        "Max" or "Min" => $"write XMath.{method.Name}, which passes NaN over",
        "Abs" or "Clamp" or "Pow" or "Truncate" => $"write XMath.{method.Name}",
        _ when FloatFunction(method.Name) is not null => $"write XMath.{method.Name}",
        _ => "write it out, or use what XMath has",
    };

    private static SpecialType? Number(ITypeSymbol? type)
        => type is INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying } ? underlying.SpecialType : type?.SpecialType;

    private static string? FloatFunction(string name) => name switch
    {
        "IsNaN" => "isnan",
        "IsInfinity" => "isinf",
        "Floor" => "floor",
        "Ceiling" => "ceil",
        "Truncate" => "trunc",
        "RoundToEven" => "rint",
        "Sqrt" => "sqrt",
        "Rsqrt" => "rsqrt",
        "Exp" => "exp",
        "Exp2" => "exp2",
        "Log" => "log",
        "Log2" => "log2",
        "Log10" => "log10",
        "Sin" => "sin",
        "Cos" => "cos",
        "Tan" => "tan",
        "Sinh" => "sinh",
        "Cosh" => "cosh",
        "Tanh" => "tanh",
        "Pow" => "pow",
        _ => null,
    };

    private static Expression Call(string function, int axis) => Expression.Cast("int", Expression.Of($"{function}({axis})"));

    private static Expression LinearIndex((int X, int Y, int Z) group)
    {
        string x = group.X > 0 ? group.X.ToString(System.Globalization.CultureInfo.InvariantCulture) : "get_local_size(0)";
        string y = group.Y > 0 ? group.Y.ToString(System.Globalization.CultureInfo.InvariantCulture) : "get_local_size(1)";
        if (group.Z == 1)
        {
            return Expression.Cast("int", group.Y == 1
                ? Expression.Of("get_local_id(0)")
                : new Expression($"get_local_id(1) * {x} + get_local_id(0)", Expression.Additive));
        }

        return Expression.Cast("int", new Expression(
            $"(get_local_id(2) * {y} + get_local_id(1)) * {x} + get_local_id(0)", Expression.Additive));
    }
}
