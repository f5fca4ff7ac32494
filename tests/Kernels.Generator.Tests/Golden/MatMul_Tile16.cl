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

// Quern.Kernels.Gpu.MatMul.FirstStep16(int item, bool alongSteps)
static int MatMul_FirstStep16(int item, bool alongSteps)
{
    return alongSteps ? ((item >> 5) << 3) + ((item & 1) << 2) : ((item >> 5) << 3) + (((item >> 2) & 1) << 2) + ((item >> 3) & 3);
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

// Quern.Kernels.Gpu.MatMul.Put(ArrayView<Float4> slab, int place, int stride, Float4 values, bool alongSteps)
static void MatMul_Put_local(__local float4* slab, int place, int stride, float4 values, bool alongSteps)
{
    if (alongSteps)
    {
        __local float* floats = (__local float*)slab;

        floats[place] = values.x;
        floats[place + stride] = values.y;
        floats[place + 2 * stride] = values.z;
        floats[place + 3 * stride] = values.w;
    }
    else
    {
        slab[place >> 2] = values;
    }
}

// Quern.Kernels.Gpu.MatMul.Zeroed(Float4 values, int inside)
static float4 MatMul_Zeroed(float4 values, int inside)
{
    return (float4)(inside > 0 ? values.x : 0.0f, inside > 1 ? values.y : 0.0f, inside > 2 ? values.z : 0.0f, inside > 3 ? values.w : 0.0f);
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
    MatMul_Put_local(slab, step_ * stride + line, stride, (float4)(x, y, z, w), alongSteps);
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

// Quern.Kernels.Gpu.Activations.Apply(int activation, float x)
static float Activations_Apply(int activation, float x)
{
    switch (activation)
    {
        case 1:
        {
            return ReluOperator_Invoke(x);
        }
        case 2:
        {
            return SigmoidOperator_Invoke(x);
        }
        case 3:
        {
            return TanhOperator_Invoke(x);
        }
        default:
        {
            return x;
        }
    }
}

// Quern.Kernels.Gpu.Activations.Gradient(int activation, float gradient, float y)
static float Activations_Gradient(int activation, float gradient, float y)
{
    switch (activation)
    {
        case 1:
        {
            return ReluGradientOperator_Invoke(gradient, y);
        }
        case 2:
        {
            return SigmoidGradientOperator_Invoke(gradient, y);
        }
        case 3:
        {
            return TanhGradientOperator_Invoke(gradient, y);
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

// Quern.Kernels.Gpu.MatMul.Tile16(ArrayView<float> left, int leftRow, int leftStep, int leftBatch, int leftVectors, ArrayView<float> right, int rightStep, int rightColumn, int rightBatch, int rightVectors, int m, int n, int k, int lastK, int across, int down, int accumulate, ArrayView<float> bias, int biasRow, int biasBatch, int activation, ArrayView<float> gradientOutput, int gradientActivation, ArrayView<float> leftSums, int accumulateSums, int sumsBatch, int resultBatch, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(16, 16, 1)))
void MatMul_Tile16(
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
    __local float4 shared[1280] __attribute__((aligned(16)));

    int tileRow = (int)get_group_id(0) / across;
    int number = tileRow / down;
    int steps = number == (int)get_num_groups(0) / (across * down) - 1 ? lastK : k;
    __global float* leftMatrix = left + (long)number * (long)leftBatch;
    __global float* rightMatrix = right + (long)number * (long)rightBatch;
    int top = (tileRow - number * down) * 16;
    int side = ((int)get_group_id(0) - tileRow * across) * 16;
    int item = (int)get_local_id(1) * 16 + (int)get_local_id(0);
    bool leftAlongSteps = leftStep == 1;
    bool rightAlongSteps = rightColumn != 1;
    int leftRun = leftAlongSteps ? leftStep : leftRow;
    int rightRun = rightAlongSteps ? rightStep : rightColumn;
    int leftLine = MatMul_FirstLine(item, 16, leftAlongSteps);
    int rightLine = MatMul_FirstLine(item, 16, rightAlongSteps);
    int leftFrom = MatMul_FirstStep16(item, leftAlongSteps);
    int rightFrom = MatMul_FirstStep16(item, rightAlongSteps);
    int leftTo = leftFrom * 20 + leftLine;
    int rightTo = rightFrom * 20 + rightLine;
    long leftPlace = (long)(top + leftLine) * (long)leftRow + (long)leftFrom * (long)leftStep;
    long rightPlace = (long)(side + rightLine) * (long)rightColumn + (long)rightFrom * (long)rightStep;
    float4 leftValues = (float4)(0.0f, 0.0f, 0.0f, 0.0f);
    float4 rightValues = (float4)(0.0f, 0.0f, 0.0f, 0.0f);
    int slice;
    int blockRow;
    int blockColumn;
    Block4 block;
    bool isWhole;
    int current;
    int place;
    __local float* values;
    float sum0;
    float sum1;
    float sum2;
    float sum3;
    int row;
    int column;

    if (steps > 0)
    {
        int leftInside = MatMul_Inside(top + leftLine, m, leftFrom, steps, leftAlongSteps);
        int rightInside = MatMul_Inside(side + rightLine, n, rightFrom, steps, rightAlongSteps);

        leftValues = MatMul_Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
        rightValues = MatMul_Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
        MatMul_Put_local(shared, leftTo, 20, MatMul_Zeroed(leftValues, leftInside), leftAlongSteps);
        MatMul_Put_local(shared + 640L, rightTo, 20, MatMul_Zeroed(rightValues, rightInside), rightAlongSteps);
        leftPlace += 64L * leftStep;
        rightPlace += 64L * rightStep;
        leftInside = MatMul_Inside(top + leftLine, m, 64 + leftFrom, steps, leftAlongSteps);
        rightInside = MatMul_Inside(side + rightLine, n, 64 + rightFrom, steps, rightAlongSteps);
        leftValues = MatMul_Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
        rightValues = MatMul_Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
    }
    slice = ((item >> 7) << 3) + (((item >> 4) & 1) << 2) + ((item >> 5) & 3);
    blockRow = (item >> 2) & 3;
    blockColumn = item & 3;
    block = Block4_Zero();
    isWhole = leftVectors != 0 && rightVectors != 0 && top + 16 <= m && side + 16 <= n;
    current = 0;
    for (int start = 0; start < steps; start += 64)
    {
        int other;
        __local float4* rows;
        __local float4* columns;

        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
        other = 320 - current;
        leftPlace += 64L * leftStep;
        rightPlace += 64L * rightStep;
        if (isWhole && start + 192 <= steps)
        {
            MatMul_Put_local(shared + other, leftTo, 20, leftValues, leftAlongSteps);
            MatMul_Put_local(shared + (640 + other), rightTo, 20, rightValues, rightAlongSteps);
            leftValues = ((__global float4*)leftMatrix)[leftPlace >> 2];
            rightValues = ((__global float4*)rightMatrix)[rightPlace >> 2];
        }
        else if (start + 64 < steps)
        {
            int leftInside = MatMul_Inside(top + leftLine, m, start + 64 + leftFrom, steps, leftAlongSteps);
            int rightInside = MatMul_Inside(side + rightLine, n, start + 64 + rightFrom, steps, rightAlongSteps);

            MatMul_Put_local(shared + other, leftTo, 20, MatMul_Zeroed(leftValues, leftInside), leftAlongSteps);
            MatMul_Put_local(shared + (640 + other), rightTo, 20, MatMul_Zeroed(rightValues, rightInside), rightAlongSteps);
            leftInside = MatMul_Inside(top + leftLine, m, start + 128 + leftFrom, steps, leftAlongSteps);
            rightInside = MatMul_Inside(side + rightLine, n, start + 128 + rightFrom, steps, rightAlongSteps);
            leftValues = MatMul_Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
            rightValues = MatMul_Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
        }
        rows = shared + (current + slice * 5 + blockRow);
        columns = shared + (640 + current + slice * 5 + blockColumn);
        block = Block4_AddProduct(block, rows[0], columns[0]);
        block = Block4_AddProduct(block, rows[80], columns[80]);
        block = Block4_AddProduct(block, rows[160], columns[160]);
        block = Block4_AddProduct(block, rows[240], columns[240]);
        current = other;
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    if ((int)leftSums_length > 0 && side == 0 && (sumsBatch > 0 || number == 0))
    {
        int allSteps = sumsBatch > 0 ? steps : ((int)get_num_groups(0) / (across * down) - 1) * k + lastK;

        MatMul_SumRows_global_local_global(leftMatrix, leftRow, leftStep, leftVectors, top, m, allSteps, leftLine, leftFrom, leftAlongSteps, 16, 64, shared, item, accumulateSums, leftSums + (long)number * (long)sumsBatch);
    }
    place = slice * 64 + blockRow * 16 + blockColumn;
    shared[place] = block.Row0;
    shared[place + 4] = block.Row1;
    shared[place + 8] = block.Row2;
    shared[place + 12] = block.Row3;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    values = (__local float*)shared;
    sum0 = 0.0f;
    sum1 = 0.0f;
    sum2 = 0.0f;
    sum3 = 0.0f;
    for (int i = 0; i < 16; i += 4)
    {
        int at = i * 256 + item;

        sum0 += values[at];
        sum1 += values[at + 256];
        sum2 += values[at + 512];
        sum3 += values[at + 768];
    }
    row = top + (item >> 4);
    column = side + (item & 15);
    if (row < m && column < n)
    {
        long batch = (long)number * (long)resultBatch;

        MatMul_Store(sum0 + sum1 + (sum2 + sum3), (long)row * (long)n + column, biasRow != 0 ? row : column, accumulate, bias + (long)number * (long)biasBatch, (int)bias_length, activation, gradientOutput + ((int)gradientOutput_length > 0 ? batch : 0L), (int)gradientOutput_length, gradientActivation, result + batch);
    }
}
