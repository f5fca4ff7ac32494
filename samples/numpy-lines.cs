#:project ../src/Tensors/Quern.Tensors.csproj
// Lines of NumPy and the same lines here: a logistic regression from arrays alone.
//   dotnet run -c Release samples/numpy-lines.cs
using System.Globalization;
using Quern.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// rng = np.random.default_rng(0)
Generator rng = new(seed: 0);

// x = rng.normal([2, -5, 0], [3, 0.5, 20], (1000, 3))
Tensor x = Tensor.RandomNormal([1000, 3], rng) * Tensor.From(3, 0.5, 20) + Tensor.From(2, -5.0, 0);

// y = (x @ [[1], [-4], [0.1]] > 22).astype(float)
Tensor y = x.MatMul(Tensor.From(new float[,] { { 1 }, { -4 }, { 0.1f } })) > 22;

// print(x[:3]); print(x.shape, y.mean())
Console.WriteLine(x[..3]);
Console.WriteLine($"{x.Shape} {y.Mean().Item():F3}");

// z = (x - x.mean(axis=0)) / x.std(axis=0)
Tensor centred = x - x.Mean(axis: 0);
Tensor z = centred / centred.Square().Mean(axis: 0).Sqrt();

// w, b = np.zeros((3, 1)), np.zeros(1)
Tensor w = Tensor.Zeros(3, 1), b = Tensor.Zeros(1);
for (int step = 0; step < 300; step++)
{
    // p = 1 / (1 + np.exp(-(z @ w + b)))
    Tensor p = 1 / (1 + (-(z.MatMul(w) + b)).Exp());

    // w -= z.T @ (p - y) / len(z) * 5; b -= (p - y).mean() * 5
    w -= z.MatMul(p - y, transposeLeft: true) / z.Shape[0] * 5;
    b -= (p - y).Mean() * 5;
}

// c = np.corrcoef(x, rowvar=False)
Console.WriteLine(z.MatMul(z, transposeLeft: true) / z.Shape[0]);

// a = np.arange(6).reshape(2, 3); a.T; a.max(axis=1, keepdims=True); np.maximum(a, 2); a[-1]; a.argmax(axis=1)
Tensor a = Tensor.From(0, 1, 2, 3, 4, 5).Reshape(2, 3);
Console.WriteLine($"{a.Transpose().Shape} {a.Max(axis: 1, keepAxis: true).Shape} {a.Maximum(2).Sum().Item()} {a[^1..].Sum().Item()} {a.ArgMax(axis: -1)}");

// print("accuracy", ((z @ w + b > 0) == y).mean())
Console.WriteLine($"accuracy {((z.MatMul(w) + b > 0) == y).Mean().Item():F3}");
