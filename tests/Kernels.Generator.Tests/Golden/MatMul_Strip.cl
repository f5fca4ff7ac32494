// Quern.Kernels.Gpu.DeviceScalar.Broadcast(float value)
static float DeviceScalar_Broadcast(float value)
{
    return value;
}

// Quern.Kernels.Gpu.DeviceScalar.BroadcastBits(int value)
static float DeviceScalar_BroadcastBits(int value)
{
    return as_float((uint)value);
}

// Quern.Kernels.Gpu.DeviceScalar.Add(float left, float right)
static float DeviceScalar_Add(float left, float right)
{
    return left + right;
}

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

// Quern.Kernels.Gpu.DeviceScalar.Abs(float value)
static float DeviceScalar_Abs(float value)
{
    return fabs(value);
}

// Quern.Kernels.Gpu.DeviceScalar.Negate(float value)
static float DeviceScalar_Negate(float value)
{
    return -value;
}

// Quern.Kernels.Gpu.DeviceScalar.AtLeast(float number, float value)
static float DeviceScalar_AtLeast(float number, float value)
{
    return value < number ? number : value;
}

// Quern.Kernels.Gpu.DeviceScalar.AtMost(float number, float value)
static float DeviceScalar_AtMost(float number, float value)
{
    return number < value ? number : value;
}

// Quern.Kernels.Gpu.DeviceScalar.Greater(float left, float right)
static float DeviceScalar_Greater(float left, float right)
{
    return as_float(right < left ? 4294967295u : 0u);
}

// Quern.Kernels.Gpu.DeviceScalar.GreaterOrEqual(float left, float right)
static float DeviceScalar_GreaterOrEqual(float left, float right)
{
    return as_float(right <= left ? 4294967295u : 0u);
}

// Quern.Kernels.Gpu.DeviceScalar.And(float left, float right)
static float DeviceScalar_And(float left, float right)
{
    return as_float(as_uint(left) & as_uint(right));
}

// Quern.Kernels.Gpu.DeviceScalar.Select(float mask, float whereSet, float whereClear)
static float DeviceScalar_Select(float mask, float whereSet, float whereClear)
{
    uint bits = as_uint(mask);

    return as_float((bits & as_uint(whereSet)) | (~bits & as_uint(whereClear)));
}

// Quern.Kernels.Gpu.DeviceScalar.AddBits(float left, float right)
static float DeviceScalar_AddBits(float left, float right)
{
    return as_float(as_uint(left) + as_uint(right));
}

// Quern.Kernels.Gpu.DeviceScalar.ShiftLeftBits(float value, int count)
static float DeviceScalar_ShiftLeftBits(float value, int count)
{
    return as_float(as_uint(value) << count);
}

// Quern.Kernels.Gpu.DeviceScalar.ToBits(float value)
static float DeviceScalar_ToBits(float value)
{
    return as_float((uint)convert_int_sat(value));
}

// Quern.Kernels.Operators.ReluGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float ReluGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_And(DeviceScalar_Greater(output, DeviceScalar_Broadcast(0.0f)), outputGradient);
}

// Quern.Kernels.Operators.ReluOperator.Invoke<float, float>(float x)
static float ReluOperator_Invoke(float x)
{
    return DeviceScalar_AtLeast(DeviceScalar_Broadcast(0.0f), x);
}

// Quern.Kernels.Operators.SigmoidGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float SigmoidGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Multiply(output, DeviceScalar_Subtract(DeviceScalar_Broadcast(1.0f), output)));
}

// Quern.Kernels.Operators.ExpOperator.Reduce<float, float>(float x, out float r)
static float ExpOperator_Reduce(float x, float* r)
{
    float n = DeviceScalar_Subtract(DeviceScalar_MultiplyAdd(x, DeviceScalar_Broadcast(1.442695f), DeviceScalar_Broadcast(12582912.0f)), DeviceScalar_Broadcast(12582912.0f));

    *r = DeviceScalar_MultiplyAdd(n, DeviceScalar_Broadcast(0.00021219444f), DeviceScalar_MultiplyAdd(n, DeviceScalar_Broadcast(-0.6933594f), x));
    return n;
}

