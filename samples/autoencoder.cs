#:project ../src/Mnist/Quern.Mnist.csproj
// The MNIST autoencoder in one file, from tensors alone: layers with their backward passes, Adam, the loop and the picture.
//   dotnet run -c Release samples/autoencoder.cs [-- mnist|fashion-mnist|synthetic [epochs]]
using System.Globalization;
using Quern.Mnist.Data;
using Quern.Mnist.Pictures;
using Quern.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int BatchSize = 128;
int epochs = args.Length > 1 ? int.Parse(args[1]) : 12;
DataSplits data = await new DataSource().ResolveAsync(args.FirstOrDefault(), directory: null, seed: 0);
Console.WriteLine(data.Origin);

// The images stay bytes; a batch is gathered from them.
DeviceMemory<byte> trainImages = Device.Cpu.Upload(data.Train.Images.ToArray());
Tensor validation = data.Validation.ToTensor(0, data.Validation.Count);
int[] order = [.. Enumerable.Range(0, data.Train.Count)];
Random random = new(0);

// 784-256-64-32-64-256-784: ReLU inside, no activation on the code, sigmoid out.
Generator generator = new(seed: 0);
Layer[] encoder = [new Linear(784, 256, generator), new Relu(), new Linear(256, 64, generator), new Relu(), new Linear(64, 32, generator)];
Layer[] decoder = [new Linear(32, 64, generator), new Relu(), new Linear(64, 256, generator), new Relu(), new Linear(256, 784, generator), new Sigmoid()];
Layer[] layers = [.. encoder, .. decoder];
Adam adam = new([.. layers.SelectMany(layer => layer.Weights)]);

for (int epoch = 1; epoch <= epochs; epoch++)
{
    random.Shuffle(order);
    DeviceMemory<int> rows = Device.Cpu.Upload([.. order]);
    double sum = 0;
    for (int first = 0; first < order.Length; first += BatchSize)
    {
        Tensor x = Tensor.Zeros(Math.Min(BatchSize, order.Length - first), 784);
        x.Gather(trainImages, rows, first, 1 / 255f);
        Tensor error = Forward(x) - x;
        sum += error.Square().Sum().Item() / 784;
        Backward(error * (2.0 / error.ElementCount));
        adam.Step();
    }

    Console.WriteLine($"epoch {epoch,2}   loss {sum / order.Length:F5}   validation {ValidationLoss():F5}");
}

Tensor originals = validation[..10];
Tensor reconstructions = Forward(originals);
ContactSheet sheet = new(rows: 2, columns: 10, scale: 3);
for (int i = 0; i < 10; i++)
{
    sheet.Put(0, i, originals.AsReadOnlySpan().Slice(i * 784, 784));
    sheet.Put(1, i, reconstructions.AsReadOnlySpan().Slice(i * 784, 784));
}

using FileStream png = File.Create("autoencoder.png");
sheet.WritePng(png);
Console.WriteLine("autoencoder.png: originals above reconstructions");

Tensor Forward(Tensor x) => layers.Aggregate(x, (value, layer) => layer.Forward(value));

void Backward(Tensor gradient) => layers.Reverse().Aggregate(gradient, (value, layer) => layer.Backward(value));

double ValidationLoss()
{
    double sum = 0;
    for (int first = 0; first < validation.Shape[0]; first += 1000)
    {
        Tensor x = validation[first..Math.Min(first + 1000, validation.Shape[0])];
        sum += (Forward(x) - x).Square().Sum().Item() / 784;
    }

    return sum / validation.Shape[0];
}

/// <summary>A function with its derivative: Backward takes ∂loss/∂output to ∂loss/∂input.</summary>
internal abstract class Layer
{
    public virtual Weight[] Weights => [];

    public abstract Tensor Forward(Tensor x);

    public abstract Tensor Backward(Tensor gradient);
}

/// <summary>y = x Wᵀ + b.</summary>
internal sealed class Linear(int inputs, int outputs, Generator generator) : Layer
{
    // Glorot uniform: ±√(6 / (inputs + outputs)).
    private readonly Weight _w = new(Tensor.Random([outputs, inputs], generator, -1, 1) * Math.Sqrt(6.0 / (inputs + outputs)));
    private readonly Weight _b = new(Tensor.Zeros(outputs));
    private Tensor _x = Tensor.Zeros(0);

    public override Weight[] Weights => [_w, _b];

    public override Tensor Forward(Tensor x) => (_x = x).MatMul(_w.Value, transposeRight: true) + _b.Value;

    public override Tensor Backward(Tensor gradient)
    {
        _w.Gradient = gradient.MatMul(_x, transposeLeft: true);
        _b.Gradient = gradient.Sum(axis: 0);
        return gradient.MatMul(_w.Value);
    }
}

/// <summary>y = max(x, 0).</summary>
internal sealed class Relu : Layer
{
    private Tensor _y = Tensor.Zeros(0);

    public override Tensor Forward(Tensor x) => _y = x.Relu();

    public override Tensor Backward(Tensor gradient) => gradient * (_y > 0);
}

/// <summary>y = 1 / (1 + exp(-x)).</summary>
internal sealed class Sigmoid : Layer
{
    private Tensor _y = Tensor.Zeros(0);

    public override Tensor Forward(Tensor x) => _y = x.Sigmoid();

    public override Tensor Backward(Tensor gradient) => gradient * _y * (1 - _y);
}

/// <summary>What training changes, with its gradient and Adam's running means.</summary>
internal sealed class Weight(Tensor value)
{
    public Tensor Value { get; set; } = value;
    public Tensor Gradient { get; set; } = Tensor.Zeros(value.Shape);
    public Tensor Mean { get; set; } = Tensor.Zeros(value.Shape);
    public Tensor Square { get; set; } = Tensor.Zeros(value.Shape);
}

/// <summary>Adam at 1e-3 with β₁ = 0.9, β₂ = 0.999, ε = 1e-8.</summary>
internal sealed class Adam(Weight[] weights)
{
    private int _step;

    public void Step()
    {
        _step++;
        double rate = 1e-3 / (1 - Math.Pow(0.9, _step)), root = 1 / Math.Sqrt(1 - Math.Pow(0.999, _step));
        foreach (Weight w in weights)
        {
            w.Mean = w.Mean * 0.9 + w.Gradient * 0.1;
            w.Square = w.Square * 0.999 + w.Gradient.Square() * 0.001;
            w.Value -= w.Mean * rate / (w.Square.Sqrt() * root + 1e-8);
        }
    }
}
