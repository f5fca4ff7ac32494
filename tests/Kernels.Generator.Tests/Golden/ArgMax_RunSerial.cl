// Quern.Kernels.Gpu.ArgMax.Order(float value)
static int ArgMax_Order(float value)
{
    uint bits = as_uint(value);
    int magnitude = (int)min(bits & 2147483647u, 2139095041u);
    bool isBelow = bits >> 31 != 0u && magnitude <= 2139095040;

    return isBelow ? -magnitude : magnitude;
}

// Quern.Kernels.Gpu.ArgMax.RunSerial(ArrayView<float> x, int axis, int inner, ArrayView<float> result)
__kernel void ArgMax_RunSerial(
    __global float* x_buffer, long x_offset, long x_length,
    int axis,
    int inner,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        int row = i / inner;
        long start = (long)row * (long)axis * inner + (i - row * inner);
        int largest = ArgMax_Order(x[start]);
        int place = 0;

        for (int j = 1; j < axis; j++)
        {
            int value = ArgMax_Order(x[start + (long)j * (long)inner]);

            place = value > largest ? j : place;
            largest = max(value, largest);
        }
        result[i] = place;
    }
}
