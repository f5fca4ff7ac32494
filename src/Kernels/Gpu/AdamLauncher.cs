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
        GpuDriver driver, GpuView<float> parameter, GpuView<float> gradient, GpuView<float> firstMoment, GpuView<float> secondMoment, in AdamSettings settings, long step) =>
        Run(driver, [new Slot(parameter, gradient, firstMoment, secondMoment)], settings, step);

    /// <summary>One step of several parameters, with a launch for every <see cref="Adam.Slots"/> of them.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="slots">The parameters.</param>
    /// <param name="settings">The rates.</param>
    /// <param name="step">The step's number t, from 1.</param>
    internal static void Run(GpuDriver driver, ReadOnlySpan<Slot> slots, in AdamSettings settings, long step)
    {
        int group = ElementRun.Covering(driver, 1).GroupX;
        Span<int> ends = stackalloc int[Adam.Slots];
        for (int first = 0; first < slots.Length; first += Adam.Slots)
        {
            int groups = 0;
            for (int i = 0; i < Adam.Slots; i++)
            {
                long length = SlotAt(slots, first + i).Parameter.Length;
                groups = checked(groups + (length == 0 ? 0 : ElementRun.Covering(driver, length).GroupsX));
                ends[i] = groups;
            }

            if (groups == 0)
            {
                continue;
            }

            Slot slot0 = SlotAt(slots, first);
            Slot slot1 = SlotAt(slots, first + 1);
            Slot slot2 = SlotAt(slots, first + 2);
            Slot slot3 = SlotAt(slots, first + 3);
            Slot slot4 = SlotAt(slots, first + 4);
            Slot slot5 = SlotAt(slots, first + 5);
            Slot slot6 = SlotAt(slots, first + 6);
            Slot slot7 = SlotAt(slots, first + 7);
            Adam.LaunchStep(
                driver,
                new LaunchSize(groups, group),
                slot0.Parameter,
                slot0.Gradient,
                slot0.FirstMoment,
                slot0.SecondMoment,
                ends[0],
                slot1.Parameter,
                slot1.Gradient,
                slot1.FirstMoment,
                slot1.SecondMoment,
                ends[1],
                slot2.Parameter,
                slot2.Gradient,
                slot2.FirstMoment,
                slot2.SecondMoment,
                ends[2],
                slot3.Parameter,
                slot3.Gradient,
                slot3.FirstMoment,
                slot3.SecondMoment,
                ends[3],
                slot4.Parameter,
                slot4.Gradient,
                slot4.FirstMoment,
                slot4.SecondMoment,
                ends[4],
                slot5.Parameter,
                slot5.Gradient,
                slot5.FirstMoment,
                slot5.SecondMoment,
                ends[5],
                slot6.Parameter,
                slot6.Gradient,
                slot6.FirstMoment,
                slot6.SecondMoment,
                ends[6],
                slot7.Parameter,
                slot7.Gradient,
                slot7.FirstMoment,
                slot7.SecondMoment,
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

    private static Slot SlotAt(ReadOnlySpan<Slot> slots, int index) => index < slots.Length ? slots[index] : default;

    /// <summary>A parameter with its gradient and what Adam keeps for it: equally long.</summary>
    internal readonly record struct Slot(GpuView<float> Parameter, GpuView<float> Gradient, GpuView<float> FirstMoment, GpuView<float> SecondMoment);
}
