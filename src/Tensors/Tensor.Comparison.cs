namespace Quern.Tensors;

// Whole-tensor comparisons, for tests and checks.
public sealed partial class Tensor
{
    /// <summary>
    /// Whether two tensors have the same shape and nearly the same elements:
    /// |left - right| ≤ absolute + relative · |right| for each pair. NaN is close to nothing, an infinity only to itself.
    /// </summary>
    /// <param name="other">The tensor to compare with; it may live on another device.</param>
    /// <param name="relative">The relative tolerance: it is multiplied by the magnitude of the other element.</param>
    /// <param name="absolute">The absolute tolerance.</param>
    public bool AllClose(Tensor other, double relative = 1e-5, double absolute = 1e-8)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Shape != other.Shape)
        {
            return false;
        }

        float[] left = ToArray();
        float[] right = other.ToArray();
        for (int i = 0; i < left.Length; i++)
        {
            // An infinite tolerance must not make an infinity, or NaN, near anything else.
            double difference = Math.Abs((double)left[i] - right[i]);
            bool close = left[i] == right[i] || (double.IsFinite(difference) && difference <= absolute + (relative * Math.Abs((double)right[i])));
            if (!close)
            {
                return false;
            }
        }

        return true;
    }
}
