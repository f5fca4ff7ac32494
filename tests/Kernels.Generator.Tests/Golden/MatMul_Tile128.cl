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

// Quern.Kernels.Gpu.DeviceScalar.SubtractBits(float left, float right)
static float DeviceScalar_SubtractBits(float left, float right)
{
    return as_float(as_uint(left) - as_uint(right));
}

// Quern.Kernels.Gpu.DeviceScalar.ShiftLeftBits(float value, int count)
static float DeviceScalar_ShiftLeftBits(float value, int count)
{
    return as_float(as_uint(value) << count);
}

// Quern.Kernels.Gpu.DeviceScalar.ShiftRightBits(float value, int count)
static float DeviceScalar_ShiftRightBits(float value, int count)
{
    return as_float((uint)((int)as_uint(value) >> count));
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

// Quern.Kernels.Operators.ExpOperator.PowerOfTwo<float, float>(float integer)
static float ExpOperator_PowerOfTwo(float integer)
{
    return DeviceScalar_ShiftLeftBits(DeviceScalar_AddBits(integer, DeviceScalar_BroadcastBits(127)), 23);
}

// Quern.Kernels.Operators.ExpOperator.Invoke<float, float>(float x)
static float ExpOperator_Invoke(float x)
{
    float n;
    float r;
    float power;
    float half_;
    float result;

    x = DeviceScalar_AtMost(DeviceScalar_Broadcast(89.0f), DeviceScalar_AtLeast(DeviceScalar_Broadcast(-104.0f), x));
    n = ExpOperator_Reduce(x, &r);
    power = DeviceScalar_ToBits(n);
    half_ = DeviceScalar_ShiftRightBits(power, 1);
    result = DeviceScalar_Add(DeviceScalar_Broadcast(1.0f), ExpOperator_ExpMinusOne(r));
    return DeviceScalar_Multiply(DeviceScalar_Multiply(result, ExpOperator_PowerOfTwo(half_)), ExpOperator_PowerOfTwo(DeviceScalar_SubtractBits(power, half_)));
}

// Quern.Kernels.Operators.SigmoidOperator.Invoke<float, float>(float x)
static float SigmoidOperator_Invoke(float x)
{
    float e = ExpOperator_Invoke(DeviceScalar_Negate(DeviceScalar_Abs(x)));
    float numerator = DeviceScalar_Select(DeviceScalar_GreaterOrEqual(x, DeviceScalar_Broadcast(0.0f)), DeviceScalar_Broadcast(1.0f), e);

    return DeviceScalar_Divide(numerator, DeviceScalar_Add(DeviceScalar_Broadcast(1.0f), e));
}

// Quern.Kernels.Operators.TanhGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float TanhGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Subtract(DeviceScalar_Broadcast(1.0f), DeviceScalar_Multiply(output, output)));
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

// Quern.Kernels.Gpu.TilePlace
typedef struct
{
    int Product;
    int Top;
    int Side;
    int Steps;
} TilePlace;

// Quern.Kernels.Gpu.SlabShare
typedef struct
{
    float4 _values;
    long _place;
    int _run;
    int _stride;
    int _vectors;
    uchar _alongSteps;
    int _lines;
    int _step;
    int _to;
    int _pitch;
    uchar padding[8];
} SlabShare;

// Quern.Kernels.Gpu.Block4
typedef struct
{
    float4 Row0;
    float4 Row1;
    float4 Row2;
    float4 Row3;
} Block4;

// Quern.Kernels.Gpu.TileEpilogue
typedef struct
{
    int _accumulate;
    int _biasLength;
    int _biasRow;
    int _activation;
    int _gradientLength;
    int _gradientActivation;
} TileEpilogue;

// Quern.Kernels.Gpu.TilePlace.Of(int tile, int across, int down, int k, int lastK)
static TilePlace TilePlace_Of(int tile, int across, int down, int k, int lastK)
{
    int row = (int)get_group_id(0) / across;
    TilePlace place;

    place.Product = row / down;
    place.Top = (row - place.Product * down) * tile;
    place.Side = ((int)get_group_id(0) - row * across) * tile;
    place.Steps = place.Product == (int)get_num_groups(0) / (across * down) - 1 ? lastK : k;
    return place;
}

// Quern.Kernels.Gpu.SlabShare.FirstLine(int item, int width, bool alongSteps)
static int SlabShare_FirstLine(int item, int width, bool alongSteps)
{
    return alongSteps ? ((item >> 1) & 15) + (((item >> 5) & ((width >> 4) - 1)) << 4) : (item << 2) & (width - 1);
}

// Quern.Kernels.Gpu.SlabShare.FirstStep(int item, int width, bool alongSteps)
static int SlabShare_FirstStep(int item, int width, bool alongSteps)
{
    int step_ = (item << 2) / width;
    int spread = width == 16 ? (step_ & -8) + ((step_ & 1) << 2) + ((step_ >> 1) & 3) : step_;

    return alongSteps ? (((item >> 1) / width) << 3) + ((item & 1) << 2) : spread;
}

// Quern.Kernels.Gpu.SlabShare.Of(int item, int width, int first, int lines, int line, int stride, bool alongSteps, int vectors)
static SlabShare SlabShare_Of(int item, int width, int first, int lines, int line, int stride, bool alongSteps, int vectors)
{
    int own = SlabShare_FirstLine(item, width, alongSteps);
    SlabShare share;

    share._values = (float4)(0.0f, 0.0f, 0.0f, 0.0f);
    share._run = alongSteps ? stride : line;
    share._stride = stride;
    share._vectors = vectors;
    share._alongSteps = alongSteps;
    share._lines = lines - first - own;
    share._step = SlabShare_FirstStep(item, width, alongSteps);
    share._pitch = width + 4;
    share._to = share._step * share._pitch + own;
    share._place = (long)(first + own) * (long)line + (long)share._step * (long)stride;
    return share;
}

// Quern.Kernels.Gpu.SlabShare.Fetch(ArrayView<float> operand, int ahead, int inside)
static float4 SlabShare_Fetch(SlabShare self, __global float* operand, int ahead, int inside)
{
    long first = inside > 0 ? self._place + (long)ahead * (long)self._stride : 0L;
    float4 values;

    if (self._vectors != 0)
    {
        values = ((__global float4*)operand)[first >> 2];
    }
    else
    {
        long second = inside > 1 ? first + self._run : first;
        long third = inside > 2 ? second + self._run : first;
        long fourth = inside > 3 ? third + self._run : first;

        values.x = operand[first];
        values.y = operand[second];
        values.z = operand[third];
        values.w = operand[fourth];
    }
    return values;
}

// Quern.Kernels.Gpu.SlabShare.Inside(int start, int steps)
static int SlabShare_Inside(SlabShare self, int start, int steps)
{
    int left = steps - start - self._step;
    int inside = self._alongSteps ? left : self._lines;
    bool outside = self._alongSteps ? self._lines <= 0 : left <= 0;

    return outside ? 0 : inside;
}

// Quern.Kernels.Gpu.SlabShare.Begin(ArrayView<float> operand, int steps)
static void SlabShare_Begin(SlabShare* self, __global float* operand, int steps)
{
    self->_values = SlabShare_Fetch(*self, operand, 0, SlabShare_Inside(*self, 0, steps));
}

// Quern.Kernels.Gpu.SlabShare.Put(ArrayView<Float4> slab, Float4 values)
static void SlabShare_Put_local(SlabShare* self, __local float4* slab, float4 values)
{
    if (self->_alongSteps)
    {
        __local float* floats = (__local float*)slab;

        floats[self->_to] = values.x;
        floats[self->_to + self->_pitch] = values.y;
        floats[self->_to + 2 * self->_pitch] = values.z;
        floats[self->_to + 3 * self->_pitch] = values.w;
    }
    else
    {
        slab[self->_to >> 2] = values;
    }
}

// Quern.Kernels.Gpu.SlabShare.Zeroed(Float4 values, int inside)
static float4 SlabShare_Zeroed(float4 values, int inside)
{
    return (float4)(inside > 0 ? values.x : 0.0f, inside > 1 ? values.y : 0.0f, inside > 2 ? values.z : 0.0f, inside > 3 ? values.w : 0.0f);
}

// Quern.Kernels.Gpu.SlabShare.Advance(ref SlabShare left, ArrayView<float> leftOperand, ArrayView<Float4> leftSlab, ref SlabShare right, ArrayView<float> rightOperand, ArrayView<Float4> rightSlab, int start, int depth, int steps, bool isWhole)
static void SlabShare_Advance_global_local_global_local(SlabShare* left, __global float* leftOperand, __local float4* leftSlab, SlabShare* right, __global float* rightOperand, __local float4* rightSlab, int start, int depth, int steps, bool isWhole)
{
    (*left)._place += (long)depth * (long)(*left)._stride;
    (*right)._place += (long)depth * (long)(*right)._stride;
    if (isWhole && start + 2 * depth <= steps)
    {
        SlabShare_Put_local(left, leftSlab, (*left)._values);
        SlabShare_Put_local(right, rightSlab, (*right)._values);
        (*left)._values = ((__global float4*)leftOperand)[(*left)._place >> 2];
        (*right)._values = ((__global float4*)rightOperand)[(*right)._place >> 2];
    }
    else if (start < steps)
    {
        SlabShare_Put_local(left, leftSlab, SlabShare_Zeroed((*left)._values, SlabShare_Inside(*left, start, steps)));
        SlabShare_Put_local(right, rightSlab, SlabShare_Zeroed((*right)._values, SlabShare_Inside(*right, start, steps)));
        (*left)._values = SlabShare_Fetch(*left, leftOperand, 0, SlabShare_Inside(*left, start + depth, steps));
        (*right)._values = SlabShare_Fetch(*right, rightOperand, 0, SlabShare_Inside(*right, start + depth, steps));
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

// Quern.Kernels.Gpu.MatMul.StepsToSum(TilePlace tile, int sumsBatch, int products, int k, int lastK)
static int MatMul_StepsToSum(TilePlace tile, int sumsBatch, int products, int k, int lastK)
{
    return sumsBatch > 0 ? tile.Steps : (products - 1) * k + lastK;
}

// Quern.Kernels.Gpu.MatMul.SumRows(ArrayView<float> left, SlabShare share, int top, int m, int steps, int lines, int depth, ArrayView<Float4> slab, int item, int accumulate, ArrayView<float> sums)
static void MatMul_SumRows_global_local_global(__global float* left, SlabShare share_given, int top, int m, int steps, int lines, int depth, __local float4* slab, int item, int accumulate, __global float* sums)
{
    SlabShare share = share_given;

    float4 own = (float4)(0.0f, 0.0f, 0.0f, 0.0f);

    for (int start = 0; start < steps; start += 4 * depth)
    {
        int inside0 = SlabShare_Inside(share, start, steps);
        int inside1 = SlabShare_Inside(share, start + depth, steps);
        int inside2 = SlabShare_Inside(share, start + 2 * depth, steps);
        int inside3 = SlabShare_Inside(share, start + 3 * depth, steps);
        float4 values0 = SlabShare_Fetch(share, left, start, inside0);
        float4 values1 = SlabShare_Fetch(share, left, start + depth, inside1);
        float4 values2 = SlabShare_Fetch(share, left, start + 2 * depth, inside2);
        float4 values3 = SlabShare_Fetch(share, left, start + 3 * depth, inside3);

        own += SlabShare_Zeroed(values0, inside0) + SlabShare_Zeroed(values1, inside1) + (SlabShare_Zeroed(values2, inside2) + SlabShare_Zeroed(values3, inside3));
    }
    SlabShare_Put_local(&share, slab, own);
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    if (item < lines && top + item < m)
    {
        __local float* floats = (__local float*)slab;
        int stride = lines + 4;
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

// Quern.Kernels.Gpu.TileEpilogue.Of(int accumulate, int biasLength, int biasRow, int activation, int gradientLength, int gradientActivation)
static TileEpilogue TileEpilogue_Of(int accumulate, int biasLength, int biasRow, int activation, int gradientLength, int gradientActivation)
{
    TileEpilogue epilogue;

    epilogue._accumulate = accumulate;
    epilogue._biasLength = biasLength;
    epilogue._biasRow = biasRow;
    epilogue._activation = activation;
    epilogue._gradientLength = gradientLength;
    epilogue._gradientActivation = gradientActivation;
    return epilogue;
}

// Quern.Kernels.Gpu.MatMul.Stage(ArrayView<Float4> stage, Block4 block, int blockRow, int blockColumn)
static void MatMul_Stage_local(__local float4* stage, Block4 block, int blockRow, int blockColumn)
{
    int place = blockRow * 64 + blockColumn;

    stage[place] = block.Row0;
    stage[place + 16] = block.Row1;
    stage[place + 32] = block.Row2;
    stage[place + 48] = block.Row3;
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

// Quern.Kernels.Gpu.TileEpilogue.StoreFour(Float4 values, int row, int column, int m, int n, ArrayView<float> bias, ArrayView<float> gradientOutput, ArrayView<float> result)
static void TileEpilogue_StoreFour(TileEpilogue* self, float4 values, int row, int column, int m, int n, __global float* bias, __global float* gradientOutput, __global float* result)
{
    int row1 = row + 4 < m ? row + 4 : row;
    int row2 = row + 8 < m ? row + 8 : row;
    int row3 = row + 12 < m ? row + 12 : row;
    long place0 = (long)row * (long)n + column;
    long place1 = (long)row1 * (long)n + column;
    long place2 = (long)row2 * (long)n + column;
    long place3 = (long)row3 * (long)n + column;
    float4 outputs = (float4)(0.0f, 0.0f, 0.0f, 0.0f);

    if (self->_gradientLength > 0)
    {
        outputs = (float4)(gradientOutput[place0], gradientOutput[place1], gradientOutput[place2], gradientOutput[place3]);
    }
    if (self->_accumulate != 0)
    {
        values += (float4)(result[place0], result[place1], result[place2], result[place3]);
    }
    if (self->_biasLength > 0)
    {
        values += self->_biasRow != 0 ? (float4)(bias[row], bias[row1], bias[row2], bias[row3]) : (float4)(bias[column], bias[column], bias[column], bias[column]);
    }
    if (self->_activation != 0)
    {
        values = (float4)(Activations_Apply(self->_activation, values.x), Activations_Apply(self->_activation, values.y), Activations_Apply(self->_activation, values.z), Activations_Apply(self->_activation, values.w));
    }
    if (self->_gradientLength > 0)
    {
        values = (float4)(Activations_Gradient(self->_gradientActivation, values.x, outputs.x), Activations_Gradient(self->_gradientActivation, values.y, outputs.y), Activations_Gradient(self->_gradientActivation, values.z, outputs.z), Activations_Gradient(self->_gradientActivation, values.w, outputs.w));
    }
    result[place0] = values.x;
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

// Quern.Kernels.Gpu.MatMul.StoreStage(ArrayView<Float4> stage, int item, int firstRow, int firstColumn, int m, int n, TileEpilogue epilogue, ArrayView<float> bias, ArrayView<float> gradientOutput, ArrayView<float> result)
static void MatMul_StoreStage_local_global_global_global(__local float4* stage, int item, int firstRow, int firstColumn, int m, int n, TileEpilogue epilogue_given, __global float* bias, __global float* gradientOutput, __global float* result)
{
    TileEpilogue epilogue = epilogue_given;

    int column = firstColumn + (item & 63);

    if (column < n)
    {
        __local float* floats = (__local float*)stage;

        for (int i = 0; i < 64; i += 16)
        {
            int line = (item >> 6) + i;
            int from = line * 64 + (item & 63);
            float4 values = (float4)(floats[from], floats[from + 256], floats[from + 512], floats[from + 768]);

            if (firstRow + line < m)
            {
                TileEpilogue_StoreFour(&epilogue, values, firstRow + line, column, m, n, bias, gradientOutput, result);
            }
        }
    }
}

// Quern.Kernels.Gpu.MatMul.Tile128(ArrayView<float> left, int leftRow, int leftStep, int leftBatch, int leftVectors, ArrayView<float> right, int rightStep, int rightColumn, int rightBatch, int rightVectors, int m, int n, int k, int lastK, int across, int down, int accumulate, ArrayView<float> bias, int biasRow, int biasBatch, int activation, ArrayView<float> gradientOutput, int gradientActivation, ArrayView<float> leftSums, int accumulateSums, int sumsBatch, int resultBatch, ArrayView<float> result)
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
    __local float4 shared[1056] __attribute__((aligned(16)));

    TilePlace tile = TilePlace_Of(128, across, down, k, lastK);
    int steps = tile.Steps;
    __global float* leftMatrix = left + (long)tile.Product * (long)leftBatch;
    __global float* rightMatrix = right + (long)tile.Product * (long)rightBatch;
    int item = (int)get_local_id(1) * 16 + (int)get_local_id(0);
    SlabShare leftShare = SlabShare_Of(item, 128, tile.Top, m, leftRow, leftStep, leftStep == 1, leftVectors);
    SlabShare rightShare = SlabShare_Of(item, 128, tile.Side, n, rightColumn, rightStep, rightColumn != 1, rightVectors);
    bool isWhole = leftVectors != 0 && rightVectors != 0 && tile.Top + 128 <= m && tile.Side + 128 <= n;
    int blockRow;
    int blockColumn;
    Block4 topLeft;
    Block4 topRight;
    Block4 bottomLeft;
    Block4 bottomRight;
    int current;
    TileEpilogue epilogue;
    __global float* product;
    __global float* outputs;
    __global float* offsets;

    if (steps > 0)
    {
        SlabShare_Begin(&leftShare, leftMatrix, steps);
        SlabShare_Begin(&rightShare, rightMatrix, steps);
        SlabShare_Advance_global_local_global_local(&leftShare, leftMatrix, shared, &rightShare, rightMatrix, shared + 528L, 0, 8, steps, isWhole);
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

        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
        other = 264 - current;
        SlabShare_Advance_global_local_global_local(&leftShare, leftMatrix, shared + other, &rightShare, rightMatrix, shared + (528 + other), start + 8, 8, steps, isWhole);
        for (int at = current; at < current + 264; at += 66)
        {
            __local float4* rows = shared + (at + blockRow);
            __local float4* columns = shared + (528 + at + blockColumn);
            float4 a0 = rows[0];
            float4 a1 = rows[16];
            float4 b0 = columns[0];
            float4 b1 = columns[16];

            topLeft = Block4_AddProduct(topLeft, a0, b0);
            topRight = Block4_AddProduct(topRight, a0, b1);
            bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
            bottomRight = Block4_AddProduct(bottomRight, a1, b1);
            a0 = rows[33];
            a1 = rows[49];
            b0 = columns[33];
            b1 = columns[49];
            topLeft = Block4_AddProduct(topLeft, a0, b0);
            topRight = Block4_AddProduct(topRight, a0, b1);
            bottomLeft = Block4_AddProduct(bottomLeft, a1, b0);
            bottomRight = Block4_AddProduct(bottomRight, a1, b1);
        }
        current = other;
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    if ((int)leftSums_length > 0 && tile.Side == 0 && (sumsBatch > 0 || tile.Product == 0))
    {
        SlabShare sumShare = SlabShare_Of(item, 128, tile.Top, m, leftRow, leftStep, leftStep == 1, leftVectors);
        int stepsToSum = MatMul_StepsToSum(tile, sumsBatch, (int)get_num_groups(0) / (across * down), k, lastK);

        MatMul_SumRows_global_local_global(leftMatrix, sumShare, tile.Top, m, stepsToSum, 128, 8, shared, item, accumulateSums, leftSums + (long)tile.Product * (long)sumsBatch);
    }
    epilogue = TileEpilogue_Of(accumulate, (int)bias_length, biasRow, activation, (int)gradientOutput_length, gradientActivation);
    product = result + (long)tile.Product * (long)resultBatch;
    outputs = gradientOutput + ((int)gradientOutput_length > 0 ? (long)tile.Product * (long)resultBatch : 0L);
    offsets = bias + (long)tile.Product * (long)biasBatch;
    for (int part = 0; part < 4; part++)
    {
        Block4 block = topLeft;

        if (part == 1)
        {
            block = topRight;
        }
        if (part == 2)
        {
            block = bottomLeft;
        }
        if (part == 3)
        {
            block = bottomRight;
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
        MatMul_Stage_local(shared, block, blockRow, blockColumn);
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
        MatMul_StoreStage_local_global_global_global(shared, item, tile.Top + (part >> 1) * 64, tile.Side + (part & 1) * 64, m, n, epilogue, offsets, outputs, product);
    }
}
