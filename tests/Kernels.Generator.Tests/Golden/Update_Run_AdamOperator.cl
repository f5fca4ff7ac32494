// Quern.Kernels.Gpu.DeviceScalar.Subtract(float left, float right)
static float DeviceScalar_Subtract(float left, float right)
{
    return left - right;
}

// Quern.Kernels.Gpu.DeviceScalar.Multiply(float left, float right)
static float DeviceScalar_Multiply(float left, float right)
{
    return left * right;
}

// Quern.Kernels.Gpu.DeviceScalar.Divide(float left, float right)
static float DeviceScalar_Divide(float left, float right)
{
    return left / right;
}

// Quern.Kernels.Gpu.DeviceScalar.MultiplyAdd(float left, float right, float addend)
static float DeviceScalar_MultiplyAdd(float left, float right, float addend)
{
    return left * right + addend;
}

// Quern.Kernels.Gpu.DeviceScalar.Sqrt(float value)
static float DeviceScalar_Sqrt(float value)
{
    return sqrt(value);
}

// Quern.Kernels.Operators.AdamOperator.Invoke<float, float>(ref float parameter, float gradient, ref float state0, ref float state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
static void AdamOperator_Invoke(float* parameter, float gradient, float* state0, float* state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
{
    float g = DeviceScalar_MultiplyAdd(*parameter, c6, gradient);
    float denominator;

    *state0 = DeviceScalar_MultiplyAdd(DeviceScalar_Subtract(g, *state0), c3, *state0);
    *state1 = DeviceScalar_MultiplyAdd(DeviceScalar_Multiply(g, c5), g, DeviceScalar_Multiply(*state1, c4));
    denominator = DeviceScalar_MultiplyAdd(DeviceScalar_Sqrt(*state1), c1, c2);
    *parameter = DeviceScalar_Subtract(DeviceScalar_Multiply(*parameter, c7), DeviceScalar_Divide(DeviceScalar_Multiply(*state0, c0), denominator));
}

// Quern.Kernels.Gpu.Update.Step<TUpdate>(ArrayView<float> parameters, int length, ArrayView<float> gradients, ArrayView<float> states0, ArrayView<float> states1, int states, int first, int run, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
static void Update_Step_TUpdate(__global float* parameters, int length_, __global float* gradients, __global float* states0, __global float* states1, int states, int first, int run, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
{
    int end = min(first + run, length_);

    for (int i = first; i < end; i++)
    {
        float parameter = parameters[i];
        float state0 = 0.0f;
        float state1 = 0.0f;

        if (states > 0)
        {
            state0 = states0[i];
        }
        if (states > 1)
        {
            state1 = states1[i];
        }
        AdamOperator_Invoke(&parameter, gradients[i], &state0, &state1, c0, c1, c2, c3, c4, c5, c6, c7);
        parameters[i] = parameter;
        if (states > 0)
        {
            states0[i] = state0;
        }
        if (states > 1)
        {
            states1[i] = state1;
        }
    }
}

// Quern.Kernels.Gpu.Update.Run<TUpdate>(ArrayView<float> parameter0, ArrayView<float> gradient0, ArrayView<float> first0, ArrayView<float> second0, int end0, ArrayView<float> parameter1, ArrayView<float> gradient1, ArrayView<float> first1, ArrayView<float> second1, int end1, ArrayView<float> parameter2, ArrayView<float> gradient2, ArrayView<float> first2, ArrayView<float> second2, int end2, ArrayView<float> parameter3, ArrayView<float> gradient3, ArrayView<float> first3, ArrayView<float> second3, int end3, ArrayView<float> parameter4, ArrayView<float> gradient4, ArrayView<float> first4, ArrayView<float> second4, int end4, ArrayView<float> parameter5, ArrayView<float> gradient5, ArrayView<float> first5, ArrayView<float> second5, int end5, ArrayView<float> parameter6, ArrayView<float> gradient6, ArrayView<float> first6, ArrayView<float> second6, int end6, ArrayView<float> parameter7, ArrayView<float> gradient7, ArrayView<float> first7, ArrayView<float> second7, int states, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7, int run)
__kernel void Update_Run(
    __global float* parameter0_buffer, long parameter0_offset, long parameter0_length,
    __global float* gradient0_buffer, long gradient0_offset, long gradient0_length,
    __global float* first0_buffer, long first0_offset, long first0_length,
    __global float* second0_buffer, long second0_offset, long second0_length,
    int end0,
    __global float* parameter1_buffer, long parameter1_offset, long parameter1_length,
    __global float* gradient1_buffer, long gradient1_offset, long gradient1_length,
    __global float* first1_buffer, long first1_offset, long first1_length,
    __global float* second1_buffer, long second1_offset, long second1_length,
    int end1,
    __global float* parameter2_buffer, long parameter2_offset, long parameter2_length,
    __global float* gradient2_buffer, long gradient2_offset, long gradient2_length,
    __global float* first2_buffer, long first2_offset, long first2_length,
    __global float* second2_buffer, long second2_offset, long second2_length,
    int end2,
    __global float* parameter3_buffer, long parameter3_offset, long parameter3_length,
    __global float* gradient3_buffer, long gradient3_offset, long gradient3_length,
    __global float* first3_buffer, long first3_offset, long first3_length,
    __global float* second3_buffer, long second3_offset, long second3_length,
    int end3,
    __global float* parameter4_buffer, long parameter4_offset, long parameter4_length,
    __global float* gradient4_buffer, long gradient4_offset, long gradient4_length,
    __global float* first4_buffer, long first4_offset, long first4_length,
    __global float* second4_buffer, long second4_offset, long second4_length,
    int end4,
    __global float* parameter5_buffer, long parameter5_offset, long parameter5_length,
    __global float* gradient5_buffer, long gradient5_offset, long gradient5_length,
    __global float* first5_buffer, long first5_offset, long first5_length,
    __global float* second5_buffer, long second5_offset, long second5_length,
    int end5,
    __global float* parameter6_buffer, long parameter6_offset, long parameter6_length,
    __global float* gradient6_buffer, long gradient6_offset, long gradient6_length,
    __global float* first6_buffer, long first6_offset, long first6_length,
    __global float* second6_buffer, long second6_offset, long second6_length,
    int end6,
    __global float* parameter7_buffer, long parameter7_offset, long parameter7_length,
    __global float* gradient7_buffer, long gradient7_offset, long gradient7_length,
    __global float* first7_buffer, long first7_offset, long first7_length,
    __global float* second7_buffer, long second7_offset, long second7_length,
    int states,
    float c0,
    float c1,
    float c2,
    float c3,
    float c4,
    float c5,
    float c6,
    float c7,
    int run)
{
    __global float* parameter0 = parameter0_buffer + parameter0_offset;
    __global float* gradient0 = gradient0_buffer + gradient0_offset;
    __global float* first0 = first0_buffer + first0_offset;
    __global float* second0 = second0_buffer + second0_offset;
    __global float* parameter1 = parameter1_buffer + parameter1_offset;
    __global float* gradient1 = gradient1_buffer + gradient1_offset;
    __global float* first1 = first1_buffer + first1_offset;
    __global float* second1 = second1_buffer + second1_offset;
    __global float* parameter2 = parameter2_buffer + parameter2_offset;
    __global float* gradient2 = gradient2_buffer + gradient2_offset;
    __global float* first2 = first2_buffer + first2_offset;
    __global float* second2 = second2_buffer + second2_offset;
    __global float* parameter3 = parameter3_buffer + parameter3_offset;
    __global float* gradient3 = gradient3_buffer + gradient3_offset;
    __global float* first3 = first3_buffer + first3_offset;
    __global float* second3 = second3_buffer + second3_offset;
    __global float* parameter4 = parameter4_buffer + parameter4_offset;
    __global float* gradient4 = gradient4_buffer + gradient4_offset;
    __global float* first4 = first4_buffer + first4_offset;
    __global float* second4 = second4_buffer + second4_offset;
    __global float* parameter5 = parameter5_buffer + parameter5_offset;
    __global float* gradient5 = gradient5_buffer + gradient5_offset;
    __global float* first5 = first5_buffer + first5_offset;
    __global float* second5 = second5_buffer + second5_offset;
    __global float* parameter6 = parameter6_buffer + parameter6_offset;
    __global float* gradient6 = gradient6_buffer + gradient6_offset;
    __global float* first6 = first6_buffer + first6_offset;
    __global float* second6 = second6_buffer + second6_offset;
    __global float* parameter7 = parameter7_buffer + parameter7_offset;
    __global float* gradient7 = gradient7_buffer + gradient7_offset;
    __global float* first7 = first7_buffer + first7_offset;
    __global float* second7 = second7_buffer + second7_offset;

    int group = (int)get_group_id(0);

    if (group < end0)
    {
        Update_Step_TUpdate(parameter0, (int)parameter0_length, gradient0, first0, second0, states, (group * (int)get_local_size(0) + (int)get_local_id(0)) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
    }
    else if (group < end1)
    {
        Update_Step_TUpdate(parameter1, (int)parameter1_length, gradient1, first1, second1, states, ((group - end0) * (int)get_local_size(0) + (int)get_local_id(0)) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
    }
    else if (group < end2)
    {
        Update_Step_TUpdate(parameter2, (int)parameter2_length, gradient2, first2, second2, states, ((group - end1) * (int)get_local_size(0) + (int)get_local_id(0)) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
    }
    else if (group < end3)
    {
        Update_Step_TUpdate(parameter3, (int)parameter3_length, gradient3, first3, second3, states, ((group - end2) * (int)get_local_size(0) + (int)get_local_id(0)) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
    }
    else if (group < end4)
    {
        Update_Step_TUpdate(parameter4, (int)parameter4_length, gradient4, first4, second4, states, ((group - end3) * (int)get_local_size(0) + (int)get_local_id(0)) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
    }
    else if (group < end5)
    {
        Update_Step_TUpdate(parameter5, (int)parameter5_length, gradient5, first5, second5, states, ((group - end4) * (int)get_local_size(0) + (int)get_local_id(0)) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
    }
    else if (group < end6)
    {
        Update_Step_TUpdate(parameter6, (int)parameter6_length, gradient6, first6, second6, states, ((group - end5) * (int)get_local_size(0) + (int)get_local_id(0)) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
    }
    else
    {
        Update_Step_TUpdate(parameter7, (int)parameter7_length, gradient7, first7, second7, states, ((group - end6) * (int)get_local_size(0) + (int)get_local_id(0)) * run, run, c0, c1, c2, c3, c4, c5, c6, c7);
    }
}
