// Quern.Kernels.Gpu.Adam.Update(ArrayView<float> parameter, int length, ArrayView<float> gradient, ArrayView<float> firstMoment, ArrayView<float> secondMoment, int first, float stepSize, float rootScale, float epsilon, float oneMinusBeta1, float beta2, float oneMinusBeta2, float decay, float keep, int run)
static void Adam_Update(__global float* parameter, int length_, __global float* gradient, __global float* firstMoment, __global float* secondMoment, int first, float stepSize, float rootScale, float epsilon, float oneMinusBeta1, float beta2, float oneMinusBeta2, float decay, float keep, int run)
{
    int end = min(first + run, length_);

    for (int i = first; i < end; i++)
    {
        float p = parameter[i];
        float g = gradient[i] + decay * p;
        float m = firstMoment[i];
        float v;

        m += (g - m) * oneMinusBeta1;
        v = beta2 * secondMoment[i] + oneMinusBeta2 * g * g;
        firstMoment[i] = m;
        secondMoment[i] = v;
        parameter[i] = p * keep - m * stepSize / (sqrt(v) * rootScale + epsilon);
    }
}

// Quern.Kernels.Gpu.Adam.Step(ArrayView<float> parameter0, ArrayView<float> gradient0, ArrayView<float> firstMoment0, ArrayView<float> secondMoment0, int end0, ArrayView<float> parameter1, ArrayView<float> gradient1, ArrayView<float> firstMoment1, ArrayView<float> secondMoment1, int end1, ArrayView<float> parameter2, ArrayView<float> gradient2, ArrayView<float> firstMoment2, ArrayView<float> secondMoment2, int end2, ArrayView<float> parameter3, ArrayView<float> gradient3, ArrayView<float> firstMoment3, ArrayView<float> secondMoment3, int end3, ArrayView<float> parameter4, ArrayView<float> gradient4, ArrayView<float> firstMoment4, ArrayView<float> secondMoment4, int end4, ArrayView<float> parameter5, ArrayView<float> gradient5, ArrayView<float> firstMoment5, ArrayView<float> secondMoment5, int end5, ArrayView<float> parameter6, ArrayView<float> gradient6, ArrayView<float> firstMoment6, ArrayView<float> secondMoment6, int end6, ArrayView<float> parameter7, ArrayView<float> gradient7, ArrayView<float> firstMoment7, ArrayView<float> secondMoment7, float stepSize, float rootScale, float epsilon, float oneMinusBeta1, float beta2, float oneMinusBeta2, float decay, float keep, int run)
__kernel void Adam_Step(
    __global float* parameter0_buffer, long parameter0_offset, long parameter0_length,
    __global float* gradient0_buffer, long gradient0_offset, long gradient0_length,
    __global float* firstMoment0_buffer, long firstMoment0_offset, long firstMoment0_length,
    __global float* secondMoment0_buffer, long secondMoment0_offset, long secondMoment0_length,
    int end0,
    __global float* parameter1_buffer, long parameter1_offset, long parameter1_length,
    __global float* gradient1_buffer, long gradient1_offset, long gradient1_length,
    __global float* firstMoment1_buffer, long firstMoment1_offset, long firstMoment1_length,
    __global float* secondMoment1_buffer, long secondMoment1_offset, long secondMoment1_length,
    int end1,
    __global float* parameter2_buffer, long parameter2_offset, long parameter2_length,
    __global float* gradient2_buffer, long gradient2_offset, long gradient2_length,
    __global float* firstMoment2_buffer, long firstMoment2_offset, long firstMoment2_length,
    __global float* secondMoment2_buffer, long secondMoment2_offset, long secondMoment2_length,
    int end2,
    __global float* parameter3_buffer, long parameter3_offset, long parameter3_length,
    __global float* gradient3_buffer, long gradient3_offset, long gradient3_length,
    __global float* firstMoment3_buffer, long firstMoment3_offset, long firstMoment3_length,
    __global float* secondMoment3_buffer, long secondMoment3_offset, long secondMoment3_length,
    int end3,
    __global float* parameter4_buffer, long parameter4_offset, long parameter4_length,
    __global float* gradient4_buffer, long gradient4_offset, long gradient4_length,
    __global float* firstMoment4_buffer, long firstMoment4_offset, long firstMoment4_length,
    __global float* secondMoment4_buffer, long secondMoment4_offset, long secondMoment4_length,
    int end4,
    __global float* parameter5_buffer, long parameter5_offset, long parameter5_length,
    __global float* gradient5_buffer, long gradient5_offset, long gradient5_length,
    __global float* firstMoment5_buffer, long firstMoment5_offset, long firstMoment5_length,
    __global float* secondMoment5_buffer, long secondMoment5_offset, long secondMoment5_length,
    int end5,
    __global float* parameter6_buffer, long parameter6_offset, long parameter6_length,
    __global float* gradient6_buffer, long gradient6_offset, long gradient6_length,
    __global float* firstMoment6_buffer, long firstMoment6_offset, long firstMoment6_length,
    __global float* secondMoment6_buffer, long secondMoment6_offset, long secondMoment6_length,
    int end6,
    __global float* parameter7_buffer, long parameter7_offset, long parameter7_length,
    __global float* gradient7_buffer, long gradient7_offset, long gradient7_length,
    __global float* firstMoment7_buffer, long firstMoment7_offset, long firstMoment7_length,
    __global float* secondMoment7_buffer, long secondMoment7_offset, long secondMoment7_length,
    float stepSize,
    float rootScale,
    float epsilon,
    float oneMinusBeta1,
    float beta2,
    float oneMinusBeta2,
    float decay,
    float keep,
    int run)
{
    __global float* parameter0 = parameter0_buffer + parameter0_offset;
    __global float* gradient0 = gradient0_buffer + gradient0_offset;
    __global float* firstMoment0 = firstMoment0_buffer + firstMoment0_offset;
    __global float* secondMoment0 = secondMoment0_buffer + secondMoment0_offset;
    __global float* parameter1 = parameter1_buffer + parameter1_offset;
    __global float* gradient1 = gradient1_buffer + gradient1_offset;
    __global float* firstMoment1 = firstMoment1_buffer + firstMoment1_offset;
    __global float* secondMoment1 = secondMoment1_buffer + secondMoment1_offset;
    __global float* parameter2 = parameter2_buffer + parameter2_offset;
    __global float* gradient2 = gradient2_buffer + gradient2_offset;
    __global float* firstMoment2 = firstMoment2_buffer + firstMoment2_offset;
    __global float* secondMoment2 = secondMoment2_buffer + secondMoment2_offset;
    __global float* parameter3 = parameter3_buffer + parameter3_offset;
    __global float* gradient3 = gradient3_buffer + gradient3_offset;
    __global float* firstMoment3 = firstMoment3_buffer + firstMoment3_offset;
    __global float* secondMoment3 = secondMoment3_buffer + secondMoment3_offset;
    __global float* parameter4 = parameter4_buffer + parameter4_offset;
    __global float* gradient4 = gradient4_buffer + gradient4_offset;
    __global float* firstMoment4 = firstMoment4_buffer + firstMoment4_offset;
    __global float* secondMoment4 = secondMoment4_buffer + secondMoment4_offset;
    __global float* parameter5 = parameter5_buffer + parameter5_offset;
    __global float* gradient5 = gradient5_buffer + gradient5_offset;
    __global float* firstMoment5 = firstMoment5_buffer + firstMoment5_offset;
    __global float* secondMoment5 = secondMoment5_buffer + secondMoment5_offset;
    __global float* parameter6 = parameter6_buffer + parameter6_offset;
    __global float* gradient6 = gradient6_buffer + gradient6_offset;
    __global float* firstMoment6 = firstMoment6_buffer + firstMoment6_offset;
    __global float* secondMoment6 = secondMoment6_buffer + secondMoment6_offset;
    __global float* parameter7 = parameter7_buffer + parameter7_offset;
    __global float* gradient7 = gradient7_buffer + gradient7_offset;
    __global float* firstMoment7 = firstMoment7_buffer + firstMoment7_offset;
    __global float* secondMoment7 = secondMoment7_buffer + secondMoment7_offset;

    int group = (int)get_group_id(0);

    if (group < end0)
    {
        Adam_Update(parameter0, (int)parameter0_length, gradient0, firstMoment0, secondMoment0, (group * (int)get_local_size(0) + (int)get_local_id(0)) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
    }
    else if (group < end1)
    {
        Adam_Update(parameter1, (int)parameter1_length, gradient1, firstMoment1, secondMoment1, ((group - end0) * (int)get_local_size(0) + (int)get_local_id(0)) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
    }
    else if (group < end2)
    {
        Adam_Update(parameter2, (int)parameter2_length, gradient2, firstMoment2, secondMoment2, ((group - end1) * (int)get_local_size(0) + (int)get_local_id(0)) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
    }
    else if (group < end3)
    {
        Adam_Update(parameter3, (int)parameter3_length, gradient3, firstMoment3, secondMoment3, ((group - end2) * (int)get_local_size(0) + (int)get_local_id(0)) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
    }
    else if (group < end4)
    {
        Adam_Update(parameter4, (int)parameter4_length, gradient4, firstMoment4, secondMoment4, ((group - end3) * (int)get_local_size(0) + (int)get_local_id(0)) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
    }
    else if (group < end5)
    {
        Adam_Update(parameter5, (int)parameter5_length, gradient5, firstMoment5, secondMoment5, ((group - end4) * (int)get_local_size(0) + (int)get_local_id(0)) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
    }
    else if (group < end6)
    {
        Adam_Update(parameter6, (int)parameter6_length, gradient6, firstMoment6, secondMoment6, ((group - end5) * (int)get_local_size(0) + (int)get_local_id(0)) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
    }
    else
    {
        Adam_Update(parameter7, (int)parameter7_length, gradient7, firstMoment7, secondMoment7, ((group - end6) * (int)get_local_size(0) + (int)get_local_id(0)) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
    }
}
