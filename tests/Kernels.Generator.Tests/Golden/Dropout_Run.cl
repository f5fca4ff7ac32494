// Quern.Kernels.Gpu.Philox.Words
typedef struct
{
    uint Word0;
    uint Word1;
    uint Word2;
    uint Word3;
} Words;

// Quern.Kernels.Gpu.Philox.Encrypt(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
static Words Philox_Encrypt(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
{
    Words words;

    for (int round_ = 0; round_ < 10; round_++)
    {
        ulong first = 3528531795UL * c0;
        ulong second = 3449720151UL * c2;

        c0 = (uint)(second >> 32) ^ c1 ^ k0;
        c1 = (uint)second;
        c2 = (uint)(first >> 32) ^ c3 ^ k1;
        c3 = (uint)first;
        k0 += 2654435769u;
        k1 += 3144134277u;
    }
    words.Word0 = c0;
    words.Word1 = c1;
    words.Word2 = c2;
    words.Word3 = c3;
    return words;
}

// Quern.Kernels.Gpu.Dropout.Store(ArrayView<float> x, ArrayView<float> y, int length, int i, float scale, uint word, uint threshold)
static void Dropout_Store(__global float* x, __global float* y, int length_, int i, float scale, uint word, uint threshold)
{
    if (i < length_)
    {
        float kept = x[i] * scale;

        y[i] = word >> 8 >= threshold ? kept : 0.0f;
    }
}

// Quern.Kernels.Gpu.Dropout.Run(uint seedLow, uint seedHigh, uint streamLow, uint streamHigh, uint threshold, float scale, ArrayView<float> x, ArrayView<float> y)
__kernel void Dropout_Run(
    uint seedLow,
    uint seedHigh,
    uint streamLow,
    uint streamHigh,
    uint threshold,
    float scale,
    __global float* x_buffer, long x_offset, long x_length,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int block = (int)get_global_id(0);
    Words words = Philox_Encrypt((uint)block, 0u, streamLow, streamHigh, seedLow, seedHigh);
    int i = block * 4;

    Dropout_Store(x, y, (int)y_length, i, scale, words.Word0, threshold);
    Dropout_Store(x, y, (int)y_length, i + 1, scale, words.Word1, threshold);
    Dropout_Store(x, y, (int)y_length, i + 2, scale, words.Word2, threshold);
    Dropout_Store(x, y, (int)y_length, i + 3, scale, words.Word3, threshold);
}