// Quern.Kernels.Operators.ExpOperator.ExpMinusOne<float, float>(float r)
static float ExpOperator_ExpMinusOne(float r)
{
    float q = DeviceScalar_MultiplyAdd(DeviceScalar_Broadcast(0.0013926176f), r, DeviceScalar_Broadcast(0.008363173f));

    q = DeviceScalar_MultiplyAdd(q, r, DeviceScalar_Broadcast(0.041666556f));
    q = DeviceScalar_MultiplyAdd(q, r, DeviceScalar_Broadcast(0.16666578f));
    q = DeviceScalar_MultiplyAdd(q, r, DeviceScalar_Broadcast(0.5f));
    return DeviceScalar_MultiplyAdd(q, DeviceScalar_Multiply(r, r), r);
}

// Quern.Kernels.Operators.ExpOperator.OfNonPositive<float, float>(float x)
static float ExpOperator_OfNonPositive(float x)
{
    float n;
    float r;
    float power;
    float result;

    n = ExpOperator_Reduce(DeviceScalar_AtLeast(DeviceScalar_Broadcast(-104.0f), x), &r);
    power = DeviceScalar_ShiftLeftBits(DeviceScalar_AddBits(DeviceScalar_ToBits(n), DeviceScalar_BroadcastBits(191)), 23);
    result = DeviceScalar_Add(DeviceScalar_Broadcast(1.0f), ExpOperator_ExpMinusOne(r));
    return DeviceScalar_Multiply(DeviceScalar_Multiply(result, power), DeviceScalar_Broadcast(5.421011e-20f));
}

// Quern.Kernels.Operators.SigmoidOperator.Invoke<float, float>(float x)
static float SigmoidOperator_Invoke(float x)
{
    float e = ExpOperator_OfNonPositive(DeviceScalar_Negate(DeviceScalar_Abs(x)));
    float numerator = DeviceScalar_Select(DeviceScalar_GreaterOrEqual(x, DeviceScalar_Broadcast(0.0f)), DeviceScalar_Broadcast(1.0f), e);

    return DeviceScalar_Divide(numerator, DeviceScalar_Add(DeviceScalar_Broadcast(1.0f), e));
}

// Quern.Kernels.Operators.TanhGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float TanhGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Subtract(DeviceScalar_Broadcast(1.0f), DeviceScalar_Multiply(output, output)));
}

// Quern.Kernels.Operators.ExpOperator.PowerOfTwo<float, float>(float integer)
static float ExpOperator_PowerOfTwo(float integer)
{
    return DeviceScalar_ShiftLeftBits(DeviceScalar_AddBits(integer, DeviceScalar_BroadcastBits(127)), 23);
}

// Quern.Kernels.Operators.TanhOperator.Invoke<float, float>(float x)
static float TanhOperator_Invoke(float x)
{
    float magnitude = DeviceScalar_AtMost(DeviceScalar_Broadcast(10.0f), DeviceScalar_Abs(x));
    float n;
    float r;
    float power;
    float t;
    float result;
    float sign_;

    n = ExpOperator_Reduce(DeviceScalar_Multiply(magnitude, DeviceScalar_Broadcast(-2.0f)), &r);
    power = ExpOperator_PowerOfTwo(DeviceScalar_ToBits(n));
    t = DeviceScalar_MultiplyAdd(power, ExpOperator_ExpMinusOne(r), DeviceScalar_Subtract(power, DeviceScalar_Broadcast(1.0f)));
    result = DeviceScalar_Divide(t, DeviceScalar_Add(t, DeviceScalar_Broadcast(2.0f)));
    sign_ = DeviceScalar_Broadcast(-0.0f);
    return DeviceScalar_Select(sign_, x, result);
}

