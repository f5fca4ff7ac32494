namespace Quern.Tests.Shared;

/// <summary>Φ, the distribution function of the normal distribution, in double precision: .NET has no error function.</summary>
internal static class NormalDistribution
{
    /// <summary>Φ(x) = ½ erfc(-x / √2), with a small relative error in both tails.</summary>
    public static double Phi(double x)
    {
        double z = Math.Abs(x) / Math.Sqrt(2);
        double tail = z < 2 ? 0.5 - (Erf(z) / 2) : FarErfc(z) / 2;
        return x < 0 ? tail : 1 - tail;
    }

    // erf(z) = 2/√π exp(-z²) Σ 2ⁿ z²ⁿ⁺¹ / (2n + 1)!!, whose terms are all positive.
    private static double Erf(double z)
    {
        double term = z, sum = z;
        for (int n = 1; n < 60; n++)
        {
            term *= 2 * z * z / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z) * sum;
    }

    // erfc(z) = exp(-z²)/√π · 1 / (z + ½ / (z + 1 / (z + 3/2 / (z + …)))).
    private static double FarErfc(double z)
    {
        double fraction = z;
        for (int n = 100; n > 0; n--)
        {
            fraction = z + (n / 2.0 / fraction);
        }

        return Math.Exp(-z * z) / Math.Sqrt(Math.PI) / fraction;
    }
}
