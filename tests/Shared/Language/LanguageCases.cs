using System.Runtime.CompilerServices;
using Quern.Kernels;

namespace Quern.Tests;

/// <summary>Runs the kernels of <see cref="LanguageKernels"/> on a device and compares with the host.</summary>
/// <param name="driver">The device.</param>
internal sealed class LanguageCases(GpuDriver driver)
{
    /// <summary>The kernels, given the launch of each: a generated launcher, or a launch of what ILGPU finds by its name.</summary>
    public void Atomics_lose_nothing(Action<LaunchSize, GpuView<int>, GpuView<int>, GpuView<uint>, int> gather)
    {
        int[] values = [.. Enumerable.Range(0, 203).Select(i => i * 7919 % 1009 - 300)];
        var counts = new int[LanguageKernels.FirstPlace + values.Length];
        counts[LanguageKernels.Lowest] = int.MaxValue;
        counts[LanguageKernels.Highest] = int.MinValue;
        GpuView<int> device = Upload(counts);
        GpuView<uint> bits = Upload<uint>([uint.MaxValue, 0, 0, 1]);

        gather(LaunchSize.Covering(values.Length, 16), Upload(values), device, bits, values.Length);

        int[] found = Download(device);
        Assert.Equal(Enumerable.Range(0, LanguageKernels.Bins).Select(bin => values.Count(value => (value & (LanguageKernels.Bins - 1)) == bin)), found[..LanguageKernels.Bins]);
        Assert.Equal([values.Min(), values.Max(), values.Length], found[LanguageKernels.Lowest..LanguageKernels.FirstPlace]);
        Assert.Equal(values.Order(), found[LanguageKernels.FirstPlace..].Order());
        uint[] unsigned = [.. values.Select(value => (uint)value)];
        Assert.Equal(
            [
                unsigned.Aggregate((a, b) => a & b), unsigned.Aggregate((a, b) => a | b), unsigned.Aggregate((a, b) => a ^ b),
                unsigned.Aggregate(1u, (a, b) => unchecked(a * (b | 1u))),
            ],
            Download(bits));
    }

    public void Enums_and_structs_pass_by_value(
        Action<LaunchSize, GpuView<int>, LanguageKernels.Settings, LanguageKernels.Mode, byte, sbyte, ulong, int> apply)
    {
        int[] values = [.. Enumerable.Range(-20, 45)];
        foreach (LanguageKernels.Mode mode in (LanguageKernels.Mode[])[LanguageKernels.Mode.Copy, LanguageKernels.Mode.Add, LanguageKernels.Mode.Flip])
        {
            foreach (byte negate in (byte[])[0, 1])
            {
                LanguageKernels.Settings settings = new()
                {
                    Enabled = (byte)(mode == LanguageKernels.Mode.Add ? 1 : 1 - negate),
                    Mode = LanguageKernels.Mode.Flip,
                    Shift = -300,
                    Offset = 5_000_000_000 + (int)mode,
                    Scaling = new() { Factor = 21.5f, Negate = (byte)(mode == LanguageKernels.Mode.Copy ? 0 : 1) },
                };
                GpuView<int> device = Upload(values);

                apply(LaunchSize.Covering(values.Length, 8), device, settings, mode, negate, -3, 0xFFFF_FFFF_FF00, values.Length);

                int[] expected = [.. values.Select((value, i) =>
                {
                    LanguageKernels.Settings own = settings;
                    own.Advance(i);
                    own.Scaling.Factor *= 2f;
                    return unchecked(LanguageKernels.Applied(own, mode, negate, -3, 0xFFFF_FFFF_FF00, value) + (int)own.Offset);
                })];
                Assert.Equal(expected, Download(device));
            }
        }
    }

    public void Doubles_agree_with_the_host(Action<LaunchSize, GpuView<double>, GpuView<double>, double, GpuView<double>, int> compute)
    {
        double[] corners = [0, -0.0, 1, -1, 0.5, Math.PI, -1e-3, 12345.678, 1e9 + 0.125, -300.75, double.NaN];
        (double A, double B)[] cases = [.. from a in corners from b in corners where !double.IsNaN(b) select (a, b)];
        GpuView<double> results = Upload(new double[cases.Length]);

        compute(LaunchSize.Covering(cases.Length, 8), Upload([.. cases.Select(pair => pair.A)]), Upload([.. cases.Select(pair => pair.B)]), 1.1, results, cases.Length);

        double[] found = Download(results);
        Assert.All(cases.Zip(found), item =>
        {
            // The device may join a product and a sum; what a float holds would be wrong from the eighth digit on.
            double expected = LanguageKernels.Computed(item.First.A, item.First.B, 1.1);
            Assert.True(
                expected.Equals(item.Second) || Math.Abs(expected - item.Second) <= 1e-14 * Math.Max(1, Math.Abs(expected)),
                $"{item.First}: {expected} on the host, {item.Second} on the device");
        });
    }

    private GpuView<T> Upload<T>(T[] values)
        where T : unmanaged
    {
        var view = new GpuView<T>(driver.Allocate(values.Length * Unsafe.SizeOf<T>()), 0, values.Length);
        driver.CopyToDevice<T>(values, view);
        return view;
    }

    private T[] Download<T>(GpuView<T> view)
        where T : unmanaged
    {
        var array = new T[view.Length];
        driver.CopyToHost(view, array);
        return array;
    }
}
