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

// Quern.Kernels.Gpu.GpuWindowAxis
typedef struct
{
    int Input;
    int Output;
    int Size;
    int Stride;
    int Padding;
    int Dilation;
} GpuWindowAxis;

// Quern.Kernels.Gpu.GpuWindowAxis.FirstFrom(int distance, int step)
static int GpuWindowAxis_FirstFrom(int distance_, int step_)
{
    return distance_ > 0 ? (distance_ - 1) / step_ + 1 : 0;
}

// Quern.Kernels.Gpu.GpuWindowAxis.FirstReaching(int place)
static int GpuWindowAxis_FirstReaching(GpuWindowAxis self, int place)
{
    return GpuWindowAxis_FirstFrom(place + self.Padding - (self.Size - 1) * self.Dilation, self.Stride);
}

// Quern.Kernels.Gpu.GpuWindowAxis.EndReaching(int place)
static int GpuWindowAxis_EndReaching(GpuWindowAxis self, int place)
{
    return min((place + self.Padding) / self.Stride + 1, self.Output);
}

// Quern.Kernels.Gpu.GpuWindowAxis.Start(int position)
static int GpuWindowAxis_Start(GpuWindowAxis self, int position)
{
    return position * self.Stride - self.Padding;
}

// Quern.Kernels.Gpu.GpuWindowAxis.ElementAt(int place, int position)
static int GpuWindowAxis_ElementAt(GpuWindowAxis self, int place, int position)
{
    int distance_ = place - GpuWindowAxis_Start(self, position);
    int element = distance_;

    if (self.Dilation > 1)
    {
        element = distance_ / self.Dilation;
        if (element * self.Dilation != distance_)
        {
            element = -1;
        }
    }
    return element;
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

// Quern.Kernels.Gpu.Columns.Scatter(ArrayView<float> matrices, ArrayView<float> bias, int channels, GpuWindowAxis rows, GpuWindowAxis columns, int activation, ArrayView<float> gradientOutput, int gradientActivation, int run, ArrayView<float> pictures)
__kernel void Columns_Scatter(
    __global float* matrices_buffer, long matrices_offset, long matrices_length,
    __global float* bias_buffer, long bias_offset, long bias_length,
    int channels,
    GpuWindowAxis rows_given,
    GpuWindowAxis columns_given,
    int activation,
    __global float* gradientOutput_buffer, long gradientOutput_offset, long gradientOutput_length,
    int gradientActivation,
    int run,
    __global float* pictures_buffer, long pictures_offset, long pictures_length)
{
    __global float* matrices = matrices_buffer + matrices_offset;
    __global float* bias = bias_buffer + bias_offset;
    GpuWindowAxis rows = rows_given;
    GpuWindowAxis columns = columns_given;
    __global float* gradientOutput = gradientOutput_buffer + gradientOutput_offset;
    __global float* pictures = pictures_buffer + pictures_offset;

    int plane = rows.Input * columns.Input;
    int runs = (plane - 1) / run + 1;
    int number = (int)get_global_id(0) / runs;

    if (number < (int)pictures_length / plane)
    {
        int place = ((int)get_global_id(0) - number * runs) * run;
        int end = min(place + run, plane);
        float start = 0.0f;
        int positions;
        long from;
        long to;
        int y;
        int x;

        if ((int)bias_length > 0)
        {
            start = bias[number - number / channels * channels];
        }
        positions = rows.Output * columns.Output;
        from = (long)number * (long)rows.Size * columns.Size * positions;
        to = (long)number * (long)plane;
        y = place / columns.Input;
        x = place - y * columns.Input;
        while (place < end)
        {
            int firstRow = GpuWindowAxis_FirstReaching(rows, y);
            int endRow = GpuWindowAxis_EndReaching(rows, y);
            int rowEnd = min(end, place + columns.Input - x);

            for (; place < rowEnd; place++)
            {
                int firstColumn = GpuWindowAxis_FirstReaching(columns, x);
                int endColumn = GpuWindowAxis_EndReaching(columns, x);
                float sum = start;

                for (int i = firstRow; i < endRow; i++)
                {
                    int ky = GpuWindowAxis_ElementAt(rows, y, i);

                    if (ky >= 0)
                    {
                        int row = ky * columns.Size * positions + i * columns.Output;

                        for (int j = firstColumn; j < endColumn; j++)
                        {
                            int kx = GpuWindowAxis_ElementAt(columns, x, j);

                            if (kx >= 0)
                            {
                                sum += matrices[from + row + kx * positions + j];
                            }
                        }
                    }
                }
                sum = Activations_Apply(activation, sum);
                if ((int)gradientOutput_length > 0)
                {
                    sum = Activations_Gradient(gradientActivation, sum, gradientOutput[to + place]);
                }
                pictures[to + place] = sum;
                x++;
            }
            y++;
            x = 0;
        }
    }
}
