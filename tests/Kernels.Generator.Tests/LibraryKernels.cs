using System.Reflection;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Generator.Tests;

/// <summary>The kernels that the library ships.</summary>
internal static class LibraryKernels
{
    // One operator of each form, so that a new one does not take another's place.
    private static readonly Type[] Examples =
        [typeof(AbsOperator), typeof(AddOperator), typeof(LeakyReluGradientOperator), typeof(BceOperator), typeof(AdamOperator)];

    /// <summary>Each kernel; one for any operator with an example of its form.</summary>
    public static IEnumerable<Kernel> WithOneOperator => Of(operators: 1);

    /// <summary>Each kernel, with each operator that it takes.</summary>
    public static IEnumerable<Kernel> WithEveryOperator => Of(operators: int.MaxValue);

    private static IEnumerable<Kernel> Of(int operators)
        => from type in typeof(Kernel).Assembly.GetTypes().SelectMany(type => Closed(type, operators))
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
           where field.FieldType == typeof(Kernel)
           select (Kernel)field.GetValue(null)!;

    /// <summary>A type itself; the class of a kernel for any operator is closed over operators.</summary>
    private static IEnumerable<Type> Closed(Type type, int operators)
    {
        if (!type.IsGenericTypeDefinition)
        {
            return [type];
        }

        if (!type.Name.EndsWith("Kernel`1", StringComparison.Ordinal))
        {
            return [];
        }

        Type form = type.GetGenericArguments()[0].GetGenericParameterConstraints().Single(constraint => constraint.IsInterface);
        return typeof(Kernel).Assembly.GetTypes()
            .Where(candidate => candidate is { IsValueType: true, IsPublic: true, IsGenericTypeDefinition: false } && form.IsAssignableFrom(candidate))
            .OrderBy(candidate => !Examples.Contains(candidate))
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(operators)
            .Select(candidate => type.MakeGenericType(candidate));
    }
}
