using System.Reflection;

namespace Quern.Kernels.Generator.Tests;

/// <summary>
/// The OpenCL C of the library's own kernels, one file each in <c>Golden</c>, so that a review shows what a change does to it.
/// After a change that is meant, run the tests once with <c>QUERN_UPDATE_GOLDEN=1</c>.
/// </summary>
public class GoldenTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Kernels.Generator.Tests", "Golden");

    [Fact]
    public void The_librarys_kernels_are_what_the_golden_files_say()
    {
        var kernels = Kernels().ToDictionary(kernel => kernel.EntryPoint + ".cl", kernel => kernel.OpenClSource);
        if (Environment.GetEnvironmentVariable("QUERN_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder);
            Array.ForEach(Directory.GetFiles(Folder, "*.cl"), File.Delete);
            foreach ((string name, string source) in kernels)
            {
                File.WriteAllText(Path.Combine(Folder, name), source);
            }
        }

        string[] files = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.cl") : [];
        Assert.Equal(kernels.Keys.Order(StringComparer.Ordinal), files.Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(File.ReadAllText(file), kernels[Path.GetFileName(file)], ignoreLineEndingDifferences: true));
    }

    private static IEnumerable<Kernel> Kernels()
        => from type in typeof(Kernel).Assembly.GetTypes()
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
           where field.FieldType == typeof(Kernel)
           select (Kernel)field.GetValue(null)!;
}
