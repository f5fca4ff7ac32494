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

// Quern.Kernels.Gpu.Activations.Relu(float x)
static float Activations_Relu(float x)
{
    return x < 0.0f ? 0.0f : x;
}

// Quern.Kernels.Gpu.Elementary.Remainder(float x, float n)
static float Elementary_Remainder(float x, float n)
{
    return x - n * 0.6933594f + n * 0.00021219444f;
}

// Quern.Kernels.Gpu.Elementary.PowerOfTwo(int n)
static float Elementary_PowerOfTwo(int n)
{
    return as_float((uint)(n + 127) << 23);
}

// Quern.Kernels.Gpu.Elementary.Scale(float value, int n)
static float Elementary_Scale(float value, int n)
{
    int half_ = n >> 1;

    return value * Elementary_PowerOfTwo(half_) * Elementary_PowerOfTwo(n - half_);
}

// Quern.Kernels.Gpu.Elementary.ExpMinusOne(float r)
static float Elementary_ExpMinusOne(float r)
{
    float q = 0.0013926176f * r + 0.008363173f;

    q = q * r + 0.041666556f;
    q = q * r + 0.16666578f;
    q = q * r + 0.5f;
    return q * (r * r) + r;
}

// Quern.Kernels.Gpu.Elementary.Exp(float x)
static float Elementary_Exp(float x)
{
    float atMost = x > 89.0f ? 89.0f : x;
    float inside = atMost < -104.0f ? -104.0f : atMost;
    float shifted = inside * 1.442695f + 12582912.0f;
    float r = Elementary_Remainder(inside, shifted - 12582912.0f);

    return Elementary_Scale(1.0f + Elementary_ExpMinusOne(r), (int)(as_uint(shifted) - 1262485504u));
}

// Quern.Kernels.Gpu.Activations.Sigmoid(float x)
static float Activations_Sigmoid(float x)
{
    float e = Elementary_Exp(-fabs(x));

    return (x >= 0.0f ? 1.0f : e) / (1.0f + e);
}

// Quern.Kernels.Gpu.Elementary.Tanh(float x)
static float Elementary_Tanh(float x)
{
    float magnitude = fabs(x);
    float doubled = -2.0f * (magnitude > 10.0f ? 10.0f : magnitude);
    float shifted = doubled * 1.442695f + 12582912.0f;
    float r = Elementary_Remainder(doubled, shifted - 12582912.0f);
    float power = as_float((as_uint(shifted) - 1262485504u + 127u) << 23);
    float t = power * Elementary_ExpMinusOne(r) + (power - 1.0f);
    uint result = as_uint(t / (t + 2.0f));

    return as_float((result & 2147483647u) | (as_uint(x) & 2147483648u));
}

// Quern.Kernels.Gpu.Activations.Apply(int activation, float x)
static float Activations_Apply(int activation, float x)
{
    switch (activation)
    {
        case 1:
        {
            return Activations_Relu(x);
        }
        case 2:
        {
            return Activations_Sigmoid(x);
        }
        case 3:
        {
            return Elementary_Tanh(x);
        }
        default:
        {
            return x;
        }
    }
}

// Quern.Kernels.Gpu.Activations.ReluGradient(float gradient, float y)
static float Activations_ReluGradient(float gradient, float y)
{
    return y > 0.0f ? gradient : 0.0f;
}

// Quern.Kernels.Gpu.Activations.SigmoidGradient(float gradient, float y)
static float Activations_SigmoidGradient(float gradient, float y)
{
    return gradient * (y * (1.0f - y));
}

// Quern.Kernels.Gpu.Activations.TanhGradient(float gradient, float y)
static float Activations_TanhGradient(float gradient, float y)
{
    return gradient * (1.0f - y * y);
}

// Quern.Kernels.Gpu.Activations.Gradient(int activation, float gradient, float y)
static float Activations_Gradient(int activation, float gradient, float y)
{
    switch (activation)
    {
        case 1:
        {
            return Activations_ReluGradient(gradient, y);
        }
        case 2:
        {
            return Activations_SigmoidGradient(gradient, y);
        }
        case 3:
        {
            return Activations_TanhGradient(gradient, y);
        }
        default:
        {
            return gradient;
        }
    }
}

