using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Clips gradients to a maximum norm; call it between the backward pass and the optimizer's step.</summary>
public static class GradientClipping
{
    private const string Operation = nameof(GradientClipping) + "." + nameof(ClipNorm);

    /// <summary>
    /// Scales all gradients by maxNorm / (norm + 1e-6) where that is less than 1, with norm = √(Σ g²) over all of them together.
    /// The formula is that of PyTorch's <c>clip_grad_norm_</c>.
    /// </summary>
    /// <param name="parameters">The parameters. Those that no backward pass has reached are left out.</param>
    /// <param name="maxNorm">The bound: a finite number above zero.</param>
    /// <param name="result">The tensor to write the norm to, of shape [] or [1]; a new one if omitted.</param>
    /// <returns>The norm before scaling, one number. On a GPU it is computed by the time it is read, and nothing waits for it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is not a finite number above zero.</exception>
    /// <exception cref="ShapeException"><paramref name="result"/> is not one number.</exception>
    /// <exception cref="DeviceException"><paramref name="result"/> lives on another device than the parameters.</exception>
    /// <exception cref="ArgumentException"><paramref name="result"/> shares memory with a gradient.</exception>
    public static Tensor ClipNorm(IReadOnlyList<Parameter> parameters, float maxNorm, Tensor? result = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(maxNorm > 0) || float.IsInfinity(maxNorm))
        {
            throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, $"{Operation}: maxNorm is {maxNorm}; it must be a finite number above zero.");
        }

        result = Norm(parameters, result);
        Device device = result.Device;
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].HasGradient)
            {
                parameters[i].Gradient.CountWrite();
                device.ClipNorm(parameters[i].Gradient, result, maxNorm);
            }
        }

        return result;
    }

    /// <summary>The norm of all gradients together: √(Σ g²). It is zero where no backward pass has reached a parameter.</summary>
    /// <param name="parameters">The parameters. Those that no backward pass has reached are left out.</param>
    /// <param name="result">The tensor to write the norm to, of shape [] or [1]; a new one if omitted.</param>
    /// <returns>The norm, one number. On a GPU it is computed by the time it is read, and nothing waits for it.</returns>
    /// <exception cref="ShapeException"><paramref name="result"/> is not one number.</exception>
    /// <exception cref="DeviceException"><paramref name="result"/> lives on another device than the parameters.</exception>
    /// <exception cref="ArgumentException"><paramref name="result"/> shares memory with a gradient.</exception>
    public static Tensor Norm(IReadOnlyList<Parameter> parameters, Tensor? result = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Device device = parameters.Count > 0 ? parameters[0].Value.Device : Device.Cpu;
        if (result is null)
        {
            result = Tensor.Zeros([], device);
        }
        else
        {
            CheckResult(parameters, result, device);
        }

        bool any = false;
        result.CountWrite();
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].HasGradient)
            {
                device.Norm(parameters[i].Gradient, result, accumulate: any);
                any = true;
            }
        }

        if (!any)
        {
            result.Fill(0);
        }

        return result;
    }

    // The norm is written before the gradients are scaled.
    private static void CheckResult(IReadOnlyList<Parameter> parameters, Tensor result, Device device)
    {
        LayerChecks.Scalar(Operation, result, device);
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].HasGradient)
            {
                Tensor.CheckApart(Operation, parameters[i].Gradient, result, "a gradient");
            }
        }
    }
}
