using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>Networks of random layers with random sizes, the same for the same seed: pictures first, then, from some layer on, rows.</summary>
internal sealed class RandomNetworks
{
    private const int MaxElements = 600;

    private readonly Random _random;
    private readonly List<Func<Generator, Device, Module>> _layers = [];
    private readonly List<Formula> _formulas = [];
    private Shape _shape;

    private RandomNetworks(int seed)
    {
        _random = new Random(seed);
        _shape = [_random.Next(2, 5), _random.Next(1, 4), _random.Next(3, 9), _random.Next(3, 9)];
    }

    /// <summary>A network, as a case that is checked.</summary>
    public static GradientCase Make(int seed)
    {
        RandomNetworks network = new(seed);
        Shape input = network._shape;
        for (int i = network._random.Next(2, 6); i > 0; i--)
        {
            network.AddPictureLayer();
        }

        if (network._random.Next(3) > 0)
        {
            network.AddFlatten();
            for (int i = network._random.Next(1, 4); i > 0; i--)
            {
                network.AddRowLayer();
            }
        }

        List<Func<Generator, Device, Module>> layers = network._layers;
        List<Formula> formulas = network._formulas;
        return new GradientCase(
            $"Random network {seed}",
            input,
            (random, device) => new Sequential([.. layers.Select(layer => layer(random, device))]),
            (f, x, p) => formulas.Aggregate(x, (y, formula) => formula(f, y, p)))
        {
            Coordinates = 12,
        };
    }

    private void AddPictureLayer()
    {
        int channels = _shape[1], factor = _random.Next(1, 3);
        int groups = channels % 2 == 0 ? _random.Next(1, 3) : 1, outputs = groups * _random.Next(1, 4);
        Size2d size = Pair(1, 4), stride = Pair(1, 4), padding = Pair(0, 3), dilation = Pair(1, 3);
        Size2d outputPadding = (_random.Next(0, Math.Max(stride.Height, dilation.Height)), _random.Next(0, Math.Max(stride.Width, dilation.Width)));
        bool bias = _random.Next(2) == 0;
        string name = $"{_layers.Count}";
        switch (_random.Next(6))
        {
            case 0:
                int height = Positions(_shape[2], size.Height, stride.Height, padding.Height, dilation.Height);
                int width = Positions(_shape[3], size.Width, stride.Width, padding.Width, dilation.Width);
                AddIf(
                    Math.Min(height, width) > 0,
                    [_shape[0], outputs, Math.Max(height, 0), Math.Max(width, 0)],
                    (random, device) => new Conv2d(channels, outputs, size, random, stride, padding, dilation, groups, bias, device),
                    (f, x, p) => f.Conv2d(x, p[$"{name}.weight"], bias ? p[$"{name}.bias"] : null, stride, padding, dilation, groups));
                break;
            case 1:
                int rows = Length(_shape[2], size.Height, stride.Height, padding.Height, outputPadding.Height, dilation.Height);
                int columns = Length(_shape[3], size.Width, stride.Width, padding.Width, outputPadding.Width, dilation.Width);
                AddIf(
                    Math.Min(rows, columns) > 0,
                    [_shape[0], outputs, Math.Max(rows, 0), Math.Max(columns, 0)],
                    (random, device) => new ConvTranspose2d(channels, outputs, size, random, stride, padding, outputPadding, dilation, groups, bias, device),
                    (f, x, p) => f.ConvTranspose2d(
                        x, p[$"{name}.weight"], bias ? p[$"{name}.bias"] : null, stride, padding, outputPadding, dilation, groups));
                break;
            case 2:
                Size2d inner = (Math.Min(padding.Height, size.Height / 2), Math.Min(padding.Width, size.Width / 2));
                int down = Positions(_shape[2], size.Height, stride.Height, inner.Height, 1);
                int across = Positions(_shape[3], size.Width, stride.Width, inner.Width, 1);
                AddIf(
                    Math.Min(down, across) > 0,
                    [_shape[0], channels, Math.Max(down, 0), Math.Max(across, 0)],
                    bias ? (_, _) => new MaxPool2d(size, stride, inner) : (_, _) => new AvgPool2d(size, stride, inner),
                    bias ? (f, x, _) => f.MaxPool2d(x, size, stride, inner) : (f, x, _) => f.AvgPool2d(x, size, stride, inner));
                break;
            case 3:
                AddIf(
                    true,
                    [_shape[0], channels, _shape[2] * factor, _shape[3] * factor],
                    (_, _) => new Upsample(factor),
                    (f, x, _) => f.Upsample(x, factor));
                break;
            default:
                AddActivation();
                break;
        }
    }

    private static int Positions(int length, int size, int stride, int padding, int dilation) =>
        (int)Math.Floor((length + (2.0 * padding) - (dilation * (size - 1)) - 1) / stride) + 1;

    private static int Length(int length, int size, int stride, int padding, int outputPadding, int dilation) =>
        ((length - 1) * stride) - (2 * padding) + (dilation * (size - 1)) + outputPadding + 1;

    // The same number for rows and columns, or two.
    private Size2d Pair(int least, int end)
    {
        int first = _random.Next(least, end);
        return _random.Next(2) == 0 ? first : (first, _random.Next(least, end));
    }

    private void AddFlatten()
    {
        Shape flat = [_shape[0], (int)(_shape.ElementCount / _shape[0])];
        AddIf(true, flat, (_, _) => new Flatten(), (_, x, _) => new PlainTensor(flat, x.Values));
    }

    private void AddRowLayer()
    {
        int inputs = _shape[1], outputs = _random.Next(2, 20);
        bool bias = _random.Next(2) == 0;
        string name = $"{_layers.Count}";
        switch (_random.Next(3))
        {
            case 0:
                AddActivation();
                break;
            default:
                AddIf(
                    true,
                    [_shape[0], outputs],
                    (random, device) => new Linear(inputs, outputs, random, bias, device),
                    (f, x, p) => f.Linear(x, p[$"{name}.weight"], bias ? p[$"{name}.bias"] : null));
                break;
        }
    }

    private void AddActivation()
    {
        (Func<Module> make, Func<PlainFormulas, PlainTensor, PlainTensor> formula) = _random.Next(6) switch
        {
            0 => ((Func<Module>)(() => new Relu()), (Func<PlainFormulas, PlainTensor, PlainTensor>)((f, x) => f.Relu(x))),
            1 => (() => new LeakyRelu(0.25f), (f, x) => f.LeakyRelu(x, 0.25)),
            2 => (() => new Sigmoid(), (f, x) => f.Sigmoid(x)),
            3 => (() => new Tanh(), (f, x) => f.Tanh(x)),
            4 => (() => new Silu(), (f, x) => f.Silu(x)),
            _ => (() => new Gelu(), (f, x) => f.Gelu(x)),
        };
        AddIf(true, _shape, (_, _) => make(), (f, x, _) => formula(f, x));
    }

    // What does not fit into the stack, or would make it large, is left out.
    private void AddIf(bool fits, Shape output, Func<Generator, Device, Module> layer, Formula formula)
    {
        if (fits && output.ElementCount <= MaxElements)
        {
            _layers.Add(layer);
            _formulas.Add(formula);
            _shape = output;
        }
    }
}
