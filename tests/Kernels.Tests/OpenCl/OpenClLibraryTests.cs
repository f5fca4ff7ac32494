using Quern.Kernels.OpenCl;

namespace Quern.Kernels.Tests.OpenCl;

/// <summary>These need no OpenCL.</summary>
public sealed class OpenClLibraryTests
{
    [Fact]
    public void A_missing_loader_is_one_sentence_with_the_remedy()
    {
        OpenClException error = Assert.Throws<OpenClException>(() => OpenClLibrary.Load(["libNoSuchOpenCL.so.1", "NoSuchOpenCL.dll"]));

        Assert.Contains("libNoSuchOpenCL.so.1 or NoSuchOpenCL.dll was not found", error.Message, StringComparison.Ordinal);
        Assert.Contains("Install", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(-5, "OutOfResources")]
    [InlineData(-11, "BuildProgramFailure")]
    [InlineData(-54, "InvalidWorkGroupSize")]
    [InlineData(-1001, "PlatformNotFound")]
    [InlineData(-9999, "unknown")]
    public void An_error_is_named(int code, string name)
    {
        OpenClException error = Assert.Throws<OpenClException>(() => OpenClException.ThrowIfFailed((OpenClStatus)code, "clSomething"));

        Assert.Contains("clSomething", error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Equal((OpenClStatus)code, error.Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(4095)]
    [InlineData(1_000_003)]
    [InlineData(5_000_000_000)]
    public void A_size_class_wastes_at_most_an_eighth(long size)
    {
        long sizeClass = SizeClass.Of(size);

        Assert.InRange(sizeClass, size, Math.Max(256 + size, size + (size / 8)));
        Assert.Equal(sizeClass, SizeClass.Of(sizeClass));
    }
}
