using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.MatMulKernels;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Convolution;

/// <summary>
/// The gradient of a convolution's weight: for each tap into the padded pictures, the sum over the positions of what the tap sees there times the
/// output's gradient. Vectors run over the output's channels.
/// </summary>
internal unsafe struct WeightCorrelation : ISimdJob
{
    // At most so many pieces sum up parts of the gradient, and in at most so many numbers.
    private const int MaxPartials = 16;
    private const int MaxPartialLength = 1 << 22;

    private readonly PositionCut _cut;
    private readonly PaddedPictures _source;
    private readonly SimdTier _tier;
    private readonly int _rowStride;
    private readonly int _groups;
    private readonly int _channels;
    private readonly int _columns;
    private readonly int _tapCount;
    private readonly int _pieces;
    private readonly int* _positions;
    private readonly int* _taps;
    private readonly int* _places;
    private readonly float* _partials;
    private readonly float* _input;
    private readonly float* _outputGradient;

    private WeightCorrelation(
        PositionCut cut, float* input, float* outputGradient, int inputChannels, int outputChannels, int groups, in Window2d window)
    {
        _input = input;
        _outputGradient = outputGradient;
        _cut = cut;
        _source = PaddedPictures.SeenBy(_cut, inputChannels, window);
        _rowStride = window.Rows.Stride;
        _groups = groups;
        _channels = outputChannels;
        _tier = IndirectProduct.Tier(outputChannels);
        _columns = IndirectProduct.WholePanels(outputChannels, _tier);
        _tapCount = inputChannels * window.Area;
        _pieces = Math.Min(_cut.Units, Math.Clamp(MaxPartialLength / (int)Math.Min((long)groups * _tapCount * _columns, MaxPartialLength), 1, MaxPartials));
        _partials = Scratch.Get(Scratch.Use.Partials, checked(Math.Max(1, _pieces) * groups * _tapCount * _columns));

        int positions = IndirectProduct.WholeTiles(_cut.Positions);
        int taps = IndirectProduct.WholeTiles(_tapCount);
        _positions = (int*)Scratch.Get(Scratch.Use.Tables, checked(positions + (2 * taps)));
        _taps = _positions + positions;
        _places = _taps + taps;
        _cut.Fill(_positions, _source.Length, _rowStride * _source.Width, window.Columns.Stride);
        _source.FillTaps(_taps, window);
        for (int tap = 0; tap < taps; tap++)
        {
            int last = Math.Min(tap, _tapCount - 1);
            _taps[tap] = _taps[last];
            _places[tap] = last * _columns;
        }
    }

    /// <summary>weightGradient = the sums of input · outputGradient, or that added to it.</summary>
    public static void Run(WorkerPool pool, in ConvolutionShape shape, float* input, float* outputGradient, float* weightGradient, bool accumulate)
    {
        Window2d window = shape.Window;
        int inputs = shape.InputsOfGroup, outputs = shape.OutputsOfGroup, groups = shape.Groups;
        PositionCut cut = new(shape.Batch, window.OutputHeight, window.OutputWidth, inputs * SparseWindow.AreaSeen(window, window.OutputHeight));
        double area = SparseWindow.AreaSeen(window, cut.Rows);
        double columns = IndirectProduct.WholePanels(outputs, IndirectProduct.Tier(outputs));
        double numbers = Math.Max(inputs * area, columns * Math.Max((double)shape.InputChannels * window.LongArea, cut.Positions));
        if (SparseWindow.Suits(window, area, numbers))
        {
            SparseWindow.WeightGradient(pool, shape, input, outputGradient, weightGradient, accumulate);
            return;
        }

        WeightCorrelation job = new(cut, input, outputGradient, inputs, outputs, groups, window);
        SimdDispatch.Run(pool, checked(groups * job._pieces), job, job._tier);
        SimdDispatch.Run(pool, checked(groups * SumJob.Pieces(job._tapCount, job._columns)), new SumJob(job, weightGradient, accumulate), job._tier);
    }

