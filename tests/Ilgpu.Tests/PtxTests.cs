using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
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

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void The_product_keeps_its_tile_in_registers_and_reads_16_bytes_at_once(int major)
    {
        string program = Programs.Value[("MatMul.Tile64", major)];

        // The inner loop: between the two barriers, two loads of four floats and 16 products for each of its steps.
        string[] parts = Regex.Split(program, @"bar\.sync");
        Assert.Equal(3, parts.Length);
        Assert.Equal(2, Regex.Count(parts[1], @"ld\.shared\.v4\.(f32|b32)"));
        Assert.DoesNotContain(".local", parts[1], StringComparison.Ordinal);
        Assert.Equal(0, Regex.Count(parts[1], @"(ld|st)\.(?!shared\.v4)"));
        Assert.Equal(16, Regex.Count(parts[1], @"(fma|mad)\.\S*f32|mul\.\S*f32"));
        Assert.Contains(".maxntid 256", program, StringComparison.Ordinal);
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
