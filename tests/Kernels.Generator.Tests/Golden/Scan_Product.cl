// Quern.Kernels.Gpu.Scan.Product(ArrayView<float> x, int columns, int axis, int inner, ArrayView<float> result)
__kernel void Scan_Product(
    __global float* x_buffer, long x_offset, long x_length,
    int columns,
    int axis,
    int inner,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* result = result_buffer + result_offset;

    int column = (int)get_global_id(0);

    if (column < columns)
    {
        int outer = column / inner;
        long at = (long)outer * (long)axis * inner + (column - outer * inner);
        float product = 1.0f;

        for (int j = 0; j < axis; j++)
        {
            product *= x[at];
            result[at] = product;
            at += inner;
        }
    }
}
