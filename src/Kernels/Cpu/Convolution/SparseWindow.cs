using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu.Convolution;

/// <summary>
/// Convolutions whose stride, dilation or padding is out of all proportion to the pictures: most of a padded picture would be zeros that nothing
/// needs. Plain loops over the places that an element of the window sees cost what there is to compute.
/// </summary>
internal static unsafe class SparseWindow
{
    // A padded picture of more numbers is compared with the pictures themselves, how many times as many are out of proportion, and how many
    // numbers are too many to keep whatever the pictures.
    private const double FewNumbers = 1 << 12;
    private const double Disproportion = 16;
    private const double TooManyNumbers = 1 << 28;

    /// <summary>Whether padded pictures would be out of proportion, or too large.</summary>
    /// <param name="window">How the window moves.</param>
    /// <param name="area">Rows times columns of the largest padded picture of a unit of work.</param>
    /// <param name="numbers">The most numbers that a unit of work keeps in one place.</param>
    public static bool Suits(in Window2d window, double area, double numbers) =>
        (area > FewNumbers && area > Disproportion * ((double)window.InputArea + window.OutputArea)) || numbers > TooManyNumbers;

    /// <summary>Rows times columns of the padded picture that the window sees from so many rows of positions.</summary>
    public static double AreaSeen(in Window2d window, int rows) =>
        (((rows - 1.0) * window.Rows.Stride) + window.Rows.Reach) * (((window.OutputWidth - 1.0) * window.Columns.Stride) + window.Columns.Reach);

    /// <summary>output = the sums of weight · input, over the bias.</summary>
    public static void Forward(WorkerPool pool, in ConvolutionShape shape, float* input, float* weight, float* bias, float* output) =>
        pool.Run(shape.Batch * shape.OutputChannels, new ForwardJob(new Operands(input, weight, output, shape), bias));

    /// <summary>input = the sums of weight · output over the places that saw it, over the bias.</summary>
    public static void InputGradient(WorkerPool pool, in ConvolutionShape shape, float* output, float* weight, float* bias, float* input) =>
        pool.Run(shape.Batch * shape.InputChannels, new InputGradientJob(new Operands(input, weight, output, shape), bias));

    /// <summary>weight = the sums of input · output, or that added to it.</summary>
    public static void WeightGradient(WorkerPool pool, in ConvolutionShape shape, float* input, float* output, float* weight, bool accumulate) =>
        pool.Run(shape.InputsOfGroup * shape.OutputChannels, new WeightGradientJob(new Operands(input, weight, output, shape), shape.Batch, accumulate));

    private readonly struct Operands(float* input, float* weight, float* output, ConvolutionShape shape)
    {
        private readonly Window2d _window = shape.Window;

        public int InputChannels => shape.InputChannels;

        public int OutputChannels => shape.OutputChannels;

        public int InputsOfGroup => shape.InputsOfGroup;

        public int OutputsOfGroup => shape.OutputsOfGroup;

        public int InputArea => _window.InputArea;

        public int OutputArea => _window.OutputArea;

        public int WindowArea => _window.Area;

        public int WindowWidth => _window.Columns.Size;

        public int ColumnStride => _window.Columns.Stride;

        public float* Input(int sample, int channel) => input + ((((nint)sample * InputChannels) + channel) * _window.InputArea);

        public float* Output(int sample, int channel) => output + ((((nint)sample * OutputChannels) + channel) * _window.OutputArea);

        /// <summary>The window between a channel of the output and one of the inputs of its group, numbered within the group.</summary>
        public float* Weight(int outputChannel, int inputOfGroup) => weight + ((((nint)outputChannel * InputsOfGroup) + inputOfGroup) * _window.Area);

        /// <summary>The rows of the window that see a row of the picture from some position: the first, and the end.</summary>
        public (int First, int End) Rows => Elements(_window.Rows);

        /// <summary>The columns of the window likewise.</summary>
        public (int First, int End) Columns => Elements(_window.Columns);

        /// <summary>What an element of the window sees of a picture.</summary>
        public Meeting Meet(int row, int column)
        {
            (int top, int bottom) = Positions(_window.Rows, row);
            (int left, int right) = Positions(_window.Columns, column);
            nint input = (nint)((Place(_window.Rows, top, row) * _window.InputWidth) + Place(_window.Columns, left, column));
            return new Meeting(
                left < right ? bottom - top : 0,
                right - left,
                input,
                (nint)_window.Rows.Stride * _window.InputWidth,
                ((nint)top * _window.OutputWidth) + left,
                _window.OutputWidth);
        }

        private static (int First, int End) Elements(in WindowAxis axis)
        {
            long last = ((axis.Output - 1L) * axis.Stride) - axis.Padding;
            long first = last >= 0 ? 0 : Division.RoundUp(-last, axis.Dilation);
            long end = ((axis.Input - 1L + axis.Padding) / axis.Dilation) + 1;
            return ((int)Math.Min(first, axis.Size), (int)Math.Min(end, axis.Size));
        }

        // The positions from which an element of the window sees the picture, along an axis: the first, and the end.
        private static (int First, int End) Positions(in WindowAxis axis, int element)
        {
            long before = axis.Padding - ((long)element * axis.Dilation);
            long first = before <= 0 ? 0 : Division.RoundUp(before, axis.Stride);
            long end = axis.Input + before <= 0 ? 0 : ((axis.Input - 1 + before) / axis.Stride) + 1;
            return ((int)Math.Min(first, axis.Output), (int)Math.Min(end, axis.Output));
        }

        private static long Place(in WindowAxis axis, int position, int element) =>
            ((long)position * axis.Stride) - axis.Padding + ((long)element * axis.Dilation);
    }

