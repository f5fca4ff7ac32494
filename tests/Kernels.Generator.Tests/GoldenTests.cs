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
        var kernels = Kernels().ToDictionary(FileName, kernel => kernel.OpenClSource);
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
        => from type in typeof(Kernel).Assembly.GetTypes().SelectMany(Closed)
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
           where field.FieldType == typeof(Kernel)
           select (Kernel)field.GetValue(null)!;

    /// <summary>A type itself; the class of a kernel for any operator is taken for each operator, or for one if it is a variant.</summary>
    private static IEnumerable<Type> Closed(Type type)
    {
        if (!type.IsGenericTypeDefinition)
        {
            return [type];
        }

        if (!type.Name.EndsWith("Kernel`1", StringComparison.Ordinal))
        {
            return [];
        }

        Type form = type.GetGenericArguments()[0].GetGenericParameterConstraints().Single(constraint => constraint.IsInterface);
        IEnumerable<Type> operators = typeof(Kernel).Assembly.GetTypes()
            .Where(candidate => candidate is { IsValueType: true, IsPublic: true, IsGenericTypeDefinition: false } && form.IsAssignableFrom(candidate));
        bool isVariant = type.Name != "RunKernel`1";
        return operators.OrderBy(candidate => candidate.Name, StringComparer.Ordinal).Take(isVariant ? 1 : int.MaxValue).Select(candidate => type.MakeGenericType(candidate));
    }

    private static string FileName(Kernel kernel)
        => string.Join('_', kernel.TypeArguments.Select(type => type.Name).Prepend(kernel.EntryPoint)) + ".cl";
}
