namespace Quern.Kernels.Generator.Tests;

/// <summary>What C# becomes in OpenCL C, piece by piece.</summary>
public class TranslationTests
{
    [Fact]
    public void A_kernel_gets_its_views_as_buffer_offset_and_length()
    {
        string source = Generated.OpenCl(Generated.Class("int i = Grid.GlobalIndex.X; if (i < count) { output[i] = XMath.Exp(input[i]); }"));

        Assert.Equal(
            """
            // Sample.Work.Run(ArrayView<float> input, ArrayView<float> output, int count)
            __kernel void Work_Run(
                __global float* input_buffer, long input_offset, long input_length,
                __global float* output_buffer, long output_offset, long output_length,
                int count)
            {
                __global float* input = input_buffer + input_offset;
                __global float* output = output_buffer + output_offset;

                int i = (int)get_global_id(0);

                if (i < count)
                {
                    output[i] = exp(input[i]);
                }
            }

            """,
            source,
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Methods_of_one_name_in_several_types_are_several_functions()
    {
        string source = Generated.OpenCl(Generated.Class(
            "output[0] = Fold<Sum>(input[0], input[1]) - Fold<Product>(input[0], input[1]);",
            """
            private static float Fold<T>(float a, float b) where T : struct, IFold => T.Invoke(a, b);

            private interface IFold { static abstract float Invoke(float a, float b); }

            private readonly struct Sum : IFold { public static float Invoke(float a, float b) => a + b; }

            private readonly struct Product : IFold { public static float Invoke(float a, float b) => a * b; }
            """));

        Assert.Contains("Sum_Invoke(a, b)", source, StringComparison.Ordinal);
        Assert.Contains("Product_Invoke(a, b)", source, StringComparison.Ordinal);
        Assert.Contains("return a * b;", source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Atomic.Add(ref output[count], 1);", "atomic_add(&output[count], 1);")]
    [InlineData("int old = Atomic.CompareExchange(ref output.SubView(3)[count], 0, count);", "int old = atomic_cmpxchg(&(output + 3L)[count], 0, count);")]
    [InlineData("Atomic.Min(ref parts[1].Count, count);", "atomic_min(&parts[1].Count, count);")]
    [InlineData("output[0] = mode == Mode.Slow ? 1 : 0;", "output[0] = mode == 2 ? 1 : 0;")]
    [InlineData("output[0] = (int)~mode;", "output[0] = (int)(uchar)~mode;")]
    [InlineData("output[0] = flag && !parts[0].Flag ? 1 : 0;", "output[0] = flag && !parts[0].Flag ? 1 : 0;")]
    [InlineData("part.Count++; output[0] = part.Count;", "Part part = part_given;")]
    [InlineData("output[0] = part.Count;", "    Part part_given,")]
    [InlineData("output[0] = Same(part);", "static int Work_Same(Part part)")]
    [InlineData("output[0] = Next(part);", "static int Work_Next(Part part_given)")]
    [InlineData("double x = count * 0.1; output[0] = (int)x;", "#pragma OPENCL EXTENSION cl_khr_fp64 : enable")]
    [InlineData("double x = count * 0.1; output[0] = (int)x;", "double x = count * 0.1;")]
    [InlineData("double x = -1e300; output[0] = (int)XMath.Sqrt(x);", "convert_int_sat(sqrt(x))")]
    [InlineData("double x = double.NegativeInfinity; output[0] = x < 0.0 ? 1 : 0;", "(double)-INFINITY")]
    public void Atomics_enums_bool_structs_and_double_are_what_C_has_for_them(string body, string expected)
    {
        const string Members = """
            public enum Mode : byte { Fast, Slow = 2 }
            public struct Part { public int Count; public bool Flag; }
            static int Next(Part part) { part.Count++; return part.Count; }
            static int Same(Part part) => part.Count;
            """;
        const string Parameters = "ArrayView<int> output, ArrayView<Part> parts, Part part, Mode mode, bool flag, int count";

        string source = Generated.OpenCl(Generated.Class(body, Members, Parameters), forIlgpu: false);

        Assert.Contains(expected, source, StringComparison.Ordinal);
        Assert.Contains("uchar Flag;", source, StringComparison.Ordinal);
        Assert.Contains("uchar mode,\n    uchar flag,", source.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
