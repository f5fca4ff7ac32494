using Microsoft.CodeAnalysis;

namespace Quern.Kernels.Generator.Tests;

/// <summary>Each diagnostic: its id, where it points, and that no kernel is made.</summary>
public class DiagnosticTests
{
    [Theory]
    // The statements of a kernel, its class's other members, the id and what is underlined.
    [InlineData("throw new Exception();", "", "QK0003", "throw new Exception();")]
    [InlineData("foreach (char c in \"text\") { output[0] = 1f; }", "", "QK0003", "foreach (char c in \"text\") { output[0] = 1f; }")]
    [InlineData("int x = checked(count + 1); output[x] = 1f;", "", "QK0003", "count + 1")]
    [InlineData("output[0] = input[0] % 2f;", "", "QK0003", "input[0] % 2f")]
    [InlineData("output[0] = (byte)input[0];", "", "QK0003", "(byte)input[0]")]
    [InlineData("again: count++; if (count < 3) { goto again; }", "", "QK0003", "again: count++;")]
    [InlineData("decimal x = 1; output[0] = (float)x;", "", "QK0004", "x")]
    [InlineData("output[0] = (float)(count * 0.5m);", "", "QK0004", "count * 0.5m")]
    [InlineData("output[0] = (short)(input[0] * 0.5);", "", "QK0003", "(short)(input[0] * 0.5)")]
    [InlineData("double x = input[0]; output[0] = (float)(x % 2.0);", "", "QK0003", "x % 2.0")]
    [InlineData("int n = 0; Atomic.Add(ref n, 1); output[0] = n;", "", "QK0009", "n")]
    [InlineData("var own = LocalMemory.Allocate<int>(4); Atomic.Add(ref own[0], 1); output[0] = own[0];", "", "QK0009", "own[0]")]
    [InlineData("output[Atomic.Add(ref input.Cast<int>()[0], 1)] = 1f;", "", "QK0008", "Atomic.Add(ref input.Cast<int>()[0], 1)")]
    [InlineData("object o = count; output[0] = 1f;", "", "QK0004", "o")]
    [InlineData("output[0] = Environment.TickCount;", "", "QK0005", "Environment.TickCount")]
    [InlineData("output[0] = Grid.GlobalIndex.X + BitConverter.SingleToInt32Bits(1f);", "", "QK0005", "BitConverter.SingleToInt32Bits(1f)")]
    [InlineData("output[0] = Scale;", "private static float Scale = 2f;", "QK0006", "Scale")]
    [InlineData("output[0] = Scale;", "private static readonly float Scale = 2f;", "QK0006", "Scale")]
    [InlineData("output[0] = Sum(count);", "static int Sum(int n) => n == 0 ? 0 : n + Sum(n - 1);", "QK0007", "Sum(n - 1)")]
    [InlineData("output[0] = A(count);", "static int A(int n) => B(n); static int B(int n) => n == 0 ? 0 : A(n - 1);", "QK0007", "A(n - 1)")]
    [InlineData("Run(input, output, count);", "", "QK0007", "Run(input, output, count)")]
    [InlineData("int i = 0; output[i++] = 1f;", "", "QK0008", "i++")]
    [InlineData("int i; int j = i = 3; output[j] = i;", "", "QK0008", "i = 3")]
    [InlineData("int i = 0; output[0] = Next(ref i) + i;", "static int Next(ref int x) { x++; return x; }", "QK0008", "Next(ref i)")]
    [InlineData("output[0] = Put(output) + output[0];", "static float Put(ArrayView<float> y) { y[0] = 2f; return 1f; }", "QK0008", "Put(output)")]
    [InlineData("input = output; input[0] = 1f;", "", "QK0009", "input")]
    [InlineData("ArrayView<float> part = input; part = output; part[0] = 1f;", "", "QK0009", "part = output")]
    [InlineData("output[0] = Length(input);", "static long Length(ArrayView<float> x) => x.Length;", "QK0009", "x.Length")]
    [InlineData("Clear(ref output[0]);", "static void Clear(ref float x) => x = 0f;", "QK0009", "output[0]")]
    [InlineData("var tile = SharedMemory.Allocate<float>(count); tile[0] = 1f;", "", "QK0010", "count")]
    [InlineData("SharedMemory.Allocate<float>(16)[0] = 1f;", "", "QK0010", "SharedMemory.Allocate<float>(16)")]
    [InlineData("Fill();", "static void Fill() { var tile = SharedMemory.Allocate<float>(16); tile[0] = 1f; }", "QK0010", "SharedMemory.Allocate<float>(16)")]
    [InlineData("float y = count > 0 ? 1 : 0; output[0] = y;", "", "QK0012", "count > 0 ? 1 : 0")]
    [InlineData("int k = count > 0 ? 1 : 0; output[0] = k;", "", "QK0012", "k")]
    [InlineData("output[0] = 2f * (count > 0 ? 1 : 0);", "", "QK0012", "count > 0 ? 1 : 0")]
    [InlineData("output[0] = count / 4;", "", "QK0013", "count / 4")]
    [InlineData("output[0] = count % 4;", "", "QK0013", "count % 4")]
    [InlineData("int i = Group.IdxX - 1; output[0] = i / 2;", "", "QK0013", "i / 2")]
    [InlineData("int four = 4; output[0] = count / four;", "", "QK0013", "count / four")]
    [InlineData("count /= 8; output[0] = count;", "", "QK0013", "count /= 8")]
    [InlineData("uint x = (uint)count; output[0] = x / 16;", "", "QK0014", "x / 16")]
    [InlineData("if (!(input[0] > 1f)) { output[0] = 1f; }", "", "QK0015", "input[0] > 1f")]
    [InlineData("if (input[0] > 1f) { output[0] = 1f; }", "", "QK0015", "input[0] > 1f")]
    [InlineData("while (input[0] < 1f) { output[0] = 1f; }", "", "QK0015", "input[0] < 1f")]
    [InlineData("output[0] = input[0] > 0f && input[1] > 0f ? 1f : 0f;", "", "QK0015", "input[0] > 0f")]
    [InlineData("bool small = input[0] <= 0f; output[0] = small ? 1f : 0f;", "", "QK0015", "input[0] <= 0f")]
    [InlineData("output[0] = MathF.Max(input[0], 1f);", "", "QK0016", "MathF.Max(input[0], 1f)")]
    [InlineData("output[0] = Math.Abs(count);", "", "QK0016", "Math.Abs(count)")]
    public void A_construct_that_kernels_have_not_is_refused_where_it_stands(string body, string members, string id, string underlined)
    {
        string source = Generated.Class(body, members);

        (var diagnostics, var trees) = Generated.Run(source);

        Assert.Contains((id, underlined), diagnostics.Select(found => (found.Id, Underlined(source, found))));
        Assert.All(diagnostics, found => Assert.Equal(DiagnosticSeverity.Error, found.Severity));
        Assert.Empty(trees);
    }

