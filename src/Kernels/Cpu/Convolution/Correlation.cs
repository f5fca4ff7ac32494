using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.MatMulKernels;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Convolution;

/// <summary>
/// What a convolution and its input gradient have in common: each number of the result is a sum over taps into padded pictures. Vectors run over
/// the result's channels, so that any stride, padding and dilation are only places to read from; or over its positions, where the channels are few
/// and the positions neighbours.
/// </summary>
/// <remarks>
/// The input gradient with stride s is s² correlations, each for every s-th row and column of the result: elsewhere other elements of the window
/// have seen the place. They are called phases here; the forward pass has one.
/// </remarks>
internal unsafe struct Correlation : ISimdJob
{
    // With fewer channels than this most of a vector of channels would be empty.
    private const int FewChannels = 4;

    private readonly PositionCut _cut;
    private readonly PaddedPictures _source;
    private readonly SimdTier _tier;
    private readonly bool _byPlanes;
    private readonly int _stride;
    private readonly int _spread;
    private readonly int _channels;
    private readonly int _columns;
    private readonly int _height;
    private readonly int _width;

    // For each phase the count of its taps, then its taps, and its panels of the weight.
    private readonly int* _tapCounts;
    private readonly int* _taps;
    private readonly float* _weights;

    // For each position of a unit where it lies in the padded pictures, and where in the result; for each channel its bias.
    private readonly int* _positions;
    private readonly int* _places;
    private readonly float* _bias;

    private float* _from;
    private float* _to;

    private Correlation(
        PositionCut cut, PaddedPictures source, int stride, int spread, int taps, int channels, int height, int width, float* bias)
    {
        _cut = cut;
        _source = source;
        _stride = stride;
        _spread = spread;
        _channels = channels;
        _height = height;
        _width = width;
        _byPlanes = ByPlanes(channels, stride);
        _tier = _byPlanes ? SimdDispatch.Tier : IndirectProduct.Tier(channels);
        _columns = WholeColumns(channels, stride);

        int positions = IndirectProduct.WholeTiles(cut.Positions);
        int length = checked((2 * positions) + taps + (spread * spread) + (_columns * (taps + 1)));
        _bias = Scratch.Get(Scratch.Use.Tables, length);
        _weights = _bias + _columns;
        _positions = (int*)(_weights + ((nint)taps * _columns));
        _places = _positions + positions;
        _taps = _places + positions;
        _tapCounts = _taps + taps;

        for (int channel = 0; channel < _columns; channel++)
        {
            _bias[channel] = bias == null || channel >= channels ? 0 : bias[channel];
        }

        cut.Fill(_positions, source.Length, stride * source.Width, stride);
        cut.Fill(_places, cut.Rows * spread * RowOfResult, spread * RowOfResult, spread * _columns);
    }

    // Numbers of a row of the result while its channels lie side by side.
    private readonly int RowOfResult => _cut.Width * _spread * _columns;

    /// <summary>output = the sums of weight · input, over the bias.</summary>
    public static void Forward(
        WorkerPool pool, int batch, float* input, float* weight, float* bias, int inputChannels, int outputChannels, in Window2d window, float* output)
    {
        PositionCut cut = new(batch, window.OutputHeight, window.OutputWidth, inputChannels * SparseWindow.AreaSeen(window, window.OutputHeight));
        double area = SparseWindow.AreaSeen(window, cut.Rows);
        double numbers = Math.Max(inputChannels * area, Numbers(cut, 1, (double)inputChannels * window.Size * window.Size, WholeColumns(outputChannels, window.Stride)));
        if (SparseWindow.Suits(window, area, numbers))
        {
            SparseWindow.Forward(pool, batch, input, weight, bias, inputChannels, outputChannels, window, output);
            return;
        }

        PaddedPictures source = PaddedPictures.SeenBy(cut, inputChannels, window);
        int taps = inputChannels * window.Area;
        Correlation job = new(cut, source, window.Stride, 1, taps, outputChannels, window.OutputHeight, window.OutputWidth, bias)
        {
            _from = input,
            _to = output,
        };
        job._tapCounts[0] = taps;
        source.FillTaps(job._taps, window);
        for (int tap = 0; tap < taps; tap++)
        {
            job.SetWeight(0, taps, tap, weight + tap, taps);
        }

        SimdDispatch.Run(pool, cut.Units, job, job._tier);
    }

