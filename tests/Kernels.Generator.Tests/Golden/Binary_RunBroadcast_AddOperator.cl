// Quern.Kernels.Gpu.DeviceScalar.Add(float left, float right)
static float DeviceScalar_Add(float left, float right)
{
    return left + right;
}

// Quern.Kernels.Operators.AddOperator.Invoke<float, float>(float left, float right)
static float AddOperator_Invoke(float left, float right)
{
    return DeviceScalar_Add(left, right);
}

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

// Quern.Kernels.Gpu.Binary.RunBroadcast<TOperator>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result, ArrayView<int> walk)
__kernel void Binary_RunBroadcast(
    __global float* left_buffer, long left_offset, long left_length,
    __global float* right_buffer, long right_offset, long right_length,
    __global float* result_buffer, long result_offset, long result_length,
    __global int* walk_buffer, long walk_offset, long walk_length)
{
    __global float* left = left_buffer + left_offset;
    __global float* right = right_buffer + right_offset;
    __global float* result = result_buffer + result_offset;
    __global int* walk = walk_buffer + walk_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        float a = left[Broadcast_Offset(walk, 1, i)];
        float b = right[Broadcast_Offset(walk, 2, i)];

        result[i] = AddOperator_Invoke(a, b);
    }
}
