using System.Diagnostics;
using System.Globalization;
using Quern.Benchmarks;
using TorchSharp;
using static TorchSharp.torch;

// Tensor operations in TorchSharp, timed in turns. It speaks as compare/Peers/pytorch_tensor.py does, which says how.
TextWriter output = Console.Out;
try
{
    // TorchSharp prints how it looks for its libraries.
    Console.SetOut(TextWriter.Null);
    set_num_threads(int.Parse(args[0], CultureInfo.InvariantCulture));
}
catch (Exception error) when (error is NotSupportedException or TypeInitializationException or DllNotFoundException)
{
    output.WriteLine("libtorch does not load here; TorchSharp 0.107 needs glibc 2.28 and a libstdc++ of GCC 13.2 (GLIBCXX_3.4.32) or newer");
    return;
}
finally
{
    Console.SetOut(output);
}

using var noGradients = no_grad();
Func<Tensor>? call = null;
Console.WriteLine($"ready {typeof(torch).Assembly.GetName().Version?.ToString(3)} with libtorch {__version__}");
while (Console.ReadLine()?.Split(' ') is [string command, string name, string number])
{
    if (command == "prepare")
    {
        double seconds = double.Parse(number, CultureInfo.InvariantCulture);
        call = Prepare(name);
        Run(call, 1);
        int calls = Math.Max(1, (int)(seconds / Math.Max(1e-8, Math.Min(Run(call, 2), Run(call, 2)))));
        using Tensor result = call();
        Console.WriteLine(FormattableString.Invariant($"{calls} {TensorNumbers.Checksum(result.contiguous().data<float>().ToArray())}"));
    }
    else
    {
        Console.WriteLine(Run(call!, int.Parse(number, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture));
    }
}

// Each result is disposed of at once, so that its memory is used again.
static double Run(Func<Tensor> call, int calls)
{
    long start = Stopwatch.GetTimestamp();
    for (int i = 0; i < calls; i++)
    {
        call().Dispose();
    }

    return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
}

static Func<Tensor> Prepare(string name) => name switch
{
    "plus-row" => Binary(add, [500_000, 8], [8]),
    "times-column" => Binary(mul, [500_000, 8], [500_000, 1]),
    "product-1x4096x4096" => Product(1, 4096, 4096),
    "product-1x784x256" => Product(1, 784, 256, transposeRight: true),
    "product-4096x1x4096" => Product(4096, 1, 4096),
    "product-4096x16x4096" => Product(4096, 16, 4096),
    "product-32x64x128" => Product(32, 64, 128, transposeLeft: true),
    "product-64x32x128" => Product(64, 32, 128, transposeLeft: true),
    "product-128x64x32" => Product(128, 64, 32),
    "product-128x32x64" => Product(128, 32, 64),
    "add-1000" => Binary(add, [1000], [1000]),
    "add-100000" => Binary(add, [100_000], [100_000]),
    "add-4000000" => Binary(add, [4_000_000], [4_000_000]),
    "add-into-100000" => Into([100_000]),
    "normal" => Drawn(result => result.normal_()),
    "uniform" => Drawn(result => result.uniform_(0, 1)),
    "power" => Binary(pow, [100_000], [100_000], positive: true),
    "sine-1000" => Unary(sin, 1000),
    "sine-4000000" => Unary(sin, 4_000_000),
    "sum-axis-of-8" => Unary(x => x.sum([1L]), 500_000, 8),
    "sum-first-axis" => Unary(x => x.sum([0L]), 500_000, 8),
    "sum-100000" => Unary(x => x.sum(), 100_000),
    "max-4000000" => Unary(x => x.max(), 4_000_000),
    "transpose" => Unary(x => x.t().contiguous(), 2000, 2000),
    _ => throw new ArgumentException($"There is no operation '{name}'."),
};

static Tensor Numbers(long[] shape, int salt, bool positive = false) =>
    tensor(TensorNumbers.Make((int)shape.Aggregate((product, length) => product * length), salt, positive)).reshape(shape);

static Func<Tensor> Binary(Func<Tensor, Tensor, Tensor> operation, long[] left, long[] right, bool positive = false)
{
    Tensor a = Numbers(left, 1, positive), b = Numbers(right, 2);
    return () => operation(a, b);
}

static Func<Tensor> Into(long[] shape)
{
    // TorchSharp's add takes no result: the nearest is to add to one in place.
    Tensor a = Numbers(shape, 1), b = Numbers(shape, 2);
    Tensor result = empty(shape);
    return () => result.copy_(a).add_(b).alias();
}

static Func<Tensor> Unary(Func<Tensor, Tensor> operation, params long[] shape)
{
    Tensor x = Numbers(shape, 1);
    return () => operation(x);
}

static Func<Tensor> Product(long m, long n, long k, bool transposeLeft = false, bool transposeRight = false)
{
    Tensor left = transposeLeft ? Numbers([k, m], 1).t() : Numbers([m, k], 1);
    Tensor right = transposeRight ? Numbers([n, k], 2).t() : Numbers([k, n], 2);
    return () => mm(left, right);
}

static Func<Tensor> Drawn(Func<Tensor, Tensor> draw)
{
    Tensor result = empty(1_000_000);
    return () => draw(result).alias();
}
