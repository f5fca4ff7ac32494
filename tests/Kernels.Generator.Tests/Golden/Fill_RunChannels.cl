// Quern.Kernels.Gpu.Fill.RunChannels(ArrayView<float> result, ArrayView<float> values, int inner, int run)
__kernel void Fill_RunChannels(
    __global float* result_buffer, long result_offset, long result_length,
    __global float* values_buffer, long values_offset, long values_length,
    int inner,
    int run)
{
    __global float* result = result_buffer + result_offset;
    __global float* values = values_buffer + values_offset;

    int runs = (inner - 1) / run + 1;
    int plane = (int)get_global_id(0) / runs;

    if (plane < (int)result_length / inner)
    {
        int first = ((int)get_global_id(0) - plane * runs) * run;
        long end = (long)plane * (long)inner + min(first + run, inner);
        float value = values[plane - plane / (int)values_length * (int)values_length];

        for (long i = (long)plane * (long)inner + first; i < end; i++)
        {
            result[i] = value;
        }
    }
}
