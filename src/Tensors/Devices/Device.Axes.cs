namespace Quern.Tensors;

// Elements along an axis: x is seen as [outer, axis, inner]. Places are whole numbers within the axis, which the tensor operation has checked.
public abstract partial class Device
{
    // result[o, j, i] = x[o, index[o, j, i], i]; or index[j] for every o and i, where the places are the same everywhere.
    internal abstract void AxisGather(Tensor x, long outer, long axis, long inner, Tensor index, bool isSame, Tensor result);

    // result[o, index[o, j, i], i] = source[o, j, i] (+ result), in the order of j.
    internal abstract void AxisScatter(Tensor source, Tensor index, bool accumulate, long outer, long axis, long inner, Tensor result);

    // The result may be the operand itself.
    internal abstract void CumSum(Tensor x, long outer, long axis, long inner, Tensor result);

    internal abstract void CumProd(Tensor x, long outer, long axis, long inner, Tensor result);

    // values = the first ones, so many, of x in order along the axis, NaN greater than any number; places = where each was. Either may be left out.
    internal abstract void Sort(Tensor x, long outer, long axis, long inner, bool descending, int count, Tensor? values, Tensor? places);
}
