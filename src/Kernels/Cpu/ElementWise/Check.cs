using System.Diagnostics.CodeAnalysis;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>The checks that element-wise entry points share.</summary>
internal static class Check
{
    /// <summary>The operand has as many elements as the result.</summary>
    public static void SameLength(string operation, string operand, int length, int resultLength)
    {
        if (length != resultLength)
        {
            ThrowLength(operation, operand, length, resultLength);
        }
    }

    /// <summary>The operand and the result are the same memory or do not touch.</summary>
    public static void SameOrApart(string operation, string operand, ReadOnlySpan<float> memory, ReadOnlySpan<float> result)
    {
        if (memory.Overlaps(result, out int offset) && offset != 0)
        {
            ThrowOverlap(operation, operand, offset);
        }
    }

    /// <summary>Both checks above: what an operand of an element-wise operation must fulfil.</summary>
    public static void Operand(string operation, string operand, ReadOnlySpan<float> memory, ReadOnlySpan<float> result)
    {
        SameLength(operation, operand, memory.Length, result.Length);
        SameOrApart(operation, operand, memory, result);
    }

    /// <summary>A span has the length that another size asks for, or is empty where that stands for none.</summary>
    public static void Length(string operation, string name, int length, Int128 expected, bool mayBeEmpty = false)
    {
        if (length != expected && !(mayBeEmpty && length == 0))
        {
            throw new ArgumentException($"{operation}: {name} has {length} elements; {expected} were expected{(mayBeEmpty ? ", or none" : string.Empty)}.");
        }
    }

    /// <summary>The memory holds whole rows.</summary>
    public static void WholeRows(string operation, int length, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (length % columns != 0)
        {
            ThrowRows(operation, length, columns);
        }
    }

    [DoesNotReturn]
    private static void ThrowRows(string operation, int length, int columns) => throw new ArgumentException(
        $"{operation}: {length} elements are no whole number of rows of {columns}. Pass whole rows.");

    [DoesNotReturn]
    private static void ThrowLength(string operation, string operand, int length, int resultLength) => throw new ArgumentException(
        $"{operation}: {operand} has {length} elements and the result has {resultLength}; they must be equal. Pass spans of one length.");

    [DoesNotReturn]
    private static void ThrowOverlap(string operation, string operand, int offset) => throw new ArgumentException(
        $"{operation}: the result overlaps {operand}, {Math.Abs(offset)} elements apart. Pass the same memory or memory that does not overlap.");
}