    [Theory]
    [InlineData("public partial class C { [Kernel] public void Run(int n) { } }", "QK0001", "Run")]
    [InlineData("public partial class C { [Kernel] public static int Run(int n) => n; }", "QK0001", "Run")]
    [InlineData("public partial class C { [Kernel] public static void Run<T>(int n) { } }", "QK0001", "Run")]
    [InlineData("public class C { [Kernel] public static void Run(int n) { } }", "QK0001", "Run")]
    [InlineData("public partial class C<T> { [Kernel] public static void Run(int n) { } }", "QK0001", "Run")]
    [InlineData("public class A { public partial class C { [Kernel] public static void Run(int n) { } } }", "QK0001", "Run")]
    [InlineData("public partial class C { [Kernel] public static void Run(int n) { } static void Run(float x) { } }", "QK0001", "Run")]
    [InlineData("public partial class C { [Kernel(0)] public static void Run(int n) { } }", "QK0001", "Run")]
    [InlineData("public partial class C { [Kernel] public static void Run(decimal x) { } }", "QK0002", "x")]
    [InlineData("public partial class C { [Kernel] public static void Run(string x) { } }", "QK0002", "x")]
    [InlineData("public struct S { public int A; public Float4 B; } public partial class C { [Kernel] public static void Run(S x) { } }", "QK0018", "x")]
    [InlineData("public struct S { public Float4 A; public int B; } public partial class C { [Kernel] public static void Run(ArrayView<S> x) { } }", "QK0018", "x")]
    [InlineData("public partial class C { [Kernel] public static void Run(ref int x) { } }", "QK0002", "x")]
    [InlineData("public partial class C { [Kernel] public static void Run(float[] x) { } }", "QK0002", "x")]
    [InlineData("public partial class C { [Kernel] public static void Run(ArrayView<decimal> x) { } }", "QK0004", "x")]
    public void A_kernel_of_the_wrong_form_is_refused(string type, string id, string underlined)
    {
        string source = $"using Quern.Kernels; using Quern.Kernels.Language; {type}";

        (var diagnostics, var trees) = Generated.Run(source);

        Assert.Contains((id, underlined), diagnostics.Select(found => (found.Id, Underlined(source, found))));
        Assert.Empty(trees);
    }