    [MethodImpl(Jit.Loop)]
    public readonly void Run<S, V>(int piece)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int length = _tapCount * _columns;
        float* sums = _partials + ((nint)piece * length);
        new Span<float>(sums, length).Clear();
        float* pictures = Scratch.Get(Scratch.Use.Pictures, checked((_cut.Samples * _source.Length) + _source.Slack));
        float* gradients = Scratch.Get(Scratch.Use.ChannelsLast, checked((_cut.Positions * _columns) + Packing.Slack));
        (int group, int part) = Math.DivRem(piece, _pieces);
        int end = (int)((long)_cut.Units * (part + 1) / _pieces);
        for (int i = (int)((long)_cut.Units * part / _pieces); i < end; i++)
        {
            PositionCut.Unit unit = _cut[i];
            for (int sample = 0; sample < unit.Samples; sample++)
            {
                float* picture = _input + ((((nint)(unit.Sample + sample) * _groups) + group) * _source.SourceLength);
                _source.Copy(picture, unit.Row * _rowStride, pictures + ((nint)sample * _source.Length));
            }

            Load<S, V>(unit, group, gradients);
            IndirectProduct.Run<S, V>(
                pictures, _taps, _tapCount, _positions, unit.Samples * unit.Rows * _cut.Width, gradients, _columns, null, sums, _places);
        }
    }

    /// <summary>The output's gradient at a unit's positions as panels: the numbers of a position side by side.</summary>
    private readonly void Load<S, V>(PositionCut.Unit unit, int group, float* panel)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int width = IndirectProduct.PanelWidth(_tier);
        int positions = unit.Rows * _cut.Width;
        int plane = _cut.Height * _cut.Width;
        for (int column = 0; column < _columns; column += width)
        {
            for (int sample = unit.Sample; sample < unit.Sample + unit.Samples; sample++)
            {
                float* from = _outputGradient + ((((((nint)sample * _groups) + group) * _channels) + column) * plane) + (unit.Row * _cut.Width);
                Packing.Transpose<S, V>(from, plane, Math.Min(width, _channels - column), positions, panel, width);
                panel += positions * width;
            }
        }
    }

    /// <summary>Adds up the partial sums, and turns them round: from [taps, channels] to [channels, taps].</summary>
    private readonly struct SumJob(WeightCorrelation parts, float* result, bool accumulate) : ISimdJob
    {
        private readonly WeightCorrelation _parts = parts;

        public static int Pieces(int taps, int columns) => Division.RoundUp(taps, TapsOfPiece(columns));

        private static int TapsOfPiece(int columns) => Math.Max(1, ElementWise.Pieces.Length / columns);

        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            (int group, int run) = Math.DivRem(piece, Pieces(_parts._tapCount, _parts._columns));
            int perPiece = TapsOfPiece(_parts._columns);
            int end = Math.Min(_parts._tapCount, (run + 1) * perPiece);
            float* partials = _parts._partials + ((nint)group * _parts._pieces * _parts._tapCount * _parts._columns);
            for (int tap = run * perPiece; tap < end; tap++)
            {
                float* sums = partials + ((nint)tap * _parts._columns);
                for (int column = 0; column < _parts._columns; column += S.Count)
                {
                    V sum = S.Broadcast(0);
                    for (int part = 0; part < _parts._pieces; part++)
                    {
                        sum = S.Add(sum, S.Load(sums + ((nint)part * _parts._tapCount * _parts._columns) + column));
                    }

                    S.Store(sum, sums + column);
                }

                float* to = result + ((nint)group * _parts._channels * _parts._tapCount) + tap;
                for (int channel = 0; channel < _parts._channels; channel++, to += _parts._tapCount)
                {
                    *to = accumulate ? *to + sums[channel] : sums[channel];
                }
            }
        }
    }
}
