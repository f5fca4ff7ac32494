using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>Moves arrays to a device and back for the tests, and gives the device memory back at the end.</summary>
internal sealed class GpuMemory(GpuDriver driver) : IDisposable
{
    private readonly List<GpuBuffer> _buffers = [];

    /// <summary>Device memory with a copy of an array, in the middle of a larger buffer: kernels must heed the view's offset.</summary>
    public unsafe GpuView<T> Upload<T>(T[] values)
        where T : unmanaged
    {
        const int Margin = 16;
        GpuBuffer buffer = driver.Allocate((values.Length + (2L * Margin)) * sizeof(T));
        _buffers.Add(buffer);
        GpuView<T> view = new(buffer, Margin, values.Length);
        driver.CopyToDevice<T>(values, view);
        return view;
    }

    /// <summary>Device memory full of NaN, so that what a kernel leaves out is seen.</summary>
    public GpuView<float> Result(int length)
    {
        float[] values = new float[length];
        Array.Fill(values, float.NaN);
        return Upload(values);
    }

    public float[] Download(GpuView<float> view)
    {
        float[] values = new float[view.Length];
        driver.CopyToHost(view, values.AsSpan());
        return values;
    }

    public void Dispose() => _buffers.ForEach(buffer => buffer.Dispose());
}

/// <summary>Operands and comparisons for the tests.</summary>
internal static class Numbers
{
    /// <summary>Numbers in [-scale, scale), the same every time.</summary>
    public static float[] Random(int length, int seed, float scale = 2)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => ((random.NextSingle() * 2) - 1) * scale)];
    }

    /// <summary>Equal within a relative error; infinities and NaN must be the same.</summary>
    public static void AssertClose(float[] expected, float[] actual, float relative = 2e-6f, float absolute = 1e-6f)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool isClose = expected[i].Equals(actual[i]) || Math.Abs((double)expected[i] - actual[i]) <= absolute + (relative * Math.Abs(expected[i]));
            Expect.True(isClose, $"Element {i}: expected {expected[i]}, got {actual[i]}.");
        }
    }
}
