namespace Quern.Packages.Tests;

/// <summary>The folder that the tests run from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
        => File.Exists(Path.Combine(folder, "Quern.slnx"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Quern.slnx is in no folder above the tests."));
}
