namespace Quern.Kernels.Cpu.Convolution;

/// <summary>The sizes of a convolution.</summary>
/// <param name="Batch">The pictures.</param>
/// <param name="InputChannels">The channels of a picture of the input.</param>
/// <param name="OutputChannels">The channels of a picture of the output.</param>
/// <param name="Groups">Into how many groups the channels fall: a divisor of both.</param>
/// <param name="Window">How the window moves.</param>
internal readonly record struct ConvolutionShape(int Batch, int InputChannels, int OutputChannels, int Groups, Window2d Window)
{
    /// <summary>The input's channels of a group.</summary>
    public int InputsOfGroup => InputChannels / Groups;

    /// <summary>The output's channels of a group.</summary>
    public int OutputsOfGroup => OutputChannels / Groups;
}
