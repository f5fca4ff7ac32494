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
/// The input gradient with strides s and t is s · t correlations, each for every s-th row and t-th column of the result: elsewhere other elements
/// of the window have seen the place. They are called phases here; the forward pass has one. Groups share positions and taps, and each has its
/// own part of the weight.
/// </remarks>
internal unsafe struct Correlation : ISimdJob
{
    // With fewer channels than this most of a vector of channels would be empty.
    private const int FewChannels = 4;

    private readonly PositionCut _cut;
    private readonly PaddedPictures _source;
    private readonly SimdTier _tier;
    private readonly bool _byPlanes;
    private readonly int _rowStride;
    private readonly int _rowSpread;
    private readonly int _columnSpread;
    private readonly int _groups;
    private readonly int _channels;
    private readonly int _columns;
    private readonly int _height;
    private readonly int _width;

    // For each phase the count of its taps, then its taps; for each group the panels of its weight, phase by phase.
    private readonly int* _tapCounts;
    private readonly int* _taps;
    private readonly int _tapsOfAll;
    private readonly float* _weights;

    // For each position of a unit where it lies in the padded pictures, and where in the result; for each channel of each group its bias.
    private readonly int* _positions;
    private readonly int* _places;
    private readonly float* _bias;

    private float* _from;
    private float* _to;

    private Correlation(
        PositionCut cut,
        PaddedPictures source,
        (int Row, int Column) stride,
        (int Row, int Column) spread,
        int taps,
        int channels,
        int groups,
        int height,
        int width,
        float* bias)
    {
        _cut = cut;
        _source = source;
        _rowStride = stride.Row;
        _rowSpread = spread.Row;
        _columnSpread = spread.Column;
        _groups = groups;
        _channels = channels;
        _height = height;
        _width = width;
        _byPlanes = ByPlanes(channels, stride);
        _tier = _byPlanes ? SimdDispatch.Tier : IndirectProduct.Tier(channels);
        _columns = WholeColumns(channels, stride);
        _tapsOfAll = taps;

        int positions = IndirectProduct.WholeTiles(cut.Positions);
        int length = checked((2 * positions) + taps + (_rowSpread * _columnSpread) + (groups * _columns * (taps + 1)));
        _bias = Scratch.Get(Scratch.Use.Tables, length);
        _weights = _bias + (groups * _columns);
        _positions = (int*)(_weights + ((nint)groups * taps * _columns));
        _places = _positions + positions;
        _taps = _places + positions;
        _tapCounts = _taps + taps;

        for (int i = 0; i < groups * _columns; i++)
        {
            (int group, int channel) = Math.DivRem(i, _columns);
            _bias[i] = bias == null || channel >= channels ? 0 : bias[(group * channels) + channel];
        }

        cut.Fill(_positions, source.Length, stride.Row * source.Width, stride.Column);
        cut.Fill(_places, cut.Rows * _rowSpread * RowOfResult, _rowSpread * RowOfResult, _columnSpread * _columns);
    }

    // Numbers of a row of the result while its channels lie side by side.
    private readonly int RowOfResult => _cut.Width * _columnSpread * _columns;

