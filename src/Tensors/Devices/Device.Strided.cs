using Quern.Kernels;

namespace Quern.Tensors;

// Many matrices at once, and elements at other places than one after the other.
public abstract partial class Device
{
    // result[i] = op(left[i]) op(right[i]) (+ result), with op(left) [m, k] and op(right) [k, n]; the walk says which matrices meet.
    internal abstract void BatchedMatMul(
        in PairWalk matrices, int m, int n, int k, Tensor left, bool transposeLeft, Tensor right, bool transposeRight, Tensor result, bool accumulate);

    // result[second place] = source[first place]; the two do not overlap.
    internal abstract void StridedCopy(Tensor source, Tensor result, in PairWalk walk);
}
