using Microsoft.CodeAnalysis;

namespace Quern.Kernels.Generator;

/// <summary>
/// Where the fields of a struct lie. C# and OpenCL C both put each field at the next multiple of its own alignment; they differ in
/// <c>float4</c> alone, which C aligns to 16 bytes and C#, to which it is a struct of four floats, to 4.
/// </summary>
internal static class StructLayout
{
    /// <summary>Whether a type has the same bytes in both languages.</summary>
    public static bool IsShared(ITypeSymbol type)
    {
        int size = 0;
        int otherSize = 0;
        return Measure(type, float4Alignment: 4, ref size) == Measure(type, float4Alignment: 16, ref otherSize) && size == otherSize;
    }

    /// <summary>The bytes that C leaves at the end of a struct, so that the next one of an array is aligned.</summary>
    public static int Padding(INamedTypeSymbol type)
    {
        int end = 0;
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic))
        {
            (int fieldSize, int fieldAlignment) = Place(field.Type, 0, 16, []);
            end = RoundUp(end, fieldAlignment) + fieldSize;
        }

        (int size, _) = Place(type, 0, 16, []);
        return size - end;
    }

    /// <summary>The offsets of all numbers in a type, as text, and its size.</summary>
    private static string Measure(ITypeSymbol type, int float4Alignment, ref int size)
    {
        var offsets = new List<int>();
        (size, _) = Place(type, 0, float4Alignment, offsets);
        return string.Join(",", offsets);
    }

    private static (int Size, int Alignment) Place(ITypeSymbol type, int start, int float4Alignment, List<int> offsets)
    {
        if (Words.IsFloat4(type))
        {
            offsets.Add(start);
            return (16, float4Alignment);
        }

        if (Words.ScalarName(type) is not null)
        {
            offsets.Add(start);
            int bytes = Words.IsInteger(type, out int bits, out _) ? bits / 8
                : type.SpecialType switch { SpecialType.System_Boolean => 1, SpecialType.System_Double => 8, _ => 4 };
            return (bytes, bytes);
        }

        int end = 0;
        int alignment = 1;
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic))
        {
            (_, int fieldAlignment) = Place(field.Type, 0, float4Alignment, []);
            end = RoundUp(end, fieldAlignment);
            (int fieldSize, _) = Place(field.Type, start + end, float4Alignment, offsets);
            end += fieldSize;
            alignment = Math.Max(alignment, fieldAlignment);
        }

        return (RoundUp(end, alignment), alignment);
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
