using System.Globalization;

namespace Quern.Kernels.Generator;

/// <summary>C# constants as OpenCL C, exactly and in no country's notation.</summary>
internal static class Literals
{
    /// <summary>The constant, or null for a type that kernels do not support.</summary>
    public static Expression? Of(object? value) => value switch
    {
        bool flag => Expression.Of(flag ? "true" : "false"),
        sbyte number => Signed(number, ""),
        byte number => Signed(number, ""),
        short number => Signed(number, ""),
        ushort number => Signed(number, ""),
        // The least value has no literal: in C, -2147483648 is the negated long 2147483648.
        int.MinValue => new Expression("(-2147483647 - 1)", Expression.Primary),
        int number => Signed(number, ""),
        long.MinValue => new Expression("(-9223372036854775807L - 1L)", Expression.Primary),
        long number => Signed(number, "L"),
        uint number => Expression.Of(number.ToString(CultureInfo.InvariantCulture) + "u"),
        ulong number => Expression.Of(number.ToString(CultureInfo.InvariantCulture) + "UL"),
        float number => Float(number),
        double number => Double(number),
        _ => null,
    };

    private static Expression Signed(long number, string suffix)
        => new(
            number.ToString(CultureInfo.InvariantCulture) + suffix,
            number < 0 ? Expression.Unary : Expression.Primary);

    private static Expression Float(float number)
    {
        if (float.IsNaN(number) || float.IsInfinity(number))
        {
            return NotFinite(number);
        }

        // Nine digits tell any two floats apart; fewer are written where they read back as the same float.
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        if (float.Parse(text, CultureInfo.InvariantCulture) != number)
        {
            text = number.ToString("G9", CultureInfo.InvariantCulture);
        }

        return Number(text, BitConverter.ToInt32(BitConverter.GetBytes(number), 0) < 0, "f");
    }

    private static Expression Double(double number)
    {
        if (double.IsNaN(number) || double.IsInfinity(number))
        {
            return Expression.Cast("double", NotFinite(number));
        }

        string text = number.ToString("R", CultureInfo.InvariantCulture);
        if (double.Parse(text, CultureInfo.InvariantCulture) != number)
        {
            text = number.ToString("G17", CultureInfo.InvariantCulture);
        }

        return Number(text, BitConverter.DoubleToInt64Bits(number) < 0, "");
    }

    private static Expression NotFinite(double number)
        => double.IsNaN(number) ? Expression.Of("NAN")
            : number > 0 ? Expression.Of("INFINITY")
            : new Expression("-INFINITY", Expression.Unary);

    private static Expression Number(string text, bool negative, string suffix)
    {
        if (negative && text[0] != '-')
        {
            text = "-" + text;
        }

        if (text.IndexOfAny(['.', 'E', 'e']) < 0)
        {
            text += ".0";
        }

        return new Expression(text.Replace("E", "e") + suffix, negative ? Expression.Unary : Expression.Primary);
    }
}
