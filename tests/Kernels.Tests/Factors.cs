namespace Quern.Kernels.Tests;

/// <summary>Numbers whose product is exact in any order, and other than with one of them left out or taken twice.</summary>
internal static class Factors
{
    // 3¹⁵ is the last power below 2²⁴.
    private const int MostThrees = 15;

    /// <summary>Factors [outer, axis, inner], signs and at most 15 threes in each product, and their products over the axis.</summary>
    public static (float[] Factors, float[] Products) Of(int outer, int axis, int inner)
    {
        Random random = new(11);
        float[] factors = new float[outer * axis * inner];
        float[] products = new float[outer * inner];
        Array.Fill(products, 1);
        for (int i = 0; i < factors.Length; i++)
        {
            int j = i / inner % axis;
            int result = (i / inner / axis * inner) + (i % inner);
            bool isThree = axis <= MostThrees || j >= axis - 4 || random.Next(axis) < 4 && MathF.Abs(products[result]) < 1e4f;
            factors[i] = (isThree ? 3 : 1) * (random.Next(2) == 0 ? 1 : -1);
            products[result] *= factors[i];
        }

        return (factors, products);
    }
}
