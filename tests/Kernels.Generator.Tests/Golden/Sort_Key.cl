// Quern.Kernels.Gpu.ArgMax.Order(float value)
static int ArgMax_Order(float value)
{
    uint bits = as_uint(value);
    int magnitude = (int)min(bits & 2147483647u, 2139095041u);
    bool isBelow = bits >> 31 != 0u && magnitude <= 2139095040;

    return isBelow ? -magnitude : magnitude;
}

// Quern.Kernels.Gpu.Sort.Key(ArrayView<float> x, int axis, int inner, int descending, ArrayView<ulong> keys)
__kernel void Sort_Key(
    __global float* x_buffer, long x_offset, long x_length,
    int axis,
    int inner,
    int descending,
    __global ulong* keys_buffer, long keys_offset, long keys_length)
{
    __global float* x = x_buffer + x_offset;
    __global ulong* keys = keys_buffer + keys_offset;

    int at = (int)get_global_id(0);

    if (at < (int)x_length)
    {
        int row = at / inner;
        int outer = row / axis;
        int j = row - outer * axis;
        long column = (long)outer * (long)inner + (at - row * inner);
        uint order = (uint)ArgMax_Order(x[at]) ^ 2147483648u;
        uint key = descending != 0 ? ~order : order;

        keys[column * axis + j] = ((ulong)key << 32) | (uint)j;
    }
}
