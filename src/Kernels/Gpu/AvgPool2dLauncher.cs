namespace Quern.Kernels.Gpu;

/// <summary>Runs <see cref="AvgPool2d"/>. The same for every driver.</summary>
internal static class AvgPool2dLauncher
{
    private const int GroupSize = 256;

    /// <summary>y[p, i, j] = the sum of what the window sees over the number of its elements; 0 where it sees nothing.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="x">The pictures, [planes, input height, input width].</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="countPadding">Whether the elements that lie on the padding count, as zeros.</param>
    /// <param name="y">The result, [planes, output height, output width].</param>
    public static void Forward(GpuDriver driver, GpuView<float> x, in Window2d window, bool countPadding, GpuView<float> y)
    {
        window.Check("AvgPool2d.Forward");
        if (y.Length > 0)
        {
            AvgPool2d.LaunchForward(driver, LaunchSize.Covering(y.Length, GroupSize), x, window.Rows, window.Columns, countPadding ? window.LongArea : 0, y);
        }
    }

    /// <summary>Each output gradient goes in equal parts to the numbers that the window saw.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [planes, output height, output width].</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="countPadding">As in <see cref="Forward"/>.</param>
    /// <param name="inputGradient">The result, [planes, input height, input width]; it must not overlap the operand.</param>
    public static void Backward(
        GpuDriver driver, GpuView<float> outputGradient, in Window2d window, bool countPadding, GpuView<float> inputGradient)
    {
        window.Check("AvgPool2d.Backward");
        if (inputGradient.Length > 0)
        {
            AvgPool2d.LaunchBackward(
                driver, LaunchSize.Covering(inputGradient.Length, GroupSize), outputGradient, window.Rows, window.Columns,
                countPadding ? window.LongArea : 0, inputGradient);
        }
    }
}
