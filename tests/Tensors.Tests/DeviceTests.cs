using Quern.Kernels;

namespace Quern.Tensors.Tests;

public sealed class DeviceTests
{
    [Fact]
    public void The_processor_is_always_there_and_comes_first()
    {
        Assert.Same(Device.Cpu, Device.All[0]);
        Assert.Equal("cpu", Device.Cpu.Name);
        Assert.Equal("cpu", Device.Cpu.ToString());
        Assert.Equal(Environment.ProcessorCount, Device.Cpu.ThreadCount);
        Assert.Matches(@"^processor, \d+ threads?, .+$", Device.Cpu.Description);
        Assert.Contains(Device.Best(), Device.All);
    }

    [Fact]
    public void Parse_finds_every_device_by_its_name()
    {
        foreach (Device device in Device.All)
        {
            Assert.Same(device, Device.Parse(device.Name));
            Assert.Same(device, Device.Parse(device.Name.ToUpperInvariant()));
        }

        Assert.Same(Device.Best(), Device.Parse("auto"));
        Assert.Same(Device.Best(), Device.Parse("Auto"));
    }

    [Theory]
    [InlineData("tpu")]
    [InlineData("")]
    [InlineData("cpu:1")]
    public void Parse_lists_what_there_is_when_there_is_no_such_device(string name)
    {
        string names = string.Join(", ", Device.All.Select(device => device.Name));
        Assert.Equal(
            $"Device: '{name}' is not a device of this machine; it has {names}. Choose one of these, or auto.",
            Assert.Throws<DeviceException>(() => Device.Parse(name)).Message);
    }

    [Fact]
    public void Memory_starts_as_zeros_and_is_copied_both_ways()
    {
        DeviceMemory<int> memory = Device.Cpu.Allocate<int>(5);
        Assert.Equal(5, memory.Length);
        Assert.Same(Device.Cpu, memory.Device);
        memory.CopyFrom([7, 8], 3);
        int[] copy = new int[4];
        memory.CopyTo(copy, 1);
        Assert.Equal([0, 0, 7, 8], copy);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Memory_refuses_what_lies_outside(long offset)
    {
        DeviceMemory<byte> memory = Device.Cpu.Allocate<byte>(5);
        Assert.StartsWith(
            $"DeviceMemory: 2 elements from {offset} do not lie within the 5 that there are.",
            Assert.Throws<ArgumentOutOfRangeException>(() => memory.CopyFrom([1, 2], offset)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.CopyTo(new byte[2], offset));
    }

    [Fact]
    public unsafe void Memory_of_the_processor_lies_on_a_cache_line_and_stays_there()
    {
        foreach (int length in (ReadOnlySpan<int>)[0, 1, 3, 1000])
        {
            Tensor tensor = Tensor.Ones([length]);
            fixed (float* address = &System.Runtime.InteropServices.MemoryMarshal.GetReference(tensor.AsSpan()))
            {
                Assert.Equal(0, (long)address % 64);
                GC.Collect();
                Assert.True(address == System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(tensor.AsSpan())));
            }
        }
    }

    [Fact]
    public void A_device_needs_a_thread() => Assert.Throws<ArgumentOutOfRangeException>(() => new CpuDevice(0));

    [Fact]
    public void A_disposed_device_goes_on_without_its_threads()
    {
        CpuDevice device = new(3);
        Tensor x = Tensor.Ones([100_003], device);
        device.Dispose();
        device.Dispose();
        Assert.Equal(200_006, (x + 1).Sum().Item());
    }

    [Fact]
    public void A_device_that_is_listed_and_does_not_open_is_missing_with_its_reason()
    {
        Refusing provider = new();
        Device.Register(provider);

        Assert.DoesNotContain(Device.All, device => device.Name.StartsWith("refusing:", StringComparison.Ordinal));
        Assert.False(Device.Best().Name.StartsWith("refusing:", StringComparison.Ordinal));
        Assert.Equal(
            [("refusing:0", Refusing.Reason), ("refusing:3", Refusing.Reason)],
            Device.Unavailable.Where(missing => missing.Kind.StartsWith("refusing", StringComparison.Ordinal)));
        Assert.Equal([0, 3], provider.Opened.Order());

        // Who asks for it by name is told, and it is tried anew.
        Assert.Equal(Refusing.Reason, Assert.Throws<DeviceException>(() => Device.Parse("refusing:3")).Message);
        Assert.Equal([0, 3, 3], provider.Opened.Order());

        // Without a number it is the preferred one: a GPU that a driver lists behind a processor.
        Assert.Throws<DeviceException>(() => Device.Parse("refusing"));
        Assert.Equal([0, 3, 3, 3], provider.Opened.Order());
    }

    /// <summary>A driver that lists two devices and opens none.</summary>
    private sealed class Refusing : DeviceProvider
    {
        public const string Reason = "Another program has the device for itself.";

        public List<int> Opened { get; } = [];

        public override string Name => "refusing";

        public override IReadOnlyList<int> Numbers => [0, 3];

        public override int? Preferred => 3;

        protected override GpuDriver Open(int number)
        {
            Opened.Add(number);
            throw new DeviceException(Reason);
        }
    }
}
