using Quern.Kernels.OpenCl;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.OpenCl;

[Collection(OpenClCollection.Name)]
public sealed class OpenClDriverTests(OpenClFixture fixture)
{
    private static readonly Kernel AddOne = new(
        "Tests.AddOne",
        "add_one",
        """
        __kernel void add_one(__global float* x, long x_offset, long x_length, float step)
        {
            int i = (int)get_global_id(0);
            if (i < x_length)
                x[x_offset + i] += step;
        }
        """);

    // Takes what AddOne takes.
    private static readonly Kernel Multiply = new(
        "Tests.Multiply",
        "multiply",
        """
        __kernel void multiply(__global float* x, long x_offset, long x_length, float factor)
        {
            int i = (int)get_global_id(0);
            if (i < x_length)
                x[x_offset + i] *= factor;
        }
        """);

    private static readonly Kernel Broken = new(
        "Tests.Broken", "broken", "__kernel void broken(__global float* x, long o, long n) { x[0] = no_such_name; }");

    [Fact]
    public void A_device_tells_its_name_kind_memory_and_driver()
    {
        OpenClDeviceInfo device = fixture.Driver.Device;

        Assert.NotEmpty(device.Name);
        Assert.NotEmpty(device.Platform);
        Assert.NotEmpty(device.DriverVersion);
        Assert.StartsWith("OpenCL ", device.OpenClVersion, StringComparison.Ordinal);
        Assert.True(device.GlobalMemory > 0 && device.LargestBuffer > 0 && device.LocalMemory > 0);
        Assert.True(device.ComputeUnits > 0 && device.LargestGroup > 0);
        Assert.Contains(device.Name, device.ToString(), StringComparison.Ordinal);
        Assert.Equal($"opencl:{device.Index}", fixture.Driver.Name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(16384)]
    [InlineData(16385)]
    [InlineData(1_000_003)]
    public void What_is_copied_to_the_device_comes_back(int length)
    {
        float[] values = Numbers(length);
        float[] back = new float[length];
        using GpuBuffer first = fixture.Driver.Allocate(length * 4L);
        using GpuBuffer second = fixture.Driver.Allocate(length * 4L);

        fixture.Driver.CopyToDevice<float>(values, new GpuView<float>(first, 0, length));
        fixture.Driver.Copy(new GpuView<float>(first, 0, length), new GpuView<float>(second, 0, length));
        fixture.Driver.CopyToHost(new GpuView<float>(second, 0, length), back.AsSpan());

        Assert.Equal(values, back);
    }

    [Fact]
    public void The_source_of_a_copy_may_change_at_once()
    {
        // More copies than the staging memory holds, each from the same array.
        const int Copies = 200;
        const int Length = 4000;
        float[] values = new float[Length];
        using GpuBuffer buffer = fixture.Driver.Allocate(Copies * Length * 4L);
        for (int copy = 0; copy < Copies; copy++)
        {
            Array.Fill(values, copy);
            fixture.Driver.CopyToDevice<float>(values, new GpuView<float>(buffer, copy * Length, Length));
        }

        float[] back = new float[Copies * Length];
        fixture.Driver.CopyToHost(new GpuView<float>(buffer, 0, back.Length), back.AsSpan());

        for (int i = 0; i < back.Length; i++)
        {
            Assert.Equal(i / Length, back[i]);
        }
    }

    [Fact]
    public void Copies_and_buffers_of_no_elements_are_allowed()
    {
        using GpuBuffer buffer = fixture.Driver.Allocate(0);
        GpuView<float> view = new(buffer, 0, 0);

        fixture.Driver.CopyToDevice<float>([], view);
        fixture.Driver.Copy(view, view);
        fixture.Driver.CopyToHost(view, Span<float>.Empty);
    }

    [Fact]
    public void A_copy_between_unequal_lengths_is_refused()
    {
        using GpuBuffer buffer = fixture.Driver.Allocate(16);

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => fixture.Driver.CopyToDevice<float>(new float[3], new GpuView<float>(buffer, 0, 4)));

        Assert.Contains("3 and 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_runs_on_the_part_that_its_view_shows()
    {
        float[] values = Numbers(100);
        using GpuBuffer buffer = fixture.Driver.Allocate(400);
        fixture.Driver.CopyToDevice<float>(values, new GpuView<float>(buffer, 0, 100));

        Launch(new GpuView<float>(buffer, 7, 50), 2.5f);

        float[] back = new float[100];
        fixture.Driver.CopyToHost(new GpuView<float>(buffer, 0, 100), back.AsSpan());
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(i is >= 7 and < 57 ? values[i] + 2.5f : values[i], back[i]);
        }
    }

    [Fact]
    public void A_launch_of_no_groups_does_nothing()
    {
        using GpuBuffer buffer = fixture.Driver.Allocate(4);
        GpuView<float> view = new(buffer, 0, 1);
        fixture.Driver.CopyToDevice<float>([3], view);

        Launch(new GpuView<float>(buffer, 0, 0), 1);

        float[] back = new float[1];
        fixture.Driver.CopyToHost(view, back.AsSpan());
        Assert.Equal([3], back);
        Assert.True(LaunchSize.Covering(0, 64).IsEmpty);
        Assert.False(LaunchSize.Covering(1, 64).IsEmpty);
    }

    [Fact]
    public void A_launch_after_the_first_allocates_nothing()
    {
        using GpuBuffer buffer = fixture.Driver.Allocate(400);
        GpuView<float> view = new(buffer, 0, 100);
        Launch(view, 0);
        fixture.Driver.Wait();

        long allocated = Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Launch(view, 1);
            }

            fixture.Driver.Wait();
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Disposed_buffers_are_used_again_and_none_stays_alive()
    {
        using OpenClDriver driver = DriverWithoutBuffers();

        GpuBuffer first = driver.Allocate(5000);
        GpuBuffer second = driver.Allocate(5001);
        Assert.Equal(2, driver.LiveBufferCount);
        Assert.Equal(0, driver.PooledBytes);
        first.Dispose();
        first.Dispose();
        second.Dispose();
        Assert.Equal(0, driver.LiveBufferCount);
        long pooled = driver.PooledBytes;
        Assert.InRange(pooled, 10001, 12000);

        using (driver.Allocate(4990))
        {
            Assert.Equal(pooled / 2, driver.PooledBytes);
        }

        driver.Trim();
        Assert.Equal(0, driver.PooledBytes);
        Assert.Equal(0, driver.LiveBufferCount);
    }

    [Fact]
    public void A_buffer_that_outlives_its_device_is_freed_and_not_kept()
    {
        OpenClDriver driver = DriverWithoutBuffers();
        GpuBuffer kept = driver.Allocate(5000);
        driver.Dispose();

        kept.Dispose();

        Assert.Equal(0, driver.LiveBufferCount);
        Assert.Equal(0, driver.PooledBytes);
        Assert.Throws<ObjectDisposedException>(() => driver.Allocate(16));
    }

    [Fact]
    public void A_buffer_that_nobody_holds_is_given_back_by_the_collector()
    {
        using OpenClDriver driver = DriverWithoutBuffers();
        Forget(driver);

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(0, driver.LiveBufferCount);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(OpenClDriver driver) => driver.Allocate(1000);
    }

    [Fact]
    public void A_disposed_buffer_is_refused()
    {
        GpuBuffer buffer = fixture.Driver.Allocate(16);
        GpuView<float> view = new(buffer, 0, 4);
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => fixture.Driver.CopyToHost(view, new float[4].AsSpan()));
    }

