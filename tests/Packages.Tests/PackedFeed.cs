using System.Reflection;

namespace Quern.Packages.Tests;

/// <summary>The packages of this tree, packed as <c>dotnet pack</c> does into a folder of their own, from what is built.</summary>
public sealed class PackedFeed : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PackedFeed()
    {
        string configuration = typeof(PackedFeed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        // Packing from built files writes nothing into the tree but the nuspec, and that goes elsewhere too.
        DotNet.Run(
            _folder.Path, "pack", System.IO.Path.Combine(Repository.Root, "Quern.slnx"), "--no-build", "--no-restore",
            "-c", configuration, "-o", Path, $"-p:NuspecOutputPath={_folder.Combine("nuspec")}/");
    }

    /// <summary>The folder with the packages.</summary>
    public string Path => _folder.Combine("feed");

    public void Dispose() => _folder.Dispose();
}

/// <summary>Tests that share one packed feed.</summary>
[CollectionDefinition(Name)]
public sealed class PackedFeedCollection : ICollectionFixture<PackedFeed>
{
    public const string Name = "packed feed";
}