    [Theory]
    [InlineData("if (Group.IdxX < count) { Group.Barrier(); }")]
    [InlineData("int i = Grid.GlobalIndex.X; if (i >= count) { return; } Group.Barrier();")]
    [InlineData("for (int i = Group.IdxX; i < count; i++) { Group.Barrier(); }")]
    [InlineData("for (int i = 0; i < count; i++) { if (i == Group.IdxX) { break; } Group.Barrier(); }")]
    [InlineData("for (int i = 0; i < count; i++) { Group.Barrier(); if (i == Group.IdxX) { continue; } output[i] = 1f; }")]
    [InlineData("int n = count; if (Group.IdxX == 0) { n = 3; } while (n > 0) { n--; Group.Barrier(); }")]
    [InlineData("float x = input[Group.IdxX]; bool same = x == 1f; if (same) { Group.Barrier(); }")]
    [InlineData("switch (Group.IdxX) { case 0: Group.Barrier(); break; }")]
    [InlineData("if (Group.IdxX == 0) { Wait(count); }")]
    [InlineData("Wait(Group.IdxX);")]
    [InlineData("int n; Place(out n); if (n > 0) { Group.Barrier(); }")]
    [InlineData("if (Even()) { Group.Barrier(); }")]
    [InlineData("int turn = Atomic.Add(ref input.Cast<int>()[0], 1); if (turn == 0) { Group.Barrier(); }")]
    public void A_barrier_that_only_some_work_items_may_reach_is_refused(string body)
    {
        const string Members = """
            static void Wait(int n) { if (n > 0) { Group.Barrier(); } }
            static void Place(out int x) { x = Group.IdxX; }
            static bool Even() => (Group.IdxX & 1) == 0;
            """;
        string source = Generated.Class(body, Members);

        (var diagnostics, var trees) = Generated.Run(source);

        Assert.Contains(diagnostics, found => found.Id == "QK0011" && Underlined(source, found) is "Group.Barrier()" or "Wait(count)");
        Assert.Empty(trees);
    }

