using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using Quern.Kernels;

namespace Quern.Ilgpu.Tests;

/// <summary>What CUDA's driver would be given, generated without a device: one PTX program for each kernel and architecture.</summary>
public sealed class PtxTests
{
    private static readonly Lazy<Dictionary<(string Kernel, int Major), string>> Programs = new(Generate);

    private static IEnumerable<MethodInfo> Kernels => typeof(IlgpuDriver).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
        .Where(method => method.GetCustomAttribute<KernelAttribute>() is not null)
        .SelectMany(Closed);

    public static TheoryData<string> Names => new(Kernels.Select(NameOf));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_kernel_becomes_PTX(string kernel)
    {
        foreach (int major in (ReadOnlySpan<int>)[7, 8, 9])
        {
            // ILGPU 1.5.3 knows nothing that 9.0 has and 8.0 has not, and names 8.0.
            string program = Programs.Value[(kernel, major)];
            Assert.Contains($".target sm_{Math.Min(major, 8)}0", program, StringComparison.Ordinal);
            Assert.Contains(".entry", program, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_the_processors_kernel_uses_memory_of_a_work_item(string kernel)
    {
        foreach (int major in (ReadOnlySpan<int>)[7, 8, 9])
        {
            Assert.Equal(kernel == "MatMul.Strip", Programs.Value[(kernel, major)].Contains(".local", StringComparison.Ordinal));
        }
    }

    // tanh.approx, sin.approx and ex2.approx are good to 11 to 22 bits, lg2.approx loses all digits near 1: CUDA would give another function.
    [Theory]
    [MemberData(nameof(Names))]
    public void No_kernel_uses_approximate_instructions(string kernel)
    {
        foreach (int major in (ReadOnlySpan<int>)[7, 8, 9])
        {
            Assert.DoesNotMatch(@"\.(approx|full|ftz)\b", Programs.Value[(kernel, major)]);
        }
    }

    // The sums of a tile stay in registers, and one barrier is all that a slab costs. The barrier is not among the products: ILGPU moves reads of
    // shared memory past a barrier in the same block, to where they are first needed. Few steps stand in a row: of many, ILGPU reads all before the
    // first product, into registers that a second group on the multiprocessor needs.
    [Theory]
    [InlineData("MatMul.Tile128", 128, 8)]
    [InlineData("MatMul.Tile64", 64, 8)]
    [InlineData("MatMul.Tile16", 64, 8)]
    public void A_slab_of_a_product_is_written_out(string kernel, int products, int reads)
    {
        foreach (int major in (ReadOnlySpan<int>)[7, 8, 9])
        {
            string program = Programs.Value[(kernel, major)];
            Assert.Contains(".maxntid 256", program, StringComparison.Ordinal);
            PtxLoop loop = PtxLoop.OfProducts(program);
            Assert.Equal(products, Count(loop.Products, @"^mul\.f32"));
            Assert.Equal(products, Count(loop.Products, @"^add\.f32"));
            Assert.Equal(reads, Count(loop.Products, @"^ld\.shared\.v4\.f32"));
            Assert.Equal(reads, Count(loop.Products, @"^(ld|st|bar|call)\."));
            Assert.Equal(1, Count(loop.All, @"^bar\.sync"));

            // Both operands are asked for before either is waited for: four floats at once, in whole slabs and in others, or one by one where a view
            // begins anywhere.
            Assert.Equal(4, Count(loop.All, @"^ld\.global\.v4\.f32"));
            Assert.Equal(8, Count(loop.All, @"^ld\.global\.f32"));
        }

        static int Count(IEnumerable<string> instructions, string pattern) => instructions.Count(instruction => Regex.IsMatch(instruction, pattern));
    }

    /// <summary>A kernel itself; one for any operator is taken for each operator, or for one if it is a variant.</summary>
    private static IEnumerable<MethodInfo> Closed(MethodInfo method)
    {
        if (!method.IsGenericMethodDefinition)
        {
            return [method];
        }

        Type form = method.GetGenericArguments()[0].GetGenericParameterConstraints().Single(constraint => constraint.IsInterface);
        return typeof(GpuDriver).Assembly.GetTypes()
            .Where(type => type is { IsValueType: true, IsPublic: true, IsGenericTypeDefinition: false } && form.IsAssignableFrom(type))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Take(method.Name == "Run" ? int.MaxValue : 1)
            .Select(type => method.MakeGenericMethod(type));
    }

    private static string NameOf(MethodInfo method) =>
        string.Join('.', method.GetGenericArguments().Select(type => type.Name).Prepend($"{method.DeclaringType!.Name}.{method.Name}"));

    private static Dictionary<(string Kernel, int Major), string> Generate()
    {
        using Context context = Context.Create(builder => builder.EnableAlgorithms().Optimize(OptimizationLevel.O2));
        Dictionary<(string Kernel, int Major), string> programs = [];
        foreach (CudaArchitecture architecture in (CudaArchitecture[])[CudaArchitecture.SM_70, CudaArchitecture.SM_80, CudaArchitecture.SM_90])
        {
            using PTXBackend backend = new(context, architecture, CudaInstructionSet.ISA_78, null!);
            foreach (MethodInfo method in Kernels)
            {
                KernelAttribute attribute = method.GetCustomAttribute<KernelAttribute>()!;
                int group = attribute.GroupX * attribute.GroupY * attribute.GroupZ;
                PTXCompiledKernel compiled = (PTXCompiledKernel)backend.Compile(
                    EntryPointDescription.FromExplicitlyGroupedKernel(method), new KernelSpecialization(group == 0 ? null : group, null));
                programs.Add((NameOf(method), architecture.Major), compiled.PTXAssembly);
            }
        }

        if (Environment.GetEnvironmentVariable("QUERN_PTX_FOLDER") is { Length: > 0 } folder)
        {
            foreach (((string kernel, int major), string program) in programs)
            {
                File.WriteAllText(Path.Combine(folder, FormattableString.Invariant($"{kernel}.sm_{major}0.ptx")), program);
            }
        }

        return programs;
    }
}
