// Quern.Kernels.Gpu.Broadcast.Offset(ArrayView<int> walk, int operand, int index)
static int Broadcast_Offset(__global int* walk, int operand, int index)
{
    int offset = 0;
    int axes = walk[0];

    for (int axis = 0; axis < axes; axis++)
    {
        int size = walk[1 + axis * 3];
        int outer = index / size;

        offset += (index - outer * size) * walk[1 + axis * 3 + operand];
        index = outer;
    }
    return offset;
}

// Quern.Kernels.Gpu.StridedCopy.Run(ArrayView<float> source, int sourceOffset, ArrayView<int> walk, int count, int resultOffset, ArrayView<float> result)
__kernel void StridedCopy_Run(
    __global float* source_buffer, long source_offset, long source_length,
    int sourceOffset,
    __global int* walk_buffer, long walk_offset, long walk_length,
    int count,
    int resultOffset,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* source = source_buffer + source_offset;
    __global int* walk = walk_buffer + walk_offset;
    __global float* result = result_buffer + result_offset;

    int place = (int)get_global_id(0);

    if (place < count)
    {
        int from = sourceOffset + Broadcast_Offset(walk, 1, place);
        int to = resultOffset + Broadcast_Offset(walk, 2, place);

        result[to] = source[from];
    }
}
