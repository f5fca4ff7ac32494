using Quern.Nn;
using Quern.Tensors;

// Checks the backward pass of every layer and loss against central differences: GradientChecks [device]
Device device;
try
{
    device = Device.Parse(args.FirstOrDefault("cpu"));
}
catch (DeviceException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

Generator generator = new(seed: 1);
Tensor Random(params int[] axes) => Tensor.RandomNormal(axes, generator, device: device);

(string Name, Func<GradientCheckReport> Check)[] checks =
[
    ("Linear", () => GradientCheck.Run(new Linear(7, 5, generator, device: device), Random(4, 7))),
    ("Conv2d", () => GradientCheck.Run(new Conv2d(2, 3, 3, generator, padding: 1, device: device), Random(2, 2, 6, 5))),
    ("ConvTranspose2d", () => GradientCheck.Run(new ConvTranspose2d(3, 2, 4, generator, stride: 2, padding: 1, device: device), Random(2, 3, 3, 4))),
    ("MaxPool2d", () => GradientCheck.Run(new MaxPool2d(2), Random(2, 2, 6, 4))),
    ("Upsample", () => GradientCheck.Run(new Upsample(2), Random(2, 2, 3, 4))),
    ("BatchNorm1d", () => GradientCheck.Run(new BatchNorm1d(5, device: device), Random(6, 5))),
    ("BatchNorm2d", () => GradientCheck.Run(new BatchNorm2d(3, device: device), Random(4, 3, 4, 3))),
    ("LayerNorm", () => GradientCheck.Run(new LayerNorm([6], device: device), Random(5, 6))),
    ("GroupNorm", () => GradientCheck.Run(new GroupNorm(2, 4, device: device), Random(3, 4, 3, 2))),
    ("MultiheadAttention", () => GradientCheck.Run(new MultiheadAttention(6, 2, generator, causal: true, device: device), Random(2, 4, 6))),
    ("Embedding", () => GradientCheck.Run(
        new Embedding(5, 4, generator, device: device), Tensor.From([0, 3, 1, 3], [4], device), new GradientCheckOptions { CheckInput = false })),
    ("Residual", () => GradientCheck.Run(new Residual(new Sequential(new Linear(6, 6, generator, device: device), new Tanh())), Random(5, 6))),
    ("Concat", () => GradientCheck.Run(new Concat(1, new Linear(6, 2, generator, device: device), new Sequential(), new Tanh()), Random(5, 6))),
    ("Split", () => GradientCheck.Run(new Split(1, (4, new Linear(4, 3, generator, device: device)), (2, new Tanh())), Random(5, 6))),
    ("Dropout", () => Repeatable(new Generator(seed: 2), choices => new Dropout(choices, 0.3), Random(8, 6))),
    ("Relu", () => GradientCheck.Run(new Relu(), Random(6, 7))),
    ("LeakyRelu", () => GradientCheck.Run(new LeakyRelu(), Random(6, 7))),
    ("Gelu", () => GradientCheck.Run(new Gelu(), Random(6, 7))),
    ("Silu", () => GradientCheck.Run(new Silu(), Random(6, 7))),
    ("Sigmoid", () => GradientCheck.Run(new Sigmoid(), Random(6, 7))),
    ("Tanh", () => GradientCheck.Run(new Tanh(), Random(6, 7))),
    ("Softmax", () => GradientCheck.Run(new Softmax(), Random(6, 7))),
    ("Flatten and Unflatten", () => GradientCheck.Run(new Sequential(new Flatten(), new Unflatten([3, 4])), Random(5, 2, 6))),
    ("MseLoss", () => GradientCheck.Run(new MseLoss(), Random(5, 6), Random(5, 6))),
    ("BceLoss", () => GradientCheck.Run(new BceLoss(), Random(5, 6).Sigmoid(), Random(5, 6).Sigmoid())),
    ("BceWithLogitsLoss", () => GradientCheck.Run(new BceWithLogitsLoss(), Random(5, 6), Random(5, 6).Sigmoid())),
    ("CrossEntropyLoss", () => GradientCheck.Run(new CrossEntropyLoss(), Random(5, 4), Tensor.From([0, 3, 1, 2, 1], [5], device))),
    ("Autoencoder", () => GradientCheck.Run(
        new Sequential(new Linear(12, 8, generator, device: device), new Tanh(), new Linear(8, 12, generator, device: device), new Sigmoid()),
        new MseLoss(), Random(6, 12).Sigmoid(), Random(6, 12).Sigmoid())),
];

int failed = 0;
Console.WriteLine($"{"on " + device,-22}{"compared",10}{"skipped",9}  worst error / tolerance");
foreach ((string name, Func<GradientCheckReport> check) in checks)
{
    GradientCheckReport report = check();
    TensorComparison worst = report.Tensors.MaxBy(tensor => tensor.Worst?.Excess ?? 0)!;
    Console.WriteLine(FormattableString.Invariant(
        $"{name,-22}{report.Tensors.Sum(tensor => tensor.Elements.Count),10}{report.Tensors.Sum(tensor => tensor.Skipped),9}  {worst.Worst?.Excess ?? 0:0.0000} in {worst.Name}"));
    if (!report.Passed)
    {
        failed++;
        Console.WriteLine(report);
    }
}

Console.WriteLine(failed == 0 ? "All backward passes agree with central differences." : $"{failed} do not agree.");
return failed == 0 ? 0 : 1;

// Dropout draws anew at each forward pass; the check wants the same choices.
static GradientCheckReport Repeatable(Generator choices, Func<Generator, Module> make, Tensor input) =>
    GradientCheck.Run(make(choices), input, new GradientCheckOptions { BeforeForward = () => choices.Stream = 0 });
