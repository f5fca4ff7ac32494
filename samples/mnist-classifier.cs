#:project ../src/Mnist/Quern.Mnist.csproj
// A classifier of handwritten digits, trained on their labels; without a network, on digits that the library draws.
//   dotnet run -c Release samples/mnist-classifier.cs [-- mnist|fashion-mnist|synthetic [epochs]]
using System.Globalization;
using Quern.Mnist.Data;
using Quern.Nn;
using Quern.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
DataSplits data = await new DataSource().ResolveAsync(args.FirstOrDefault(), directory: null, seed: 0);
Console.WriteLine(data.Origin);
int epochs = args.Length > 1 ? int.Parse(args[1]) : 5;

Generator generator = new(seed: 0);
Sequential network = new(new Linear(784, 128, generator), new Relu(), new Dropout(generator, 0.1), new Linear(128, 10, generator));
Console.WriteLine(network);

ConfusionMatrix confusion = new(classes: 10);
Trainer trainer = new(network, new CrossEntropyLoss(labelSmoothing: 0.05), new Adam(network.Parameters))
{
    Metrics = [new Accuracy(), confusion],
};
trainer.EpochEnded += Console.WriteLine;
trainer.Fit(new ImageLoader(data.Train, 128, shuffleSeed: 1), epochs, new ImageLoader(data.Validation, 1000));

// Rows are what the labels say, columns what the network does.
Console.WriteLine(confusion);

// One image, and how sure the network is of it. Fit left the network in evaluation.
Tensor probabilities = new Softmax().Forward(network.Forward(data.Validation.ToTensor(first: 0, count: 1)));
Console.WriteLine($"the first image is a {probabilities.ArgMax(axis: 1).Item()} with {probabilities.Max().Item():P0}, and its label {data.Validation.Labels[0]}");
Console.WriteLine($"accuracy {trainer.History[^1].Metrics["accuracy"]:F4}");