// Quern.Kernels.Gpu.MatMul.Store(float value, long place, int biasPlace, int accumulate, ArrayView<float> bias, int biasLength, int activation, ArrayView<float> gradientOutput, int gradientLength, int gradientActivation, ArrayView<float> result)
static void MatMul_Store(float value, long place, int biasPlace, int accumulate, __global float* bias, int biasLength, int activation, __global float* gradientOutput, int gradientLength, int gradientActivation, __global float* result)
{
    if (accumulate != 0)
    {
        value += result[place];
    }
    if (biasLength > 0)
    {
        value += bias[biasPlace];
    }
    value = Activations_Apply(activation, value);
    if (gradientLength > 0)
    {
        value = Activations_Gradient(gradientActivation, value, gradientOutput[place]);
    }
    result[place] = value;
}

// Quern.Kernels.Gpu.MatMul.Strip(ArrayView<float> left, int leftRow, int leftStep, int leftBatch, ArrayView<float> right, int rightPanel, int rightStep, int rightBatch, int m, int n, int k, int accumulate, ArrayView<float> bias, int biasRow, int biasBatch, int activation, ArrayView<float> gradientOutput, int gradientActivation, ArrayView<float> leftSums, int accumulateSums, ArrayView<float> result)
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
    __global float* product = result + (long)(int)get_group_id(2) * (long)m * n;
    int firstRow = (int)get_group_id(1) * 6;
    int firstColumn = (int)get_group_id(0) * 16;
    int lastRow = m - 1;
    long a0 = (long)firstRow * (long)leftRow;
    long a1 = (long)min(firstRow + 1, lastRow) * (long)leftRow;
    long a2 = (long)min(firstRow + 2, lastRow) * (long)leftRow;
    long a3 = (long)min(firstRow + 3, lastRow) * (long)leftRow;
    long a4 = (long)min(firstRow + 4, lastRow) * (long)leftRow;
    long a5 = (long)min(firstRow + 5, lastRow) * (long)leftRow;
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

        sum0 = Row16_AddProduct(sum0, leftMatrix[a0], row);
        sum1 = Row16_AddProduct(sum1, leftMatrix[a1], row);
        sum2 = Row16_AddProduct(sum2, leftMatrix[a2], row);
        sum3 = Row16_AddProduct(sum3, leftMatrix[a3], row);
        sum4 = Row16_AddProduct(sum4, leftMatrix[a4], row);
        sum5 = Row16_AddProduct(sum5, leftMatrix[a5], row);
        a0 += leftStep;
        a1 += leftStep;
        a2 += leftStep;
        a3 += leftStep;
        a4 += leftStep;
        a5 += leftStep;
        b += rightStep;
    }
    rows = min(6, m - firstRow);
    columns = min(16, n - firstColumn);
    if ((int)leftSums_length > 0 && (int)get_group_id(0) == 0)
    {
        for (int i = 0; i < rows; i++)
        {
            MatMul_SumRow(leftMatrix, firstRow + i, leftRow, leftStep, k, accumulateSums, leftSums);
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
    outputs = gradientOutput + ((int)gradientOutput_length > 0 ? (long)(int)get_group_id(2) * (long)m * n : 0L);
    Row16_Store_private(sum0, sums, 0L);
    Row16_Store_private(sum1, sums, 16L);
    Row16_Store_private(sum2, sums, 32L);
    Row16_Store_private(sum3, sums, 48L);
    Row16_Store_private(sum4, sums, 64L);
    Row16_Store_private(sum5, sums, 80L);
    for (int i = 0; i < rows; i++)
    {
        for (int j = 0; j < columns; j++)
        {
            int row = firstRow + i;
            int column = firstColumn + j;

            MatMul_Store(sums[i * 16 + j], (long)row * (long)n + column, biasRow != 0 ? row : column, accumulate, offsets, (int)bias_length, activation, outputs, (int)gradientOutput_length, gradientActivation, product);
        }
    }
}