    /// <summary>Where an element of the window and the picture meet: rows of places in the input, and of the positions that see them.</summary>
    private readonly record struct Meeting(int Rows, int Columns, nint Input, nint InputStep, nint Output, nint OutputStep);

    private readonly struct ForwardJob(Operands operands, float* bias) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            (int sample, int channel) = Math.DivRem(piece, operands.OutputChannels);
            float* output = operands.Output(sample, channel);
            new Span<float>(output, operands.OutputArea).Fill(bias == null ? 0 : bias[channel]);
            int firstInput = channel / operands.OutputsOfGroup * operands.InputsOfGroup;
            for (int i = 0; i < operands.InputsOfGroup; i++)
            {
                float* input = operands.Input(sample, firstInput + i);
                float* weight = operands.Weight(channel, i);
                for (int ky = operands.Rows.First; ky < operands.Rows.End; ky++)
                {
                    for (int kx = operands.Columns.First; kx < operands.Columns.End; kx++)
                    {
                        Meeting meeting = operands.Meet(ky, kx);
                        for (int row = 0; row < meeting.Rows; row++)
                        {
                            float* from = input + meeting.Input + (row * meeting.InputStep);
                            float* to = output + meeting.Output + (row * meeting.OutputStep);
                            for (int column = 0; column < meeting.Columns; column++)
                            {
                                to[column] += weight[(ky * operands.WindowWidth) + kx] * from[(nint)column * operands.ColumnStride];
                            }
                        }
                    }
                }
            }
        }
    }

    private readonly struct InputGradientJob(Operands operands, float* bias) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            (int sample, int channel) = Math.DivRem(piece, operands.InputChannels);
            float* input = operands.Input(sample, channel);
            new Span<float>(input, operands.InputArea).Fill(bias == null ? 0 : bias[channel]);
            (int group, int inputOfGroup) = Math.DivRem(channel, operands.InputsOfGroup);
            int firstOutput = group * operands.OutputsOfGroup;
            for (int i = firstOutput; i < firstOutput + operands.OutputsOfGroup; i++)
            {
                float* output = operands.Output(sample, i);
                float* weight = operands.Weight(i, inputOfGroup);
                for (int ky = operands.Rows.First; ky < operands.Rows.End; ky++)
                {
                    for (int kx = operands.Columns.First; kx < operands.Columns.End; kx++)
                    {
                        Meeting meeting = operands.Meet(ky, kx);
                        for (int row = 0; row < meeting.Rows; row++)
                        {
                            float* from = output + meeting.Output + (row * meeting.OutputStep);
                            float* to = input + meeting.Input + (row * meeting.InputStep);
                            for (int column = 0; column < meeting.Columns; column++)
                            {
                                to[(nint)column * operands.ColumnStride] += weight[(ky * operands.WindowWidth) + kx] * from[column];
                            }
                        }
                    }
                }
            }
        }
    }

    private readonly struct WeightGradientJob(Operands operands, int batch, bool accumulate) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            (int outputChannel, int inputOfGroup) = Math.DivRem(piece, operands.InputsOfGroup);
            int inputChannel = (outputChannel / operands.OutputsOfGroup * operands.InputsOfGroup) + inputOfGroup;
            float* weight = operands.Weight(outputChannel, inputOfGroup);
            if (!accumulate)
            {
                new Span<float>(weight, operands.WindowArea).Clear();
            }

            for (int ky = operands.Rows.First; ky < operands.Rows.End; ky++)
            {
                for (int kx = operands.Columns.First; kx < operands.Columns.End; kx++)
                {
                    Meeting meeting = operands.Meet(ky, kx);
                    double sum = 0;
                    for (int sample = 0; sample < batch; sample++)
                    {
                        float* input = operands.Input(sample, inputChannel) + meeting.Input;
                        float* output = operands.Output(sample, outputChannel) + meeting.Output;
                        for (int row = 0; row < meeting.Rows; row++)
                        {
                            float* left = input + (row * meeting.InputStep);
                            float* right = output + (row * meeting.OutputStep);
                            for (int column = 0; column < meeting.Columns; column++)
                            {
                                sum += (double)left[(nint)column * operands.ColumnStride] * right[column];
                            }
                        }
                    }

                    weight[(ky * operands.WindowWidth) + kx] += (float)sum;
                }
            }
        }
    }
}
