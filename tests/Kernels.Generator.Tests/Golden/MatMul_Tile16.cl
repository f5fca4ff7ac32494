// Quern.Kernels.Gpu.MatMul.Load(ArrayView<float> operand, int line, int lines, int lineStride, int step, int steps, int stepStride)
static float MatMul_Load(__global float* operand, int line, int lines, int lineStride, int step_, int steps, int stepStride)
{
    float value = 0.0f;

    if (line < lines && step_ < steps)
    {
        value = operand[(long)line * (long)lineStride + (long)step_ * (long)stepStride];
    }
    return value;
}

// Quern.Kernels.Gpu.MatMul.SumRow(ArrayView<float> left, int row, int m, int leftRow, int leftStep, int k, int accumulate, ArrayView<float> sums)
static void MatMul_SumRow(__global float* left, int row, int m, int leftRow, int leftStep, int k, int accumulate, __global float* sums)
{
    if (row < m)
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
            float value0 = left[place];
            float value1 = left[place + stride];
            float value2 = left[place + 2L * stride];
            float value3 = left[place + 3L * stride];

            sum0 += value0;
            sum1 += value1;
            sum2 += value2;
            sum3 += value3;
            place += 4L * stride;
        }
        for (; step_ < k; step_++)
        {
            sum0 += left[place];
            place += stride;
        }
        sum = sum0 + sum1 + (sum2 + sum3);
        if (accumulate != 0)
        {
            sum += sums[row];
        }
        sums[row] = sum;
    }
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

// Quern.Kernels.Gpu.MatMul.Store(float value, int row, int column, int n, int accumulate, ArrayView<float> bias, int biasLength, int activation, ArrayView<float> gradientOutput, int gradientLength, int gradientActivation, ArrayView<float> result)
static void MatMul_Store(float value, int row, int column, int n, int accumulate, __global float* bias, int biasLength, int activation, __global float* gradientOutput, int gradientLength, int gradientActivation, __global float* result)
{
    if (column < n)
    {
        long place = (long)row * (long)n + column;

        if (accumulate != 0)
        {
            value += result[place];
        }
        if (biasLength > 0)
        {
            value += bias[column];
        }
        value = Activations_Apply(activation, value);
        if (gradientLength > 0)
        {
            value = Activations_Gradient(gradientActivation, value, gradientOutput[place]);
        }
        result[place] = value;
    }
}

// Quern.Kernels.Gpu.MatMul.Tile16(ArrayView<float> left, int leftRow, int leftStep, int leftBatch, ArrayView<float> right, int rightStep, int rightColumn, int rightBatch, int m, int n, int k, int across, int down, int accumulate, ArrayView<float> bias, int activation, ArrayView<float> gradientOutput, int gradientActivation, ArrayView<float> leftSums, int accumulateSums, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(16, 16, 1)))
void MatMul_Tile16(
    __global float* left_buffer, long left_offset, long left_length,
    int leftRow,
    int leftStep,
    int leftBatch,
    __global float* right_buffer, long right_offset, long right_length,
    int rightStep,
    int rightColumn,
    int rightBatch,
    int m,
    int n,
    int k,
    int across,
    int down,
    int accumulate,
    __global float* bias_buffer, long bias_offset, long bias_length,
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
    __local float leftSlab[272] __attribute__((aligned(16)));
    __local float rightSlab[272] __attribute__((aligned(16)));

    int tileRow = (int)get_group_id(0) / across;
    int number = tileRow / down;
    __global float* leftMatrix = left + (long)number * (long)leftBatch;
    __global float* rightMatrix = right + (long)number * (long)rightBatch;
    __global float* product = result + (long)number * (long)m * n;
    int x = (int)get_local_id(0);
    int y = (int)get_local_id(1);
    int top = (tileRow - number * down) * 16;
    int side = ((int)get_group_id(0) - tileRow * across) * 16;
    int leftLoadRow = leftStep == 1 ? y : x;
    int leftLoadStep = leftStep == 1 ? x : y;
    int rightLoadColumn = rightColumn == 1 ? x : y;
    int rightLoadStep = rightColumn == 1 ? y : x;
    float sum = 0.0f;

    for (int start = 0; start < k; start += 16)
    {
        leftSlab[leftLoadRow * 17 + leftLoadStep] = MatMul_Load(leftMatrix, top + leftLoadRow, m, leftRow, start + leftLoadStep, k, leftStep);
        rightSlab[rightLoadStep * 17 + rightLoadColumn] = MatMul_Load(rightMatrix, side + rightLoadColumn, n, rightColumn, start + rightLoadStep, k, rightStep);
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
        for (int step_ = 0; step_ < 16; step_++)
        {
            sum += leftSlab[y * 17 + step_] * rightSlab[step_ * 17 + x];
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    if ((int)leftSums_length > 0 && side == 0 && y == 0)
    {
        MatMul_SumRow(leftMatrix, top + x, m, leftRow, leftStep, k, accumulateSums, leftSums);
    }
    if (top + y < m)
    {
        MatMul_Store(sum, top + y, side + x, n, accumulate, bias, (int)bias_length, activation, gradientOutput, (int)gradientOutput_length, gradientActivation, product);
    }
}
