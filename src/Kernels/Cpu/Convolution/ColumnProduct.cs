using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Convolution;

/// <summary>A convolution by way of a matrix product with the columns of each sample: for results of few channels.</summary>
internal static unsafe class ColumnProduct
{
    // At most so many pieces sum up parts of the weight's gradient, and in at most so many numbers.
    private const int MaxPartials = 16;
    private const int MaxPartialLength = 1 << 22;

    // Inside a piece the product stays on the thread that runs the piece.
    private static readonly WorkerPool ThisThread = new(1);

    /// <summary>output = the sums of weight · input, over the bias.</summary>
    public static void Forward(
        WorkerPool pool, int batch, float* input, float* weight, float* bias, int inputChannels, int outputChannels, in Window2d window, float* output) =>
        Run(pool, batch, new ForwardJob(new Operands(input, weight, output, inputChannels, outputChannels, window), bias));

    /// <summary>input = the sums of weight · output over the places that saw it, over the bias.</summary>
    public static void InputGradient(
        WorkerPool pool, int batch, float* output, float* weight, float* bias, int inputChannels, int outputChannels, in Window2d window, float* input) =>
        Run(pool, batch, new InputGradientJob(new Operands(input, weight, output, inputChannels, outputChannels, window), bias));

    /// <summary>weightGradient = the sums of input · outputGradient, or that added to it.</summary>
    public static void WeightGradient(
        WorkerPool pool, int batch, float* input, float* outputGradient, int inputChannels, int outputChannels, in Window2d window, float* weightGradient, bool accumulate)
    {
        int length = outputChannels * inputChannels * window.Area;
        int pieces = Math.Min(batch, Math.Clamp(MaxPartialLength / length, 1, MaxPartials));
        float* partials = Scratch.Get(Scratch.Use.Partials, checked(pieces * length));
        Operands operands = new(input, partials, outputGradient, inputChannels, outputChannels, window);
        Run(pool, pieces, new WeightGradientJob(operands, batch, pieces));
        SimdDispatch.Run(pool, Pieces.Count(length), new SumPartialsJob(partials, pieces, length, weightGradient, accumulate));
    }

    // A single piece may share its product among the threads; several share the pieces. The result is the same to the bit.
    private static void Run<TJob>(WorkerPool pool, int pieces, TJob job)
        where TJob : unmanaged, IConvolutionJob
    {
        if (pieces == 1)
        {
            job.Run(pool, 0);
        }
        else
        {
            pool.Run(pieces, new OnThisThread<TJob>(job));
        }
    }

    private interface IConvolutionJob
    {
        void Run(WorkerPool pool, int piece);
    }

    /// <summary>What the three jobs share: pictures, weight and output, one of which they write.</summary>
    private readonly struct Operands(float* input, float* weight, float* output, int inputChannels, int outputChannels, Window2d window)
    {
        private readonly Window2d _window = window;

        public ref readonly Window2d Window => ref System.Runtime.CompilerServices.Unsafe.AsRef(in _window);

        public int InputChannels => inputChannels;

        public int OutputChannels => outputChannels;

        /// <summary>The rows of a sample's columns, and the length of a row of the weight.</summary>
        public int Depth => inputChannels * _window.Area;

        public int Positions => _window.OutputArea;

        public float* WeightPointer => weight;

        public ReadOnlySpan<float> Weight => new(weight, outputChannels * Depth);

        public float* Input(int sample) => input + ((nint)sample * inputChannels * _window.InputArea);

        public float* Output(int sample) => output + ((nint)sample * outputChannels * Positions);

        public Span<float> OutputSpan(int sample) => new(Output(sample), outputChannels * Positions);

        /// <summary>The columns of a sample, in this thread's memory or where the picture lies.</summary>
        public ReadOnlySpan<float> GatherColumns(int sample)
        {
            if (Columns.AreThePicture(_window))
            {
                return new(Input(sample), Depth * Positions);
            }

            int length = Columns.Length(inputChannels, _window);
            float* columns = Scratch.Get(Scratch.Use.Columns, length);
            Columns.Gather(Input(sample), inputChannels, _window, columns);
            return new(columns, length);
        }
    }

    private readonly struct OnThisThread<TJob>(TJob job) : IParallelJob
        where TJob : unmanaged, IConvolutionJob
    {
        private readonly TJob _job = job;

        public void Run(int piece) => _job.Run(ThisThread, piece);
    }

