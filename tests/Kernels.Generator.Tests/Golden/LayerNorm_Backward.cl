// Quern.Kernels.Gpu.Total
typedef struct
{
    float _sum;
    float _lost;
} Total;

// Quern.Kernels.Gpu.RowLanes.Lane(int lanes)
static int RowLanes_Lane(int lanes)
{
    return (int)get_local_id(0) & (lanes - 1);
}

// Quern.Kernels.Gpu.RowLanes.Row(int lanes)
static int RowLanes_Row(int lanes)
{
    return (int)get_global_id(0) / lanes;
}

// Quern.Kernels.Gpu.Total.Zero()
static Total Total_Zero(void)
{
    Total total;

    total._sum = 0.0f;
    total._lost = 0.0f;
    return total;
}

// Quern.Kernels.Gpu.LayerNorm.Scaled(float value, ArrayView<float> weight, int weightLength, int column)
static float LayerNorm_Scaled(float value, __global float* weight, int weightLength, int column)
{
    if (weightLength > 0)
    {
        value *= weight[column];
    }
    return value;
}

// Quern.Kernels.Gpu.Total.Add(Total total, float value)
static Total Total_Add(Total total_given, float value)
{
    Total total = total_given;

    float sum = total._sum + value;
    float added = sum - total._sum;

    total._lost += total._sum - (sum - added) + (value - added);
    total._sum = sum;
    return total;
}

// Quern.Kernels.Gpu.RowLanes.SumFold.Invoke(float left, float right)
static float SumFold_Invoke(float left, float right)
{
    return left + right;
}

// Quern.Kernels.Gpu.RowLanes.Fold<RowLanes.SumFold>(ArrayView<float> shared, int lanes, float value)
static float RowLanes_Fold_SumFold_local(__local float* shared, int lanes, float value)
{
    int place = (int)get_local_id(0);
    int lane = RowLanes_Lane(lanes);

    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    shared[place] = value;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    for (int distance_ = lanes >> 1; distance_ > 0; distance_ >>= 1)
    {
        if (lane < distance_)
        {
            shared[place] = SumFold_Invoke(shared[place], shared[place + distance_]);
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    return shared[place - lane];
}

// Quern.Kernels.Gpu.RowLanes.Sum(ArrayView<float> shared, int lanes, float value)
static float RowLanes_Sum_local(__local float* shared, int lanes, float value)
{
    return RowLanes_Fold_SumFold_local(shared, lanes, value);
}

// Quern.Kernels.Gpu.Total.IsFinite(float value)
static bool Total_IsFinite(float value)
{
    return (as_uint(value) & 2139095040u) != 2139095040u;
}

// Quern.Kernels.Gpu.Total.Value(Total total)
static float Total_Value(Total total)
{
    return Total_IsFinite(total._sum) ? total._sum + total._lost : total._sum;
}

// Quern.Kernels.Gpu.LayerNorm.Backward(ArrayView<float> outputGradient, ArrayView<float> x, ArrayView<float> weight, ArrayView<float> mean, ArrayView<float> inverseDeviation, int columns, int lanes, ArrayView<float> inputGradient, ArrayView<float> weightProduct)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void LayerNorm_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* x_buffer, long x_offset, long x_length,
    __global float* weight_buffer, long weight_offset, long weight_length,
    __global float* mean_buffer, long mean_offset, long mean_length,
    __global float* inverseDeviation_buffer, long inverseDeviation_offset, long inverseDeviation_length,
    int columns,
    int lanes,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length,
    __global float* weightProduct_buffer, long weightProduct_offset, long weightProduct_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* x = x_buffer + x_offset;
    __global float* weight = weight_buffer + weight_offset;
    __global float* mean = mean_buffer + mean_offset;
    __global float* inverseDeviation = inverseDeviation_buffer + inverseDeviation_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;
    __global float* weightProduct = weightProduct_buffer + weightProduct_offset;
    __local float shared[128] __attribute__((aligned(16)));

    int lane = RowLanes_Lane(lanes);
    int row = RowLanes_Row(lanes);
    int count = row < (int)mean_length ? columns : 0;
    long start = (long)row * (long)columns;
    float center = mean[min(row, (int)mean_length - 1)];
    float inverse = inverseDeviation[min(row, (int)mean_length - 1)];
    Total sums = Total_Zero();
    Total products = Total_Zero();
    float sum;
    float product;
    float meanGradient;
    float meanProduct;

    for (int j = lane; j < count; j += lanes)
    {
        float h = LayerNorm_Scaled(outputGradient[start + j], weight, (int)weight_length, j);

        sums = Total_Add(sums, h);
        products = Total_Add(products, h * ((x[start + j] - center) * inverse));
    }
    sum = RowLanes_Sum_local(shared, lanes, Total_Value(sums));
    product = RowLanes_Sum_local(shared, lanes, Total_Value(products));
    meanGradient = sum / columns;
    meanProduct = product / columns;
    for (int j = lane; j < count; j += lanes)
    {
        float gradient = outputGradient[start + j];
        float normalized = (x[start + j] - center) * inverse;
        float h = LayerNorm_Scaled(gradient, weight, (int)weight_length, j);

        if ((int)weightProduct_length > 0)
        {
            weightProduct[start + j] = gradient * normalized;
        }
        inputGradient[start + j] = (h - meanGradient - normalized * meanProduct) * inverse;
    }
}
