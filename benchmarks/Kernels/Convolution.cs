using Quern.Kernels;

namespace Quern.Benchmarks;

/// <summary>A convolution of square pictures with a padding of 1.</summary>
public sealed record Convolution(int Batch, int Inputs, int Outputs, int Side, int Size, int Stride)
{
    private int OutputSide => WindowAxis.Positions(Side, Size, Stride, 1, 1);

    public Window2d Window => new(Side, Side, OutputSide, OutputSide, Size, Stride, 1, 1);

    public long InputLength => (long)Batch * Inputs * Window.InputArea;

    public long WeightLength => (long)Outputs * Inputs * Window.Area;

    public long OutputLength => (long)Batch * Outputs * Window.OutputArea;

    /// <summary>Floating-point operations: a multiplication and an addition for each number of the output and element of the window.</summary>
    public double Flops => 2.0 * OutputLength * Inputs * Window.Area;

    /// <summary>Channels in and out, side of the pictures, window and stride, in the few letters that a column has room for.</summary>
    public override string ToString() => $"{Inputs}-{Outputs} {Side}² {Size}x{Size}/{Stride}";
}
