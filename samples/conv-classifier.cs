#:project ../src/Mnist/Quern.Mnist.csproj
// A small convolutional classifier with a residual block, on 6,000 digits that the library draws.
//   dotnet run -c Release samples/conv-classifier.cs [-- device [epochs]]
using System.Globalization;
using Quern.Mnist.Data;
using Quern.Nn;
using Quern.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Device device = Device.Parse(args.ElementAtOrDefault(0) ?? "cpu");
int epochs = args.Length > 1 ? int.Parse(args[1]) : 4;

// Pictures are [batch, channels, height, width].
TensorDataset Pictures(Dataset digits) => new(
    digits.ToTensor(0, digits.Count, device).Reshape(-1, 1, 28, 28), Tensor.From([.. digits.Labels.ToArray().Select(label => (int)label)], [digits.Count], device));
TensorDataset train = Pictures(SyntheticDigits.Draw(seed: 1, first: 0, count: 6000));
TensorDataset held = Pictures(SyntheticDigits.Draw(seed: 2, first: 0, count: 1000));

Generator generator = new(seed: 3);
Sequential network = new(
    new Conv2d(1, 8, 3, generator, stride: 2, padding: 1, device: device), new BatchNorm2d(8, device: device), new Relu(),
    new Residual(new Sequential(
        new Conv2d(8, 8, 3, generator, padding: 1, bias: false, device: device), new BatchNorm2d(8, device: device), new Relu(),
        new Conv2d(8, 8, 3, generator, padding: 1, device: device))),
    new Relu(), new MaxPool2d(2),
    new Conv2d(8, 16, 3, generator, stride: 2, padding: 1, device: device), new Relu(),
    new Flatten(), new Linear(16 * 4 * 4, 10, generator, device: device));
Console.WriteLine($"on {device}");
Console.WriteLine(network);

DataLoader batches = new(train, 64, shuffleSeed: 4);
AdamW optimizer = new(network.Parameters, learningRate: 0.003);
Trainer trainer = new(network, new CrossEntropyLoss(), optimizer)
{
    Metrics = [new Accuracy()],
    Schedule = new CosineSchedule(optimizer, epochs * batches.BatchCount),
};
trainer.EpochEnded += Console.WriteLine;
trainer.Fit(batches, epochs, new DataLoader(held, 500));

network.Save("conv-classifier.safetensors");
Console.WriteLine($"accuracy {trainer.History[^1].Metrics["accuracy"]:F4}");
