namespace Quern.Tensors;

/// <summary>What a cross entropy makes of its target, and whether it is a mean. By default every class counts alike, and it is a sum.</summary>
/// <param name="Weight">The weight of each class, [classes], on the device of the output; null for ones.</param>
/// <param name="HostWeight">The same numbers where the host can read them.</param>
/// <param name="Smoothing">The share of a row that all classes get alike: from 0 to 1.</param>
/// <param name="Ignored">The number in place of a class of a row that has no part; null for none.</param>
/// <param name="IsMean">
/// Divides by the sum of the weights of the rows' classes, of those that have a part; by the number of rows where the target holds probabilities.
/// </param>
internal readonly record struct CrossEntropyOptions(Tensor? Weight, float[]? HostWeight, double Smoothing, int? Ignored, bool IsMean)
{
    /// <summary>The number that no class compares with where none is ignored.</summary>
    public float IgnoredNumber => Ignored ?? float.NaN;

    /// <summary>The factor of the sum over rows. Where nothing has a part, the sum is 0, and so is its mean.</summary>
    /// <param name="scale">The factor of the loss.</param>
    /// <param name="sumOfWeights">What a mean is divided by.</param>
    public double Factor(double scale, double sumOfWeights) => !IsMean ? scale : sumOfWeights == 0 ? 0 : scale / sumOfWeights;
}
