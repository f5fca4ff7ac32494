namespace Quern.Tensors;

// Elements in order. NaN counts as greater than any number, as in PyTorch and NumPy; equal elements keep their order.
public sealed partial class Tensor
{
    /// <summary>The elements along an axis in order, and their places before. NaN comes behind all numbers, or in front of them where the greatest come first.</summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="descending">The greatest first.</param>
    /// <returns>
    /// Two tensors of this shape: the elements, and where each was along the axis, so that <see cref="Gather(int, Tensor, Tensor?)"/> with these indices gives the
    /// elements. Equal elements keep their order, either way.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ShapeException">The axis has more than 2²⁴ places, which floats do not number.</exception>
    public (Tensor Values, Tensor Indices) Sort(int axis = -1, bool descending = false)
    {
        Tensor values = Result(Shape, Device);
        return (values, Sort(nameof(Sort), axis, descending, null, values));
    }

    /// <summary>The places of the elements along an axis in the order of the elements, as <see cref="Sort(int, bool)"/> gives them.</summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="descending">The place of the greatest first.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ShapeException">The axis has more than 2²⁴ places, which floats do not number.</exception>
    public Tensor ArgSort(int axis = -1, bool descending = false) => Sort(nameof(ArgSort), axis, descending, null, null);

    /// <summary>The greatest elements along an axis in order, the greatest first, and their places. NaN is greater than any number.</summary>
    /// <param name="k">How many: from 0 to the axis' length.</param>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="largest">The least elements instead where false, the least first.</param>
    /// <returns>Two tensors with k places along the axis: the elements, and where each is. Of equal elements the first ones come first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or it has no so many elements.</exception>
    /// <exception cref="ShapeException">The axis has more than 2²⁴ places, which floats do not number.</exception>
    public (Tensor Values, Tensor Indices) TopK(int k, int axis = -1, bool largest = true)
    {
        int position = AxisOf(nameof(TopK), axis);
        if (k < 0 || k > Shape[position])
        {
            throw new ArgumentOutOfRangeException(
                nameof(k), $"TopK: {k} elements were asked for; axis {position} of the tensor of shape {Shape} has {Shape[position]}.");
        }

        Tensor values = Result(Shape.With(position, k), Device);
        return (values, Sort(nameof(TopK), position, largest, k, values));
    }

    // The places of the first ones, or of all; and their values, if they are wanted.
    private Tensor Sort(string operation, int axis, bool descending, int? count, Tensor? values)
    {
        int position = AxisOf(operation, axis);
        CheckPlaceCount(operation, position);
        int length = Shape[position];
        Tensor places = Result(Shape.With(position, count ?? length), Device);
        Around(position, out long outer, out long inner);
        Device.Sort(this, outer, length, inner, descending, count ?? length, values, places);
        return places;
    }
}