// Quern.Kernels.Gpu.Row16
typedef struct
{
    float V0;
    float V1;
    float V2;
    float V3;
    float V4;
    float V5;
    float V6;
    float V7;
    float V8;
    float V9;
    float V10;
    float V11;
    float V12;
    float V13;
    float V14;
    float V15;
} Row16;

// Quern.Kernels.Gpu.Row16.Zero()
static Row16 Row16_Zero(void)
{
    Row16 row;

    row.V0 = 0.0f;
    row.V1 = 0.0f;
    row.V2 = 0.0f;
    row.V3 = 0.0f;
    row.V4 = 0.0f;
    row.V5 = 0.0f;
    row.V6 = 0.0f;
    row.V7 = 0.0f;
    row.V8 = 0.0f;
    row.V9 = 0.0f;
    row.V10 = 0.0f;
    row.V11 = 0.0f;
    row.V12 = 0.0f;
    row.V13 = 0.0f;
    row.V14 = 0.0f;
    row.V15 = 0.0f;
    return row;
}

// Quern.Kernels.Gpu.Row16.Load(ArrayView<float> from, long start)
static Row16 Row16_Load(__global float* from, long start)
{
    Row16 row;

    row.V0 = from[start];
    row.V1 = from[start + 1L];
    row.V2 = from[start + 2L];
    row.V3 = from[start + 3L];
    row.V4 = from[start + 4L];
    row.V5 = from[start + 5L];
    row.V6 = from[start + 6L];
    row.V7 = from[start + 7L];
    row.V8 = from[start + 8L];
    row.V9 = from[start + 9L];
    row.V10 = from[start + 10L];
    row.V11 = from[start + 11L];
    row.V12 = from[start + 12L];
    row.V13 = from[start + 13L];
    row.V14 = from[start + 14L];
    row.V15 = from[start + 15L];
    return row;
}

// Quern.Kernels.Gpu.Row16.AddProduct(Row16 sum, float factor, Row16 row)
static Row16 Row16_AddProduct(Row16 sum_given, float factor, Row16 row)
{
    Row16 sum = sum_given;

    sum.V0 += factor * row.V0;
    sum.V1 += factor * row.V1;
    sum.V2 += factor * row.V2;
    sum.V3 += factor * row.V3;
    sum.V4 += factor * row.V4;
    sum.V5 += factor * row.V5;
    sum.V6 += factor * row.V6;
    sum.V7 += factor * row.V7;
    sum.V8 += factor * row.V8;
    sum.V9 += factor * row.V9;
    sum.V10 += factor * row.V10;
    sum.V11 += factor * row.V11;
    sum.V12 += factor * row.V12;
    sum.V13 += factor * row.V13;
    sum.V14 += factor * row.V14;
    sum.V15 += factor * row.V15;
    return sum;
}

// Quern.Kernels.Gpu.MatMul.SumRow(ArrayView<float> left, int row, int leftRow, int leftStep, int k, int accumulate, ArrayView<float> sums)
static void MatMul_SumRow(__global float* left, int row, int leftRow, int leftStep, int k, int accumulate, __global float* sums)
{
    long place = (long)row * (long)leftRow;
    long stride = leftStep;
    float sum0 = 0.0f;
    float sum1 = 0.0f;
    float sum2 = 0.0f;
    float sum3 = 0.0f;
    int step_ = 0;
    float sum;

    for (; step_ + 4 <= k; step_ += 4)
    {
        sum0 += left[place];
        sum1 += left[place + stride];
        sum2 += left[place + 2L * stride];
        sum3 += left[place + 3L * stride];
        place += 4L * stride;
    }
    for (; step_ < k; step_++)
    {
        sum0 += left[place];
        place += stride;
    }
    sum = sum0 + sum1 + (sum2 + sum3);
    sums[row] = accumulate != 0 ? sums[row] + sum : sum;
}

