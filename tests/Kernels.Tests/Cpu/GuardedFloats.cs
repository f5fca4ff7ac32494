using System.Runtime.InteropServices;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>Floats that end where memory ends: reading or writing one more takes the test process down. Linux alone.</summary>
internal sealed unsafe partial class GuardedFloats : IDisposable
{
    private const int None = 0, ReadWrite = 3, PrivateAnonymous = 0x22;

    private readonly nint _memory;
    private readonly nuint _size;
    private readonly int _count;

    public GuardedFloats(int count)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint used = (((nuint)count * sizeof(float)) + page - 1) / page * page;
        _count = count;
        _size = used + page;
        _memory = Map(0, _size, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, _memory);
        Assert.Equal(0, Protect(_memory + (nint)used, page, None));
        for (int i = 0; i < count; i++)
        {
            Span[i] = (i * 37 % 101) - 50;
        }
    }

    public Span<float> Span => new((float*)(_memory + (nint)(_size - (nuint)Environment.SystemPageSize)) - _count, _count);

    public void Dispose() => _ = Unmap(_memory, _size);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint size, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint size, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint size);
}
