#:project ../src/Nn/Quern.Nn.csproj
// Regression on a CSV file: learns one column of numbers from all others. Without a file it writes one first, of 1,000 flats.
//   dotnet run -c Release samples/csv-regression.cs [-- file.csv column]
using System.Globalization;
using Quern.Nn;
using Quern.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string path = args.ElementAtOrDefault(0) ?? WriteFlats("flats.csv");
string wanted = args.ElementAtOrDefault(1) ?? "price";

CsvTable table = CsvTable.Read(path);
string[] known = [.. table.Columns.Where(column => column != wanted)];
(TensorDataset train, TensorDataset held) = new TensorDataset(table.Numbers(known), table.Numbers(wanted)).Split(0.8, seed: 1);
Console.WriteLine($"{train.Count} rows to learn '{wanted}' from {string.Join(", ", known)}; {held.Count} held out");

// Columns of very different sizes train badly: each is taken in units of its spread, as the training rows have it.
(Tensor inputMean, Tensor inputSpread) = Spread(train.Inputs);
(Tensor targetMean, Tensor targetSpread) = Spread(train.Targets);
TensorDataset Scaled(TensorDataset data) => new((data.Inputs - inputMean) / inputSpread, (data.Targets - targetMean) / targetSpread);

Generator generator = new(seed: 2);
Sequential network = new(new Linear(known.Length, 32, generator), new Tanh(), new Linear(32, 1, generator));
EarlyStopping earlyStopping = new(patience: 10);
Trainer trainer = new(network, new MseLoss(), new Adam(network.Parameters, learningRate: 0.01)) { EarlyStopping = earlyStopping };
trainer.Fit(new DataLoader(Scaled(train), 32, shuffleSeed: 3), epochs: 60, new DataLoader(Scaled(held), 200));
Console.WriteLine($"{trainer.History.Count} epochs, of which {earlyStopping.BestEpoch} was the best: {trainer.History[earlyStopping.BestEpoch - 1]}");

Tensor told = network.Forward(Scaled(held).Inputs) * targetSpread + targetMean;
for (int row = 0; row < 3; row++)
{
    Console.WriteLine($"{wanted} {held.Targets[row, 0]:F1}, told {told[row, 0]:F1}");
}

// The share of the variance that the network explains.
double error = (told - held.Targets).Square().Mean().Item();
double variance = (held.Targets - held.Targets.Mean()).Square().Mean().Item();
Console.WriteLine($"R squared {1 - error / variance:F3}");

static (Tensor Mean, Tensor Spread) Spread(Tensor x)
{
    Tensor mean = x.Mean(axis: 0);
    return (mean, (x - mean).Square().Mean(axis: 0).Sqrt() + 1e-6);
}

// Prices of area, floor and age, in thousands, and chance.
static string WriteFlats(string path)
{
    Random random = new(0);
    File.WriteAllLines(path, Enumerable.Range(0, 1000).Select(_ =>
    {
        double area = 30 + (90 * random.NextDouble()), floor = random.Next(0, 8), age = random.Next(0, 100);
        double price = (area * (6 - (0.03 * age))) + (15 * Math.Sqrt(floor)) + (0.02 * (age - 50) * (age - 50)) + (20 * (random.NextDouble() - 0.5));
        return FormattableString.Invariant($"{area:F1},{floor},{age},{price:F1}");
    }).Prepend("area,floor,age,price"));
    return path;
}