// Quern.Kernels.Gpu.Row16.Store(Row16 row, ArrayView<float> to, long start)
static void Row16_Store(Row16 row, __global float* to, long start)
{
    to[start] = row.V0;
    to[start + 1L] = row.V1;
    to[start + 2L] = row.V2;
    to[start + 3L] = row.V3;
    to[start + 4L] = row.V4;
    to[start + 5L] = row.V5;
    to[start + 6L] = row.V6;
    to[start + 7L] = row.V7;
    to[start + 8L] = row.V8;
    to[start + 9L] = row.V9;
    to[start + 10L] = row.V10;
    to[start + 11L] = row.V11;
    to[start + 12L] = row.V12;
    to[start + 13L] = row.V13;
    to[start + 14L] = row.V14;
    to[start + 15L] = row.V15;
}

// Quern.Kernels.Gpu.MatMul.StorePlain(Row16 sum, ArrayView<float> product, long place, int accumulate)
static void MatMul_StorePlain(Row16 sum_given, __global float* product, long place, int accumulate)
{
    Row16 sum = sum_given;

    if (accumulate != 0)
    {
        sum = Row16_AddProduct(sum, 1.0f, Row16_Load(product, place));
    }
    Row16_Store(sum, product, place);
}

// Quern.Kernels.Gpu.Row16.Store(Row16 row, ArrayView<float> to, long start)
static void Row16_Store_private(Row16 row, float* to, long start)
{
    to[start] = row.V0;
    to[start + 1L] = row.V1;
    to[start + 2L] = row.V2;
    to[start + 3L] = row.V3;
    to[start + 4L] = row.V4;
    to[start + 5L] = row.V5;
    to[start + 6L] = row.V6;
    to[start + 7L] = row.V7;
    to[start + 8L] = row.V8;
    to[start + 9L] = row.V9;
    to[start + 10L] = row.V10;
    to[start + 11L] = row.V11;
    to[start + 12L] = row.V12;
    to[start + 13L] = row.V13;
    to[start + 14L] = row.V14;
    to[start + 15L] = row.V15;
}

// Quern.Kernels.Gpu.MatMul.AddBias(ArrayView<float> bias, int first, int biasRow, int columns, ArrayView<float> values)
static void MatMul_AddBias_global_private(__global float* bias, int first, int biasRow, int columns, float* values)
{
    if (biasRow != 0)
    {
        float offset = bias[first];

        for (int j = 0; j < columns; j++)
        {
            values[j] += offset;
        }
        return;
    }
    for (int j = 0; j < columns; j++)
    {
        values[j] += bias[(long)first + (long)j];
    }
}

// Quern.Kernels.Gpu.Activations.Map<ReluOperator>(ArrayView<float> values, int count)
static void Activations_Map_ReluOperator_private(float* values, int count)
{
    for (int i = 0; i < count; i++)
    {
        values[i] = ReluOperator_Invoke(values[i]);
    }
}

// Quern.Kernels.Gpu.Activations.Map<SigmoidOperator>(ArrayView<float> values, int count)
static void Activations_Map_SigmoidOperator_private(float* values, int count)
{
    for (int i = 0; i < count; i++)
    {
        values[i] = SigmoidOperator_Invoke(values[i]);
    }
}

// Quern.Kernels.Gpu.Activations.Map<TanhOperator>(ArrayView<float> values, int count)
static void Activations_Map_TanhOperator_private(float* values, int count)
{
    for (int i = 0; i < count; i++)
    {
        values[i] = TanhOperator_Invoke(values[i]);
    }
}

// Quern.Kernels.Gpu.Activations.ApplyToRow(int activation, ArrayView<float> values, int count)
static void Activations_ApplyToRow_private(int activation, float* values, int count)
{
    switch (activation)
    {
        case 1:
        {
            Activations_Map_ReluOperator_private(values, count);
            return;
        }
        case 2:
        {
            Activations_Map_SigmoidOperator_private(values, count);
            return;
        }
        case 3:
        {
            Activations_Map_TanhOperator_private(values, count);
            return;
        }
        default:
        {
            return;
        }
    }
}