    /// <summary>output = the sums of weight · input, over the bias.</summary>
    public static void Forward(WorkerPool pool, in ConvolutionShape shape, float* input, float* weight, float* bias, float* output)
    {
        Window2d window = shape.Window;
        int inputs = shape.InputsOfGroup, outputs = shape.OutputsOfGroup, groups = shape.Groups;
        (int, int) stride = (window.Rows.Stride, window.Columns.Stride);
        PositionCut cut = new(shape.Batch, window.OutputHeight, window.OutputWidth, inputs * SparseWindow.AreaSeen(window, window.OutputHeight));
        double area = SparseWindow.AreaSeen(window, cut.Rows);
        double numbers = Math.Max(inputs * area, Numbers(cut, 1, (double)inputs * window.LongArea, groups, WholeColumns(outputs, stride)));
        if (SparseWindow.Suits(window, area, numbers))
        {
            SparseWindow.Forward(pool, shape, input, weight, bias, output);
            return;
        }

        PaddedPictures source = PaddedPictures.SeenBy(cut, inputs, window);
        int taps = inputs * window.Area;
        Correlation job = new(cut, source, stride, (1, 1), taps, outputs, groups, window.OutputHeight, window.OutputWidth, bias)
        {
            _from = input,
            _to = output,
        };
        job._tapCounts[0] = taps;
        source.FillTaps(job._taps, window);
        for (int group = 0; group < groups; group++, weight += (nint)outputs * taps)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                job.SetWeight(group, 0, taps, tap, weight + tap, taps);
            }
        }

        SimdDispatch.Run(pool, checked(groups * cut.Units), job, job._tier);
    }

    /// <summary>input = the sums of weight · output over the places that saw it, over the bias.</summary>
    public static void InputGradient(WorkerPool pool, in ConvolutionShape shape, float* output, float* weight, float* bias, float* input)
    {
        // Element k of the window saw row y of the input from row (y + padding - k · dilation) / stride of the output, if that is whole.
        Window2d window = shape.Window;
        WindowAxis rows = window.Rows, columns = window.Columns;
        int inputs = shape.InputsOfGroup, outputs = shape.OutputsOfGroup, groups = shape.Groups;
        (int top, int bottom) = Seen(rows);
        (int left, int right) = Seen(columns);
        int height = Division.RoundUp(rows.Input, rows.Stride);
        int width = Division.RoundUp(columns.Input, columns.Stride);
        double spread = (double)rows.Stride * columns.Stride;
        int wholeColumns = WholeColumns(inputs, (1, 1));
        double sourceArea = ((double)height + bottom - top) * ((double)width + right - left);
        double resultArea = (double)height * width * spread;
        PositionCut cut = new(shape.Batch, height, width, Math.Max(sourceArea * outputs, resultArea * wholeColumns));
        sourceArea = ((double)cut.Rows + bottom - top) * ((double)width + right - left);
        resultArea = (double)cut.Rows * width * spread;
        double numbers = Math.Max(outputs * sourceArea, Numbers(cut, spread, (double)outputs * window.LongArea, groups, wholeColumns));
        if (SparseWindow.Suits(window, Math.Max(sourceArea, resultArea), numbers))
        {
            SparseWindow.InputGradient(pool, shape, output, weight, bias, input);
            return;
        }

        PaddedPictures source = new(outputs, rows.Output, columns.Output, -top, -left, cut.Rows + bottom - top, cut.Width + right - left);
        int tapsOfAll = outputs * window.Area;
        Correlation job = new(cut, source, (1, 1), (rows.Stride, columns.Stride), tapsOfAll, inputs, groups, rows.Input, columns.Input, bias)
        {
            _from = output,
            _to = input,
        };
        int done = 0;
        for (int phase = 0; phase < rows.Stride * columns.Stride; phase++)
        {
            int row = (phase / columns.Stride) + rows.Padding;
            int column = (phase % columns.Stride) + columns.Padding;
            int elements = Elements(row, rows) * Elements(column, columns);
            int count = outputs * elements;
            int next = 0;
            for (int element = 0; element < window.Area; element++)
            {
                int y = row - (element / columns.Size * rows.Dilation);
                int x = column - (element % columns.Size * columns.Dilation);
                if (y % rows.Stride != 0 || x % columns.Stride != 0)
                {
                    continue;
                }

                int place = (((y / rows.Stride) - top) * source.Width) + (x / columns.Stride) - left;
                for (int channel = 0; channel < outputs; channel++)
                {
                    int tap = (channel * elements) + next;
                    job._taps[done + tap] = (channel * source.Plane) + place;
                    for (int group = 0; group < groups; group++)
                    {
                        float* windows = weight + ((nint)((group * outputs) + channel) * inputs * window.Area);
                        job.SetWeight(group, done, count, tap, windows + element, window.Area);
                    }
                }

                next++;
            }

            job._tapCounts[phase] = count;
            done += count;
        }

        SimdDispatch.Run(pool, checked(groups * cut.Units), job, job._tier);
    }

    // The places of the output, counted from the place of the input over its stride, that have seen it at most: the least and the most.
    private static (int Least, int Most) Seen(in WindowAxis axis) => (
        (int)Math.Floor((axis.Padding - (axis.Reach - 1)) / (double)axis.Stride),
        (int)Math.Ceiling(axis.Padding / (double)axis.Stride));

    private static bool ByPlanes(int channels, (int Row, int Column) stride) => channels < FewChannels && stride is (1, 1);

    private static int WholeColumns(int channels, (int Row, int Column) stride) =>
        ByPlanes(channels, stride) ? channels : IndirectProduct.WholePanels(channels, IndirectProduct.Tier(channels));

    // How many numbers the tables have, or the result of a unit while its channels lie side by side.
    private static double Numbers(PositionCut cut, double spread, double taps, int groups, int columns) =>
        Math.Max(groups * columns * (taps + 1), cut.Positions * spread * columns);

    // How many of the window's rows, or columns, have seen a place of the padded input.
    private static int Elements(int place, in WindowAxis axis)
    {
        int count = 0;
        for (int element = 0; element < axis.Size; element++)
        {
            count += (place - (element * axis.Dilation)) % axis.Stride == 0 ? 1 : 0;
        }

        return count;
    }

    private readonly float* WeightsOf(int group) => _weights + ((nint)group * _tapsOfAll * _columns);

    private readonly void SetWeight(int group, int done, int count, int tap, float* weight, nint stride)
    {
        int width = _byPlanes ? 1 : IndirectProduct.PanelWidth(_tier);
        for (int column = 0; column < _columns; column += width)
        {
            float* to = WeightsOf(group) + ((nint)done * _columns) + ((nint)column * count) + ((nint)tap * width);
            for (int i = 0; i < width; i++)
            {
                to[i] = column + i < _channels ? weight[(column + i) * stride] : 0;
            }
        }
    }

    [MethodImpl(Jit.Loop)]
    public readonly void Run<S, V>(int piece)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        (int group, int number) = Math.DivRem(piece, _cut.Units);
        PositionCut.Unit unit = _cut[number];
        int slack = _source.Slack + PlaneProduct.Slack(_tier);
        float* pictures = Scratch.Get(Scratch.Use.Pictures, checked((_cut.Samples * _source.Length) + slack));
        for (int i = 0; i < unit.Samples; i++)
        {
            float* picture = _from + ((((nint)(unit.Sample + i) * _groups) + group) * _source.SourceLength);
            _source.Copy(picture, unit.Row * _rowStride, pictures + ((nint)i * _source.Length));
        }

        if (_byPlanes)
        {
            RunPlanes<S, V>(unit, group, pictures);
        }
        else
        {
            RunChannels<S, V>(unit, group, pictures);
        }
    }

    private readonly void RunChannels<S, V>(PositionCut.Unit unit, int group, float* pictures)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int resultLength = checked(_cut.Rows * _rowSpread * RowOfResult);
        float* result = Scratch.Get(Scratch.Use.ChannelsLast, checked(_cut.Samples * resultLength));
        int* taps = _taps;
        float* weights = WeightsOf(group);
        float* bias = _bias + ((nint)group * _columns);
        for (int phase = 0; phase < _rowSpread * _columnSpread; phase++)
        {
            float* to = result + ((nint)(phase / _columnSpread) * RowOfResult) + ((nint)(phase % _columnSpread) * _columns);
            int count = _tapCounts[phase];
            IndirectProduct.Run<S, V>(
                pictures, _positions, unit.Samples * unit.Rows * _cut.Width, taps, count, weights, _columns, bias, to, _places);
            taps += count;
            weights += (nint)count * _columns;
        }

        for (int i = 0; i < unit.Samples; i++)
        {
            Unload<S, V>(result + ((nint)i * resultLength), ((unit.Sample + i) * _groups) + group, unit.Row * _rowSpread, unit.Rows * _rowSpread);
        }
    }

    /// <summary>From the numbers of a position side by side to a picture.</summary>
    private readonly void Unload<S, V>(float* from, int picture, int firstRow, int rows)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int wide = _cut.Width * _columnSpread;
        float* planes = Scratch.Get(Scratch.Use.Result, checked((_channels * rows * wide) + Packing.Slack));
        Packing.Transpose<S, V>(from, _columns, rows * wide, _channels, planes, rows * wide);
        float* to = _to + (((((nint)picture * _channels) * _height) + firstRow) * _width);
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

    [MethodImpl(Jit.Loop)]
    private readonly void RunPlanes<S, V>(PositionCut.Unit unit, int group, float* pictures)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // The positions of all rows are one run in the padded pictures; between two rows lie some that are none.
        int length = ((unit.Rows - 1) * _source.Width) + _cut.Width;
        float* sums = Scratch.Get(Scratch.Use.Result, checked(length + PlaneProduct.Slack(_tier)));
        for (int i = 0; i < unit.Samples; i++, pictures += _source.Length)
        {
            nint picture = ((nint)(unit.Sample + i) * _groups) + group;
            int* taps = _taps;
            float* weights = WeightsOf(group);
            for (int phase = 0; phase < _rowSpread * _columnSpread; phase++)
            {
                int count = _tapCounts[phase];
                for (int channel = 0; channel < _channels; channel++, weights += count)
                {
                    PlaneProduct.Run<S, V>(pictures, length, taps, count, weights, _bias[(group * _columns) + channel], sums);
                    int top = (unit.Row * _rowSpread) + (phase / _columnSpread);
                    float* to = _to + (((((picture * _channels) + channel) * _height) + top) * _width);
                    int rows = Math.Min(unit.Rows, (_height - top + _rowSpread - 1) / _rowSpread);
                    Spread(sums, rows, to + (phase % _columnSpread), _width - (phase % _columnSpread));
                }

                taps += count;
            }
        }
    }

    /// <summary>Each number of a run of positions goes to its place in a picture, some columns before the picture's right edge.</summary>
    [MethodImpl(Jit.Loop)]
    private readonly void Spread(float* from, int rows, float* to, int columns)
    {
        int spread = _columnSpread, fromStride = _source.Width, toStride = _width * _rowSpread;
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
