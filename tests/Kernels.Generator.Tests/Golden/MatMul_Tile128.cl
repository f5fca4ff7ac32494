// Quern.Kernels.Gpu.Block4
typedef struct
{
    float4 Row0;
    float4 Row1;
    float4 Row2;
    float4 Row3;
} Block4;

// Quern.Kernels.Gpu.MatMul.FirstLine(int item, int lines, bool alongSteps)
static int MatMul_FirstLine(int item, int lines, bool alongSteps)
{
    return alongSteps ? ((item >> 1) & 15) + (((item >> 5) & ((lines >> 4) - 1)) << 4) : (item << 2) & (lines - 1);
}

// Quern.Kernels.Gpu.MatMul.FirstStep128(int item, bool alongSteps)
static int MatMul_FirstStep128(int item, bool alongSteps)
{
    return alongSteps ? (item & 1) << 2 : item >> 5;
}

// Quern.Kernels.Gpu.MatMul.Inside(int line, int lines, int step, int steps, bool alongSteps)
static int MatMul_Inside(int line, int lines, int step_, int steps, bool alongSteps)
{
    int inside = alongSteps ? steps - step_ : lines - line;
    bool outside = alongSteps ? line >= lines : step_ >= steps;

    return outside ? 0 : inside;
}

// Quern.Kernels.Gpu.MatMul.Fetch(ArrayView<float> operand, long place, int inside, int stride, int vectors)
static float4 MatMul_Fetch(__global float* operand, long place, int inside, int stride, int vectors)
{
    long first = inside > 0 ? place : 0L;
    float4 values;

    if (vectors != 0)
    {
        values = ((__global float4*)operand)[first >> 2];
    }
    else
    {
        long second = inside > 1 ? first + stride : first;
        long third = inside > 2 ? second + stride : first;
        long fourth = inside > 3 ? third + stride : first;

        values.x = operand[first];
        values.y = operand[second];
        values.z = operand[third];
        values.w = operand[fourth];
    }
    return values;
}

// Quern.Kernels.Gpu.MatMul.Put(ArrayView<Float4> slab, int place, int stride, Float4 values, int inside, bool alongSteps)
static void MatMul_Put_local(__local float4* slab, int place, int stride, float4 values, int inside, bool alongSteps)
{
    float x = inside > 0 ? values.x : 0.0f;
    float y = inside > 1 ? values.y : 0.0f;
    float z = inside > 2 ? values.z : 0.0f;
    float w = inside > 3 ? values.w : 0.0f;

    if (alongSteps)
    {
        __local float* floats = (__local float*)slab;

        floats[place] = x;
        floats[place + stride] = y;
        floats[place + 2 * stride] = z;
        floats[place + 3 * stride] = w;
    }
    else
    {
        slab[place >> 2] = (float4)(x, y, z, w);
    }
}

// Quern.Kernels.Gpu.Block4.Zero()
static Block4 Block4_Zero(void)
{
    Block4 block;

    block.Row0 = (float4)(0.0f, 0.0f, 0.0f, 0.0f);
    block.Row1 = (float4)(0.0f, 0.0f, 0.0f, 0.0f);
    block.Row2 = (float4)(0.0f, 0.0f, 0.0f, 0.0f);
    block.Row3 = (float4)(0.0f, 0.0f, 0.0f, 0.0f);
    return block;
}

// Quern.Kernels.Gpu.Block4.AddProduct(Block4 sums, Float4 left, Float4 right)
static Block4 Block4_AddProduct(Block4 sums_given, float4 left, float4 right)
{
    Block4 sums = sums_given;

    sums.Row0 += left.x * right;
    sums.Row1 += left.y * right;
    sums.Row2 += left.z * right;
    sums.Row3 += left.w * right;
    return sums;
}