// Quern.Kernels.Gpu.Activations.Zip<ReluGradientOperator>(ArrayView<float> left, ArrayView<float> right, int count)
static void Activations_Zip_ReluGradientOperator_private_global(float* left, __global float* right, int count)
{
    for (int i = 0; i < count; i++)
    {
        left[i] = ReluGradientOperator_Invoke(left[i], right[i]);
    }
}

// Quern.Kernels.Gpu.Activations.Zip<SigmoidGradientOperator>(ArrayView<float> left, ArrayView<float> right, int count)
static void Activations_Zip_SigmoidGradientOperator_private_global(float* left, __global float* right, int count)
{
    for (int i = 0; i < count; i++)
    {
        left[i] = SigmoidGradientOperator_Invoke(left[i], right[i]);
    }
}

// Quern.Kernels.Gpu.Activations.Zip<TanhGradientOperator>(ArrayView<float> left, ArrayView<float> right, int count)
static void Activations_Zip_TanhGradientOperator_private_global(float* left, __global float* right, int count)
{
    for (int i = 0; i < count; i++)
    {
        left[i] = TanhGradientOperator_Invoke(left[i], right[i]);
    }
}

// Quern.Kernels.Gpu.Activations.GradientOfRow(int activation, ArrayView<float> gradients, ArrayView<float> outputs, int count)
static void Activations_GradientOfRow_private_global(int activation, float* gradients, __global float* outputs, int count)
{
    switch (activation)
    {
        case 1:
        {
            Activations_Zip_ReluGradientOperator_private_global(gradients, outputs, count);
            return;
        }
        case 2:
        {
            Activations_Zip_SigmoidGradientOperator_private_global(gradients, outputs, count);
            return;
        }
        case 3:
        {
            Activations_Zip_TanhGradientOperator_private_global(gradients, outputs, count);
            return;
        }
        default:
        {
            return;
        }
    }
}

