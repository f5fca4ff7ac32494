using System.Numerics.Tensors;
using Quern.Tensors;
using Tensor = Quern.Tensors.Tensor;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>An operation that each contestant makes operands for and then repeats.</summary>
/// <param name="Name">What the peers know it by.</param>
/// <param name="Title">What the table calls it.</param>
/// <param name="Quern">Makes Quern's operands on a device, and the call.</param>
/// <param name="Numerics">The same for System.Numerics.Tensors, where it has the operation.</param>
/// <param name="IsRandom">Whether results differ from call to call.</param>
internal sealed record TensorRow(string Name, string Title, Func<Device, Func<Tensor>> Quern, Func<Action>? Numerics = null, bool IsRandom = false)
{
    public static IReadOnlyList<TensorRow> All { get; } =
    [
        Binary("plus-row", "500,000x8 plus a row of 8", (a, b) => a + b, [500_000, 8], [8]),
        Binary("times-column", "500,000x8 times a column", (a, b) => a * b, [500_000, 8], [500_000, 1]),
        Product(1, 4096, 4096),
        Product(1, 784, 256, transposeRight: true),
        Product(4096, 1, 4096),
        Product(4096, 16, 4096),
        Product(32, 64, 128, transposeLeft: true),
        Product(64, 32, 128, transposeLeft: true),
        Product(128, 64, 32),
        Product(128, 32, 64),
        Binary("add-1000", "a + b, 1,000", (a, b) => a + b, [1000], [1000], Added(1000)),
        Binary("add-100000", "a + b, 100,000", (a, b) => a + b, [100_000], [100_000], Added(100_000)),
        Binary("add-4000000", "a + b, 4,000,000", (a, b) => a + b, [4_000_000], [4_000_000], Added(4_000_000)),
        Into("add-into-100000", "add into a result, 100,000", 100_000),
        Drawn("normal", "1,000,000 normal numbers", (result, generator) => result.FillRandomNormal(generator)),
        Drawn("uniform", "1,000,000 uniform numbers", (result, generator) => result.FillRandom(generator)),
        Binary("power", "power, 100,000", (a, b) => a.Power(b), [100_000], [100_000], Mapped(100_000, (a, b, result) => TensorPrimitives.Pow(a, b, result), positive: true), positive: true),
        Unary("sine-1000", "sine, 1,000", x => x.Sin(), [1000], Mapped(1000, (x, _, result) => TensorPrimitives.Sin(x, result))),
        Unary("sine-4000000", "sine, 4,000,000", x => x.Sin(), [4_000_000], Mapped(4_000_000, (x, _, result) => TensorPrimitives.Sin(x, result))),
        Unary("sum-axis-of-8", "sum of 500,000x8 over the axis of 8", x => x.Sum(1), [500_000, 8]),
        Unary("sum-first-axis", "sum of 500,000x8 over the first axis", x => x.Sum(0), [500_000, 8]),
        Unary("sum-100000", "sum, 100,000", x => x.Sum(), [100_000], Reduced(100_000, x => TensorPrimitives.Sum(x))),
        Unary("max-4000000", "max, 4,000,000", x => x.Max(), [4_000_000], Reduced(4_000_000, x => TensorPrimitives.Max(x))),
        Unary("transpose", "transpose 2000x2000", x => x.Transpose(), [2000, 2000]),
    ];

    private delegate void Mapping(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result);

    private delegate float Reduction(ReadOnlySpan<float> x);

    private static Tensor Numbers(Shape shape, Device device, int salt, bool positive = false) =>
        Tensor.From(TensorNumbers.Make((int)shape.ElementCount, salt, positive), shape, device);

    private static TensorRow Unary(string name, string title, Func<Tensor, Tensor> call, Shape shape, Func<Action>? numerics = null) => new(
        name, title,
        device =>
        {
            Tensor x = Numbers(shape, device, 1);
            return () => call(x);
        },
        numerics);

    private static TensorRow Binary(
        string name, string title, Func<Tensor, Tensor, Tensor> call, Shape left, Shape right, Func<Action>? numerics = null, bool positive = false) => new(
        name, title,
        device =>
        {
            Tensor a = Numbers(left, device, 1, positive), b = Numbers(right, device, 2);
            return () => call(a, b);
        },
        numerics);

    private static TensorRow Into(string name, string title, int count) => new(
        name, title,
        device =>
        {
            Tensor a = Numbers([count], device, 1), b = Numbers([count], device, 2), result = Tensor.Zeros([count], device);
            return () => a.Add(b, result);
        },
        Mapped(count, (a, b, result) => TensorPrimitives.Add(a, b, result)));

    private static TensorRow Product(int m, int n, int k, bool transposeLeft = false, bool transposeRight = false)
    {
        var product = new Product("", m, n, k, transposeLeft, transposeRight);
        return new(
            $"product-{m}x{n}x{k}", $"product {product.Sizes}",
            device =>
            {
                Tensor left = Numbers(transposeLeft ? [k, m] : [m, k], device, 1), right = Numbers(transposeRight ? [n, k] : [k, n], device, 2);
                Tensor result = Tensor.Zeros([m, n], device);
                return () => left.MatMul(right, transposeLeft, transposeRight, result);
            });
    }

    private static TensorRow Drawn(string name, string title, Action<Tensor, Generator> draw) => new(
        name, title,
        device =>
        {
            Tensor result = Tensor.Zeros([1_000_000], device);
            Generator generator = new(1);
            return () =>
            {
                draw(result, generator);
                return result;
            };
        },
        IsRandom: true);

    // As users of System.Numerics.Tensors write it where they want a new result.
    private static Func<Action> Added(int count) => () =>
    {
        Tensor<float> a = System.Numerics.Tensors.Tensor.Create(TensorNumbers.Make(count, 1)), b = System.Numerics.Tensors.Tensor.Create(TensorNumbers.Make(count, 2));
        return () => System.Numerics.Tensors.Tensor.Add<float>(a, b);
    };

    private static Func<Action> Mapped(int count, Mapping mapping, bool positive = false) => () =>
    {
        float[] a = TensorNumbers.Make(count, 1, positive), b = TensorNumbers.Make(count, 2), result = new float[count];
        return () => mapping(a, b, result);
    };

    private static Func<Action> Reduced(int count, Reduction reduction) => () =>
    {
        float[] x = TensorNumbers.Make(count, 1);
        return () => reduction(x);
    };
}
