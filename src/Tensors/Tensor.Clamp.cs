using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Elements brought between bounds.
public sealed partial class Tensor
{
    /// <summary>Each element brought between two bounds: at least <paramref name="min"/>, then at most <paramref name="max"/>, which wins. NaN stays NaN.</summary>
    /// <param name="min">The lower bound; none if omitted.</param>
    /// <param name="max">The upper bound; none if omitted.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentException">Neither bound was given.</exception>
    public Tensor Clamp(double? min = null, double? max = null, Tensor? result = null)
    {
        if (min is null && max is null)
        {
            throw new ArgumentException("Clamp: neither bound was given. Give min, max or both.");
        }

        if (min is { } low)
        {
            result = Binary<MaximumOperator>(nameof(Clamp), low, result);
        }

        return max is { } high ? (min is null ? this : result!).Binary<MinimumOperator>(nameof(Clamp), high, result) : result!;
    }
}
