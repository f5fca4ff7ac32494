using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>Runs <see cref="Update"/> on any number of parameters.</summary>
internal static class UpdateLauncher
{
    /// <summary>One step of several parameters, with a launch for every <see cref="Update.Slots"/> of them.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="slots">The parameters.</param>
    /// <param name="coefficients">The formula's coefficients: at most <see cref="IUpdateOperator.MaxCoefficients"/>.</param>
    public static void Run<TUpdate>(GpuDriver driver, ReadOnlySpan<Slot> slots, params ReadOnlySpan<float> coefficients)
        where TUpdate : struct, IUpdateOperator
    {
        Span<float> c = stackalloc float[IUpdateOperator.MaxCoefficients];
        c.Clear();
        coefficients.CopyTo(c);
        int group = ElementRun.Covering(driver, 1).GroupX;
        Span<int> ends = stackalloc int[Update.Slots];
        for (int first = 0; first < slots.Length; first += Update.Slots)
        {
            int groups = 0;
            for (int i = 0; i < Update.Slots; i++)
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
            Update.LaunchRun<TUpdate>(
                driver, new LaunchSize(groups, group),
                slot0.Parameter, slot0.Gradient, slot0.State0, slot0.State1, ends[0],
                slot1.Parameter, slot1.Gradient, slot1.State0, slot1.State1, ends[1],
                slot2.Parameter, slot2.Gradient, slot2.State0, slot2.State1, ends[2],
                slot3.Parameter, slot3.Gradient, slot3.State0, slot3.State1, ends[3],
                slot4.Parameter, slot4.Gradient, slot4.State0, slot4.State1, ends[4],
                slot5.Parameter, slot5.Gradient, slot5.State0, slot5.State1, ends[5],
                slot6.Parameter, slot6.Gradient, slot6.State0, slot6.State1, ends[6],
                slot7.Parameter, slot7.Gradient, slot7.State0, slot7.State1,
                TUpdate.StateCount, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], ElementRun.Length(driver));
        }
    }

    private static Slot SlotAt(ReadOnlySpan<Slot> slots, int index) => index < slots.Length ? slots[index] : default;

    /// <summary>A parameter with its gradient and what is kept for it, equally long; a state that the optimizer does not keep is empty.</summary>
    internal readonly record struct Slot(GpuView<float> Parameter, GpuView<float> Gradient, GpuView<float> State0, GpuView<float> State1);
}
