using System.Globalization;
using System.Text;

namespace Quern.Tensors;

// How tensors show themselves in a debugger or on a console.
public sealed partial class Tensor
{
    // An axis longer than twice this is shown by its ends.
    private const int EdgeItems = 3;

    /// <summary>
    /// The shape, the device and the numbers to four significant digits; long axes are shown by their ends:
    /// <c>Tensor [2, 3] cpu [[1, 2, 3], [4, 5, 6]]</c>.
    /// </summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Tensor {Shape} {Device} ");
        if (Rank == 0)
        {
            text.Append(Format(Item()));
        }
        else
        {
            Append(text, 0, 0, ElementCount);
        }

        return text.ToString();
    }

    private static string Format(float value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private void Append(StringBuilder text, int axis, long start, long count)
    {
        int length = Shape[axis];
        long step = length == 0 ? 0 : count / length;
        bool innermost = axis == Rank - 1;
        string separator = innermost ? ", " : ",\n" + new string(' ', axis + 1);
        text.Append('[');
        for (int i = 0; i < length; i++)
        {
            if (i > 0)
            {
                text.Append(separator);
            }

            if (length > 2 * EdgeItems && i == EdgeItems)
            {
                text.Append("...").Append(separator);
                i = length - EdgeItems;
            }

            if (innermost)
            {
                float value = 0;
                Memory.CopyTo(new Span<float>(ref value), Offset + start + i);
                text.Append(Format(value));
            }
            else
            {
                Append(text, axis + 1, start + (i * step), step);
            }
        }

        text.Append(']');
    }
}
