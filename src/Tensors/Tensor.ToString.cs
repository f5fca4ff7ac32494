using System.Globalization;
using System.Text;

namespace Quern.Tensors;

// How tensors show themselves in a debugger or on a console.
public sealed partial class Tensor
{
    // An axis longer than twice this is shown by its ends.
    private const int EdgeItems = 3;

    /// <summary>
    /// The shape, the device and the numbers to four significant digits, a row to a line; long axes are shown by their
    /// ends: <c>Tensor [3] cpu [1, 2, 0.3333]</c>.
    /// </summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Tensor {Shape} {Device}").Append(Rank > 1 ? '\n' : ' ');
        Append(text, 0, 0, ElementCount);
        return text.ToString();
    }

    // The elements from start on, which have the axes from axis on.
    private void Append(StringBuilder text, int axis, long start, long count)
    {
        if (axis == Rank)
        {
            float value = 0;
            Memory.CopyTo(new Span<float>(ref value), Offset + start);
            text.Append(value.ToString("G4", CultureInfo.InvariantCulture));
            return;
        }

        int length = Shape[axis];
        long step = length == 0 ? 0 : count / length;
        string separator = axis == Rank - 1 ? ", " : ",\n" + new string(' ', axis + 1);
        text.Append('[');
        for (int i = 0; i < length; i++)
        {
            text.Append(i > 0 ? separator : string.Empty);
            if (length > 2 * EdgeItems && i == EdgeItems)
            {
                text.Append("...").Append(separator);
                i = length - EdgeItems;
            }

            Append(text, axis + 1, start + (i * step), step);
        }

        text.Append(']');
    }
}
