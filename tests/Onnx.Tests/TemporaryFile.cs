namespace Quern.Onnx.Tests;

/// <summary>The path of a file in a folder of its own, both deleted when disposed.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quern-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "network.onnx");

    public string Folder => _folder;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
