using Quern.Kernels.OpenCl;

namespace Quern.Kernels.Generator.Tests;

/// <summary>Generated kernels on PoCL, against the same C# on the host.</summary>
public sealed class DeviceTests : IDisposable
{
    private readonly OpenClDevices _devices = new();

    private OpenClDriver Device => _devices[OpenClDevices.Pocl];

    public void Dispose() => _devices.Dispose();

    [Fact]
    public void Whole_numbers_agree_with_the_host()
    {
        int[] corners = [0, 1, -1, 2, 3, 5, 7, 8, 31, 32, 33, -32, 255, 256, -128, 1 << 20, int.MaxValue - 1, -int.MaxValue, 0x55555555];
        var random = new Random(3);
        (int A, int B)[] cases = [.. from a in corners from b in corners select (a, b), .. Enumerable.Range(0, 500).Select(_ => (random.Next(), -random.Next()))];
        GpuView<int> left = Upload(cases.Select(pair => pair.A)), right = Upload(cases.Select(pair => pair.B)), results = Upload(new int[cases.Length]);

        Arithmetic.LaunchRunIntegers(Device, LaunchSize.Covering(cases.Length, 32), left, right, results, cases.Length);

        Assert.Equal(cases.Select(pair => Arithmetic.Integers(pair.A, pair.B)), Download(results));
    }

    [Fact]
    public void Floats_agree_with_the_host()
    {
        float[] corners = [0f, -0f, 1f, -1f, 0.5f, 1.5f, 2.5f, -2.5f, 3.75f, -1e-3f, 12345.678f, 255.5f, -300f, float.NaN];
        (float A, float B)[] cases = [.. from a in corners from b in corners where !float.IsNaN(b) select (a, b)];
        GpuView<float> left = Upload(cases.Select(pair => pair.A)), right = Upload(cases.Select(pair => pair.B)), results = Upload(new float[cases.Length]);

        Arithmetic.LaunchRunFloats(Device, LaunchSize.Covering(cases.Length, 32), left, right, results, cases.Length);

        float[] found = Download(results);
        Assert.All(cases.Zip(found), item =>
        {
            float expected = Arithmetic.Floats(item.First.A, item.First.B);
            // The device may join a product and a sum, so the last bits are its own.
            Assert.True(
                expected.Equals(item.Second) || MathF.Abs(expected - item.Second) <= 1e-5f * MathF.Max(1f, MathF.Abs(expected)),
                $"{item.First}: {expected} on the host, {item.Second} on the device");
        });
    }

    [Fact]
    public void Philox_agrees_with_the_host()
    {
        GpuView<uint> results = Upload(new uint[1000]);

        Arithmetic.LaunchRunPhilox(Device, LaunchSize.Covering(1000, 64), results, 0xDEADBEEF, 1000);

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => Arithmetic.Philox((uint)i, 0xDEADBEEF)), Download(results));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(1009)]
    public void A_sum_in_shared_memory_agrees_with_the_host(int count)
    {
        GpuView<float> input = Upload(Enumerable.Range(0, count + 1).Select(i => (float)i)), results = Upload(new float[3]);

        Arithmetic.LaunchRunSum(Device, new LaunchSize(3, 64), input, results, count);

        Assert.Equal(Enumerable.Range(0, count).Sum(), Download(results).Sum());
    }

    [Fact]
    public void Four_floats_at_once_agree_with_the_host()
    {
        float[] input = [.. Enumerable.Range(0, 44).Select(i => i * 0.25f)];
        GpuView<float> results = Upload(new float[40]);

        Arithmetic.LaunchRunFloat4(Device, LaunchSize.Covering(10, 8), Upload(input), results, 0.5f, 10);

        float[] expected = new float[40];
        for (int i = 0; i < 40; i++)
        {
            float x = input[i + 4];
            expected[i] = (x + i % 4 + 1) * 0.5f - x * x + (i % 4 == 1 ? expected[i - 1] : 0f);
        }

        Assert.Equal(expected, Download(results));
    }

    [Fact]
    public void A_view_may_start_anywhere_in_its_buffer()
    {
        GpuView<uint> buffer = Upload(new uint[100]);

        Arithmetic.LaunchRunPhilox(Device, LaunchSize.Covering(10, 8), buffer.Slice(37, 10), 5, 10);

        uint[] found = Download(buffer);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => Arithmetic.Philox((uint)i, 5)), found[37..47]);
        Assert.Equal(90, found.Count(value => value == 0));
    }

    [Fact]
    public void A_launch_with_another_group_than_the_kernel_asks_for_is_refused()
    {
        GpuView<float> view = Upload(new float[1]);

        ArgumentException error = Assert.Throws<ArgumentException>(() => Arithmetic.LaunchRunSum(Device, new LaunchSize(1, 32), view, view, 1));

        Assert.Contains("64 x 1 x 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_view_of_bool_has_a_byte_for_each()
    {
        GpuView<bool> flags = Upload([true, false, true, true, false]);

        Arithmetic.LaunchRunNot(Device, LaunchSize.Covering(5, 8), flags, 5);

        Assert.Equal([false, true, false, false, true], Download(flags));
    }

    [Fact]
    public void A_struct_and_a_flag_may_hold_bool()
    {
        GpuView<bool> flags = Upload([true, false, true]);

        Arithmetic.LaunchRunChoose(Device, LaunchSize.Covering(3, 8), flags, new Arithmetic.Choice { Bias = 3, Invert = true }, true, 3);

        Assert.Equal([true, false, true], Download(flags));
        Arithmetic.LaunchRunChoose(Device, LaunchSize.Covering(3, 8), flags, new Arithmetic.Choice { Bias = 3, Invert = true }, false, 3);
        Assert.Equal([false, true, false], Download(flags));
    }

    private GpuView<T> Upload<T>(IEnumerable<T> values)
        where T : unmanaged
    {
        T[] array = [.. values];
        var view = new GpuView<T>(Device.Allocate(array.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()), 0, array.Length);
        Device.CopyToDevice<T>(array, view);
        return view;
    }

    private T[] Download<T>(GpuView<T> view)
        where T : unmanaged
    {
        var array = new T[view.Length];
        Device.CopyToHost(view, array);
        return array;
    }
}
