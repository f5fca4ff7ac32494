using Quern.Tensors;

namespace Quern.Nn.Tests.Gradients;

/// <summary>Numbers in double precision, row-major: what the plain formulas work on.</summary>
internal sealed class PlainTensor(Shape shape, double[] values)
{
    public PlainTensor(Shape shape)
        : this(shape, new double[shape.ElementCount])
    {
    }

    public PlainTensor(Tensor tensor)
        : this(tensor.Shape, [.. tensor.ToArray().Select(value => (double)value)])
    {
    }

    public Shape Shape { get; } = shape;

    public double[] Values { get; } = values;

    public PlainTensor Map(Func<double, double> function) => new(Shape, Array.ConvertAll(Values, function.Invoke));
}