// Quern.Kernels.Gpu.MatMul.SumRows(ArrayView<float> left, int leftRow, int leftStep, int vectors, int top, int m, int steps, int line, int step, bool alongSteps, int lines, int depth, ArrayView<Float4> slab, int item, int accumulate, ArrayView<float> sums)
static void MatMul_SumRows_global_local_global(__global float* left, int leftRow, int leftStep, int vectors, int top, int m, int steps, int line, int step_, bool alongSteps, int lines, int depth, __local float4* slab, int item, int accumulate, __global float* sums)
{
    int row = top + line;
    int run = alongSteps ? leftStep : leftRow;
    long place = (long)row * (long)leftRow + (long)step_ * (long)leftStep;
    long distance_ = (long)depth * (long)leftStep;
    float x = 0.0f;
    float y = 0.0f;
    float z = 0.0f;
    float w = 0.0f;
    int stride;

    for (int start = 0; start < steps; start += 4 * depth)
    {
        int inside0 = MatMul_Inside(row, m, start + step_, steps, alongSteps);
        int inside1 = MatMul_Inside(row, m, start + depth + step_, steps, alongSteps);
        int inside2 = MatMul_Inside(row, m, start + 2 * depth + step_, steps, alongSteps);
        int inside3 = MatMul_Inside(row, m, start + 3 * depth + step_, steps, alongSteps);
        float4 values0 = MatMul_Fetch(left, place, inside0, run, vectors);
        float4 values1 = MatMul_Fetch(left, place + distance_, inside1, run, vectors);
        float4 values2 = MatMul_Fetch(left, place + 2L * distance_, inside2, run, vectors);
        float4 values3 = MatMul_Fetch(left, place + 3L * distance_, inside3, run, vectors);

        x += (inside0 > 0 ? values0.x : 0.0f) + (inside1 > 0 ? values1.x : 0.0f) + ((inside2 > 0 ? values2.x : 0.0f) + (inside3 > 0 ? values3.x : 0.0f));
        y += (inside0 > 1 ? values0.y : 0.0f) + (inside1 > 1 ? values1.y : 0.0f) + ((inside2 > 1 ? values2.y : 0.0f) + (inside3 > 1 ? values3.y : 0.0f));
        z += (inside0 > 2 ? values0.z : 0.0f) + (inside1 > 2 ? values1.z : 0.0f) + ((inside2 > 2 ? values2.z : 0.0f) + (inside3 > 2 ? values3.z : 0.0f));
        w += (inside0 > 3 ? values0.w : 0.0f) + (inside1 > 3 ? values1.w : 0.0f) + ((inside2 > 3 ? values2.w : 0.0f) + (inside3 > 3 ? values3.w : 0.0f));
        place += 4L * distance_;
    }
    stride = lines + 4;
    MatMul_Put_local(slab, step_ * stride + line, stride, (float4)(x, y, z, w), 4, alongSteps);
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    if (item < lines && top + item < m)
    {
        __local float* floats = (__local float*)slab;
        float sum = 0.0f;

        for (int i = 0; i < depth; i += 4)
        {
            int at = i * stride + item;

            sum += floats[at] + floats[at + stride] + (floats[at + 2 * stride] + floats[at + 3 * stride]);
        }
        sums[top + item] = accumulate != 0 ? sums[top + item] + sum : sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
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

// Quern.Kernels.Gpu.MatMul.StoreFour(Float4 values, int row, int column, int m, int n, int accumulate, ArrayView<float> bias, int biasLength, int biasRow, int activation, ArrayView<float> gradientOutput, int gradientLength, int gradientActivation, ArrayView<float> result)
static void MatMul_StoreFour(float4 values, int row, int column, int m, int n, int accumulate, __global float* bias, int biasLength, int biasRow, int activation, __global float* gradientOutput, int gradientLength, int gradientActivation, __global float* result)
{
    int last = m - 1;
    int row0 = min(row, last);
    int row1 = min(row + 4, last);
    int row2 = min(row + 8, last);
    int row3 = min(row + 12, last);
    long place0 = (long)row0 * (long)n + column;
    long place1 = (long)row1 * (long)n + column;
    long place2 = (long)row2 * (long)n + column;
    long place3 = (long)row3 * (long)n + column;
    float4 outputs = (float4)(0.0f, 0.0f, 0.0f, 0.0f);

    if (gradientLength > 0)
    {
        outputs = (float4)(gradientOutput[place0], gradientOutput[place1], gradientOutput[place2], gradientOutput[place3]);
    }
    if (accumulate != 0)
    {
        values += (float4)(result[place0], result[place1], result[place2], result[place3]);
    }
    if (biasLength > 0)
    {
        values += biasRow != 0 ? (float4)(bias[row0], bias[row1], bias[row2], bias[row3]) : (float4)(bias[column], bias[column], bias[column], bias[column]);
    }
    if (activation != 0)
    {
        values = (float4)(Activations_Apply(activation, values.x), Activations_Apply(activation, values.y), Activations_Apply(activation, values.z), Activations_Apply(activation, values.w));
    }
    if (gradientLength > 0)
    {
        values = (float4)(Activations_Gradient(gradientActivation, values.x, outputs.x), Activations_Gradient(gradientActivation, values.y, outputs.y), Activations_Gradient(gradientActivation, values.z, outputs.z), Activations_Gradient(gradientActivation, values.w, outputs.w));
    }
    if (row < m)
    {
        result[place0] = values.x;
    }
    if (row + 4 < m)
    {
        result[place1] = values.y;
    }
    if (row + 8 < m)
    {
        result[place2] = values.z;
    }
    if (row + 12 < m)
    {
        result[place3] = values.w;
    }
}

// Quern.Kernels.Gpu.MatMul.StoreBlock(ArrayView<Float4> stage, Block4 block, int blockRow, int blockColumn, int item, int firstRow, int firstColumn, int m, int n, int accumulate, ArrayView<float> bias, int biasLength, int biasRow, int activation, ArrayView<float> gradientOutput, int gradientLength, int gradientActivation, ArrayView<float> result)
static void MatMul_StoreBlock_local_global_global_global(__local float4* stage, Block4 block, int blockRow, int blockColumn, int item, int firstRow, int firstColumn, int m, int n, int accumulate, __global float* bias, int biasLength, int biasRow, int activation, __global float* gradientOutput, int gradientLength, int gradientActivation, __global float* result)
{
    int place = blockRow * 64 + blockColumn;
    int column;

    stage[place] = block.Row0;
    stage[place + 16] = block.Row1;
    stage[place + 32] = block.Row2;
    stage[place + 48] = block.Row3;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    column = firstColumn + (item & 63);
    if (column < n)
    {
        __local float* floats = (__local float*)stage;

        for (int i = item >> 6; i < 64; i += 16)
        {
            int from = i * 64 + (item & 63);

            MatMul_StoreFour((float4)(floats[from], floats[from + 256], floats[from + 512], floats[from + 768]), firstRow + i, column, m, n, accumulate, bias, biasLength, biasRow, activation, gradientOutput, gradientLength, gradientActivation, result);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
}

// Quern.Kernels.Gpu.MatMul.Tile128(ArrayView<float> left, int leftRow, int leftStep, int leftBatch, int leftVectors, ArrayView<float> right, int rightStep, int rightColumn, int rightBatch, int rightVectors, int m, int n, int k, int lastK, int across, int down, int accumulate, ArrayView<float> bias, int biasRow, int biasBatch, int activation, ArrayView<float> gradientOutput, int gradientActivation, ArrayView<float> leftSums, int accumulateSums, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(16, 16, 1)))
void MatMul_Tile128(
    __global float* left_buffer, long left_offset, long left_length,
    int leftRow,
    int leftStep,
    int leftBatch,
    int leftVectors,
    __global float* right_buffer, long right_offset, long right_length,
    int rightStep,
    int rightColumn,
    int rightBatch,
    int rightVectors,
    int m,
    int n,
    int k,
    int lastK,
    int across,
    int down,
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
    __local float4 shared[1056] __attribute__((aligned(16)));

    int tileRow = (int)get_group_id(0) / across;
    int number = tileRow / down;
    int steps = number == (int)get_num_groups(0) / (across * down) - 1 ? lastK : k;
    __global float* leftMatrix = left + (long)number * (long)leftBatch;
    __global float* rightMatrix = right + (long)number * (long)rightBatch;
    int top = (tileRow - number * down) * 128;
    int side = ((int)get_group_id(0) - tileRow * across) * 128;
    int item = (int)get_local_id(1) * 16 + (int)get_local_id(0);
    bool leftAlongSteps = leftStep == 1;
    bool rightAlongSteps = rightColumn != 1;
    int leftRun = leftAlongSteps ? leftStep : leftRow;
    int rightRun = rightAlongSteps ? rightStep : rightColumn;
    int leftLine = MatMul_FirstLine(item, 128, leftAlongSteps);
    int rightLine = MatMul_FirstLine(item, 128, rightAlongSteps);
    int leftFrom = MatMul_FirstStep128(item, leftAlongSteps);
    int rightFrom = MatMul_FirstStep128(item, rightAlongSteps);
    int leftTo = leftFrom * 132 + leftLine;
    int rightTo = rightFrom * 132 + rightLine;
    long leftPlace = (long)(top + leftLine) * (long)leftRow + (long)leftFrom * (long)leftStep;
    long rightPlace = (long)(side + rightLine) * (long)rightColumn + (long)rightFrom * (long)rightStep;
    int leftInside = MatMul_Inside(top + leftLine, m, leftFrom, steps, leftAlongSteps);
    int rightInside = MatMul_Inside(side + rightLine, n, rightFrom, steps, rightAlongSteps);
    float4 leftValues = (float4)(0.0f, 0.0f, 0.0f, 0.0f);
    float4 rightValues = (float4)(0.0f, 0.0f, 0.0f, 0.0f);
    int blockRow;
    int blockColumn;
    Block4 topLeft;
    Block4 topRight;
    Block4 bottomLeft;
    Block4 bottomRight;
    int current;
    __global float* product;
    __global float* outputs;
    __global float* offsets;

    if (steps > 0)
    {
        leftValues = MatMul_Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
        rightValues = MatMul_Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
        MatMul_Put_local(shared, leftTo, 132, leftValues, leftInside, leftAlongSteps);
        MatMul_Put_local(shared + 528L, rightTo, 132, rightValues, rightInside, rightAlongSteps);
        leftPlace += 8L * leftStep;
        rightPlace += 8L * rightStep;
        leftInside = MatMul_Inside(top + leftLine, m, 8 + leftFrom, steps, leftAlongSteps);
        rightInside = MatMul_Inside(side + rightLine, n, 8 + rightFrom, steps, rightAlongSteps);
        leftValues = MatMul_Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
        rightValues = MatMul_Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
    }
    blockRow = ((item >> 6) << 2) + ((item >> 3) & 3);
    blockColumn = (((item >> 5) & 1) << 3) + (item & 7);
    topLeft = Block4_Zero();
    topRight = Block4_Zero();
    bottomLeft = Block4_Zero();
    bottomRight = Block4_Zero();
    current = 0;
    for (int start = 0; start < steps; start += 8)
    {
        int other;
        int leftAt;
        int rightAt;
        float4 a0;
        float4 a1;
        float4 b0;
        float4 b1;

        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
        other = 264 - current;
        MatMul_Put_local(shared + other, leftTo, 132, leftValues, leftInside, leftAlongSteps);
        MatMul_Put_local(shared + (528 + other), rightTo, 132, rightValues, rightInside, rightAlongSteps);
        leftPlace += 8L * leftStep;
        rightPlace += 8L * rightStep;
        leftInside = MatMul_Inside(top + leftLine, m, start + 16 + leftFrom, steps, leftAlongSteps);
        rightInside = MatMul_Inside(side + rightLine, n, start + 16 + rightFrom, steps, rightAlongSteps);
        leftValues = MatMul_Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
        rightValues = MatMul_Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
        leftAt = current + blockRow;
        rightAt = 528 + current + blockColumn;
        a0 = shared[leftAt];
        a1 = shared[leftAt + 16];
        b0 = shared[rightAt];
        b1 = shared[rightAt + 16];
        topLeft = Block4_AddProduct(topLeft, a0, b0);
        topRight = Block4_AddProduct(topRight, a0, b1);
        bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
        bottomRight = Block4_AddProduct(bottomRight, a1, b1);
        a0 = shared[leftAt + 33];
        a1 = shared[leftAt + 49];
        b0 = shared[rightAt + 33];
        b1 = shared[rightAt + 49];
        topLeft = Block4_AddProduct(topLeft, a0, b0);
        topRight = Block4_AddProduct(topRight, a0, b1);
        bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
        bottomRight = Block4_AddProduct(bottomRight, a1, b1);
        a0 = shared[leftAt + 66];
        a1 = shared[leftAt + 82];
        b0 = shared[rightAt + 66];
        b1 = shared[rightAt + 82];
        topLeft = Block4_AddProduct(topLeft, a0, b0);
        topRight = Block4_AddProduct(topRight, a0, b1);
        bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
        bottomRight = Block4_AddProduct(bottomRight, a1, b1);
        a0 = shared[leftAt + 99];
        a1 = shared[leftAt + 115];
        b0 = shared[rightAt + 99];
        b1 = shared[rightAt + 115];
        topLeft = Block4_AddProduct(topLeft, a0, b0);
        topRight = Block4_AddProduct(topRight, a0, b1);
        bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
        bottomRight = Block4_AddProduct(bottomRight, a1, b1);
        a0 = shared[leftAt + 132];
        a1 = shared[leftAt + 148];
        b0 = shared[rightAt + 132];
        b1 = shared[rightAt + 148];
        topLeft = Block4_AddProduct(topLeft, a0, b0);
        topRight = Block4_AddProduct(topRight, a0, b1);
        bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
        bottomRight = Block4_AddProduct(bottomRight, a1, b1);
        a0 = shared[leftAt + 165];
        a1 = shared[leftAt + 181];
        b0 = shared[rightAt + 165];
        b1 = shared[rightAt + 181];
        topLeft = Block4_AddProduct(topLeft, a0, b0);
        topRight = Block4_AddProduct(topRight, a0, b1);
        bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
        bottomRight = Block4_AddProduct(bottomRight, a1, b1);
        a0 = shared[leftAt + 198];
        a1 = shared[leftAt + 214];
        b0 = shared[rightAt + 198];
        b1 = shared[rightAt + 214];
        topLeft = Block4_AddProduct(topLeft, a0, b0);
        topRight = Block4_AddProduct(topRight, a0, b1);
        bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
        bottomRight = Block4_AddProduct(bottomRight, a1, b1);
        a0 = shared[leftAt + 231];
        a1 = shared[leftAt + 247];
        b0 = shared[rightAt + 231];
        b1 = shared[rightAt + 247];
        topLeft = Block4_AddProduct(topLeft, a0, b0);
        topRight = Block4_AddProduct(topRight, a0, b1);
        bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
        bottomRight = Block4_AddProduct(bottomRight, a1, b1);
        current = other;
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    if ((int)leftSums_length > 0 && side == 0 && number == 0)
    {
        int allSteps = ((int)get_num_groups(0) / (across * down) - 1) * k + lastK;

        MatMul_SumRows_global_local_global(leftMatrix, leftRow, leftStep, leftVectors, top, m, allSteps, leftLine, leftFrom, leftAlongSteps, 128, 8, shared, item, accumulateSums, leftSums);
    }
    product = result + (long)number * (long)m * n;
    outputs = gradientOutput + ((int)gradientOutput_length > 0 ? (long)number * (long)m * n : 0L);
    offsets = bias + (long)number * (long)biasBatch;
    MatMul_StoreBlock_local_global_global_global(shared, topLeft, blockRow, blockColumn, item, top, side, m, n, accumulate, offsets, (int)bias_length, biasRow, activation, outputs, (int)gradientOutput_length, gradientActivation, product);
    MatMul_StoreBlock_local_global_global_global(shared, topRight, blockRow, blockColumn, item, top, side + 64, m, n, accumulate, offsets, (int)bias_length, biasRow, activation, outputs, (int)gradientOutput_length, gradientActivation, product);
    MatMul_StoreBlock_local_global_global_global(shared, bottomLeft, blockRow, blockColumn, item, top + 64, side, m, n, accumulate, offsets, (int)bias_length, biasRow, activation, outputs, (int)gradientOutput_length, gradientActivation, product);
    MatMul_StoreBlock_local_global_global_global(shared, bottomRight, blockRow, blockColumn, item, top + 64, side + 64, m, n, accumulate, offsets, (int)bias_length, biasRow, activation, outputs, (int)gradientOutput_length, gradientActivation, product);
}