    [Fact]
    public void Memory_of_another_device_is_refused()
    {
        using OpenClDriver other = new(fixture.Driver.Device, fixture.CacheFolder);
        using GpuBuffer buffer = other.Allocate(16);

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => fixture.Driver.CopyToHost(new GpuView<float>(buffer, 0, 4), new float[4].AsSpan()));

        Assert.Contains("another device", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_buffer_larger_than_the_device_allows_is_refused_with_both_sizes()
    {
        long size = fixture.Driver.Device.LargestBuffer + 1;

        OpenClException error = Assert.Throws<OpenClException>(() => fixture.Driver.Allocate(size));

        Assert.Contains($"{size:N0}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_does_not_build_shows_the_log_and_leaves_the_device_usable()
    {
        using GpuBuffer buffer = fixture.Driver.Allocate(400);
        GpuView<float> view = new(buffer, 0, 100);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            OpenClException error = Assert.Throws<OpenClException>(
                () => fixture.Driver.Launch(Broken, new LaunchSize(1, 1), [KernelArgument.From(view)]));

            Assert.Equal(OpenClStatus.BuildProgramFailure, error.Status);
            Assert.Contains("no_such_name", error.BuildLog, StringComparison.Ordinal);
            Assert.Contains("Tests.Broken", error.Message, StringComparison.Ordinal);
        }

        fixture.Driver.CopyToDevice<float>(new float[100], view);
        Launch(view, 3);
        float[] back = new float[100];
        fixture.Driver.CopyToHost(view, back.AsSpan());
        Assert.All(back, value => Assert.Equal(3f, value));
    }

    [Fact]
    public void A_wrong_argument_is_named()
    {
        using GpuBuffer buffer = fixture.Driver.Allocate(400);

        OpenClException error = Assert.Throws<OpenClException>(
            () => fixture.Driver.Launch(AddOne, new LaunchSize(1, 1), [KernelArgument.From(new GpuView<float>(buffer, 0, 1)), 1L]));

        Assert.Contains("clSetKernelArg 3 of Tests.AddOne", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(OpenClStatus.InvalidArgSize), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_cache_entry_is_built_again()
    {
        OpenClDeviceInfo device = fixture.Driver.Device;
        string folder = Path.Combine(fixture.CacheFolder, "damaged");
        AddAndCheck();
        string file = Assert.Single(Directory.GetFiles(folder));
        byte[] whole = File.ReadAllBytes(file);
        byte[] flipped = [.. whole];
        flipped[^1] ^= 1;

        // Right by its hash, and still nothing that the driver can use.
        byte[] key = Convert.FromHexString(Path.GetFileNameWithoutExtension(file));
        byte[] nonsense = new byte[1000];
        byte[] signedNonsense = [.. System.Security.Cryptography.SHA256.HashData([.. key, .. nonsense]), .. nonsense];
        foreach (byte[] damaged in new byte[][] { [], [1, 2, 3], whole[..(whole.Length / 2)], flipped, signedNonsense })
        {
            File.WriteAllBytes(file, damaged);
            AddAndCheck();
            Assert.Equal(file, Assert.Single(Directory.GetFiles(folder)));
            Assert.NotNull(new ProgramCache(folder).Read(key));
            Assert.True(new FileInfo(file).Length > damaged.Length || damaged.Length > 1000, "The entry was not written again.");
        }

        void AddAndCheck()
        {
            using OpenClDriver driver = new(device, folder);
            using GpuBuffer buffer = driver.Allocate(4);
            GpuView<float> view = new(buffer, 0, 1);
            driver.CopyToDevice<float>([1], view);
            driver.Launch(AddOne, LaunchSize.Covering(1, 8), [KernelArgument.From(view), 1f]);
            float[] back = new float[1];
            driver.CopyToHost(view, back.AsSpan());
            Assert.Equal(2f, back[0]);
        }
    }

    [Fact]
    public void Two_entries_that_were_swapped_are_built_again()
    {
        OpenClDeviceInfo device = fixture.Driver.Device;
        string folder = Path.Combine(fixture.CacheFolder, "swapped");
        Assert.Equal((7f, 10f), Results());
        string[] files = Directory.GetFiles(folder);
        Assert.Equal(2, files.Length);
        byte[] first = File.ReadAllBytes(files[0]), second = File.ReadAllBytes(files[1]);
        File.WriteAllBytes(files[0], second);
        File.WriteAllBytes(files[1], first);

        Assert.Equal((7f, 10f), Results());
        Assert.All(files, file => Assert.NotNull(new ProgramCache(folder).Read(Convert.FromHexString(Path.GetFileNameWithoutExtension(file)))));

        (float, float) Results()
        {
            using OpenClDriver driver = new(device, folder);
            return (Run(driver, AddOne), Run(driver, Multiply));
        }

        static float Run(OpenClDriver driver, Kernel kernel)
        {
            using GpuBuffer buffer = driver.Allocate(4);
            GpuView<float> view = new(buffer, 0, 1);
            driver.CopyToDevice<float>([5], view);
            driver.Launch(kernel, LaunchSize.Covering(1, 8), [KernelArgument.From(view), 2f]);
            float[] back = new float[1];
            driver.CopyToHost(view, back.AsSpan());
            return back[0];
        }
    }

    [Fact]
    public void A_cache_folder_that_cannot_be_written_costs_only_time()
    {
        string file = Path.Combine(fixture.CacheFolder, "a file where the folder should be");
        OpenClDeviceInfo device = fixture.Driver.Device;
        Directory.CreateDirectory(fixture.CacheFolder);
        File.WriteAllText(file, string.Empty);

        using OpenClDriver driver = new(device, file);
        using GpuBuffer buffer = driver.Allocate(4);
        driver.Launch(AddOne, new LaunchSize(1, 1), [KernelArgument.From(new GpuView<float>(buffer, 0, 1)), 1f]);
        driver.Wait();
    }

    [Fact]
    public void A_device_number_that_does_not_exist_is_refused_with_those_that_do()
    {
        OpenClException error = Assert.Throws<OpenClException>(() => OpenClDriver.Open(fixture.Driver.Device.Index + 1000));

        Assert.Contains(fixture.Driver.Device.Name, error.Message, StringComparison.Ordinal);
    }

    // Other tests leave buffers of the shared driver to the collector, which may come while a test counts.
    private OpenClDriver DriverWithoutBuffers() => new(fixture.Driver.Device, fixture.CacheFolder);

    private void Launch(GpuView<float> view, float step) =>
        fixture.Driver.Launch(AddOne, LaunchSize.Covering(view.Length, 64), [KernelArgument.From(view), step]);

    private static float[] Numbers(int length)
    {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++)
        {
            numbers[i] = (i * 7 % 1013) - 500;
        }

        return numbers;
    }
}
