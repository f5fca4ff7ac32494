namespace Quern.Packages.Tests;

/// <summary>A folder outside the repository, gone after the tests.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("quern-packages-").FullName;

    public string Combine(params ReadOnlySpan<string> names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
