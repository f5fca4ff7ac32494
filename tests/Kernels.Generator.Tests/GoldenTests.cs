using System.Reflection;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Generator.Tests;

/// <summary>
/// The OpenCL C of the library's own kernels, one file each in <c>Golden</c>, and that of its operators in one, so that a review shows what a
/// change does to it. After a change that is meant, run the tests once with <c>QUERN_UPDATE_GOLDEN=1</c>.
/// </summary>
public class GoldenTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Kernels.Generator.Tests", "Golden");

    private static readonly MethodInfo OfOperator = typeof(OperatorSource).GetMethod(nameof(OperatorSource.Of))!;

    [Fact]
    public void The_librarys_kernels_are_what_the_golden_files_say()
    {
        var kernels = LibraryKernels.WithOneOperator.ToDictionary(FileName, kernel => kernel.OpenClSource);
        kernels.Add("Operators.cl", Operators());
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

    // Each function once, behind those that it calls.
    private static string Operators() => string.Join('\n', typeof(Kernel).Assembly.GetTypes()
        .Where(type => type is { IsValueType: true, IsGenericTypeDefinition: false } && typeof(IOperator).IsAssignableFrom(type))
        .OrderBy(type => type.Name, StringComparer.Ordinal)
        .SelectMany(type => ((OperatorSource)OfOperator.MakeGenericMethod(type).Invoke(null, null)!).Functions)
        .DistinctBy(function => function.Name)
        .Select(function => function.Text));

    private static string FileName(Kernel kernel)
        => string.Join('_', kernel.TypeArguments.Select(type => type.Name).Prepend(kernel.EntryPoint)) + ".cl";
}
