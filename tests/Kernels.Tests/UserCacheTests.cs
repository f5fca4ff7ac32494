using Quern.Kernels.OpenCl;

namespace Quern.Kernels.Tests;

/// <summary>Sets variables of the process that the tests of drivers read, so it does not run beside them.</summary>
[Collection(OpenCl.OpenClCollection.Name)]
public sealed class UserCacheTests : IDisposable
{
    private readonly string? _xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
    private readonly string? _chosen = Environment.GetEnvironmentVariable("QUERN_CACHE");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", _xdg);
        Environment.SetEnvironmentVariable("QUERN_CACHE", _chosen);
    }

    [Fact]
    public void Kernels_lie_where_XDG_CACHE_HOME_says_and_a_relative_value_is_ignored()
    {
        string absolute = Path.GetFullPath("cache");
        Environment.SetEnvironmentVariable("QUERN_CACHE", null);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", null);
        string byDefault = UserCache.Folder;

        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", absolute);
        Assert.Equal(Path.Combine(absolute, "quern"), UserCache.Folder);
        Assert.Equal(Path.Combine(absolute, "quern", "opencl"), ProgramCache.DefaultFolder);

        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "cache");
        Assert.Equal(byDefault, UserCache.Folder);
        Assert.Equal(Path.Combine(byDefault, "opencl"), ProgramCache.DefaultFolder);

        Environment.SetEnvironmentVariable("QUERN_CACHE", absolute);
        Assert.Equal(Path.Combine(absolute, "opencl"), ProgramCache.DefaultFolder);
    }
}
