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
}
