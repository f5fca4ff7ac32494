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
}
