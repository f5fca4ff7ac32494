namespace Quern.Kernels.Gpu;

/// <summary>A <see cref="WindowAxis"/> as kernels are given it. Along it, position i of the window sees the places from Start(i) on.</summary>
internal struct GpuWindowAxis
{
    /// <summary>Length of the input.</summary>
    public int Input;

    /// <summary>Length of the output: positions of the window.</summary>
    public int Output;

    /// <summary>Elements of the window.</summary>
    public int Size;

    /// <summary>From one position to the next.</summary>
    public int Stride;

    /// <summary>Padding at each end.</summary>
    public int Padding;

    /// <summary>From one element of the window to the next.</summary>
    public int Dilation;

    /// <summary>The axis of a window.</summary>
    public static implicit operator GpuWindowAxis(WindowAxis axis)
    {
        GpuWindowAxis result;
        (result.Input, result.Output, result.Size, result.Stride, result.Padding, result.Dilation) = axis;
        return result;
    }

    /// <summary>The place of the window's first element at this position.</summary>
    public readonly int Start(int position) => (position * Stride) - Padding;

    /// <summary>The first element that lies in the input, of a window that begins at this place.</summary>
    public readonly int FirstInside(int start) => FirstFrom(-start, Dilation);

    /// <summary>The end of the elements that lie in the input, of a window that begins at this place.</summary>
    public readonly int EndInside(int start)
    {
        int room = Input - 1 - start;
        int end = Size;
        if (room < (Size - 1) * Dilation)
        {
            end = room < 0 ? 0 : (room / Dilation) + 1;
        }

        return end;
    }

    /// <summary>The first position whose window reaches as far as this place.</summary>
    public readonly int FirstReaching(int place) => FirstFrom(place + Padding - ((Size - 1) * Dilation), Stride);

    /// <summary>The end of the positions whose window begins at this place or before it.</summary>
    public readonly int EndReaching(int place) => XMath.Min(((place + Padding) / Stride) + 1, Output);

    /// <summary>Which element of the window at this position, among those of <see cref="FirstReaching"/> and on, lies on this place; -1 if none does.</summary>
    public readonly int ElementAt(int place, int position)
    {
        int distance = place - Start(position);
        int element = distance;
        if (Dilation > 1)
        {
            element = distance / Dilation;
            if (element * Dilation != distance)
            {
                element = -1;
            }
        }

        return element;
    }

    /// <summary>How many steps of this length it takes to cover a distance; 0 where there is none.</summary>
    private static int FirstFrom(int distance, int step) => distance > 0 ? ((distance - 1) / step) + 1 : 0;
}