    /// <summary>input = the sums of weight · output over the places that saw it, over the bias.</summary>
    public static void InputGradient(
        WorkerPool pool, int batch, float* output, float* weight, float* bias, int inputChannels, int outputChannels, in Window2d window, float* input)
    {
        // Element k of the window saw row y of the input from row (y + padding - k · dilation) / stride of the output, if that is whole.
        int spread = window.Stride;
        int least = (int)Math.Floor((window.Padding - (window.Reach - 1)) / (double)spread);
        int most = (int)Math.Ceiling(window.Padding / (double)spread);
        int height = ((window.InputHeight - 1) / spread) + 1;
        int width = ((window.InputWidth - 1) / spread) + 1;
        double sourceArea = ((double)height + most - least) * ((double)width + most - least);
        double resultArea = (double)height * width * spread * spread;
        PositionCut cut = new(batch, height, width, Math.Max(sourceArea * outputChannels, resultArea * WholeColumns(inputChannels, 1)));
        sourceArea = ((double)cut.Rows + most - least) * ((double)width + most - least);
        resultArea = (double)cut.Rows * width * spread * spread;
        double numbers = Math.Max(outputChannels * sourceArea, Numbers(cut, spread, (double)outputChannels * window.Size * window.Size, WholeColumns(inputChannels, 1)));
        if (SparseWindow.Suits(window, Math.Max(sourceArea, resultArea), numbers))
        {
            SparseWindow.InputGradient(pool, batch, output, weight, bias, inputChannels, outputChannels, window, input);
            return;
        }

        PaddedPictures source = new(
            outputChannels, window.OutputHeight, window.OutputWidth, -least, -least, cut.Rows + most - least, cut.Width + most - least);
        Correlation job = new(
            cut, source, 1, spread, outputChannels * window.Area, inputChannels, window.InputHeight, window.InputWidth, bias)
        {
            _from = output,
            _to = input,
        };
        int done = 0;
        for (int phase = 0; phase < spread * spread; phase++)
        {
            int row = (phase / spread) + window.Padding;
            int column = (phase % spread) + window.Padding;
            int elements = Elements(row, window) * Elements(column, window);
            int count = outputChannels * elements;
            int next = 0;
            for (int element = 0; element < window.Area; element++)
            {
                int y = row - (element / window.Size * window.Dilation);
                int x = column - (element % window.Size * window.Dilation);
                if (y % spread != 0 || x % spread != 0)
                {
                    continue;
                }

                int place = (((y / spread) - least) * source.Width) + (x / spread) - least;
                for (int channel = 0; channel < outputChannels; channel++)
                {
                    int tap = (channel * elements) + next;
                    job._taps[done + tap] = (channel * source.Plane) + place;
                    job.SetWeight(done, count, tap, weight + ((nint)channel * inputChannels * window.Area) + element, window.Area);
                }

                next++;
            }

            job._tapCounts[phase] = count;
            done += count;
        }

        SimdDispatch.Run(pool, cut.Units, job, job._tier);
    }

    private static bool ByPlanes(int channels, int stride) => channels < FewChannels && stride == 1;

    private static int WholeColumns(int channels, int stride) =>
        ByPlanes(channels, stride) ? channels : IndirectProduct.WholePanels(channels, IndirectProduct.Tier(channels));

    // How many numbers the tables have, or the result of a unit while its channels lie side by side.
    private static double Numbers(PositionCut cut, int spread, double taps, int columns) =>
        Math.Max(columns * (taps + 1), (double)cut.Positions * spread * spread * columns);

    // How many of the window's rows, or columns, have seen a place of the padded input.
    private static int Elements(int place, in Window2d window)
    {
        int count = 0;
        for (int element = 0; element < window.Size; element++)
        {
            count += (place - (element * window.Dilation)) % window.Stride == 0 ? 1 : 0;
        }

        return count;
    }

    private readonly void SetWeight(int done, int count, int tap, float* weight, nint stride)
    {
        int width = _byPlanes ? 1 : IndirectProduct.PanelWidth(_tier);
        for (int column = 0; column < _columns; column += width)
        {
            float* to = _weights + ((nint)done * _columns) + ((nint)column * count) + ((nint)tap * width);
            for (int i = 0; i < width; i++)
            {
                to[i] = column + i < _channels ? weight[(column + i) * stride] : 0;
            }
        }
    }

