using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Quern.Tensors;

namespace Quern.Benchmarks.Verify;

/// <summary>Matrix products on a device, checked against the processor's, and beside those of cuBLAS where a PyTorch with CUDA is installed.</summary>
internal static class Products
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(200);

    /// <summary>Prints a table; false where a product is wrong.</summary>
    public static bool Run(Device device)
    {
        Product[] products = [Product.Square(512), Product.Square(1024), Product.Square(2048), .. Product.TrainingStep(128)];
        (double[]? peer, string note) = PyTorch(products);
        Console.WriteLine($"\nProducts; {note}\n");
        Console.WriteLine("| product | m x n x k | Quern GFLOP/s | cuBLAS GFLOP/s | largest error, in units of the largest result |");
        Console.WriteLine("|---|---|---:|---:|---:|");
        bool right = true;
        for (int i = 0; i < products.Length; i++)
        {
            Product product = products[i];
            (double gflops, double error) = Measure(product, device);
            bool close = error <= 1e-5;
            right &= close;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {product.Name} | {product.Sizes} | {gflops:0} | {(peer is null ? "" : peer[i].ToString("0", CultureInfo.InvariantCulture))} | {error:0.0e+0}{(close ? "" : " **too large**")} |"));
        }

        return right;
    }

    private static (double Gflops, double Error) Measure(Product product, Device device)
    {
        Tensor left = Tensor.Random(product.TransposeLeft ? [product.K, product.M] : [product.M, product.K], new Generator(1), -1, 1);
        Tensor right = Tensor.Random(product.TransposeRight ? [product.N, product.K] : [product.K, product.N], new Generator(2), -1, 1);
        float[] expected = left.MatMul(right, product.TransposeLeft, product.TransposeRight).ToArray();
        left = left.To(device);
        right = right.To(device);
        Tensor result = Tensor.Zeros([product.M, product.N], device);
        Multiply(1);
        float[] found = result.ToArray();
        double error = expected.Zip(found).Max(pair => Math.Abs(pair.First - (double)pair.Second)) / expected.Max(Math.Abs);

        // As many at once as fill a turn: the host waits once.
        int count = 1;
        double seconds = Multiply(count);
        while (seconds < Turn.TotalSeconds && count < 1 << 16)
        {
            count *= 2;
            seconds = Multiply(count);
        }

        double best = Enumerable.Range(0, 3).Min(_ => Multiply(count));
        return (count * product.Flops / best * 1e-9, error);

        double Multiply(int times)
        {
            device.Wait();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < times; i++)
            {
                left.MatMul(right, product.TransposeLeft, product.TransposeRight, result);
            }

            device.Wait();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    /// <summary>The GFLOP/s of cuBLAS for each product, or why there are none.</summary>
    private static (double[]? Gflops, string Note) PyTorch(Product[] products)
    {
        ProcessStartInfo start = new("python3", [Path.Combine(AppContext.BaseDirectory, "torch_products.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Write(string.Join('\n', products.Select(product => string.Create(
                CultureInfo.InvariantCulture,
                $"{product.M} {product.N} {product.K} {(product.TransposeLeft ? 1 : 0)} {(product.TransposeRight ? 1 : 0)}"))));
            process.StandardInput.Close();
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                string reason = error.Result.Trim();
                return (null, $"beside no cuBLAS: {reason[(reason.LastIndexOf('\n') + 1)..]}");
            }

            using JsonDocument document = JsonDocument.Parse(output);
            return (
                [.. document.RootElement.GetProperty("gflops").EnumerateArray().Select(number => number.GetDouble())],
                $"cuBLAS by way of PyTorch {document.RootElement.GetProperty("version").GetString()} on {document.RootElement.GetProperty("device").GetString()}, without TF32.");
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException or JsonException)
        {
            return (null, $"beside no cuBLAS: {error.Message}");
        }
    }
}
