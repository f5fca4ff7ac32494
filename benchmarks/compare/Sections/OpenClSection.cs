using Quern.Benchmarks.Compare.Measuring;
using Quern.Benchmarks.Compare.Peers;
using Quern.Kernels.OpenCl;
using Quern.Tensors;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>Products on an OpenCL device, against CLBlast on the same one. Operands stay on the device.</summary>
internal static class OpenClSection
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(60);

    public static void Run(Comparison comparison)
    {
        string name = $"opencl:{comparison.Options.OpenCl}";
        Device device;
        try
        {
            device = Device.Parse(name);
        }
        catch (DeviceException error)
        {
            comparison.Say($"\nThe section opencl is left out. {error.Message}");
            return;
        }

        using ClBlast? clBlast = ClBlast.IsAvailable ? new ClBlast(OpenClDeviceInfo.List()[comparison.Options.OpenCl].Name) : null;
        Product[] products = [Product.Square(512), Product.Square(1024), .. Product.TrainingStep(comparison.Options.BatchSize)];
        var table = new MarkdownTable(
            comparison, $"Products on {name}: {device.Description}", "product", "m x n x k", "Quern GFLOP/s", "CLBlast GFLOP/s", "Quern / CLBlast");
        for (int i = 0; i < products.Length; i++)
        {
            Measure(comparison, table, products[i], device, clBlast, comparison.ShareOf(products.Length - i));
        }
    }

    private static void Measure(Comparison comparison, MarkdownTable table, Product product, Device device, ClBlast? clBlast, TimeSpan limit)
    {
        using var operands = new Operands(product);
        var left = Tensor.From(operands.Left.Span, product.TransposeLeft ? [product.K, product.M] : [product.M, product.K], device);
        var right = Tensor.From(operands.Right.Span, product.TransposeRight ? [product.N, product.K] : [product.K, product.N], device);
        var result = Tensor.Zeros([product.M, product.N], device);

        // A launch is short: eight go into the queue before the host waits.
        const int Queued = 8;
        var quern = Contestant.Repeating("Quern", 2, () => Several(() => left.MatMul(right, product.TransposeLeft, product.TransposeRight, result), device.Wait), Turn);
        Contestant? peer = null;
        if (clBlast is not null)
        {
            clBlast.Load(product, operands.Left.Span, operands.Right.Span);
            peer = Contestant.Repeating("CLBlast", 2, () => Several(clBlast.Multiply, clBlast.Wait), Turn);
        }

        Interleaved.Run(peer is null ? [quern] : [quern, peer], comparison.Options.Repeats, limit);
        if (clBlast is not null)
        {
            Operands.CheckAgreement(product, "CLBlast", result.ToArray(), clBlast.Result());
        }

        table.Row(
            product.Name,
            product.Sizes,
            MarkdownTable.Number(Queued * product.Flops / quern.Seconds.Median * 1e-9),
            peer is null ? "not installed" : MarkdownTable.Number(Queued * product.Flops / peer.Seconds.Median * 1e-9),
            peer is null ? "" : $"{quern.SpeedAgainst(peer)}");

        static void Several(Action launch, Action wait)
        {
            for (int i = 0; i < Queued; i++)
            {
                launch();
            }

            wait();
        }
    }
}
