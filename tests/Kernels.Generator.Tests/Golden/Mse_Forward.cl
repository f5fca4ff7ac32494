// Quern.Kernels.Gpu.Mse.Forward(ArrayView<float> output, ArrayView<float> target, ArrayView<float> sums)
__kernel void Mse_Forward(
    __global float* output_buffer, long output_offset, long output_length,
    __global float* target_buffer, long target_offset, long target_length,
    __global float* sums_buffer, long sums_offset, long sums_length)
{
    __global float* output = output_buffer + output_offset;
    __global float* target = target_buffer + target_offset;
    __global float* sums = sums_buffer + sums_offset;

    int section = (int)get_global_id(0);

    if (section < (int)sums_length)
    {
        float sum = 0.0f;

        for (int i = section; i < (int)output_length; i += (int)sums_length)
        {
            float difference = output[i] - target[i];

            sum += difference * difference;
        }
        sums[section] = sum;
    }
}
