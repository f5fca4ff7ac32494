namespace Quern.Kernels.Gpu;

/// <summary>Stochastic gradient descent, as PyTorch computes it.</summary>
internal static partial class Sgd
{
    /// <summary>One step of one parameter without momentum: p -= rate · (g + decay · p). One work-item for each element.</summary>
    /// <param name="parameter">The parameter p.</param>
    /// <param name="gradient">The loss's derivative g with respect to it.</param>
    /// <param name="rate">The step size.</param>
    /// <param name="decay">The pull towards zero.</param>
    [Kernel]
    public static void Step(ArrayView<float> parameter, ArrayView<float> gradient, float rate, float decay)
    {
        int i = Grid.GlobalIndex.X;
        if (i < parameter.IntLength)
        {
            float p = parameter[i];
            parameter[i] = p - (rate * (gradient[i] + (decay * p)));
        }
    }

    /// <summary>
    /// One step of one parameter with momentum: g += decay · p; u = momentum · u + g; p -= rate · u, or with Nesterov
    /// rate · (g + momentum · u). One work-item for each element.
    /// </summary>
    /// <param name="parameter">The parameter p.</param>
    /// <param name="gradient">The loss's derivative g with respect to it.</param>
    /// <param name="velocity">What momentum has gathered, u; zeros at first.</param>
    /// <param name="rate">The step size.</param>
    /// <param name="decay">The pull towards zero.</param>
    /// <param name="momentum">How much of the velocity a step keeps.</param>
    /// <param name="nesterov">Not 0 to look ahead along the velocity.</param>
    [Kernel]
    public static void MomentumStep(
        ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> velocity, float rate, float decay, float momentum, int nesterov)
    {
        int i = Grid.GlobalIndex.X;
        if (i < parameter.IntLength)
        {
            float p = parameter[i];
            float g = gradient[i] + (decay * p);
            float u = (momentum * velocity[i]) + g;
            velocity[i] = u;
            float ahead = g + (momentum * u);
            parameter[i] = p - (rate * (nesterov != 0 ? ahead : u));
        }
    }
}