// Quern.Kernels.Gpu.MatMul.Strip(ArrayView<float> left, int leftRow, int leftStep, int leftBatch, ArrayView<float> right, int rightPanel, int rightStep, int rightBatch, int m, int n, int k, int accumulate, ArrayView<float> bias, int biasRow, int biasBatch, int activation, ArrayView<float> gradientOutput, int gradientActivation, ArrayView<float> leftSums, int accumulateSums, int sumsBatch, int resultBatch, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void MatMul_Strip(
    __global float* left_buffer, long left_offset, long left_length,
    int leftRow,
    int leftStep,
    int leftBatch,
    __global float* right_buffer, long right_offset, long right_length,
    int rightPanel,
    int rightStep,
    int rightBatch,
    int m,
    int n,
    int k,
    int accumulate,
    __global float* bias_buffer, long bias_offset, long bias_length,
    int biasRow,
    int biasBatch,
    int activation,
    __global float* gradientOutput_buffer, long gradientOutput_offset, long gradientOutput_length,
    int gradientActivation,
    __global float* leftSums_buffer, long leftSums_offset, long leftSums_length,
    int accumulateSums,
    int sumsBatch,
    int resultBatch,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* left = left_buffer + left_offset;
    __global float* right = right_buffer + right_offset;
    __global float* bias = bias_buffer + bias_offset;
    __global float* gradientOutput = gradientOutput_buffer + gradientOutput_offset;
    __global float* leftSums = leftSums_buffer + leftSums_offset;
    __global float* result = result_buffer + result_offset;

    __global float* leftMatrix = left + (long)(int)get_group_id(2) * (long)leftBatch;
    __global float* rightMatrix = right + (long)(int)get_group_id(2) * (long)rightBatch;
    __global float* product = result + (long)(int)get_group_id(2) * (long)resultBatch;
    int firstRow = (int)get_group_id(1) * 6;
    int firstColumn = (int)get_group_id(0) * 16;
    int lastRow = m - 1;
    long rowStride = k > 0 ? leftRow : 0;
    __global float* left0 = leftMatrix + firstRow * rowStride;
    __global float* left1 = leftMatrix + min(firstRow + 1, lastRow) * rowStride;
    __global float* left2 = leftMatrix + min(firstRow + 2, lastRow) * rowStride;
    __global float* left3 = leftMatrix + min(firstRow + 3, lastRow) * rowStride;
    __global float* left4 = leftMatrix + min(firstRow + 4, lastRow) * rowStride;
    __global float* left5 = leftMatrix + min(firstRow + 5, lastRow) * rowStride;
    long a = 0L;
    long b = (long)(int)get_group_id(0) * (long)rightPanel;
    Row16 sum0 = Row16_Zero();
    Row16 sum1 = Row16_Zero();
    Row16 sum2 = Row16_Zero();
    Row16 sum3 = Row16_Zero();
    Row16 sum4 = Row16_Zero();
    Row16 sum5 = Row16_Zero();
    int rows;
    int columns;
    __global float* offsets;
    __global float* outputs;
    float sums[96] __attribute__((aligned(16)));

    for (int step_ = 0; step_ < k; step_++)
    {
        Row16 row = Row16_Load(rightMatrix, b);

        sum0 = Row16_AddProduct(sum0, left0[a], row);
        sum1 = Row16_AddProduct(sum1, left1[a], row);
        sum2 = Row16_AddProduct(sum2, left2[a], row);
        sum3 = Row16_AddProduct(sum3, left3[a], row);
        sum4 = Row16_AddProduct(sum4, left4[a], row);
        sum5 = Row16_AddProduct(sum5, left5[a], row);
        a += leftStep;
        b += rightStep;
    }
    rows = min(6, m - firstRow);
    columns = min(16, n - firstColumn);
    if ((int)leftSums_length > 0 && (int)get_group_id(0) == 0)
    {
        for (int i = 0; i < rows; i++)
        {
            MatMul_SumRow(leftMatrix, firstRow + i, leftRow, leftStep, k, accumulateSums, leftSums + (long)(int)get_group_id(2) * (long)sumsBatch);
        }
    }
    if (rows == 6 && columns == 16 && (int)bias_length == 0 && activation == 0 && (int)gradientOutput_length == 0)
    {
        long place = (long)firstRow * (long)n + firstColumn;

        MatMul_StorePlain(sum0, product, place, accumulate);
        MatMul_StorePlain(sum1, product, place + n, accumulate);
        MatMul_StorePlain(sum2, product, place + 2L * n, accumulate);
        MatMul_StorePlain(sum3, product, place + 3L * n, accumulate);
        MatMul_StorePlain(sum4, product, place + 4L * n, accumulate);
        MatMul_StorePlain(sum5, product, place + 5L * n, accumulate);
        return;
    }
    offsets = bias + (long)(int)get_group_id(2) * (long)biasBatch;
    outputs = gradientOutput + ((int)gradientOutput_length > 0 ? (long)(int)get_group_id(2) * (long)resultBatch : 0L);
    Row16_Store_private(sum0, sums, 0L);
    Row16_Store_private(sum1, sums, 16L);
    Row16_Store_private(sum2, sums, 32L);
    Row16_Store_private(sum3, sums, 48L);
    Row16_Store_private(sum4, sums, 64L);
    Row16_Store_private(sum5, sums, 80L);
    for (int i = 0; i < rows; i++)
    {
        int row = firstRow + i;
        long place = (long)row * (long)n + firstColumn;
        float* values = sums + i * 16;

        if (accumulate != 0)
        {
            for (int j = 0; j < columns; j++)
            {
                values[j] += product[place + j];
            }
        }
        if ((int)bias_length > 0)
        {
            MatMul_AddBias_global_private(offsets, biasRow != 0 ? row : firstColumn, biasRow, columns, values);
        }
        Activations_ApplyToRow_private(activation, values, columns);
        if ((int)gradientOutput_length > 0)
        {
            Activations_GradientOfRow_private_global(gradientActivation, values, outputs + place, columns);
        }
        for (int j = 0; j < columns; j++)
        {
            product[place + j] = values[j];
        }
    }
}
