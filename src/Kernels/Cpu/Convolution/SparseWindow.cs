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
        (((rows - 1.0) * window.Stride) + window.Reach) * (((window.OutputWidth - 1.0) * window.Stride) + window.Reach);

    /// <summary>output = the sums of weight · input, over the bias.</summary>
    public static void Forward(
        WorkerPool pool, int batch, float* input, float* weight, float* bias, int inputChannels, int outputChannels, in Window2d window, float* output) =>
        pool.Run(batch * outputChannels, new ForwardJob(new Operands(input, weight, output, inputChannels, outputChannels, window), bias));

    /// <summary>input = the sums of weight · output over the places that saw it, over the bias.</summary>
    public static void InputGradient(
        WorkerPool pool, int batch, float* output, float* weight, float* bias, int inputChannels, int outputChannels, in Window2d window, float* input) =>
        pool.Run(batch * inputChannels, new InputGradientJob(new Operands(input, weight, output, inputChannels, outputChannels, window), bias));

    /// <summary>weight = the sums of input · output, or that added to it.</summary>
    public static void WeightGradient(
        WorkerPool pool, int batch, float* input, float* output, int inputChannels, int outputChannels, in Window2d window, float* weight, bool accumulate) =>
        pool.Run(
            inputChannels * outputChannels,
            new WeightGradientJob(new Operands(input, weight, output, inputChannels, outputChannels, window), batch, accumulate));

    private readonly struct Operands(float* input, float* weight, float* output, int inputChannels, int outputChannels, Window2d window)
    {
        public int InputChannels => inputChannels;

        public int OutputChannels => outputChannels;

        public int InputArea => window.InputArea;

        public int OutputArea => window.OutputArea;

        public int Size => window.Size;

        public int Stride => window.Stride;

        public float* Input(int sample, int channel) => input + ((((nint)sample * inputChannels) + channel) * window.InputArea);

        public float* Output(int sample, int channel) => output + ((((nint)sample * outputChannels) + channel) * window.OutputArea);

        public float* Weight(int outputChannel, int inputChannel) => weight + ((((nint)outputChannel * inputChannels) + inputChannel) * window.Area);

        /// <summary>The rows of the window that see a row of the picture from some position: the first, and the end.</summary>
        public (int First, int End) Rows => Elements(window.InputHeight, window.OutputHeight);

        /// <summary>The columns of the window likewise.</summary>
        public (int First, int End) Columns => Elements(window.InputWidth, window.OutputWidth);

        /// <summary>What an element of the window sees of a picture.</summary>
        public Meeting Meet(int row, int column)
        {
            (int top, int bottom) = Positions(row, window.InputHeight, window.OutputHeight);
            (int left, int right) = Positions(column, window.InputWidth, window.OutputWidth);
            nint input = (nint)((Place(top, row) * window.InputWidth) + Place(left, column));
            return new Meeting(
                left < right ? bottom - top : 0,
                right - left,
                input,
                (nint)window.Stride * window.InputWidth,
                ((nint)top * window.OutputWidth) + left,
                window.OutputWidth);
        }

        private (int First, int End) Elements(int input, int output)
        {
            long last = ((output - 1L) * window.Stride) - window.Padding;
            long first = last >= 0 ? 0 : (-last + window.Dilation - 1) / window.Dilation;
            long end = ((input - 1L + window.Padding) / window.Dilation) + 1;
            return ((int)Math.Min(first, window.Size), (int)Math.Min(end, window.Size));
        }

        // The positions from which an element of the window sees the picture, along an axis: the first, and the end.
        private (int First, int End) Positions(int element, int input, int output)
        {
            long before = window.Padding - ((long)element * window.Dilation);
            long first = before <= 0 ? 0 : (before + window.Stride - 1) / window.Stride;
            long end = input + before <= 0 ? 0 : ((input - 1 + before) / window.Stride) + 1;
            return ((int)Math.Min(first, output), (int)Math.Min(end, output));
        }

        private long Place(int position, int element) => ((long)position * window.Stride) - window.Padding + ((long)element * window.Dilation);
    }

    /// <summary>Where an element of the window and the picture meet: rows of places in the input, and of the positions that see them.</summary>
    private readonly record struct Meeting(int Rows, int Columns, nint Input, nint InputStep, nint Output, nint OutputStep);

    private readonly struct ForwardJob(Operands operands, float* bias) : IParallelJob
    {
        // Optimised from the first call: a loop that is entered once would otherwise run unoptimised.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            (int sample, int channel) = Math.DivRem(piece, operands.OutputChannels);
            float* output = operands.Output(sample, channel);
            new Span<float>(output, operands.OutputArea).Fill(bias == null ? 0 : bias[channel]);
            for (int i = 0; i < operands.InputChannels; i++)
            {
                float* input = operands.Input(sample, i);
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
                                to[column] += weight[(ky * operands.Size) + kx] * from[(nint)column * operands.Stride];
                            }
                        }
                    }
                }
            }
        }
    }

    private readonly struct InputGradientJob(Operands operands, float* bias) : IParallelJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            (int sample, int channel) = Math.DivRem(piece, operands.InputChannels);
            float* input = operands.Input(sample, channel);
            new Span<float>(input, operands.InputArea).Fill(bias == null ? 0 : bias[channel]);
            for (int i = 0; i < operands.OutputChannels; i++)
            {
                float* output = operands.Output(sample, i);
                float* weight = operands.Weight(i, channel);
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
                                to[(nint)column * operands.Stride] += weight[(ky * operands.Size) + kx] * from[column];
                            }
                        }
                    }
                }
            }
        }
    }

    private readonly struct WeightGradientJob(Operands operands, int batch, bool accumulate) : IParallelJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            (int outputChannel, int inputChannel) = Math.DivRem(piece, operands.InputChannels);
            float* weight = operands.Weight(outputChannel, inputChannel);
            if (!accumulate)
            {
                new Span<float>(weight, operands.Size * operands.Size).Clear();
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
                                sum += (double)left[(nint)column * operands.Stride] * right[column];
                            }
                        }
                    }

                    weight[(ky * operands.Size) + kx] += (float)sum;
                }
            }
        }
    }
}