    // Optimised from the first call: a loop that is entered once would otherwise run unoptimised.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<S, V>(int piece)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        PositionCut.Unit unit = _cut[piece];
        int slack = _source.Slack + PlaneProduct.Slack(_tier);
        float* pictures = Scratch.Get(Scratch.Use.Pictures, checked((_cut.Samples * _source.Length) + slack));
        for (int i = 0; i < unit.Samples; i++)
        {
            _source.Copy(_from + ((nint)(unit.Sample + i) * _source.SourceLength), unit.Row * _stride, pictures + ((nint)i * _source.Length));
        }

        if (_byPlanes)
        {
            RunPlanes<S, V>(unit, pictures);
        }
        else
        {
            RunChannels<S, V>(unit, pictures);
        }
    }

    private readonly void RunChannels<S, V>(PositionCut.Unit unit, float* pictures)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int resultLength = checked(_cut.Rows * _spread * RowOfResult);
        float* result = Scratch.Get(Scratch.Use.ChannelsLast, checked(_cut.Samples * resultLength));
        int* taps = _taps;
        float* weights = _weights;
        for (int phase = 0; phase < _spread * _spread; phase++)
        {
            float* to = result + ((nint)(phase / _spread) * RowOfResult) + ((nint)(phase % _spread) * _columns);
            int count = _tapCounts[phase];
            IndirectProduct.Run<S, V>(
                pictures, _positions, unit.Samples * unit.Rows * _cut.Width, taps, count, weights, _columns, _bias, to, _places);
            taps += count;
            weights += (nint)count * _columns;
        }

        for (int i = 0; i < unit.Samples; i++)
        {
            Unload<S, V>(result + ((nint)i * resultLength), unit.Sample + i, unit.Row * _spread, unit.Rows * _spread);
        }
    }

    /// <summary>From the numbers of a position side by side to a picture.</summary>
    private readonly void Unload<S, V>(float* from, int sample, int firstRow, int rows)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int wide = _cut.Width * _spread;
        float* planes = Scratch.Get(Scratch.Use.Result, checked((_channels * rows * wide) + Packing.Slack));
        Packing.Transpose<S, V>(from, _columns, rows * wide, _channels, planes, rows * wide);
        float* to = _to + (((((nint)sample * _channels) * _height) + firstRow) * _width);
        int inside = Math.Min(rows, _height - firstRow);
        for (int channel = 0; channel < _channels; channel++)
        {
            if (wide == _width)
            {
                new ReadOnlySpan<float>(planes, inside * wide).CopyTo(new Span<float>(to, inside * wide));
            }
            else
            {
                Packing.Copy(planes, wide, _width, inside, to, _width);
            }

            planes += rows * wide;
            to += (nint)_height * _width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunPlanes<S, V>(PositionCut.Unit unit, float* pictures)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // The positions of all rows are one run in the padded pictures; between two rows lie some that are none.
        int length = ((unit.Rows - 1) * _source.Width) + _cut.Width;
        float* sums = Scratch.Get(Scratch.Use.Result, checked(length + PlaneProduct.Slack(_tier)));
        for (int i = 0; i < unit.Samples; i++, pictures += _source.Length)
        {
            int* taps = _taps;
            float* weights = _weights;
            for (int phase = 0; phase < _spread * _spread; phase++)
            {
                int count = _tapCounts[phase];
                for (int channel = 0; channel < _channels; channel++, weights += count)
                {
                    PlaneProduct.Run<S, V>(pictures, length, taps, count, weights, _bias[channel], sums);
                    int top = (unit.Row * _spread) + (phase / _spread);
                    float* to = _to + (((((nint)(unit.Sample + i) * _channels) + channel) * _height) + top) * _width;
                    int rows = Math.Min(unit.Rows, (_height - top + _spread - 1) / _spread);
                    Spread(sums, rows, to + (phase % _spread), _width - (phase % _spread));
                }

                taps += count;
            }
        }
    }

    /// <summary>Each number of a run of positions goes to its place in a picture, some columns before the picture's right edge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Spread(float* from, int rows, float* to, int columns)
    {
        int spread = _spread, fromStride = _source.Width, toStride = _width * spread;
        for (int row = 0; row < rows; row++, from += fromStride, to += toStride)
        {
            float* next = from;
            for (int x = 0; x < columns; x += spread)
            {
                to[x] = *next++;
            }
        }
    }
}
