using System.Globalization;
using System.Text;

namespace Quern.Tensors;

// How tensors show themselves in a debugger or on a console.
public sealed partial class Tensor
{
    // Beyond these, decimals say too little or take too much room.
    private const double LeastDecimal = 1e-4;
    private const double MostDecimal = 1e8;

    /// <summary>
    /// The shape, the device and the numbers, a row to a line in columns: <c>Tensor [3] cpu [1, 2, 0.3333]</c>. Of a tensor of more than
    /// 1,000 elements, the ends of long axes are shown, as NumPy does.
    /// </summary>
    public override string ToString() => ToString(decimals: 4);

    /// <summary>As <see cref="ToString()"/>, with other limits. The same in every culture.</summary>
    /// <param name="decimals">At most how many digits behind the point are shown: 0 to 15.</param>
    /// <param name="maxElements">Up to how many elements all are shown: zero or more.</param>
    /// <param name="edgeItems">How many entries are shown at each end of a longer axis of a larger tensor: at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public string ToString(int decimals, int maxElements = 1000, int edgeItems = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 15);
        ArgumentOutOfRangeException.ThrowIfNegative(maxElements);
        ArgumentOutOfRangeException.ThrowIfLessThan(edgeItems, 1);
        int edge = ElementCount > maxElements ? edgeItems : int.MaxValue;
        List<float> shown = [];
        Collect(shown, edge, ElementCount > maxElements ? null : ToArray(), 0, 0, ElementCount);
        string[] numbers = Format(shown, decimals);

        // A single row has nothing to be aligned with.
        int width = Rank < 2 ? 0 : numbers.Select(number => number.Length).DefaultIfEmpty().Max();
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Tensor {Shape} {Device}").Append(Rank > 1 ? '\n' : ' ');
        int next = 0;
        Append(text, numbers, ref next, width, edge, 0);
        return text.ToString();
    }

    // All numbers in decimals, or all with exponents where one of them is too large or too small for it.
    private static string[] Format(List<float> numbers, int decimals)
    {
        bool exponents = numbers.Exists(number => float.IsFinite(number) && number != 0 && Math.Abs((double)number) is < LeastDecimal or >= MostDecimal);
        string places = decimals == 0 ? "0" : $"0.{new string('#', decimals)}";

        // As double, since the format of a float stops after seven digits.
        return [.. numbers.Select(number => ((double)number).ToString(exponents && number != 0 ? $"{places}E+00" : places, CultureInfo.InvariantCulture))];
    }

    // The entries of an axis that are shown: all, or both ends.
    private static IEnumerable<int> Shown(int length, int edge)
    {
        for (int i = 0; i < length; i++)
        {
            if (length - edge > edge && i == edge)
            {
                i = length - edge;
            }

            yield return i;
        }
    }

    // The numbers that are shown of those from start on, which have the axes from axis on.
    private void Collect(List<float> shown, int edge, float[]? all, int axis, long start, long count)
    {
        if (axis == Rank)
        {
            float value = 0;
            if (all is null)
            {
                Memory.CopyTo(new Span<float>(ref value), Offset + start);
            }

            shown.Add(all is null ? value : all[start]);
            return;
        }

        long step = Shape[axis] == 0 ? 0 : count / Shape[axis];
        foreach (int i in Shown(Shape[axis], edge))
        {
            Collect(shown, edge, all, axis + 1, start + (i * step), step);
        }
    }

    private void Append(StringBuilder text, string[] numbers, ref int next, int width, int edge, int axis)
    {
        if (axis == Rank)
        {
            text.Append(numbers[next++].PadLeft(width));
            return;
        }

        string separator = axis == Rank - 1 ? ", " : ",\n" + new string(' ', axis + 1);
        text.Append('[');
        int before = -1;
        foreach (int i in Shown(Shape[axis], edge))
        {
            text.Append(i > 0 ? separator : string.Empty).Append(i > before + 1 ? "..." + separator : string.Empty);
            Append(text, numbers, ref next, width, edge, axis + 1);
            before = i;
        }

        text.Append(']');
    }
}
