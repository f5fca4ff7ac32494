#:project ../src/Nn/Quern.Nn.csproj
// Weights of PyTorch for one image and for a batch: an encoder and decoder as this in Python, saved by safetensors.torch.save_file(model.state_dict(), …),
//   self.encoder_fc1 = nn.Linear(784, 256); self.encoder_fc2 = nn.Linear(256, 64); … self.decoder_fc3 = nn.Linear(256, 784)
//   dotnet run -c Release samples/pytorch-weights.cs [-- folder with model.safetensors, images.npy and PyTorch's reconstructions.npy]
using System.Globalization;
using Quern.Nn;
using Quern.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = args.FirstOrDefault() ?? ".";
Generator generator = new(seed: 0);

// A layer has the name that it has in Python; a weight is [outputs, inputs] in both.
Sequential network = new(
    ("encoder_fc1", new Linear(784, 256, generator)), ("relu1", new Relu()),
    ("encoder_fc2", new Linear(256, 64, generator)), ("relu2", new Relu()),
    ("encoder_fc3", new Linear(64, 32, generator)),
    ("decoder_fc1", new Linear(32, 64, generator)), ("relu3", new Relu()),
    ("decoder_fc2", new Linear(64, 256, generator)), ("relu4", new Relu()),
    ("decoder_fc3", new Linear(256, 784, generator)), ("sigmoid", new Sigmoid()));

// Without files from PyTorch: the same files from here.
if (args.Length == 0)
{
    network.Save("model.safetensors");
    Npy.Write("images.npy", Tensor.Random([100, 784], generator));
}

// What is missing, left over or of another shape is an error that names it.
network.Load(Path.Combine(folder, "model.safetensors"));
network.Eval();
Console.WriteLine(network);

// One image is a batch of one. Any number of threads may call Forward at once.
Tensor images = Npy.Read(Path.Combine(folder, "images.npy"));
Tensor batch = network.Forward(images);
Tensor[] one = new Tensor[images.Shape[0]];
Parallel.For(0, one.Length, i => one[i] = network.Forward(images[i..(i + 1)]));
double difference = one.Select((image, i) => (double)(image - batch[i..(i + 1)]).Abs().Max().Item()).Max();
Console.WriteLine($"{images.Shape} to {batch.Shape}; one by one the numbers are the same to {difference:G2}");

string expected = Path.Combine(folder, "reconstructions.npy");
if (args.Length == 0)
{
    Npy.Write(expected, batch);
}

Console.WriteLine($"largest difference from {expected}: {(batch - Npy.Read(expected)).Abs().Max().Item():G2}");
