namespace Quern.Kernels.Gpu;

/// <summary>
/// Device memory that a launcher uses again and again. Work is done in order, so that one place serves all calls; it grows to the most that was
/// asked for.
/// </summary>
/// <param name="driver">The device.</param>
internal sealed class Scratch(GpuDriver driver)
{
    private GpuBuffer? _buffer;

    /// <summary>Memory for so many floats. What it holds is undefined, and memory returned earlier is no longer valid.</summary>
    public GpuView<float> Get(long length)
    {
        if (_buffer is null || _buffer.ByteCount < length * sizeof(float))
        {
            _buffer?.Dispose();
            _buffer = driver.Allocate(length * sizeof(float));
        }

        return new GpuView<float>(_buffer, 0, length);
    }
}
