namespace Quern.Kernels.Gpu;

/// <summary>Runs <see cref="MaxPool2d"/>: chooses the kernel by the window. The same for every driver.</summary>
internal static class MaxPool2dLauncher
{
    private const int GroupSize = 256;

    /// <summary>y[p, i, j] = the greatest of what the window sees, or -∞ where it sees padding alone. NaN wins.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="x">The pictures, [planes, input height, input width].</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="y">The result, [planes, output height, output width].</param>
    public static void Forward(GpuDriver driver, GpuView<float> x, in Window2d window, GpuView<float> y)
    {
        window.Check("MaxPool2d.Forward");
        if (y.Length > 0)
        {
            MaxPool2d.LaunchForward(driver, LaunchSize.Covering(y.Length, GroupSize), x, window.Rows, window.Columns, y);
        }
    }

    /// <summary>Each output gradient goes to the number that was the greatest: to the first of several.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [planes, output height, output width].</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="inputGradient">The result, as long as <paramref name="x"/>; it must not overlap an operand.</param>
    public static void Backward(
        GpuDriver driver, GpuView<float> outputGradient, GpuView<float> x, in Window2d window, GpuView<float> inputGradient)
    {
        window.Check("MaxPool2d.Backward");
        if (inputGradient.Length == 0)
        {
            return;
        }

        LaunchSize elements = LaunchSize.Covering(inputGradient.Length, GroupSize);
        if (window.Rows.Stride >= window.Rows.Reach && window.Columns.Stride >= window.Columns.Reach)
        {
            Fill.LaunchRun(driver, elements, inputGradient, 0);
            MaxPool2d.LaunchBackwardApart(driver, LaunchSize.Covering(outputGradient.Length, GroupSize), outputGradient, x, window.Rows, window.Columns, inputGradient);
        }
        else
        {
            MaxPool2d.LaunchBackward(driver, elements, outputGradient, x, window.Rows, window.Columns, inputGradient);
        }
    }
}