    [Theory]
    [InlineData("if (count > 3) { Group.Barrier(); }")]
    [InlineData("for (int i = 0; i < count; i++) { Group.Barrier(); if (i == 5) { break; } }")]
    [InlineData("for (int i = Group.IdxX; i < count; i += Group.DimX) { output[i] = 1f; } Group.Barrier();")]
    [InlineData("for (int s = Group.DimX / 2; s > 0; s >>= 1) { if (Group.IdxX < s) { output[s] = 1f; } Group.Barrier(); }")]
    [InlineData("if (Grid.IdxX == 0) { Group.Barrier(); }")]
    [InlineData("Group.Barrier(); if (Group.IdxX >= count) { return; } output[0] = 1f;")]
    [InlineData("if (input[0] == 1f) { Group.Barrier(); }")]
    public void A_barrier_that_all_work_items_of_a_group_reach_passes(string body)
        => Assert.Contains("barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);", Generated.OpenCl(Generated.Class(body)), StringComparison.Ordinal);

    [Theory]
    [InlineData("int i = Grid.GlobalIndex.X; output[i / 4] = i % 4;")]
    [InlineData("for (int i = 0; i < count; i++) { output[i >> 1] = i / 2; }")]
    [InlineData("int half = count & 1023; output[0] = half / 2;")]
    [InlineData("output[0] = input.IntLength / 4;")]
    [InlineData("output[0] = count / 3;")]
    [InlineData("uint x = (uint)count; output[0] = x % 16;")]
    public void Division_by_a_power_of_two_passes_where_nothing_is_negative(string body) => Generated.OpenCl(Generated.Class(body));

    [Theory]
    [InlineData("float y = count > 0 ? 1 : 0; output[0] = y;", "float y = count > 0 ? 1 : 0;")]
    [InlineData("output[0] = (count - 7) / 4;", "output[0] = (count - 7) / 4;")]
    [InlineData("uint x = (uint)count; output[0] = x / 16;", "output[0] = x / 16u;")]
    [InlineData("if (input[0] > 1f) { output[0] = 1f; } else { output[0] = 2f; }", "if (input[0] > 1.0f)")]
    [InlineData("output[0] = flag ? 1f : 2f;", "uchar flag)", "ArrayView<float> output, bool flag")]
    [InlineData("output[0] = flags[2] ? 1f : 2f;", "__global uchar* flags", "ArrayView<float> output, ArrayView<bool> flags")]
    [InlineData("output[0] = part.Flag ? 1f : 2f;", "uchar Flag;", "ArrayView<float> output, Part part")]
    public void What_only_ILGPU_gets_wrong_passes_unless_the_project_says_that_ILGPU_compiles_it(
        string body, string expected, string parameters = "ArrayView<float> input, ArrayView<float> output, int count")
    {
        string source = Generated.Class(body, "public struct Part { public float Value; public bool Flag; }", parameters);

        Assert.Contains(expected, Generated.OpenCl(source, forIlgpu: false), StringComparison.Ordinal);

        (var diagnostics, var trees) = Generated.Run(source);
        Assert.StartsWith("QK001", Assert.Single(diagnostics).Id, StringComparison.Ordinal);
        Assert.Empty(trees);
        Assert.Empty(Generated.Run(source, forIlgpu: false).Diagnostics);
    }

    [Fact]
    public void What_the_compiler_refuses_gets_no_second_message_and_no_kernel()
    {
        var result = Generated.Translate(Generated.Compilation(Generated.Class("output[0] = nothing;"))).Single();

        Assert.Null(result.Model);
        Assert.Empty(result.Diagnostics);
    }

    [Fact]
    public void Every_diagnostic_says_what_to_write_or_what_is_wrong()
    {
        var descriptors = typeof(Diagnostics).GetFields().Select(field => (DiagnosticDescriptor)field.GetValue(null)!).ToList();

        Assert.Equal(descriptors.Count, descriptors.Select(descriptor => descriptor.Id).Distinct().Count());
        string listed = File.ReadAllText(Path.Combine(Repository.Root, "docs", "kernels.md"));
        Assert.All(descriptors, descriptor => Assert.Contains(descriptor.Id, listed, StringComparison.Ordinal));
    }

    private static string Underlined(string source, Diagnostic diagnostic) => source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length);
}