    /// <summary>For one sample, output = weight · columns, over the bias.</summary>
    private readonly struct ForwardJob(Operands operands, float* bias) : IConvolutionJob
    {
        private readonly Operands _operands = operands;

        public void Run(WorkerPool pool, int piece)
        {
            Span<float> output = _operands.OutputSpan(piece);
            if (bias != null)
            {
                FillChannels(output, bias, _operands.Positions);
            }

            MatMul.Run(
                pool,
                _operands.OutputChannels,
                _operands.Positions,
                _operands.Depth,
                _operands.Weight,
                false,
                _operands.GatherColumns(piece),
                false,
                output,
                accumulate: bias != null);
        }
    }

    /// <summary>For one sample, columns = weightᵀ · output, added up where they came from.</summary>
    private readonly struct InputGradientJob(Operands operands, float* bias) : IConvolutionJob
    {
        private readonly Operands _operands = operands;

        public void Run(WorkerPool pool, int piece)
        {
            ref readonly Window2d window = ref _operands.Window;
            Span<float> input = new(_operands.Input(piece), _operands.InputChannels * window.InputArea);
            if (bias != null)
            {
                FillChannels(input, bias, window.InputArea);
            }

            if (Columns.AreThePicture(window))
            {
                Product(pool, piece, input, accumulate: bias != null);
                return;
            }

            if (bias == null)
            {
                input.Clear();
            }

            int length = Columns.Length(_operands.InputChannels, window);
            float* columns = Scratch.Get(Scratch.Use.Columns, length);
            Product(pool, piece, new Span<float>(columns, length), accumulate: false);
            SimdDispatch.Run(ThisThread, 1, new ScatterJob(columns, _operands, piece));
        }

        private void Product(WorkerPool pool, int sample, Span<float> result, bool accumulate) =>
            MatMul.Run(
                pool,
                _operands.Depth,
                _operands.Positions,
                _operands.OutputChannels,
                _operands.Weight,
                true,
                _operands.OutputSpan(sample),
                false,
                result,
                accumulate);
    }

    private readonly struct ScatterJob(float* columns, Operands operands, int sample) : ISimdJob
    {
        private readonly Operands _operands = operands;

        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged =>
            Columns.Scatter<S, V>(columns, _operands.InputChannels, _operands.Window, _operands.Input(sample));
    }

    /// <summary>For a run of samples, the sum of output · columnsᵀ.</summary>
    private readonly struct WeightGradientJob(Operands operands, int batch, int pieces) : IConvolutionJob
    {
        private readonly Operands _operands = operands;

        public void Run(WorkerPool pool, int piece)
        {
            int length = _operands.OutputChannels * _operands.Depth;
            Span<float> sum = new(_operands.WeightPointer + ((nint)piece * length), length);
            int start = (int)((long)batch * piece / pieces);
            int end = (int)((long)batch * (piece + 1) / pieces);
            for (int sample = start; sample < end; sample++)
            {
                MatMul.Run(
                    pool,
                    _operands.OutputChannels,
                    _operands.Depth,
                    _operands.Positions,
                    _operands.OutputSpan(sample),
                    false,
                    _operands.GatherColumns(sample),
                    true,
                    sum,
                    accumulate: sample > start);
            }
        }
    }

    private readonly struct SumPartialsJob(float* partials, int count, int length, float* result, bool accumulate) : ISimdJob
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int start = piece * Pieces.Length;
            int end = start + Pieces.LengthOf(piece, length);
            int i = start;
            for (; i <= end - S.Count; i += S.Count)
            {
                Element<S, V>(i);
            }

            for (; i < end; i++)
            {
                Element<SimdScalar, float>(i);
            }
        }

        private void Element<S, V>(int i)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V sum = accumulate ? S.Load(result + i) : S.Broadcast(0);
            for (int part = 0; part < count; part++)
            {
                sum = S.Add(sum, S.Load(partials + ((nint)part * length) + i));
            }

            S.Store(sum, result + i);
        }
    }

    private static void FillChannels(Span<float> picture, float* values, int area)
    {
        for (int channel = 0; picture.Length > 0; channel++, picture = picture[area..])
        {
            picture[..area].Fill(values[channel]);
        }
    }
}
