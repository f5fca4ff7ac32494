namespace Quern.Kernels.Gpu;

/// <summary>Runs <see cref="Adam"/>: what a step needs is computed here once, in double precision.</summary>
public static class AdamLauncher
{
    /// <summary>One step of one parameter.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">The loss's derivative with respect to it.</param>
    /// <param name="firstMoment">The running mean of the gradient; zeros at first.</param>
    /// <param name="secondMoment">The running mean of the gradient's square; zeros at first.</param>
    /// <param name="settings">The rates.</param>
    /// <param name="step">The step's number t, from 1.</param>
    public static void Run(
        GpuDriver driver, GpuView<float> parameter, GpuView<float> gradient, GpuView<float> firstMoment, GpuView<float> secondMoment, in AdamSettings settings, long step)
    {
        if (parameter.Length == 0)
        {
            return;
        }

        Adam.LaunchStep(
            driver,
            ElementRun.Covering(driver, parameter.Length),
            parameter,
            gradient,
            firstMoment,
            secondMoment,
            stepSize: (float)(settings.LearningRate / (1 - Math.Pow(settings.Beta1, step))),
            rootScale: (float)(1 / Math.Sqrt(1 - Math.Pow(settings.Beta2, step))),
            epsilon: (float)settings.Epsilon,
            oneMinusBeta1: (float)(1 - settings.Beta1),
            beta2: (float)settings.Beta2,
            oneMinusBeta2: (float)(1 - settings.Beta2),
            decay: settings.Decoupled ? 0 : (float)settings.WeightDecay,
            keep: settings.Decoupled ? (float)(1 - (settings.LearningRate * settings.WeightDecay)) : 1,
            run: ElementRun.Length(driver));
    }
}
